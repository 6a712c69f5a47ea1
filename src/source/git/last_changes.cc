#include "source/git/last_changes.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <utility>

#include "dagitops/base/text.h"

#include "source/git/library.h"
#include "source/git/oid_map.h"
#include "source/git/paths.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kTreesKept = 24;

// A path that waits for its answer.
struct WantedPath {
  std::string asked;               // as the caller wrote it
  std::string full;                // from the repository's root
  std::vector<std::string> parts;  // of `full`; none for the root itself
};
using Wanted = std::vector<const WantedPath*>;  // sorted by parts, so that paths of one folder stand together

// What stands at one place of one commit: nothing, a file (no tree), or a folder.
struct Place {
  git_oid id{};
  git_filemode_t mode = GIT_FILEMODE_UNREADABLE;
  std::shared_ptr<git_tree> tree;

  bool Same(const Place& other) const { return mode == other.mode && git_oid_equal(&id, &other.id) != 0; }
};

// Tells for two trees which of the wanted paths differ. Keeps the trees of the last few commits, since each commit is
// compared with its child first and with its parent next.
class TreeComparer {
 public:
  explicit TreeComparer(const Repository& repository) : repository_(repository) {}

  struct Sides {
    Wanted same;
    Wanted changed;
  };

  Result<Place> Root(const git_commit* commit) {
    Place root{*git_commit_tree_id(commit), GIT_FILEMODE_TREE, nullptr};
    DAGITOPS_ASSIGN(root.tree, Load(root.id));
    return root;
  }

  Status Compare(const Place& a, const Place& b, const Wanted& wanted, Sides& sides) {
    return CompareBelow(a, b, {wanted.data(), wanted.data() + wanted.size(), 0}, sides);
  }

 private:
  struct Range {
    const WantedPath* const* first;
    const WantedPath* const* last;
    std::size_t depth;  // parts that lead to the two places
  };

  Status CompareBelow(const Place& a, const Place& b, Range range, Sides& sides) {
    if (a.Same(b)) {
      sides.same.insert(sides.same.end(), range.first, range.last);
      return Ok();
    }
    for (const auto* at = range.first; at != range.last;) {
      if ((*at)->parts.size() == range.depth) {
        sides.changed.push_back(*at++);
        continue;
      }
      const std::string& part = (*at)->parts[range.depth];
      const auto* end =
          std::find_if(at, range.last, [&](const WantedPath* p) { return p->parts[range.depth] != part; });
      DAGITOPS_ASSIGN(const Place below_a, Below(a, part));
      DAGITOPS_ASSIGN(const Place below_b, Below(b, part));
      DAGITOPS_TRY(CompareBelow(below_a, below_b, {at, end, range.depth + 1}, sides));
      at = end;
    }
    return Ok();
  }

  Result<Place> Below(const Place& place, const std::string& part) {
    if (place.tree == nullptr) return Place{};
    const git_tree_entry* entry = git_tree_entry_byname(place.tree.get(), part.c_str());
    if (entry == nullptr) return Place{};
    Place below{*git_tree_entry_id(entry), git_tree_entry_filemode(entry), nullptr};
    if (below.mode == GIT_FILEMODE_TREE) {
      DAGITOPS_ASSIGN(below.tree, Load(below.id));
    }
    return below;
  }

  Result<std::shared_ptr<git_tree>> Load(const git_oid& id) {
    if (const auto known = trees_.find(id); known != trees_.end()) return known->second;
    TreePtr tree;
    if (Take(tree, [&](git_tree** out) { return git_tree_lookup(out, repository_.handle, &id); }) != 0) {
      return LibraryError(ErrorKind::kRetry, "git-object-unreadable", repository_.name,
                          "could not read tree " + Hex(id));
    }
    if (trees_.size() >= kTreesKept) trees_.clear();
    return trees_[id] = std::shared_ptr<git_tree>(std::move(tree));
  }

  const Repository& repository_;
  OidMap<std::shared_ptr<git_tree>> trees_;
};

// Follows each path from the head down to the commit that changed it. At a merge a path goes on to the first parent
// that has it unchanged, as `git log -- path` does, so each path follows one line of commits.
class ChangeWalk {
 public:
  using Answers = std::map<std::string, Revision>;  // by full path

  ChangeWalk(const Repository& repository, const std::string& known_head, const Answers& known)
      : repository_(repository), known_head_(known_head), known_(known), comparer_(repository) {}

  Result<Answers> Run(const git_oid& head, Wanted wanted, std::size_t commit_limit) {
    DAGITOPS_TRY(Wait(head, std::move(wanted)));
    for (std::size_t visited = 0; visited < commit_limit && !queue_.empty(); ++visited) {
      const git_oid id = queue_.top().id;
      queue_.pop();
      DAGITOPS_TRY(Visit(id, std::move(waiting_.extract(id).mapped())));
    }
    return std::move(answers_);
  }

