#include "dagitops/source/git/git_history.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/duration.h"
#include "dagitops/base/log.h"
#include "dagitops/base/text.h"

#include "source/git/fetch_process.h"
#include "source/git/file_lock.h"
#include "source/git/force_ref.h"
#include "source/git/history_commits.h"
#include "source/git/library.h"
#include "source/git/mirror.h"
#include "source/git/pack_merge.h"
#include "source/git/prepare_request.h"
#include "source/git/remote_url.h"

namespace dagitops::git {
namespace {

using std::chrono::steady_clock;

constexpr char kLocalRef[] = "refs/dagitops/history";
constexpr char kRemoteRefs[] = "refs/dagitops/history-of/";
constexpr std::string_view kLatest = "latest";
constexpr Duration kRefsDeadline{10'000};  // what others do under that lock takes milliseconds
constexpr int kMostAttempts = 3;

class GitHistory final : public HistoryWriter {
 public:
  GitHistory(GitSettings settings, Mirror mirror, const Clock& clock)
      : settings_(std::move(settings)),
        url_(ParseRemote(settings_.remote)),
        mirror_(std::move(mirror)),
        clock_(clock),
        remote_ref_(kRemoteRefs + ShortDigest(settings_.remote + "\n" + settings_.branch, 16)) {}

  Result<std::vector<HistoryEntry>> List(std::size_t limit) override {
    return Guard([&] { return ListOnce(limit); });
  }

  Result<HistoryRecord> Read(std::string_view name, std::string_view only) override {
    return Guard([&] { return ReadOnce(name, only); });
  }

  Result<std::string> Append(const HistoryRecord& record) override {
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.refs_lock(), kRefsDeadline));
    mirror_.Refresh();
    const auto tip = Tip(kLocalRef);
    if (tip) {
      DAGITOPS_ASSIGN(const HistoryEntry newest, ReadEntry(Handle(), *tip));
      if (newest.key == record.key) return newest.commit;
    }
    DAGITOPS_ASSIGN(const git_oid id,
                    WriteRecord(mirror_.repository_path(), record, tip ? &*tip : nullptr, clock_.Now()));
    MergeSmallPacks(Handle());
    DAGITOPS_TRY(SetRef(kLocalRef, id));
    return Hex(id);
  }

