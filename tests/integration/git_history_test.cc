#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "dagitops/base/text.h"
#include "dagitops/source/git/work_tree.h"

#include "source/git/ancestry.h"
#include "source/git/last_changes.h"
#include "source/git/library.h"
#include "support/case_name.h"
#include "support/temp_git_repo.h"

namespace dagitops::git {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Revision At(const std::string& id) { return Revision{id, "", "", 0, ""}; }

class HistoryTest : public ::testing::Test {
 protected:
  RepositorySource& Source() {
    if (source_ == nullptr) {
      auto opened = OpenWorkTree(repo_.path());
      if (!opened) throw std::runtime_error(opened.error().Text());
      source_ = std::move(*opened);
    }
    return *source_;
  }

  Repository Raw() {
    PrepareLibrary();
    if (handle_ == nullptr) {
      Take(handle_, [&](git_repository** out) { return git_repository_open(out, repo_.path().c_str()); });
    }
    return {handle_.get(), "workspace"};
  }

  CommitRange Compare(const std::string& applied, const std::string& head) {
    const auto range = Source().Compare(At(applied), At(head));
    if (!range) throw std::runtime_error(range.error().Text());
    return *range;
  }

  std::string Empty(const std::string& message) { return repo_.Commit(message); }

  support::TempGitRepo repo_;
  std::unique_ptr<RepositorySource> source_;
  RepositoryPtr handle_;
};

TEST_F(HistoryTest, NothingAppliedYetIsTheFirst) {
  const std::string head = Empty("one\n\nDagitops-Allow-Removals: 3");
  const auto range = Source().Compare(std::nullopt, At(head));
  ASSERT_TRUE(range);
  EXPECT_EQ(range->ancestry, Ancestry::kFirst);
  EXPECT_EQ(range->allowed_removals, 0);
}

TEST_F(HistoryTest, TheSameCommitAllowsNothing) {
  const std::string head = Empty("one\n\nDagitops-Allow-Removals: 3");
  EXPECT_EQ(Compare(head, head).ancestry, Ancestry::kSame);
  EXPECT_EQ(Compare(head, head).allowed_removals, 0);
}

TEST_F(HistoryTest, TheLargestTrailerSinceTheAppliedCommitCounts) {
  Empty("before\n\nDagitops-Allow-Removals: 99");
  const std::string applied = Empty("applied\n\nDagitops-Allow-Removals: 98");
  Empty("two\n\nDagitops-Allow-Removals: 4");
  Empty("three\n\nDagitops-Allow-Removals: 7\nSigned-off-by: A <a@example.com>");
  const std::string head = Empty("four\n\nDagitops-Allow-Removals: 2");
  const CommitRange range = Compare(applied, head);
  EXPECT_EQ(range.ancestry, Ancestry::kDescends);
  EXPECT_EQ(range.allowed_removals, 7);
}

TEST_F(HistoryTest, ATrailerOnAMergedBranchCounts) {
  const std::string applied = Empty("base");
  repo_.Git({"checkout", "-q", "-b", "side"});
  Empty("side\n\nDagitops-Allow-Removals: 5");
  repo_.Git({"checkout", "-q", "main"});
  Empty("main");
  repo_.Git({"merge", "-q", "--no-ff", "-m", "merge", "side"});
  const CommitRange range = Compare(applied, repo_.Head());
  EXPECT_EQ(range.ancestry, Ancestry::kDescends);
  EXPECT_EQ(range.allowed_removals, 5);
}

TEST_F(HistoryTest, ARewoundBranchDiverges) {
  const std::string old = Empty("one\n\nDagitops-Allow-Removals: 9");
  const std::string applied = Empty("two");
  const CommitRange range = Compare(applied, old);
  EXPECT_EQ(range.ancestry, Ancestry::kDiverged);
  EXPECT_EQ(range.allowed_removals, 0) << "what the applied commit had already is used up";
}

TEST_F(HistoryTest, AForcePushedBranchDivergesAndItsOwnTrailerCounts) {
  const std::string base = Empty("base\n\nDagitops-Allow-Removals: 50");
  const std::string applied = Empty("applied\n\nDagitops-Allow-Removals: 40");
  repo_.Git({"reset", "-q", "--hard", base});
  const std::string head = Empty("rewritten\n\nDagitops-Allow-Removals: 6");
  const CommitRange range = Compare(applied, head);
  EXPECT_EQ(range.ancestry, Ancestry::kDiverged);
  EXPECT_EQ(range.allowed_removals, 6);
}

TEST_F(HistoryTest, AnUnrelatedHistoryDiverges) {
  const std::string applied = Empty("one");
  repo_.Git({"checkout", "-q", "--orphan", "other"});
  const std::string head = Empty("new root\n\nDagitops-Allow-Removals: 2");
  EXPECT_EQ(Compare(applied, head).ancestry, Ancestry::kDiverged);
  EXPECT_EQ(Compare(applied, head).allowed_removals, 2);
}

TEST_F(HistoryTest, AnAppliedCommitThatIsGoneDivergesAndAllowsNothing) {
  const std::string head = Empty("one\n\nDagitops-Allow-Removals: 2");
  const CommitRange range = Compare("0123456789012345678901234567890123456789", head);
  EXPECT_EQ(range.ancestry, Ancestry::kDiverged);
  EXPECT_EQ(range.allowed_removals, 0);
}

TEST_F(HistoryTest, AHeadThatIsGoneIsAnError) {
  const std::string applied = Empty("one");
  EXPECT_EQ(Source().Compare(At(applied), At("0123456789012345678901234567890123456789")).error().code,
            "git-revision-unknown");
}

TEST_F(HistoryTest, BeyondItsLimitNothingIsTakenForGranted) {
  const std::string applied = Empty("one");
  std::string head;
  for (int i = 0; i < 6; ++i) head = Empty("more\n\nDagitops-Allow-Removals: 1");
  const auto within = CompareCommits(Raw(), {At(applied), At(head), 6});
  ASSERT_TRUE(within);
  EXPECT_EQ(within->ancestry, Ancestry::kDescends);
  const auto beyond = CompareCommits(Raw(), {At(applied), At(head), 5});
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->ancestry, Ancestry::kDiverged);
  EXPECT_EQ(beyond->allowed_removals, 0);
}

