#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/base/text.h"

#include "unit/workspace/lint_support.h"

namespace dagitops::workspace {
namespace {

// What is told of a location with the tag latest, a number in env, and this `lint` block (from line 6 on).
std::string Told(const std::string& lint) {
  const Location location(
      "name: a\nimage: {repository: r.example.com/a, tag: latest, pullPolicy: Always}\nport: 1\nenv: {A: 5}\n" + lint);
  return Join(CodesOf(ApplyIgnores(location.input(), Linter("1.12", {}).Lint(location.input()))), ", ");
}

TEST(LintIgnore, SuppressesWarningsThatHaveAReason) {
  const struct {
    const char* name;
    const char* lint;
    const char* codes;
  } rows[] = {
      {"no block", "", "latest-tag 2:43, unquoted-scalar 4:10"},
      {"empty list", "dagitops: {lint: {ignore: []}}\n", "latest-tag 2:43, unquoted-scalar 4:10"},
      {"with a reason", "dagitops: {lint: {ignore: [{code: latest-tag, reason: moves on purpose}]}}\n",
       "unquoted-scalar 4:10"},
      {"another code", "dagitops: {lint: {ignore: [{code: missing-tag, reason: x}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10"},
      {"a fault", "dagitops: {lint: {ignore: [{code: unquoted-scalar, reason: x}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, ignored-fault 5:28"},
      {"no reason", "dagitops: {lint: {ignore: [{code: latest-tag}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, ignore-without-reason 5:28"},
      {"blank reason", "dagitops: {lint: {ignore: [{code: latest-tag, reason: \" \"}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, ignore-without-reason 5:28"},
      {"empty reason", "dagitops: {lint: {ignore: [{code: latest-tag, reason: \"\"}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, ignore-without-reason 5:28"},
      {"unknown code", "dagitops: {lint: {ignore: [{code: latest-tags, reason: x}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, unknown-ignore 5:35"},
      {"no code", "dagitops: {lint: {ignore: [{reason: x}]}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, schema-fault 5:28"},
      {"no list", "dagitops: {lint: {ignore: latest-tag}}\n",
       "latest-tag 2:43, unquoted-scalar 4:10, schema-fault 5:27"},
  };
  for (const auto& row : rows) EXPECT_EQ(Told(row.lint), row.codes) << row.name;
}

TEST(LintIgnore, KeepsFaultsThatShareTheListOfIgnored) {
  const Location location("dagitops: {lint: {ignore: [{code: bad-name, reason: x}]}}\n");
  Diagnostic fault;
  fault.code = "bad-name";
  EXPECT_EQ(CodesOf(ApplyIgnores(location.input(), {fault})),
            (std::vector<std::string>{"bad-name 0:0", "ignored-fault 1:28"}));
}

TEST(LintIgnore, SuggestsTheCodeThatWasMeant) {
  const Location location(
      "dagitops: {lint: {ignore: [{code: latest-tags, reason: x}, {code: zzzzzzzz, reason: x}]}}\n");
  EXPECT_THAT(TextsOf(ApplyIgnores(location.input(), {})),
              testing::ElementsAre(
                  "locations/a.yaml:1:35: warning: unknown-ignore: found the code \"latest-tags\" in `lint.ignore`, "
                  "expected a code as the messages print it; did you mean latest-tag?",
                  "locations/a.yaml:1:67: warning: unknown-ignore: found the code \"zzzzzzzz\" in `lint.ignore`, "
                  "expected a code as the messages print it; remove it"));
}

}  // namespace
}  // namespace dagitops::workspace
