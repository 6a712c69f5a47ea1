#include "target/local_process/known_secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dagitops::local_process {
namespace {

using testing::ElementsAre;

TEST(KnownSecrets, AreAllOfTheFileAndWhatLooksLikeOneInEnv) {
  ProcessSpec spec;
  spec.environment = {{"REGION", "eu-central-1"}, {"DB_PASSWORD", "hunter22"}, {"K", "AKIAIOSFODNN7EXAMPLE"}};
  EXPECT_THAT(KnownSecrets({{"PLAIN", "from outside"}, {"SHORT", "abcde"}}, spec),
              ElementsAre("AKIAIOSFODNN7EXAMPLE", "from outside", "hunter22"));
}

TEST(WithoutSecrets, MasksThemWhereverTheyStand) {
  const std::vector<std::string> secrets{"hunter22-long", "hunter22"};
  const struct {
    const char* name;
    const char* text;
    const char* clean;
  } rows[] = {
      {"nothing", "", ""},
      {"none", "hunter", "hunter"},
      {"alone", "hunter22", "***"},
      {"twice", "x hunter22,hunter22 y", "x ***,*** y"},
      {"the longer one first", "x hunter22-long y", "x *** y"},
      {"cut", "x hunter22-l...", "x ***-l..."},
      {"cut in the middle", "x hunter...", "x ***..."},
      {"cut too short to tell", "x hunte...", "x hunte..."},
  };
  for (const auto& row : rows) EXPECT_EQ(WithoutSecrets(row.text, secrets), row.clean) << row.name;
}

}  // namespace
}  // namespace dagitops::local_process
