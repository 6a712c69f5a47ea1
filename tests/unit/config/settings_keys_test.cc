// Every key of the table, with values of every kind: what one test says of a key it says of all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dagitops/config/settings.h"
#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "config/settings_table.h"
#include "unit/config/settings_document.h"

namespace dagitops::config {
namespace {

using testing::HasSubstr;

Diagnostics Faults(const std::string& document) { return ParseSettings(document, "s.yaml").diagnostics; }

std::string Written(const Rule& rule, long long number) {
  if (rule.kind == Kind::kBytes) return std::to_string(number);
  return std::to_string(number) + (rule.kind == Kind::kDuration ? "ms" : "");
}

TEST(EverySetting, IsTakenAtItsBoundsAndRefusedBeyond) {
  for (const Setting& setting : SettingsTable()) {
    const Rule& rule = setting.rule;
    if (rule.min == rule.max) continue;
    for (const long long number : {rule.min, rule.min + 1, rule.max - 1, rule.max}) {
      EXPECT_TRUE(Faults(Document(setting.key, Written(rule, number))).empty()) << setting.key << " " << number;
    }
    for (const long long number : {rule.min - 1, rule.max + 1}) {
      const Diagnostics told = Faults(Document(setting.key, Written(rule, number)));
      ASSERT_EQ(told.size(), 1U) << setting.key << " " << number;
      EXPECT_EQ(told[0].code, "bad-setting");
      EXPECT_EQ(told[0].expected, DescribeRule(rule) + " at `" + std::string(setting.key) + "`");
    }
  }
}

TEST(EverySetting, IsItsDefaultWhenNothingStandsBehindIt) {
  for (const Setting& setting : SettingsTable()) {
    for (const char* nothing : {"", "~", "null"}) {
      const ParsedSettings parsed = ParseSettings(Document(setting.key, nothing), "s.yaml");
      Settings expected;
      if (setting.key.starts_with("environments.")) expected.environments["production"];
      EXPECT_TRUE(parsed.diagnostics.empty()) << setting.key;
      EXPECT_EQ(parsed.settings, expected) << setting.key;
    }
  }
}

TEST(EverySetting, RefusesAListAndAMappingAtTheirPlace) {
  for (const Setting& setting : SettingsTable()) {
    const bool names = setting.rule.kind == Kind::kNames;
    for (const char* other : {"[x]", "{x: y}", "[]", "{}"}) {
      if (names && *other == '[') continue;
      const std::string document = Document(setting.key, other);
      const Diagnostics told = Faults(document);
      ASSERT_EQ(told.size(), 1U) << document;
      EXPECT_EQ(told[0].code, "bad-setting");
      EXPECT_EQ(told[0].found, *other == '[' ? "a list" : "a mapping");
      EXPECT_THAT(told[0].expected, HasSubstr("`" + std::string(setting.key) + "`"));
      const auto lines = std::count(document.begin(), document.end(), '\n');
      EXPECT_EQ(told[0].position.line, lines) << "the last line";
    }
  }
}

TEST(EverySetting, IsUnknownWithALetterMoreAndTheRightOneIsNamed) {
  for (const Setting& setting : SettingsTable()) {
    const std::string key(setting.key);
    const Diagnostics told = Faults(Document(key + "x", "1"));
    ASSERT_EQ(told.size(), 1U) << key;
    EXPECT_EQ(told[0].code, "unknown-setting");
    EXPECT_EQ(told[0].fix, "did you mean " + key.substr(key.rfind('.') + 1) + "?");
  }
}

// "log.level: debug" in one line is another key, which would be read into no place, or into none that is there.
TEST(EverySetting, IsUnknownWithItsWholeNameInOneKey) {
  for (const Setting& setting : SettingsTable()) {
    const std::string key(setting.key);
    if (key.find('.') == std::string::npos) continue;
    const Diagnostics told = Faults(key + ": 7\n");
    ASSERT_EQ(told.size(), 1U) << key;
    EXPECT_EQ(told[0].code, "unknown-setting") << key;
  }
  for (const char* document :
       {"environments.NAME: {target: local_process}\n", "environments.NAME.dagster: {home: /x}\n",
        "environments.NAME.dagster.webserver: {url: x}\n", "environments: {p: {dagster.home: /x}}\n", "\"log.\": x\n",
        "\".log\": x\n", "\".\": x\n"}) {
    const Diagnostics told = Faults(document);
    ASSERT_EQ(told.size(), 1U) << document;
    EXPECT_EQ(told[0].code, "unknown-setting") << document;
  }
}

TEST(Environments, MayHaveAnyNameAlsoOneThatTheTableUses) {
  for (const std::string name : {"NAME", "production", "a.b", "target", "dagster", "1-x", "\"\""}) {
    const ParsedSettings parsed = ParseSettings("environments: {" + name + ": {dagster: {home: /x}}}\n", "s.yaml");
    ASSERT_TRUE(parsed.diagnostics.empty()) << name << parsed.diagnostics[0].Text();
    ASSERT_EQ(parsed.settings.environments.size(), 1U);
    EXPECT_EQ(parsed.settings.environments.begin()->second.dagster.home, "/x") << name;
  }
}

TEST(Environments, AreReadEachForItself) {
  const Settings settings =
      ParseSettings(
          "environments:\n  a: {dagster: {webserver: {port: 1}}}\n  b:\n  c: {dagster: {webserver: {port: 3}}}\n", "s")
          .settings;
  ASSERT_EQ(settings.environments.size(), 3U);
  EXPECT_EQ(settings.environments.at("a").dagster.webserver.port, 1);
  EXPECT_EQ(settings.environments.at("b"), EnvironmentSettings{});
  EXPECT_EQ(settings.environments.at("c").dagster.webserver.port, 3);
}

TEST(Webserver, IsOursOrAnothersWhateverTheOrderOfTheKeys) {
  const struct {
    const char* webserver;
    bool good;
  } rows[] = {{"{start: false, url: x}", true},
              {"{url: x, start: false}", true},
              {"{start: false}", true},
              {"{start: true}", true},
              {"{url: ~}", true},
              {"{start: true, url: ~}", true},
              {"{start: true, url: x}", false},
              {"{url: x, start: true}", false},
              {"{url: x}", false}};
  for (const auto& row : rows) {
    const std::string document = std::string("environments: {p: {dagster: {webserver: ") + row.webserver + "}}}\n";
    EXPECT_EQ(Faults(document).empty(), row.good) << document;
  }
}

// The schema is for editors: what it accepts the reader takes, but for ranges of durations and sizes.
TEST(SettingsSchema, AgreesWithTheReaderAboutEveryKeyAndKindOfValue) {
  schema::Validator validator(schema::Schema::kSettings);
  const char* values[] = {"x",      "\"\"",  "\"x\"",         "/x",         "/x/",       "/",   "a/b",
                          "./x",    "5",     "\"5\"",         "70000",      "-1",        "1.5", "true",
                          "\"no\"", "maybe", "90s",           "1m1s",       "90",        "s",   "1MiB",
                          "5MB",    "[]",    "[x]",           "{}",         "{a: b}",    "~",   "info",
                          "json",   "loud",  "local_process", "2024-01-31", "1000000001"};
  int agreed = 0;
  for (const Setting& setting : SettingsTable()) {
    const bool ranged = setting.rule.kind == Kind::kDuration || setting.rule.kind == Kind::kBytes;
    for (const char* value : values) {
      std::string document = Document(setting.key, value);
      if (setting.key.ends_with("webserver.url")) document += "        start: false\n";
      const Value root = yaml::Parse(document, "s.yaml", Layer::kBuiltin).root;
      const bool schema = validator.Validate(root).empty();
      const bool reader = Faults(document).empty();
      if (ranged && schema && !reader) continue;
      EXPECT_EQ(schema, reader) << document;
      ++agreed;
    }
  }
  EXPECT_GT(agreed, 1000);
}

TEST(SettingsFaults, NeverShowWhatMayBeASecret) {
  const char* documents[] = {"source: https://bot:hunter2@git.example.com/x.git\n",
                             "source: {url: \"https://bot:hunter2@git.example.com/x.git\"}\n",
                             "source: {tokenFile: hunter2}\n",
                             "source: {tokenFile: \"hunter2\"}\n",
                             "source: {tokenFile: ghp_hunter2}\n",
                             "source: {sshKeyFile: \"-----BEGIN KEY-----\\nhunter2\\n\"}\n",
                             "source: {caFile: ghp_hunter2}\n",
                             "source: {password: hunter2}\n",
                             "source: {token: hunter2}\n",
                             "stateDir: https://bot:hunter2@h/x\n",
                             "environments: {p: \"https://bot:hunter2@h/x\"}\n",
                             "log: \"token=hunter2\"\n"};
  for (const char* document : documents) {
    const Diagnostics told = Faults(document);
    ASSERT_EQ(told.size(), 1U) << document;
    EXPECT_EQ(told[0].Text().find("hunter2"), std::string::npos) << told[0].Text();
  }
}

TEST(SettingsFaults, OfASecretsFileSayWhatToWriteInstead) {
  EXPECT_EQ(Faults("source: {tokenFile: hunter2}\n")[0].Text(),
            "s.yaml:1:21: fault: bad-setting: found something else, expected an absolute path at `source.tokenFile`; "
            "write an "
            "absolute path");
}

}  // namespace
}  // namespace dagitops::config
