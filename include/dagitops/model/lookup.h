#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dagitops/model/desired.h"
#include "dagitops/model/observed.h"

namespace dagitops {

// What is observed by location, for whoever asks of many. Refers to what it was made of, which has to outlive it and
// stay as it is.
class ServersByLocation {
 public:
  explicit ServersByLocation(const Observed& observed);

  // In the order in which they were observed.
  std::span<const ObservedServer* const> Of(std::string_view location) const;

  // The server made from exactly this version, or nullptr.
  const ObservedServer* Find(const DesiredServer& wanted) const;

 private:
  std::unordered_map<std::string_view, std::vector<const ObservedServer*>> servers_;
};

// The same of what is desired.
class DesiredByName {
 public:
  explicit DesiredByName(const Desired& desired);
  const DesiredLocation* Find(std::string_view name) const;  // nullptr: not desired

 private:
  std::unordered_map<std::string_view, const DesiredLocation*> locations_;
};

}  // namespace dagitops
