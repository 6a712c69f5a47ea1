#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dagitops/store/file_lock.h"
#include "dagitops/store/file_request_inbox.h"
#include "dagitops/store/submit_request.h"

#include "store/request_json.h"
#include "support/temp_dir.h"

// Both sides of the request files.
namespace dagitops {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Request Approve(const std::string& id) {
  return {.id = id, .kind = Request::Kind::kApprove, .environment = "production", .locations = {"a"}, .revision = ""};
}

class Requests : public ::testing::Test {
 protected:
  void Put(const std::string& id) { dir_.Write("requests/" + id + ".json", RequestToJson(Approve(id))); }
  RequestAnswer AnswerOf(const std::string& id) {
    const auto answer = AnswerFromJson(dir_.Read("answers/" + id + ".json"));
    EXPECT_TRUE(answer) << id;
    return answer ? *answer : RequestAnswer{};
  }

  support::TempDir dir_;
  SystemClock clock_;
  FileRequestInbox inbox_{dir_.path(), clock_};
};

TEST_F(Requests, AreNoneWhereNoFolderIs) { EXPECT_THAT(inbox_.Take().value(), IsEmpty()); }

TEST_F(Requests, AreGivenOldestFirstUntilTheyAreAnswered) {
  for (const char* id : {"z", "m", "a"}) {
    Put(id);
    const timespec times[2] = {{1000 + (*id == 'z'   ? 0
                                        : *id == 'm' ? 1
                                                     : 2),
                                0},
                               {1000 + (*id == 'z'   ? 0
                                        : *id == 'm' ? 1
                                                     : 2),
                                0}};
    utimensat(AT_FDCWD, (dir_ / ("requests/" + std::string(id) + ".json")).c_str(), times, 0);
  }
  for (int i = 0; i < 2; ++i) {
    const auto taken = inbox_.Take().value();
    ASSERT_THAT(taken, SizeIs(3));
    EXPECT_EQ(taken[0].id, "z");
    EXPECT_EQ(taken[1].id, "m");
    EXPECT_EQ(taken[2].id, "a");
    EXPECT_EQ(taken[0].kind, Request::Kind::kApprove);
    EXPECT_THAT(taken[0].locations, ElementsAre("a"));
  }
  ASSERT_TRUE(inbox_.Answer({.id = "m", .accepted = true, .message = "done"}));
  EXPECT_THAT(inbox_.Take().value(), SizeIs(2));
  EXPECT_TRUE(AnswerOf("m").accepted);
}

TEST_F(Requests, AreAtMostAHundredAtATime) {
  for (int i = 0; i < 120; ++i) Put("r" + std::to_string(i));
  EXPECT_THAT(inbox_.Take().value(), SizeIs(100));
}

struct BadFile {
  std::string text;
  std::string reason;
};
class BadRequests : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadRequests, AreAnsweredWithWhyAndRemoved) {
  support::TempDir dir;
  SystemClock clock;
  FileRequestInbox inbox(dir.path(), clock);
  dir.Write("requests/bad.json", GetParam().text);
  dir.Write("requests/good.json", RequestToJson(Approve("good")));
  EXPECT_THAT(inbox.Take().value(), SizeIs(1));
  const auto answer = AnswerFromJson(dir.Read("answers/bad.json"));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->accepted);
  EXPECT_THAT(answer->message, HasSubstr(GetParam().reason));
  EXPECT_FALSE(dir.Has("requests/bad.json"));
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadRequests,
    ::testing::Values(
        BadFile{"", "no JSON"}, BadFile{"{\"half", "no JSON"}, BadFile{"[]", "no JSON record"},
        BadFile{R"({"schemaVersion":2})", "schemaVersion 2"},
        BadFile{R"({"schemaVersion":1,"id":"bad","kind":"explode","environment":"e","locations":[],"revision":null})",
                "kind: expected one of the known words"},
        BadFile{R"({"schemaVersion":1,"id":"other","kind":"apply","environment":"e","locations":[],"revision":null})",
                "another id"},
        BadFile{std::string(70'000, ' '), "longer than 65536 bytes"}));

TEST_F(Requests, WhoseNamesAreNoIdsAreRemoved) {
  dir_.Write("requests/.hidden.json", "{}");
  dir_.Write("requests/noise", "{}");
  dir_.Write("requests/a b.json", "{}");
  EXPECT_THAT(inbox_.Take().value(), IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "requests"));
  EXPECT_FALSE(dir_.Has("answers"));
}

TEST_F(Requests, ThatAreBeingWrittenAndFoldersAreLeftAlone) {
  dir_.Write("requests/x.json.tmp", "{\"half");
  std::filesystem::create_directories(dir_ / "requests/folder.json");
  EXPECT_THAT(inbox_.Take().value(), IsEmpty());
  EXPECT_TRUE(dir_.Has("requests/x.json.tmp"));
  EXPECT_TRUE(dir_.Has("requests/folder.json"));
  EXPECT_FALSE(dir_.Has("answers"));
}

TEST_F(Requests, AreNotReadThroughLinks) {
  const std::string secret = dir_.Write("secret", RequestToJson(Approve("link")));
  std::filesystem::create_directories(dir_ / "requests");
  std::filesystem::create_symlink(secret, dir_ / "requests/link.json");
  EXPECT_THAT(inbox_.Take().value(), IsEmpty());
}

TEST_F(Requests, AnswersThatNobodyFetchedGoAfterTenMinutes) {
  dir_.Write("answers/old.json", "{}");
  dir_.Write("answers/new.json", "{}");
  const timespec long_ago[2] = {{1000, 0}, {1000, 0}};
  utimensat(AT_FDCWD, (dir_ / "answers/old.json").c_str(), long_ago, 0);
  ASSERT_TRUE(inbox_.Answer({.id = "x", .accepted = true, .message = ""}));
  EXPECT_FALSE(dir_.Has("answers/old.json"));
  EXPECT_TRUE(dir_.Has("answers/new.json"));
}

TEST_F(Requests, AnswerThatCannotBeWrittenKeepsTheRequest) {
  Put("a");
  dir_.Write("answers", "a file in the place of the folder");
  EXPECT_FALSE(inbox_.Answer({.id = "a", .accepted = true, .message = ""}));
  EXPECT_THAT(inbox_.Take().value(), SizeIs(1));
}

// A holder that answers what comes, on its own thread, like `serve`.
class Serving {
 public:
  Serving(const std::string& dir, const Clock& clock)
      : lock_(FileLock::Acquire(dir, "serve", clock).value()), inbox_(dir, clock), thread_([this] { Loop(); }) {}
  ~Serving() {
    stop_ = true;
    thread_.join();
  }
  std::atomic<bool> silent = false;

 private:
  void Loop() {
    while (!stop_) {
      for (const Request& request : inbox_.Take().value()) {
        if (silent) continue;
        EXPECT_TRUE(inbox_.Answer({.id = request.id, .accepted = true, .message = "did " + request.environment}));
      }
      std::this_thread::sleep_for(2ms);
    }
  }
  FileLock lock_;
  FileRequestInbox inbox_;
  std::atomic<bool> stop_ = false;
  std::jthread thread_;
};

TEST_F(Requests, AskedOfAHolderAreAnswered) {
  std::optional<Serving> serving(std::in_place, dir_.path(), clock_);
  const auto answer = SubmitRequest(dir_.path(), Approve(""), 10s);
  serving.reset();  // which first removes what it has answered
  ASSERT_TRUE(answer) << answer.error().Text();
  EXPECT_TRUE(answer->accepted);
  EXPECT_EQ(answer->message, "did production");
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "requests"));
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "answers"));
}

