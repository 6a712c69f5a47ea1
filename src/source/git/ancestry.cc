#include "source/git/ancestry.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <queue>
#include <string_view>

#include "source/git/library.h"
#include "source/git/oid_map.h"

namespace dagitops::git {
namespace {

constexpr char kTrailer[] = "Dagitops-Allow-Removals";
constexpr int kMostRemovals = 1'000'000;

// Who reaches a commit.
constexpr unsigned kFromHead = 1;
constexpr unsigned kFromApplied = 2;

// Walks from both ends at once, newest commit first, until only commits wait that the applied revision reaches too.
// Those seen from the head alone are then applied..head, as in `git log applied..head`.
class TwoSidedWalk {
 public:
  TwoSidedWalk(const Repository& repository, std::size_t limit) : repository_(repository), limit_(limit) {}

  // False when the limit was reached before the answer was known.
  Result<bool> Run(const git_oid& head, const git_oid& applied) {
    DAGITOPS_TRY(Mark(head, kFromHead));
    DAGITOPS_TRY(Mark(applied, kFromApplied));
    std::size_t visited = 0;
    for (; open_ > 0; ++visited) {
      if (visited == limit_) return false;
      DAGITOPS_TRY(VisitNewest());
    }
    // Where clocks went backwards, a commit may look as if only the head reached it because the applied side was not
    // walked that far yet. A trailer permits removals, so before one counts the rest is walked too.
    if (AllowedInRange() == 0) return true;
    for (; !queue_.empty() && visited < limit_; ++visited) DAGITOPS_TRY(VisitNewest());
    return true;
  }

  bool ReachedFromHead(const git_oid& id) const {
    const auto found = seen_.find(id);
    return found != seen_.end() && (found->second.marks & kFromHead) != 0;
  }

  int AllowedInRange() const {
    int allowed = 0;
    for (const auto& [id, seen] : seen_) {
      if (seen.marks == kFromHead) allowed = std::max(allowed, seen.allowed_removals);
    }
    return allowed;
  }

 private:
  struct Seen {
    unsigned marks = 0;
    bool waiting = false;
    int allowed_removals = 0;
    bool open() const { return waiting && (marks & kFromApplied) == 0; }
  };

  Status Mark(const git_oid& id, unsigned marks) {
    Seen& seen = seen_[id];
    if ((seen.marks | marks) == seen.marks) return Ok();
    if (seen.open()) --open_;
    seen.marks |= marks;
    if (!seen.waiting) {
      DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository_, id));
      queue_.push({git_commit_time(commit.get()), id});
      seen.waiting = true;
    }
    if (seen.open()) ++open_;
    return Ok();
  }

  Status VisitNewest() {
    const git_oid id = queue_.top().id;
    queue_.pop();
    Seen& seen = seen_[id];
    if (seen.open()) --open_;
    seen.waiting = false;
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository_, id));
    seen.allowed_removals = AllowedRemovals(git_commit_message(commit.get()));
    const unsigned marks = seen.marks;  // Mark may move `seen`
    for (unsigned i = 0; i < git_commit_parentcount(commit.get()); ++i) {
      DAGITOPS_TRY(Mark(*git_commit_parent_id(commit.get(), i), marks));
    }
    return Ok();
  }

  const Repository& repository_;
  std::size_t limit_;
  std::size_t open_ = 0;  // waiting commits that only the head reaches so far
  OidMap<Seen> seen_;
  std::priority_queue<DatedCommit> queue_;
};

int ParseCount(std::string_view text) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::clamp(count, 0, kMostRemovals) : 0;
}

}  // namespace

int AllowedRemovals(const char* message) {
  if (message == nullptr || strcasestr(message, kTrailer) == nullptr) return 0;
  git_message_trailer_array trailers{};
  if (git_message_trailers(&trailers, message) != 0) return 0;
  int allowed = 0;
  for (std::size_t i = 0; i < trailers.count; ++i) {
    if (strcasecmp(trailers.trailers[i].key, kTrailer) == 0) {
      allowed = std::max(allowed, ParseCount(trailers.trailers[i].value));
    }
  }
  git_message_trailer_array_free(&trailers);
  return allowed;
}

Result<CommitRange> CompareCommits(const Repository& repository, const Comparison& comparison) {
  if (!comparison.applied) return CommitRange{Ancestry::kFirst, 0};
  DAGITOPS_ASSIGN(const CommitPtr head, LoadCommit(repository, comparison.head));
  const auto applied = LoadCommit(repository, *comparison.applied);
  if (!applied) {
    if (applied.error().kind == ErrorKind::kInvalid) return CommitRange{Ancestry::kDiverged, 0};
    return applied.error();
  }
  const git_oid applied_id = *git_commit_id(applied->get());
  if (git_oid_equal(&applied_id, git_commit_id(head.get())) != 0) return CommitRange{Ancestry::kSame, 0};
  TwoSidedWalk walk(repository, comparison.commit_limit);
  DAGITOPS_ASSIGN(const bool known, walk.Run(*git_commit_id(head.get()), applied_id));
  if (!known) return CommitRange{Ancestry::kDiverged, 0};
  const Ancestry ancestry = walk.ReachedFromHead(applied_id) ? Ancestry::kDescends : Ancestry::kDiverged;
  return CommitRange{ancestry, walk.AllowedInRange()};
}

}  // namespace dagitops::git