  Status Fetch(Duration deadline) override {
    if (settings_.remote.empty()) return Ok();
    const auto end = steady_clock::now() + deadline;
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.fetch_lock(), deadline, settings_.stop));
    return FetchBranch(end);
  }

  Status Push(Duration deadline) override {
    if (settings_.remote.empty()) return Ok();
    const auto end = steady_clock::now() + deadline;
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.fetch_lock(), deadline, settings_.stop));
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
      if (!fetched_) DAGITOPS_TRY(FetchBranch(end));
      const auto tip = Tip(kLocalRef);
      const auto base = Tip(remote_ref_);
      if (!tip || (base && git_oid_equal(&*tip, &*base) != 0)) return Ok();
      const auto pushed = Exchange(end, {Hex(*tip), base ? Hex(*base) : ""});
      if (pushed) return NotePushed(*tip);
      fetched_ = false;
      if (pushed.error().code != "git-push-conflict") return Refused(pushed.error());
    }
    return Error{ErrorKind::kRetry, "history-conflict", url_.name,
                 "others write to the branch " + settings_.branch + " all the time",
                 "it is tried again; give each dagitops a branch of its own with `history.branch`"};
  }

 private:
  struct What {
    std::string push;  // "": fetch
    std::string over;
  };

  git_repository* Handle() const { return mirror_.handle(); }

  // While we read, packs may have been merged, or the repository been made anew.
  template <class Question>
  auto Guard(Question question) -> decltype(question()) {
    mirror_.Refresh();
    auto answer = question();
    if (answer || answer.error().code != "git-object-unreadable") return answer;
    mirror_.Reopen();
    return mirror_.readable() ? question() : answer;
  }

  Result<std::vector<HistoryEntry>> ListOnce(std::size_t limit) const {
    const auto tip = Tip(kLocalRef);
    if (!tip) return std::vector<HistoryEntry>{};
    DAGITOPS_ASSIGN(const auto line, Line(Handle(), *tip, nullptr, limit));
    DAGITOPS_ASSIGN(const auto unpushed, Unpushed(*tip));
    std::vector<HistoryEntry> entries;
    for (const git_oid& id : line) {
      DAGITOPS_ASSIGN(HistoryEntry entry, ReadEntry(Handle(), id));
      entry.pushed = !unpushed.contains(entry.commit);
      entries.push_back(std::move(entry));
    }
    return entries;
  }

  Result<HistoryRecord> ReadOnce(std::string_view name, std::string_view only) const {
    if (name.substr(0, name.find_first_of("~^")) == "HEAD") return NoRecord(name);  // the workspace repository's
    const bool latest =
        name.starts_with(kLatest) && name.find_first_not_of("~^0123456789", kLatest.size()) == std::string_view::npos;
    const std::string asked = latest ? "HEAD" + std::string(name.substr(kLatest.size())) : std::string(name);
    const auto revision = ResolveName({Handle(), "the history", kLocalRef}, asked);
    git_oid id;
    if (revision && ParseId(revision->id, &id)) return ReadRecord(Handle(), id, std::string(only));
    if (revision.error().kind != ErrorKind::kInvalid) return revision.error();
    return NoRecord(name);
  }

  Error NoRecord(std::string_view name) const {
    return {ErrorKind::kInvalid, "history-unknown", settings_.branch, "the history has no record " + Quoted(name),
            "see `dagitops history`"};
  }

  std::optional<git_oid> Tip(const std::string& ref) const {
    git_oid id;
    return ReadRef({Handle(), mirror_.repository_path()}, ref, &id) ? std::optional(id) : std::nullopt;
  }

  // What the remote lacks, as far as is known. All, where it has nothing that we know of.
  Result<std::set<std::string>> Unpushed(const git_oid& tip) const {
    std::set<std::string> ids;
    const auto base = Tip(remote_ref_);
    DAGITOPS_ASSIGN(const auto line, Line(Handle(), tip, base ? &*base : nullptr, kMostCommits));
    for (const git_oid& id : line) ids.insert(Hex(id));
    return ids;
  }

  Result<FetchAnswer> Exchange(steady_clock::time_point end, const What& what) {
    const Duration left = std::chrono::ceil<Duration>(end - steady_clock::now());
    DAGITOPS_ASSIGN(FetchRequest request, PrepareRequest(settings_, url_, {mirror_.home(), left}));
    request.mirror = mirror_.repository_path();
    request.push = what.push;
    request.push_over = what.over;
    // Of its own each time, since records are rare and it would sit idle for hours.
    FetchHelper helper({settings_.fetch_command, mirror_.home(), url_.name, settings_.stop});
    auto answer = helper.Fetch(request, std::max(left, Duration(0)));
    if (answer || answer.error().code != "git-fetch-timeout") return answer;
    return Error{ErrorKind::kRetry, "history-timeout", url_.name,
                 "the remote of the history did not answer in time and was given up",
                 "it is tried again; check the network, or raise `source.timeout`"};
  }

  // Under the fetch lock. What somebody else wrote is taken over, with what is ours alone behind it.
  Status FetchBranch(steady_clock::time_point end) {
    DAGITOPS_ASSIGN(const FetchAnswer answer, Exchange(end, {}));
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.refs_lock(), kRefsDeadline));
    mirror_.CleanUp();
    mirror_.Reopen();  // there may be a new pack
    fetched_ = true;
    git_oid theirs;
    if (answer.state != BranchHead::State::kPresent || !ParseId(answer.commit, &theirs)) return DropRef(remote_ref_);
    DAGITOPS_TRY(TakeOver(theirs));
    return SetRef(remote_ref_, theirs);
  }

  Status TakeOver(const git_oid& theirs) {
    const auto ours = Tip(kLocalRef);
    if (!ours) return SetRef(kLocalRef, theirs);
    DAGITOPS_ASSIGN(const auto line, Line(Handle(), *ours, &theirs, kMostCommits));
    const bool descends = line.empty() || IsParent(line.back(), theirs);
    if (descends) return Ok();
    DAGITOPS_ASSIGN(const auto mine, MineAlone(*ours, theirs));
    DAGITOPS_ASSIGN(const git_oid tip, PutBehind(Handle(), mine, theirs));
    return SetRef(kLocalRef, tip);
  }

  bool IsParent(const git_oid& commit, const git_oid& parent) const {
    const auto line = Line(Handle(), commit, nullptr, 2);
    return line && line->size() == 2 && git_oid_equal(&(*line)[1], &parent) != 0;
  }

  // Of ours, newest first, what their line does not have.
  Result<std::vector<git_oid>> MineAlone(const git_oid& ours, const git_oid& theirs) const {
    git_oid common;
    const bool related = git_merge_base(&common, Handle(), &ours, &theirs) == 0;
    return Line(Handle(), ours, related ? &common : nullptr, kMostCommits);
  }

  Status NotePushed(const git_oid& tip) {
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.refs_lock(), kRefsDeadline));
    return SetRef(remote_ref_, tip);
  }

  // Only a person can give rights; the rest may go by itself.
  Error Refused(Error error) const {
    if (error.kind == ErrorKind::kRetry) return error;
    error.kind = ErrorKind::kStalled;
    error.code = "history-refused";
    error.message = "the history could not be written to the branch " + settings_.branch + ": " + error.message;
    error.hint = "it goes on in " + mirror_.repository_path() +
                 "; give a login that may write with `history.tokenFile` or `history.sshKeyFile`, name another "
                 "repository with `history.url`, or set `history.push: false`";
    return error;
  }

  Status SetRef(const std::string& ref, const git_oid& id) {
    if (ForceRef(Handle(), ref, id) == 0) return Ok();
    return LibraryError(ErrorKind::kRetry, "history-unwritable", mirror_.repository_path(), "could not write " + ref);
  }

  Status DropRef(const std::string& ref) {
    const int code = git_reference_remove(Handle(), ref.c_str());
    if (code == 0 || code == GIT_ENOTFOUND) return Ok();
    return LibraryError(ErrorKind::kRetry, "history-unwritable", mirror_.repository_path(), "could not remove " + ref);
  }

  GitSettings settings_;
  RemoteUrl url_;
  Mirror mirror_;
  const Clock& clock_;
  std::string remote_ref_;  // what the branch was known to be last; another name for another branch
  bool fetched_ = false;    // and nothing was found since that says it may have moved
};

}  // namespace

Result<std::unique_ptr<HistoryWriter>> OpenGitHistory(const GitSettings& settings, const Clock& clock) {
  PrepareLibrary();
  int valid = 0;
  const std::string ref = "refs/heads/" + settings.branch;
  if (settings.branch.empty() || git_reference_name_is_valid(&valid, ref.c_str()) != 0 || valid == 0) {
    return Error{ErrorKind::kInvalid, "git-settings", settings.branch, "it is no name of a branch",
                 "set `history.branch` to the branch's short name"};
  }
  DAGITOPS_ASSIGN(Mirror mirror, Mirror::Open(settings.mirror_dir));
  if (!mirror.readable()) {
    Log(LogLevel::kWarning, "the history's repository is damaged and is made anew",
        {{"repository", mirror.repository_path()}});
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror.refs_lock(), kRefsDeadline));
    DAGITOPS_ASSIGN(const std::string beside, mirror.MakeBeside());
    DAGITOPS_TRY(mirror.Replace(beside));
  }
  return std::unique_ptr<HistoryWriter>(std::make_unique<GitHistory>(settings, std::move(mirror), clock));
}

}  // namespace dagitops::git
