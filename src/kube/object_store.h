#pragma once

#include <memory>
#include <optional>
#include <string>

#include "dagitops/base/sync.h"
#include "dagitops/kube/collection.h"

namespace dagitops::kube {

// The objects of a collection and how well they are known. Safe to call from any thread.
class ObjectStore {
 public:
  // All of them, as a list saw them. True when something is different, or it is the first time.
  bool Replace(Objects objects);
  void Put(const std::string& name, std::string text);
  void Remove(const std::string& name);
  void Failed(Error error, WallTime now);
  void Recovered();

  CollectionSnapshot Snapshot();

 private:
  struct State {
    Objects objects;
    std::shared_ptr<const Objects> shown;  // a copy of `objects` for readers; null where none was asked for since
    bool synced = false;
    std::optional<Error> error;
    WallTime failing_since{};
  };
  Sync<State> state_;
};

}  // namespace dagitops::kube