// The answers of git itself, over random histories with merges and clocks that go backwards.
TEST_F(HistoryTest, AgreesWithGitOnRandomHistories) {
  std::mt19937 random(7);  // NOLINT: the same history on every run
  std::vector<std::string> commits{Empty("root")};
  const std::string tree = repo_.Git({"rev-parse", "HEAD^{tree}"});
  for (int i = 0; i < 40; ++i) {
    std::vector<std::string> command{"commit-tree", "-m", "c" + std::to_string(i), tree};
    std::set<std::string> parents{commits[random() % commits.size()]};
    if (random() % 4 == 0) parents.insert(commits[random() % commits.size()]);
    for (const std::string& parent : parents) command.insert(command.end(), {"-p", parent});
    if (random() % 8 == 0) command.resize(4);
    commits.push_back(repo_.Git(command));
  }
  for (int i = 0; i < 100; ++i) {
    const std::string& applied = commits[random() % commits.size()];
    const std::string& head = commits[random() % commits.size()];
    const std::string ancestors = repo_.Git({"rev-list", head});
    const Ancestry expected = applied == head                                ? Ancestry::kSame
                              : ancestors.find(applied) != std::string::npos ? Ancestry::kDescends
                                                                             : Ancestry::kDiverged;
    EXPECT_EQ(Compare(applied, head).ancestry, expected) << applied << ".." << head;
  }
}

