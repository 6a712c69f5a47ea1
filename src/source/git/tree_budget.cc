#include "source/git/tree_budget.h"

#include "dagitops/base/text.h"

namespace dagitops::git {

Status TreeBudget::Add(const std::string& path, std::size_t items, std::uint64_t bytes) {
  items_ += items;
  bytes_ += bytes;
  if (items_ > limits_.files) return Over("more than " + std::to_string(limits_.files) + " files and folders", path);
  if (bytes_ > limits_.total_bytes) {
    return Over("texts of more than " + std::to_string(limits_.total_bytes) + " bytes together", path);
  }
  return Ok();
}

Status TreeBudget::AllowDepth(const std::string& path, int depth) const {
  if (depth <= limits_.depth) return Ok();
  return Over("folders more than " + std::to_string(limits_.depth) + " deep", path);
}

Error TreeBudget::Over(const std::string& what, const std::string& path) const {
  return Error{ErrorKind::kInvalid, "git-tree-limit", subject_,
               "dagitops.yaml, environments/ and locations/ hold " + what + ", the first too many at " +
                   Quoted(Shorten(path, 200)),
               "move what is no fragment out of environments/ and locations/"};
}

}  // namespace dagitops::git