 private:
  Status Wait(const git_oid& id, Wanted wanted) {
    if (wanted.empty()) return Ok();
    Wanted& waiting = waiting_[id];
    if (waiting.empty()) {
      DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository_, id));
      queue_.push({git_commit_time(commit.get()), id});
      waiting = std::move(wanted);
      return Ok();
    }
    waiting.insert(waiting.end(), wanted.begin(), wanted.end());
    std::sort(waiting.begin(), waiting.end(), [](const auto* a, const auto* b) { return a->parts < b->parts; });
    return Ok();
  }

  Status Visit(const git_oid& id, Wanted wanted) {
    if (Hex(id) == known_head_) std::erase_if(wanted, [this](const WantedPath* path) { return Known(*path); });
    if (wanted.empty()) return Ok();
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository_, id));
    DAGITOPS_ASSIGN(const Place root, comparer_.Root(commit.get()));
    bool has_parent = false;
    for (unsigned i = 0; i < git_commit_parentcount(commit.get()) && !wanted.empty(); ++i) {
      const git_oid parent_id = *git_commit_parent_id(commit.get(), i);
      const auto parent = LoadCommit(repository_, parent_id);
      if (!parent && parent.error().kind != ErrorKind::kInvalid) return parent.error();
      if (!parent) continue;  // the edge of a shallow clone: told as if the files were born here, as git does
      has_parent = true;
      DAGITOPS_ASSIGN(const Place parent_root, comparer_.Root(parent->get()));
      TreeComparer::Sides sides;
      DAGITOPS_TRY(comparer_.Compare(root, parent_root, wanted, sides));
      DAGITOPS_TRY(Wait(parent_id, std::move(sides.same)));
      wanted = std::move(sides.changed);
    }
    return Answer(commit.get(), root, {std::move(wanted), has_parent});
  }

  bool Known(const WantedPath& path) {
    const auto found = known_.find(path.full);
    if (found == known_.end()) return false;
    answers_[path.full] = found->second;
    return true;
  }

  struct Rest {
    Wanted wanted;
    bool has_parent;
  };

  Status Answer(const git_commit* commit, const Place& root, Rest rest) {
    if (!rest.has_parent && !rest.wanted.empty()) {
      TreeComparer::Sides sides;
      DAGITOPS_TRY(comparer_.Compare(root, Place{}, rest.wanted, sides));
      rest.wanted = std::move(sides.changed);
    }
    if (rest.wanted.empty()) return Ok();
    const Revision revision = Describe(commit);
    for (const WantedPath* path : rest.wanted) answers_[path->full] = revision;
    return Ok();
  }

  const Repository& repository_;
  const std::string& known_head_;
  const Answers& known_;
  TreeComparer comparer_;
  std::priority_queue<DatedCommit> queue_;
  OidMap<Wanted> waiting_;
  Answers answers_;
};

Result<std::vector<WantedPath>> CleanPaths(const std::string& workspace, const std::vector<std::string>& paths) {
  std::vector<WantedPath> wanted;
  for (const std::string& path : paths) {
    DAGITOPS_ASSIGN(const std::string clean, CleanFolder(path));
    const std::string full = JoinPath(workspace, clean);
    wanted.push_back({path, full, full.empty() ? std::vector<std::string>{} : Split(full, '/')});
  }
  std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.parts < b.parts; });
  return wanted;
}

struct Dated {
  git_oid id{};
  git_time_t time = 0;
};

// The commits of an answer, each once, by when they were committed.
Result<std::vector<Dated>> CommitsOf(const Repository& repository, const PathChanges& changes) {
  OidMap<git_time_t> times;
  for (const auto& [path, change] : changes) {
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, change.revision));
    times[*git_commit_id(commit.get())] = git_commit_time(commit.get());
  }
  std::vector<Dated> commits;
  for (const auto& [id, time] : times) commits.push_back({id, time});
  std::sort(commits.begin(), commits.end(), [](const Dated& a, const Dated& b) { return a.time < b.time; });
  return commits;
}

// Numbers the changes, the oldest commit first. Commits of one second, as a script or a rebase makes them, are put in
// the order in which they descend from each other.
Status Arrange(const Repository& repository, PathChanges& changes) {
  DAGITOPS_ASSIGN(std::vector<Dated> commits, CommitsOf(repository, changes));
  for (std::size_t i = 1; i < commits.size(); ++i) {
    for (std::size_t j = i; j > 0 && commits[j - 1].time == commits[j].time; --j) {
      if (git_graph_descendant_of(repository.handle, &commits[j - 1].id, &commits[j].id) != 1) break;
      std::swap(commits[j - 1], commits[j]);
    }
  }
  std::map<std::string, std::int64_t> orders;
  for (const Dated& commit : commits) orders.emplace(Hex(commit.id), static_cast<std::int64_t>(orders.size()));
  for (auto& [path, change] : changes) change.order = orders.at(change.revision.id);
  return Ok();
}

}  // namespace

Result<PathChanges> LastChangesFinder::Find(const Repository& repository, const Revision& head,
                                            const std::string& workspace, const std::vector<std::string>& paths) {
  DAGITOPS_ASSIGN(const std::vector<WantedPath> wanted, CleanPaths(workspace, paths));
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, head));
  Wanted pointers;
  for (const WantedPath& path : wanted) pointers.push_back(&path);
  const git_oid head_id = *git_commit_id(commit.get());
  ChangeWalk walk(repository, known_head_, known_);
  DAGITOPS_ASSIGN(auto answers, walk.Run(head_id, std::move(pointers), commit_limit_));
  PathChanges by_path;
  for (const WantedPath& path : wanted) {
    if (const auto found = answers.find(path.full); found != answers.end())
      by_path[path.asked].revision = found->second;
  }
  DAGITOPS_TRY(Arrange(repository, by_path));
  if (known_head_ != Hex(head_id)) known_.clear();
  known_head_ = Hex(head_id);
  known_.merge(answers);
  return by_path;
}

}  // namespace dagitops::git
