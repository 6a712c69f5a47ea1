#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/digest.h"
#include "dagitops/source/source.h"

namespace dagitops::support {

// A workspace repository made of values: commits in a line, each a map of path -> text. Remembers what was kept.
class FakeSource final : public Source, public SourceHistory {
 public:
  using Files = std::map<std::string, std::string>;

  // Makes `files` the branch's head; the commit's id.
  std::string Commit(Files files, const std::string& author = "Ada", int allowed_removals = 0) {
    const std::string id = Sha256Hex(std::to_string(commits_.size())).substr(0, 40);
    const auto time = static_cast<std::int64_t>(1000 + commits_.size());
    commits_.push_back({{id, author, author + "@example.com", time, "change"}, std::move(files), allowed_removals});
    head = {BranchHead::State::kPresent, commits_.back().revision};
    return id;
  }

  Files LastFiles() const { return commits_.empty() ? Files{} : commits_.back().files; }

  Result<BranchHead> Fetch(Duration) override { return Head(); }
  Result<BranchHead> Head() override {
    if (on_head) on_head();
    if (failing) return *failing;
    return head;
  }
  Result<Revision> Resolve(std::string_view name) override {
    for (const Entry& commit : commits_) {
      if (commit.revision.id.starts_with(name)) return commit.revision;
    }
    return Error{ErrorKind::kInvalid, "git-unknown-revision", std::string(name), "no such commit", ""};
  }
  Result<SourceTree> ReadTree(const Revision& revision, const TreeLimits&) override {
    if (failing) return *failing;
    SourceTree tree{revision, {}};
    for (const auto& [path, text] : At(revision).files) {
      if (path.starts_with("code/")) continue;
      tree.files.push_back(std::make_shared<const SourceFile>(
          SourceFile{path, Sha256Hex(text).substr(0, 40), FileKind::kFile, text.size(), text}));
    }
    return tree;
  }
  Result<std::map<std::string, std::string>> TreeIds(const Revision& revision,
                                                     const std::vector<std::string>& folders) override {
    if (trees_failing) return *trees_failing;
    std::map<std::string, std::string> ids;
    for (const std::string& folder : folders) {
      std::string all;
      for (const auto& [path, text] : At(revision).files) {
        if (path.starts_with(folder + "/")) all += path + "\n" + text + "\n";
      }
      if (!all.empty()) ids[folder] = Sha256Hex(all).substr(0, 40);
    }
    return ids;
  }

  Result<std::optional<std::map<std::string, bool>>> Names(const Revision& revision,
                                                           const std::string& folder) override {
    std::map<std::string, bool> names;
    const std::string prefix = folder.empty() || folder == "." ? "" : folder + "/";
    for (const auto& [path, text] : At(revision).files) {
      if (!path.starts_with(prefix)) continue;
      const std::string rest = path.substr(prefix.size());
      names[rest.substr(0, rest.find('/'))] |= rest.find('/') != std::string::npos;
    }
    return names.empty() ? std::nullopt : std::optional(std::move(names));
  }

  Result<CommitRange> Compare(const std::optional<Revision>& applied, const Revision& to) override {
    if (compare_failing) return *compare_failing;
    if (!applied) return CommitRange{Ancestry::kFirst, 0};
    if (diverged) return CommitRange{Ancestry::kDiverged, 0};
    CommitRange range{applied->id == to.id ? Ancestry::kSame : Ancestry::kDescends, 0};
    bool between = false;
    for (const Entry& commit : commits_) {
      if (between) range.allowed_removals = std::max(range.allowed_removals, commit.allowed_removals);
      between |= commit.revision.id == applied->id;
    }
    return range;
  }
  Result<PathChanges> LastChanges(const Revision&, const std::vector<std::string>& paths) override {
    if (changes_failing) return *changes_failing;
    PathChanges changes;
    for (const std::string& path : paths) {
      for (std::size_t i = 0; i < commits_.size(); ++i) {
        if (i == 0 || Below(commits_[i].files, path) != Below(commits_[i - 1].files, path)) {
          changes[path] = {commits_[i].revision, static_cast<std::int64_t>(i)};
        }
      }
    }
    return changes;
  }
  Result<std::vector<std::string>> Keep(const std::vector<std::string>& ids) override {
    ++keeps;
    if (keep_failing) return *keep_failing;
    kept.clear();
    std::vector<std::string> missing;
    for (const std::string& id : ids) (lost.contains(id) ? missing : kept).push_back(id);
    return missing;
  }

  BranchHead head{BranchHead::State::kRepositoryEmpty, {}};
  std::optional<Error> failing;   // what Fetch, Head and ReadTree give while set
  std::function<void()> on_head;  // called before the head is read
  bool diverged = false;
  std::optional<Error> trees_failing;    // what TreeIds gives while set
  std::optional<Error> compare_failing;  // what Compare gives while set
  std::optional<Error> changes_failing;  // what LastChanges gives while set
  std::optional<Error> keep_failing;     // what Keep gives while set
  std::set<std::string> lost;            // commits that the mirror has no more
  std::vector<std::string> kept;
  int keeps = 0;

 private:
  struct Entry {
    Revision revision;
    Files files;
    int allowed_removals = 0;
  };

  static Files Below(const Files& files, const std::string& path) {
    Files below;
    for (const auto& [name, text] : files) {
      if (name == path || name.starts_with(path + "/")) below[name] = text;
    }
    return below;
  }

  const Entry& At(const Revision& revision) const {
    for (const Entry& commit : commits_) {
      if (commit.revision.id == revision.id) return commit;
    }
    return commits_.front();
  }

  std::vector<Entry> commits_;
};

}  // namespace dagitops::support
