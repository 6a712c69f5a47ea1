#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "dagitops/source/code_store.h"

#include "support/faults.h"

namespace dagitops::support {

// Trees as names: all that were laid out and not collected since.
class FakeCodeStore final : public CodeStore {
 public:
  Result<std::string> LayOut(const std::string& tree_id) override {
    if (const auto error = failing.find(tree_id); error != failing.end()) return error->second;
    trees.insert(tree_id);
    return "/trees/" + tree_id;
  }
  Status Collect(const std::vector<std::string>& keep_tree_ids) override {
    const std::set<std::string> keep(keep_tree_ids.begin(), keep_tree_ids.end());
    std::erase_if(trees, [&](const std::string& tree) { return !keep.contains(tree); });
    ++collections;
    return Ok();
  }

  std::set<std::string> trees;
  std::map<std::string, Error> failing;  // by tree
  int collections = 0;
};

// A store whose calls count, and go wrong, with all others that share `faults`.
class FailingCodeStore final : public CodeStore {
 public:
  FailingCodeStore(CodeStore& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<std::string> LayOut(const std::string& tree_id) override {
    return faults_.Around("code.LayOut", [&] { return inner_.LayOut(tree_id); });
  }
  Status Collect(const std::vector<std::string>& keep_tree_ids) override {
    return faults_.Around("code.Collect", [&] { return inner_.Collect(keep_tree_ids); });
  }

 private:
  CodeStore& inner_;
  Faults& faults_;
};

}  // namespace dagitops::support
