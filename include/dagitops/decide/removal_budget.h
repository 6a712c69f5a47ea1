#pragma once

#include <cstddef>
#include <string>

namespace dagitops::decide {

// How many locations a revision takes away, seen against what runs.
struct RemovalCount {
  std::size_t running = 0;  // locations that have something running now
  std::size_t removed = 0;  // of these, gone from the revision
  int allowed = 0;          // largest `Dagitops-Allow-Removals: N` trailer since the applied revision
};

// Empty when the removals may be carried out; else the reason why a person has to say so first. A mistake that empties
// a repository must not empty a deployment: more than 20, or two and more that are over 30 %, or the last ones, wait.
std::string OverBudget(const RemovalCount& count);

}  // namespace dagitops::decide
