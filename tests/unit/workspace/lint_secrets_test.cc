#include <gtest/gtest.h>

#include "unit/workspace/lint_support.h"
#include "workspace/lint_checks.h"

namespace dagitops::workspace {
namespace {

TEST(SecretVariables, AreKnownByTheirName) {
  const struct {
    const char* name;
    const char* value;
    bool secret;
  } rows[] = {
      {"DB_PASSWORD", "hunter2", true},
      {"apiToken", "abc123", true},
      {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI", true},
      {"SLACK_TOKEN", "12345678", true},
      {"DB_PASSWORD", "", false},
      {"DB_PASSWORD", "$(PGPASSWORD)", false},
      {"USE_TOKEN", "true", false},
      {"TOKEN_COUNT", "5", false},
      {"DB_PASSWORD_FILE", "/run/secrets/db", false},
      {"TOKEN_URL", "https://login.example.com/token", false},
      {"SECRET_NAME", "db-credentials", false},
      {"SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:x", false},
      {"TOKEN_TTL", "3600", false},
      {"TOKEN_URL", "https://u:hunter2@login.example.com", true},
      {"REGION", "eu-central-1", false},
      {"REGION", "AKIAIOSFODNN7EXAMPLE", true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(LooksLikeSecretVariable(row.name, row.value), row.secret) << row.name << "=" << row.value;
}

TEST(SecretInEnv, IsToldForEveryFormAndContainer) {
  const struct {
    const char* name;
    const char* more;
    std::vector<std::string> codes;
  } rows[] = {
      {"mapping", "env: {DB_PASSWORD: hunter2}\n", {"secret-in-env 4:20"}},
      {"list", "env: [{name: DB_PASSWORD, value: hunter2}]\n", {"secret-in-env 4:34"}},
      {"reference", "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n", {}},
      {"init container", "initContainers: [{name: i, env: [{name: API_TOKEN, value: abc}]}]\n", {"secret-in-env 4:59"}},
      {"sidecar", "sidecarContainers: [{name: i, env: [{name: API_TOKEN, value: abc}]}]\n", {"secret-in-env 4:62"}},
      {"two", "env: {DB_PASSWORD: hunter2, URL: \"pg://u:p@h\"}\n", {"secret-in-env 4:20", "secret-in-env 4:34"}},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(CodesOf(Linter("1.12", {}).Lint(Location(Entry(row.more)).input())), row.codes) << row.name;
  }
}

TEST(SecretInEnv, NamesTheVariableAndNeverTheValue) {
  const auto texts = TextsOf(Linter("1.12", {}).Lint(Location(Entry("env: {DB_PASSWORD: hunter2}\n")).input()));
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts.front().find("\"DB_PASSWORD\""), std::string::npos);
  EXPECT_EQ(texts.front().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace dagitops::workspace