TEST_F(HistoryTest, AUsedUpTrailerDoesNotCountAgainWhenClocksWentBackwards) {
  // The base was committed by a clock far ahead, so a walk by time meets it before the applied commit.
  const auto commit = [](const std::string& branch, int mark, int time, const std::string& message, int from) {
    return "commit refs/heads/" + branch + "\nmark :" + std::to_string(mark) + "\ncommitter C <c@example.com> " +
           std::to_string(time) + " +0000\ndata " + std::to_string(message.size()) + "\n" + message + "\n" +
           (from == 0 ? "" : "from :" + std::to_string(from) + "\n");
  };
  repo_.Git({"fast-import", "--quiet"},
            commit("base", 1, 1'900'000'000, "base\n\nDagitops-Allow-Removals: 50\n", 0) +
                commit("applied", 2, 1'700'000'100, "applied\n", 1) +
                commit("head", 3, 1'700'000'200, "rewritten\n\nDagitops-Allow-Removals: 6\n", 1));
  const CommitRange range = Compare(repo_.Git({"rev-parse", "applied"}), repo_.Git({"rev-parse", "head"}));
  EXPECT_EQ(range.ancestry, Ancestry::kDiverged);
  EXPECT_EQ(range.allowed_removals, 6);
}

struct TrailerCase {
  std::string name;
  std::string message;
  int allowed;
};

class TrailerTest : public ::testing::TestWithParam<TrailerCase> {};

TEST_P(TrailerTest, IsRead) { EXPECT_EQ(AllowedRemovals(GetParam().message.c_str()), GetParam().allowed); }

INSTANTIATE_TEST_SUITE_P(
    Good, TrailerTest,
    ::testing::Values(TrailerCase{"Alone", "subject\n\nDagitops-Allow-Removals: 3\n", 3},
                      TrailerCase{"AnyCase", "subject\n\ndagitops-allow-removals: 4\n", 4},
                      TrailerCase{"AmongOthers", "subject\n\nbody\n\nA: b\nDagitops-Allow-Removals: 5\nC: d\n", 5},
                      TrailerCase{"TheLargestOfTwo", "s\n\nDagitops-Allow-Removals: 2\nDagitops-Allow-Removals: 1\n",
                                  2},
                      TrailerCase{"VeryLarge", "s\n\nDagitops-Allow-Removals: 2000000\n", 1'000'000}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(Bad, TrailerTest,
                         ::testing::Values(TrailerCase{"None", "subject\n", 0}, TrailerCase{"Empty", "", 0},
                                           TrailerCase{"InTheSubject", "Dagitops-Allow-Removals: 3\n", 0},
                                           TrailerCase{"InTheMiddleOfTheBody",
                                                       "s\n\nDagitops-Allow-Removals: 3\n\nthe end of the text\n", 0},
                                           TrailerCase{"Negative", "s\n\nDagitops-Allow-Removals: -3\n", 0},
                                           TrailerCase{"NoNumber", "s\n\nDagitops-Allow-Removals: all\n", 0},
                                           TrailerCase{"NumberAndMore", "s\n\nDagitops-Allow-Removals: 3 or 4\n", 0},
                                           TrailerCase{"Overflow",
                                                       "s\n\nDagitops-Allow-Removals: 99999999999999999999\n", 0}),
                         support::CaseName());

class LastChangesTest : public HistoryTest {
 protected:
  std::map<std::string, std::string> Find(const std::string& head, const std::vector<std::string>& paths) {
    const auto found = Source().LastChanges(At(head), paths);
    if (!found) throw std::runtime_error(found.error().Text());
    std::map<std::string, std::string> ids;
    for (const auto& [path, change] : *found) ids[path] = change.revision.id;
    return ids;
  }
  std::string ByGit(const std::string& head, const std::string& path) {
    return repo_.Git({"log", "-1", "--format=%H", head, "--", path});
  }
};

TEST_F(LastChangesTest, NamesTheNewestCommitOfEachFileAndFolder) {
  repo_.Write("locations/a.yaml", "1").Write("locations/b.yaml", "1").Write("code/x/y.py", "1");
  const std::string first = repo_.Commit("first");
  repo_.Write("locations/b.yaml", "2");
  const std::string second = repo_.Commit("second");
  repo_.Write("code/x/z.py", "1");
  const std::string third = repo_.Commit("third");
  const auto changes = Find(third, {"locations/a.yaml", "locations/b.yaml", "code", "code/x/y.py", "locations", ""});
  EXPECT_EQ(changes.at("locations/a.yaml"), first);
  EXPECT_EQ(changes.at("locations/b.yaml"), second);
  EXPECT_EQ(changes.at("locations"), second);
  EXPECT_EQ(changes.at("code"), third);
  EXPECT_EQ(changes.at("code/x/y.py"), first);
  EXPECT_EQ(changes.at(""), third);
}

TEST_F(LastChangesTest, LeavesOutWhatNeverWas) {
  repo_.Write("locations/a.yaml", "1");
  EXPECT_THAT(Find(repo_.Commit(), {"locations/gone.yaml", "locations/a.yaml/deeper"}), IsEmpty());
}

TEST_F(LastChangesTest, NamesTheCommitThatRemovedAFile) {
  repo_.Write("locations/a.yaml", "1").Write("locations/b.yaml", "1");
  repo_.Commit();
  repo_.Remove("locations/a.yaml");
  const std::string removal = repo_.Commit();
  repo_.Write("locations/b.yaml", "2");
  EXPECT_EQ(Find(repo_.Commit(), {"locations/a.yaml"}).at("locations/a.yaml"), removal);
}

TEST_F(LastChangesTest, CountsAChangedModeAsAChange) {
  repo_.Write("code/run.sh", "#!/bin/sh\n");
  repo_.Commit();
  repo_.Git({"update-index", "--chmod=+x", "code/run.sh"});
  repo_.Git({"commit", "-q", "-m", "executable"});
  EXPECT_EQ(Find(repo_.Head(), {"code/run.sh"}).at("code/run.sh"), repo_.Head());
}

TEST_F(LastChangesTest, RemembersAnswersOnlyForTheirOwnHead) {
  repo_.Write("locations/a.yaml", "1").Write("locations/b.yaml", "1");
  const std::string first = repo_.Commit();
  repo_.Write("locations/a.yaml", "2");
  const std::string second = repo_.Commit();
  const std::vector<std::string> paths{"locations/a.yaml", "locations/b.yaml"};
  EXPECT_EQ(Find(second, paths).at("locations/a.yaml"), second);
  EXPECT_EQ(Find(first, paths).at("locations/a.yaml"), first);
  EXPECT_EQ(Find(second, paths).at("locations/a.yaml"), second);
}

TEST_F(LastChangesTest, StopsAtItsLimit) {
  repo_.Write("locations/a.yaml", "1");
  repo_.Commit();
  for (int i = 0; i < 4; ++i) Empty("nothing");
  repo_.Write("locations/b.yaml", "1");
  const std::string head = repo_.Commit();
  LastChangesFinder finder(3);
  const auto changes = finder.Find(Raw(), At(head), "", {"locations/a.yaml", "locations/b.yaml"});
  ASSERT_TRUE(changes);
  EXPECT_EQ(changes->size(), 1U);
  EXPECT_TRUE(changes->contains("locations/b.yaml"));
}

TEST_F(LastChangesTest, EndsAtTheEdgeOfAShallowClone) {
  repo_.Write("locations/a.yaml", "1");
  repo_.Commit("far away");
  repo_.Write("locations/b.yaml", "1");
  const std::string head = repo_.Commit("newest");
  support::TempGitRepo clone;
  clone.Git({"fetch", "-q", "--depth", "1", "file://" + repo_.path(), "main"});
  clone.Git({"reset", "-q", "--hard", "FETCH_HEAD"});
  auto source = OpenWorkTree(clone.path());
  ASSERT_TRUE(source);
  const auto changes = (*source)->LastChanges(At(head), {"locations/a.yaml"});
  ASSERT_TRUE(changes) << changes.error().Text();
  EXPECT_EQ(changes->at("locations/a.yaml").revision.id, head);
}

// Scripts and rebases make many commits in one second.
TEST_F(LastChangesTest, TellsWhichOfTwoChangesIsNewerAlsoInOneSecond) {
  std::vector<std::string> paths;
  repo_.StopClock();
  for (const char name : {'d', 'a', 'c', 'e', 'b'}) {
    paths.push_back(std::string("locations/") + name + ".yaml");
    repo_.Write(paths.back(), "1").Commit();
  }
  const std::string head = repo_.Git({"rev-parse", "HEAD"});
  const auto found = Source().LastChanges(At(head), paths);
  ASSERT_TRUE(found) << found.error().Text();
  for (std::size_t i = 1; i < paths.size(); ++i) {
    EXPECT_GT(found->at(paths[i]).order, found->at(paths[i - 1]).order) << paths[i];
  }
}

// A commit that was taken over from another branch keeps the time at which it was written.
TEST_F(LastChangesTest, TellsByWhenItWasCommittedNotWritten) {
  repo_.Write("locations/a.yaml", "1").Commit();
  repo_.Write("locations/b.yaml", "1");
  repo_.Git({"add", "-A"});
  repo_.Git({"commit", "-q", "-m", "old work", "--date", "2001-01-01T00:00:00Z"});
  const auto found = Source().LastChanges(At(repo_.Head()), {"locations/a.yaml", "locations/b.yaml"});
  ASSERT_TRUE(found) << found.error().Text();
  EXPECT_GT(found->at("locations/b.yaml").order, found->at("locations/a.yaml").order);
}

TEST_F(LastChangesTest, AgreesWithGitLogOnRandomHistories) {
  std::mt19937 random(11);  // NOLINT: the same history on every run
  const std::vector<std::string> paths{"locations/a", "locations/b", "locations/c/d", "locations/c/e",
                                       "locations/c", "locations",   "other/x",       "other"};
  const std::vector<std::string> files{"locations/a", "locations/b", "locations/c/d", "locations/c/e", "other/x"};
  std::vector<std::string> commits{Empty("root")};
  for (int i = 0; i < 50; ++i) {
    repo_.Git({"checkout", "-q", "--detach",
               commits[commits.size() - 1 - random() % std::min<std::size_t>(commits.size(), 4)]});
    if (random() % 4 == 0) {
      const std::string& other = commits[random() % commits.size()];
      repo_.Git({"merge", "-q", "-X", "ours", "-m", "merge " + std::to_string(i), other});
    } else {
      repo_.Write(files[random() % files.size()], std::to_string(random() % 3));
      if (random() % 5 == 0) repo_.Remove(files[random() % files.size()]);
      repo_.Commit("change " + std::to_string(i));
    }
    commits.push_back(repo_.Head());
    const auto changes = Find(commits.back(), paths);
    for (const std::string& path : paths) {
      const auto found = changes.find(path);
      EXPECT_EQ(found == changes.end() ? "" : found->second, ByGit(commits.back(), path)) << path << " at " << i;
    }
  }
}

class ResolveTest : public HistoryTest {};

TEST_F(ResolveTest, KnowsIdsPrefixesBranchesAndTags) {
  const std::string first = Empty("one");
  repo_.Git({"tag", "-a", "-m", "annotated", "v1"});
  repo_.Git({"branch", "feature/x"});
  const std::string second = Empty("two");
  EXPECT_EQ(Source().Resolve(first)->id, first);
  EXPECT_EQ(Source().Resolve(first.substr(0, 7))->id, first);
  EXPECT_EQ(Source().Resolve(first.substr(0, 12))->id, first);
  EXPECT_EQ(Source().Resolve("v1")->id, first);
  EXPECT_EQ(Source().Resolve("feature/x")->id, first);
  EXPECT_EQ(Source().Resolve("main")->id, second);
  EXPECT_EQ(Source().Resolve("HEAD")->id, second);
  EXPECT_EQ(Source().Resolve(second)->subject, "two");
}

TEST_F(ResolveTest, SaysWhyANameIsNoCommit) {
  const std::string id = Empty("one");
  repo_.Write("a", "text");
  repo_.Commit();
  EXPECT_EQ(Source().Resolve(id.substr(0, 6)).error().code, "git-revision-too-short");
  EXPECT_EQ(Source().Resolve("nothing").error().code, "git-revision-unknown");
  EXPECT_EQ(Source().Resolve("").error().code, "git-revision-unknown");
  EXPECT_EQ(Source().Resolve("0123456").error().code, "git-revision-unknown");
  EXPECT_EQ(Source().Resolve(repo_.Git({"rev-parse", "HEAD:a"})).error().code, "git-revision-unknown");
}

TEST_F(ResolveTest, GoesStepsToAnAncestor) {
  const std::string first = Empty("one");
  repo_.Git({"tag", "-a", "-m", "annotated", "v1"});
  repo_.Git({"checkout", "-q", "-b", "side"});
  const std::string side = Empty("side");
  repo_.Git({"checkout", "-q", "main"});
  const std::string second = Empty("two");
  repo_.Git({"merge", "-q", "--no-ff", "-m", "merge", "side"});
  const std::string merge = repo_.Head();
  for (const std::string name : {"HEAD", "HEAD^0", "HEAD~", "HEAD~1", "main^", "main^1", "main^2", "HEAD~2", "main^2^",
                                 "main^^", "side~1", "v1^0", "HEAD^2~1", "HEAD~1^1~0"}) {
    const auto resolved = Source().Resolve(name);
    ASSERT_TRUE(resolved) << name << ": " << resolved.error().Text();
    EXPECT_EQ(resolved->id, repo_.Git({"rev-parse", name + "^{commit}"})) << name;
  }
  EXPECT_EQ(Source().Resolve(merge.substr(0, 9) + "^2")->id, side);
}

TEST_F(ResolveTest, SaysWhyStepsLeadToNoCommit) {
  const std::string first = Empty("one");
  for (const std::string name :
       {"HEAD~1", "main^", "HEAD^2", "HEAD~9999", "nothing~1", "~1", "^", "HEAD^{tree}", "HEAD^{/one}", "HEAD@{0}",
        ":/one", "HEAD:a", "HEAD~1:a", "HEAD~99999", "HEAD~0~0~0~0~0~0~0~0~0~0~0~0~0~0~0~0~0"}) {
    const auto resolved = Source().Resolve(name);
    ASSERT_FALSE(resolved) << name;
    EXPECT_EQ(resolved.error().code, "git-revision-unknown") << name;
  }
  EXPECT_EQ(Source().Resolve(first.substr(0, 6) + "~1").error().code, "git-revision-too-short");
  EXPECT_THAT(Source().Resolve("HEAD~3").error().message, HasSubstr("the history of \"HEAD\" does not go so far"));
  EXPECT_THAT(Source().Resolve("nothing~1").error().message, HasSubstr("is called \"nothing\""));
}

TEST_F(ResolveTest, NamesTheCandidatesOfAnAmbiguousPrefix) {
  // Commits are made until two share seven digits; trees and blobs with the same prefix do not count.
  const std::string first = Empty("one");
  std::map<std::string, std::string> seen;
  std::string prefix;
  std::string input;
  for (int i = 0; i < 60000; ++i) {
    input += "commit refs/heads/many\ncommitter C <c@example.com> " + std::to_string(1'700'000'000 + i) +
             " +0000\ndata 1\nx\n";
  }
  repo_.Git({"fast-import", "--quiet"}, input);
  for (const std::string& id : Split(repo_.Git({"rev-list", "many"}), '\n')) {
    if (!seen.emplace(id.substr(0, 7), id).second) prefix = id.substr(0, 7);
  }
  ASSERT_NE(prefix, "") << "no two of 60,000 commits share seven digits";
  const auto resolved = Source().Resolve(prefix);
  ASSERT_TRUE(resolved.has_error());
  EXPECT_EQ(resolved.error().code, "git-revision-ambiguous");
  EXPECT_THAT(resolved.error().message, HasSubstr(seen[prefix].substr(0, 12)));
}

TEST_F(ResolveTest, ShowsForeignTextsHarmlessly) {
  EXPECT_EQ(Printable("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(Printable("\x1b[31mred\x07\n"), " [31mred  ");
  EXPECT_EQ(Printable("caf\xE9"), "caf?");
  EXPECT_EQ(Printable("\xE2\x82"), "??");
  EXPECT_EQ(Printable(std::string(600, 'x')).size(), 500U);
}

}  // namespace
}  // namespace dagitops::git
