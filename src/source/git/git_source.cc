#include "dagitops/source/git/git_source.h"

#include <algorithm>
#include <filesystem>

#include "dagitops/base/log.h"
#include "dagitops/base/text.h"

#include "source/git/ancestry.h"
#include "source/git/fetch_process.h"
#include "source/git/file_lock.h"
#include "source/git/last_changes.h"
#include "source/git/library.h"
#include "source/git/mirror.h"
#include "source/git/paths.h"
#include "source/git/prepare_request.h"
#include "source/git/remote_url.h"
#include "source/git/tree_ids.h"
#include "source/git/tree_reader.h"

namespace dagitops::git {
namespace {

constexpr Duration kKeepDeadline{500};     // a pass waits for it
constexpr Duration kRefsDeadline{10'000};  // what others do under that lock takes milliseconds, a rebuild seconds
constexpr char kDamagedCode[] = "git-mirror-corrupt";

class GitSource final : public RepositorySource {
 public:
  GitSource(GitSettings settings, RemoteUrl url, Mirror mirror)
      : settings_(std::move(settings)),
        url_(std::move(url)),
        mirror_(std::move(mirror)),
        helper_({settings_.fetch_command, mirror_.home(), url_.name, settings_.stop}) {}

  Result<BranchHead> Fetch(Duration deadline) override {
    if (settings_.remote.empty()) {
      return Error{ErrorKind::kInvalid, "git-settings", mirror_.repository_path(),
                   "no repository to fetch from is named", "set `source.url` to a URL or a path"};
    }
    const auto end = std::chrono::steady_clock::now() + deadline;
    const auto left = [end] { return std::chrono::ceil<Duration>(end - std::chrono::steady_clock::now()); };
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.fetch_lock(), deadline, settings_.stop));
    Refresh();
    mirror_.CleanUp();
    if (mirror_.readable() && !damaged_) {
      auto head = FetchIntoMirror(left());
      if (head || head.error().code != kDamagedCode) return head;
    }
    return Rebuild(left());
  }

  Result<BranchHead> Head() override {
    Refresh();
    const auto head = mirror_.ReadHead(settings_.branch);
    if (!head) {
      return Error{ErrorKind::kRetry, "git-never-fetched", url_.name, "nothing was fetched from it yet", "fetch first"};
    }
    if (head->state != BranchHead::State::kPresent) return BranchHead{head->state, {}};
    return Guard([&]() -> Result<BranchHead> {
      DAGITOPS_ASSIGN(const CommitPtr commit, LoadFetched(head->commit));
      return BranchHead{BranchHead::State::kPresent, Describe(commit.get())};
    });
  }

  Result<Revision> Resolve(std::string_view name) override {
    return Guard([&] { return ResolveName(Repo(), name); });
  }

  Result<SourceTree> ReadTree(const Revision& revision, const TreeLimits& limits) override {
    return Guard([&] { return reader_.Read(Repo(), revision, settings_.path, limits); });
  }

  Result<std::map<std::string, std::string>> TreeIds(const Revision& revision,
                                                     const std::vector<std::string>& folders) override {
    return Guard([&] { return CommitTreeIds(Repo(), revision, settings_.path, folders); });
  }

  Result<std::optional<std::map<std::string, bool>>> Names(const Revision& revision,
                                                           const std::string& folder) override {
    return Guard([&] { return CommitNames(Repo(), revision, settings_.path, folder); });
  }

  Result<CommitRange> Compare(const std::optional<Revision>& applied, const Revision& head) override {
    return Guard([&] { return CompareCommits(Repo(), {applied, head}); });
  }

  Result<PathChanges> LastChanges(const Revision& head, const std::vector<std::string>& paths) override {
    return Guard([&] { return changes_.Find(Repo(), head, settings_.path, paths); });
  }

