// A REPOSITORY that does not exist, given to commands that need only what is known here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Words = std::vector<std::string>;

class GivenRepository : public Commands {
 protected:
  GivenRepository() {
    EnvironmentStatus status;
    status.environment = "production";
    store.status = status;
    known = {"production"};
    for (const char* gone : {"sales", "gone"}) places[std::string("/srv/space/") + gone] = {""};
    files["/srv/space/s.yaml"] =
        "stateDir: /state\nsource: {url: https://git.example.com/w.git}\nenvironments: {production: {}}\n";
    files["/srv/space/without-url.yaml"] = "stateDir: /state\nenvironments: {production: {}}\n";
  }

  void ExpectRefused(const Words& words) {
    EXPECT_EQ(Run(words), kInvalidInput) << words.front();
    EXPECT_THAT(err.str(), HasSubstr("sales: there is no such folder")) << words.front();
    EXPECT_EQ(out.str(), "") << words.front();
    EXPECT_THAT(requests, IsEmpty()) << words.front();
  }
};

TEST_F(GivenRepository, ThatDoesNotExistIsRefusedByEachCommand) {
  const Words all[] = {{"status", "sales"},        {"history", "sales"},       {"pause", "sales"},
                       {"resume", "sales"},        {"apply", "sales"},         {"rebuild", "sales", "--at", "latest"},
                       {"rollback", "sales", "a"}, {"diff", "sales", "A", "B"}};
  for (Words words : all) {
    words.insert(words.end(), {"--config", "s.yaml"});
    ExpectRefused(words);
    words.back() = "without-url.yaml";
    ExpectRefused(words);
    words.resize(words.size() - 2);
    words.insert(words.end(), {"--state-dir", "/state"});
    ExpectRefused(words);
    words.resize(words.size() - 2);
    known.clear();
    ExpectRefused(words);
    known = {"production"};
  }
}

TEST_F(GivenRepository, ThatIsALocationIsToldThatItCannotBePausedAlone) {
  EXPECT_EQ(Run({"pause", "sales", "--config", "s.yaml"}), kInvalidInput);
  EXPECT_THAT(err.str(), HasSubstr("a location cannot be paused alone (for the whole environment leave it out; "));
  EXPECT_EQ(Run({"resume", "sales", "--config", "s.yaml"}), kInvalidInput);
  EXPECT_THAT(err.str(), HasSubstr("a location cannot be resumed alone (for the whole environment leave it out; "));
}

TEST_F(GivenRepository, OrNoneIsToldToBeGiven) {
  EXPECT_EQ(Run({"status", "sales", "--config", "s.yaml"}), kInvalidInput);
  EXPECT_THAT(err.str(), HasSubstr("or leave it out for that of s.yaml)"));
  EXPECT_EQ(Run({"status", "sales", "--state-dir", "/state"}), kInvalidInput);
  EXPECT_THAT(err.str(), HasSubstr("or leave it out for the one of this folder)"));
}

TEST_F(GivenRepository, ThatExistsOrIsAUrlIsTaken) {
  files["/srv/space/sales"] = "";  // a folder without git
  for (const char* given : {".", "/elsewhere", "sales", "https://git.example.com/x.git"}) {
    EXPECT_EQ(Run({"status", given, "--config", "s.yaml"}), kDone) << given << err.str();
    EXPECT_EQ(Run({"pause", given, "--config", "s.yaml"}), kDone) << given << err.str();
  }
}

// Errors are not emptiness: what was served from it goes on.
TEST_F(GivenRepository, ThatIsGoneStillNamesWhatWasServedFromIt) {
  EXPECT_EQ(Run({"status", "gone"}), kDone) << "its state has its name: " << err.str();
  EXPECT_EQ(Run({"status", "/srv/space/gone", "--state-dir", "/state"}), kDone) << err.str();
  EXPECT_EQ(Run({"pause", "./gone", "--config", "without-url.yaml"}), kDone) << err.str();
  EXPECT_EQ(Run({"pause", "./gone", "--config", "s.yaml"}), kInvalidInput) << "it never was";
  files["/srv/space/own.yaml"] = "stateDir: /state\nsource: {url: gone}\nenvironments: {production: {}}\n";
  EXPECT_EQ(Run({"status", "gone", "--config", "own.yaml"}), kDone) << err.str();
}

}  // namespace
}  // namespace dagitops::cli
