#include <gtest/gtest.h>

#include "unit/workspace/lint_support.h"
#include "workspace/lint_checks.h"

namespace dagitops::workspace {
namespace {

TEST(SecretValues, AreKnownByTheirForm) {
  const struct {
    const char* name;
    const char* value;
    bool secret;
  } rows[] = {
      {"AWS key id", "AKIAIOSFODNN7EXAMPLE", true},
      {"AWS session key id", "ASIAIOSFODNN7EXAMPLE", true},
      {"AWS-like word", "AKIAIOSFODNN7-XAMPLE", false},
      {"short AWS-like word", "AKIAIOSFODNN7", false},
      {"GitHub token", "ghp_0123456789abcdefghijABCDEFGHIJ012345", true},
      {"fine-grained token", "github_pat_11AAAAAAA0123456789", true},
      {"GitLab token", "glpat-0123456789abcdefghij", true},
      {"prefix alone", "ghp_", false},
      {"chat token", "xoxb-1234567890-abcdefghij", true},
      {"JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN", true},
      {"base64 JSON alone", "eyJhbGciOiJIUzI1NiJ9", false},
      {"private key", "-----BEGIN RSA PRIVATE KEY-----\nabc", true},
      {"certificate", "-----BEGIN CERTIFICATE-----\nabc", false},
      {"URL with password", "postgresql://etl:hunter2@db.example.com:5432/etl", true},
      {"URL with user", "postgresql://etl@db.example.com/etl", false},
      {"URL with reference", "postgresql://etl:$(DB_PASSWORD)@db.example.com/etl", false},
      {"URL with port", "http://db.example.com:8080/a@b", false},
      {"URL without password", "postgresql://etl:@db.example.com/etl", false},
      {"URL with key", "https://api.example.com/v1?limit=5&api_key=abc123", true},
      {"URL with harmless query", "https://api.example.com/v1?limit=5", false},
      {"no URL", "api_key?x=1", false},
      {"plain text", "eu-central-1", false},
      {"empty", "", false},
  };
  for (const auto& row : rows) EXPECT_EQ(LooksLikeSecretValue(row.value), row.secret) << row.name;
}

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