  Result<std::vector<std::string>> Keep(const std::vector<std::string>& revision_ids) override {
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.refs_lock(), kKeepDeadline));
    return Guard([&] { return mirror_.Keep(settings_.keep_scope, revision_ids); });
  }

 private:
  Repository Repo() const { return {mirror_.handle(), url_.name, Mirror::HeadRef(settings_.branch)}; }

  // Another source may have put a new mirror in the place of a damaged one.
  bool Refresh() {
    if (!mirror_.Refresh()) return false;
    damaged_ = false;
    return true;
  }

  // Runs a question about the mirror. Where it meets an object that cannot be read, the mirror counts as damaged and
  // the next fetch makes it anew.
  template <class Question>
  auto Guard(Question question) -> decltype(question()) {
    Refresh();
    if (!mirror_.readable()) return Damaged("the mirror is no repository any more");
    auto answer = question();
    const auto unreadable = [&] { return !answer && answer.error().code == "git-object-unreadable"; };
    // A pack may have been merged into another one, or the mirror been made anew, while we read.
    if (unreadable()) {
      mirror_.Reopen();
      if (mirror_.readable()) answer = question();
    }
    if (!unreadable()) return answer;
    return Damaged(answer.error().message);
  }

  Error Damaged(const std::string& found) {
    damaged_ = true;
    return Error{ErrorKind::kRetry, kDamagedCode, mirror_.repository_path(), found,
                 "the next fetch makes the mirror anew"};
  }

  Result<FetchAnswer> FetchInto(const std::string& repository, Duration deadline) {
    DAGITOPS_ASSIGN(FetchRequest request, PrepareRequest(settings_, url_, {mirror_.home(), deadline}));
    request.mirror = repository;
    return helper_.Fetch(request, deadline);
  }

  Result<BranchHead> Accept(const FetchAnswer& answer) {
    return Guard([&]() -> Result<BranchHead> {
      BranchHead head{answer.state, {}};
      if (answer.state == BranchHead::State::kPresent) {
        DAGITOPS_ASSIGN(const CommitPtr commit, LoadFetched(answer.commit));
        head.revision = Describe(commit.get());
      }
      DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.refs_lock(), kRefsDeadline));
      DAGITOPS_TRY(mirror_.WriteHead(settings_.branch, {answer.state, answer.commit}));
      return head;
    });
  }

  // The commit and its tree: what must be there after a fetch.
  Result<CommitPtr> LoadFetched(const std::string& id) const {
    auto commit = LoadCommit(Repo(), Revision{id, "", "", 0, ""});
    TreePtr tree;
    if (commit && Take(tree, [&](git_tree** out) { return git_commit_tree(out, commit->get()); }) == 0) return commit;
    return Error{ErrorKind::kRetry, "git-object-unreadable", url_.name,
                 "commit " + id + " cannot be read after it was fetched: " + LastMessage(), ""};
  }

  Result<BranchHead> FetchIntoMirror(Duration deadline) {
    DAGITOPS_ASSIGN(const FetchAnswer answer, FetchInto(mirror_.repository_path(), deadline));
    return Accept(answer);
  }

  Result<BranchHead> Rebuild(Duration deadline) {
    Log(LogLevel::kWarning, "the mirror is damaged and is made anew", {{"mirror", mirror_.repository_path()}});
    DAGITOPS_ASSIGN(const std::string beside, mirror_.MakeBeside());
    const auto answer = FetchInto(beside, deadline);
    if (!answer) {
      std::error_code ignored;
      std::filesystem::remove_all(beside, ignored);
      return answer.error();
    }
    DAGITOPS_TRY(PutInPlace(beside));
    damaged_ = false;
    return Accept(*answer);
  }

  Status PutInPlace(const std::string& beside) {
    DAGITOPS_ASSIGN(const FileLock lock, FileLock::Take(mirror_.refs_lock(), kRefsDeadline));
    return mirror_.Replace(beside);
  }

  GitSettings settings_;
  RemoteUrl url_;
  Mirror mirror_;
  FetchHelper helper_;
  bool damaged_ = false;
  TreeReader reader_;
  LastChangesFinder changes_;
};

Status CheckSettings(const GitSettings& settings) {
  const auto invalid = [&](std::string message, std::string hint) {
    return Error{ErrorKind::kInvalid, "git-settings", CleanUrl(settings.remote), std::move(message), std::move(hint)};
  };
  if (settings.mirror_dir.empty()) return invalid("no folder for the mirror is named", "set `stateDir`");
  if (settings.fetch_command.empty()) return invalid("no command to fetch with is named", "leave it at its default");
  int valid = 1;
  const std::string ref = "refs/heads/" + settings.branch;
  if (!settings.branch.empty() && (git_reference_name_is_valid(&valid, ref.c_str()) != 0 || valid == 0)) {
    return invalid(Quoted(settings.branch) + " is no name of a branch",
                   "set `source.branch` to the branch's short name");
  }
  return Ok();
}

}  // namespace

Result<std::unique_ptr<RepositorySource>> OpenGitSource(const GitSettings& settings) {
  PrepareLibrary();
  DAGITOPS_TRY(CheckSettings(settings));
  GitSettings clean = settings;
  DAGITOPS_ASSIGN(clean.path, CleanFolder(settings.path));
  DAGITOPS_ASSIGN(Mirror mirror, Mirror::Open(settings.mirror_dir));
  return std::unique_ptr<RepositorySource>(
      std::make_unique<GitSource>(std::move(clean), ParseRemote(settings.remote), std::move(mirror)));
}

}  // namespace dagitops::git
