#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "dagitops/kube/collection.h"

#include "kube/object_store.h"

namespace dagitops::kube {

// What the thread of a Collection does, one step at a time: a list, or a watch. Not for several threads.
class Follower {
 public:
  Follower(const Collection::Parts& parts, const Collection::Options& options, ObjectStore& store)
      : parts_(parts), options_(options), store_(store) {}

  // How long to wait before the next one.
  Duration Step();

 private:
  Duration ListStep();
  Result<std::string> List();  // the version that was listed
  Duration WatchStep();
  bool Apply(std::string_view event);
  Duration AfterFailure(Error error);
  Duration Backoff();

  const Collection::Parts parts_;
  const Collection::Options& options_;
  ObjectStore& store_;
  std::optional<std::string> version_;  // to watch from; nullopt: list first
  std::optional<Error> bad_event_;
  int events_ = 0;    // of the watch that runs
  int failures_ = 0;  // in a row
};

}  // namespace dagitops::kube
