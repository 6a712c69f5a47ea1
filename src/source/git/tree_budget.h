#pragma once

#include <array>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/model/source_tree.h"

namespace dagitops::git {

// The names below a workspace's folder that are read; all others may be anything.
inline constexpr std::array<std::string_view, 3> kTopLevel{"dagitops.yaml", "environments", "locations"};

// Counts what one read takes and refuses what is over the limits, naming the limit and the path ("git-tree-limit").
class TreeBudget {
 public:
  TreeBudget(std::string subject, const TreeLimits& limits) : subject_(std::move(subject)), limits_(limits) {}

  const TreeLimits& limits() const { return limits_; }
  Status Add(const std::string& path, std::size_t items, std::uint64_t bytes);
  Status AllowDepth(const std::string& path, int depth) const;

 private:
  Error Over(const std::string& what, const std::string& path) const;

  std::string subject_;
  TreeLimits limits_;
  std::size_t items_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace dagitops::git