TEST_F(Requests, OfManyAskersAtOnceAreEachAnswered) {
  Serving serving(dir_.path(), clock_);
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 8; ++i) {
      askers.emplace_back([&, i] {
        for (int n = 0; n < 5; ++n) {
          const auto answer = SubmitRequest(dir_.path(), Approve(std::to_string(i) + "-" + std::to_string(n)), 20s);
          if (answer && answer->id == std::to_string(i) + "-" + std::to_string(n)) ++answered;
        }
      });
    }
  }
  EXPECT_EQ(answered, 40);
}

TEST_F(Requests, ThatNobodyIsThereForAreTakenBackAtOnce) {
  const auto start = std::chrono::steady_clock::now();
  const auto answer = SubmitRequest(dir_.path(), Approve("x"), 60s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "no-holder");
  EXPECT_EQ(answer.error().kind, ErrorKind::kRetry);
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "requests"));
}

TEST_F(Requests, ThatAreNotAnsweredEndAtTheDeadlineAndNameTheHolder) {
  Serving serving(dir_.path(), clock_);
  serving.silent = true;
  const auto answer = SubmitRequest(dir_.path(), Approve("x"), 150ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "request-timeout");
  EXPECT_THAT(answer.error().message, HasSubstr("pid " + std::to_string(getpid())));
  EXPECT_FALSE(dir_.Has("requests/x.json"));
}

TEST_F(Requests, WithAnIdThatIsNoFileNameAreRefused) {
  EXPECT_EQ(SubmitRequest(dir_.path(), Approve("../x"), 1s).error().code, "request-invalid");
  EXPECT_FALSE(dir_.Has("requests"));
}

TEST_F(Requests, KeepFilesAndFoldersToTheirOwner) {
  Serving serving(dir_.path(), clock_);
  serving.silent = true;
  std::jthread asker([&] { (void)SubmitRequest(dir_.path(), Approve("x"), 300ms); });
  struct stat info {};
  for (int i = 0; i < 100 && stat((dir_ / "requests/x.json").c_str(), &info) != 0; ++i)
    std::this_thread::sleep_for(2ms);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  ASSERT_EQ(stat((dir_ / "requests").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
}

}  // namespace
}  // namespace dagitops
