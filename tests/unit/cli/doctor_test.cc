#include <gmock/gmock.h>

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

using testing::HasSubstr;

class DoctorCommand : public Commands {
 protected:
  void Found(doctor::Level level) {
    doctor::Section section{"production", "kubernetes", {}, {}};
    section.checks.push_back({level, "helm-too-old", "helm", "v3.1.0", "newer", {"a line"}});
    examined = {{section}};
  }
};

TEST_F(DoctorCommand, EndsWithOneOnlyForErrors) {
  for (const auto& [level, code] : {std::pair{doctor::Level::kOk, kDone},
                                    {doctor::Level::kWarning, kDone},
                                    {doctor::Level::kNotLookedAt, kDone},
                                    {doctor::Level::kError, kFailed}}) {
    Found(level);
    EXPECT_EQ(Run({"doctor"}), code) << err.str();
  }
  EXPECT_THAT(out.str(), HasSubstr("  error         helm-too-old: helm\n"));
}

TEST_F(DoctorCommand, PrintsJson) {
  Found(doctor::Level::kError);
  EXPECT_EQ(Run({"doctor", "-o", "json"}), kFailed);
  EXPECT_THAT(out.str(), HasSubstr(R"({"schemaVersion":1,"errors":1,)"));
}

TEST_F(DoctorCommand, TakesTheSettingsThatServeTakes) {
  files["/srv/space/settings.yaml"] =
      "source: {url: https://git.example.com/w.git}\nstateDir: /state\nenvironments: {a: {}, b: {}}\n";
  EXPECT_EQ(Run({"doctor", "--config", "settings.yaml"}), kDone) << err.str();
  EXPECT_EQ(served.environments.size(), 2);
  EXPECT_EQ(served_environment, "");
  EXPECT_EQ(openings, 0);
  EXPECT_EQ(Run({"doctor", "--config", "settings.yaml", "--environment", "b"}), kDone) << err.str();
  EXPECT_EQ(served_environment, "b");
}

TEST_F(DoctorCommand, WithoutSettingsTheRepositorySaysWhichEnvironment) {
  EXPECT_EQ(Run({"doctor", "."}), kDone) << err.str();
  EXPECT_TRUE(served.environments.contains("production"));
  EXPECT_EQ(served_environment, "production");
}

TEST_F(DoctorCommand, WithoutSettingsARepositoryThatCannotBeReadIsToldAsWithThem) {
  unreachable = Error{ErrorKind::kStalled, "branch-missing", "w", "it has no commit", ""};
  Found(doctor::Level::kError);
  EXPECT_EQ(Run({"doctor", "."}), kFailed);
  EXPECT_TRUE(served.environments.empty());
  EXPECT_THAT(out.str(), HasSubstr("helm-too-old"));
  EXPECT_THAT(out.str(), testing::Not(HasSubstr("branch-missing")));
}

TEST_F(DoctorCommand, SettingsThatCannotBeReadAreAFinding) {
  files["/srv/space/settings.yaml"] = "sorce: {}\n";
  EXPECT_EQ(Run({"doctor", "--config", "settings.yaml"}), kFailed);
  EXPECT_THAT(out.str(), HasSubstr("settings-invalid: settings.yaml"));
  EXPECT_THAT(err.str(), HasSubstr("sorce"));
  unreachable = Error{ErrorKind::kRetry, "git-unreachable", "w", "nobody is there", ""};
  EXPECT_EQ(Run({"doctor", "https://git.example.com/w.git"}), kFailed);
  EXPECT_THAT(out.str(), HasSubstr("git-unreachable"));
}

}  // namespace
}  // namespace dagitops::cli
