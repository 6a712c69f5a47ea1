#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "dagitops/kube/collection.h"

namespace dagitops::kubernetes {

// What was read from each object of a collection. An object is read once as long as it stays the same, so that a pass
// over many of them that did not change costs next to nothing.
template <class T>
class Readings {
 public:
  using Read = std::function<T(const std::string& name, std::string_view text)>;
  explicit Readings(Read read) : read_(std::move(read)) {}

  void Update(const kube::Objects& objects) {
    std::erase_if(texts_, [&](const auto& known) { return !objects.contains(known.first); });
    std::erase_if(all_, [&](const auto& known) { return !objects.contains(known.first); });
    for (const auto& [name, text] : objects) {
      std::shared_ptr<const std::string>& known = texts_[name];
      if (known == text) continue;
      known = text;
      all_.insert_or_assign(name, read_(name, *text));
    }
  }

  const std::map<std::string, T>& all() const { return all_; }  // by name

 private:
  Read read_;
  std::map<std::string, std::shared_ptr<const std::string>> texts_;
  std::map<std::string, T> all_;
};

}  // namespace dagitops::kubernetes
