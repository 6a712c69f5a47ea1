#include "config/settings_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/text.h"

namespace dagitops::config {
namespace {

// All keys that hold further keys, in the order in which the table comes to them.
std::vector<std::string> Prefixes() {
  std::vector<std::string> prefixes{""};
  for (const Setting& setting : SettingsTable()) {
    const std::string key(setting.key);
    for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 1)) {
      const std::string prefix = key.substr(0, dot);
      if (std::find(prefixes.begin(), prefixes.end(), prefix) == prefixes.end()) prefixes.push_back(prefix);
    }
  }
  return prefixes;
}

TEST(SettingsTable, NamesEveryKeyOnceAndFindsIt) {
  std::set<std::string_view> keys;
  for (const Setting& setting : SettingsTable()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_EQ(FindSetting(setting.key), &setting);
  }
  EXPECT_GT(keys.size(), 30U);
  for (const char* none :
       {"", "source", "source.", "source.urls", "url", "environments.production.target", "SOURCE.URL"}) {
    EXPECT_EQ(FindSetting(none), nullptr) << none;
  }
}

TEST(SettingsTable, HasNoKeyThatAlsoHoldsKeys) {
  for (const std::string& prefix : Prefixes()) EXPECT_EQ(FindSetting(prefix), nullptr) << prefix;
}

TEST(SettingsTable, SaysWhatEveryKeyMeansInOneSentence) {
  for (const Setting& setting : SettingsTable()) {
    ASSERT_FALSE(setting.meaning.empty()) << setting.key;
    EXPECT_FALSE(setting.meaning.ends_with('.')) << setting.key;
    EXPECT_EQ(setting.meaning.find('|'), std::string_view::npos) << setting.key << ": it stands in a table";
    EXPECT_FALSE(setting.standard.empty()) << setting.key;
    EXPECT_TRUE(!setting.standard.starts_with('(') || setting.standard.ends_with(')')) << setting.key;
  }
}

TEST(SettingsTable, HasRulesThatTakeTheirOwnDefaultAndSomethingElse) {
  for (const Setting& setting : SettingsTable()) {
    const Rule& rule = setting.rule;
    const bool ranged = rule.kind == Kind::kDuration || rule.kind == Kind::kBytes || rule.kind == Kind::kInteger;
    EXPECT_EQ(rule.min < rule.max, ranged) << setting.key;
    EXPECT_EQ(rule.choices.empty(), rule.kind != Kind::kChoice) << setting.key;
    if (setting.standard.starts_with('(')) continue;
    const bool quoted = setting.standard.starts_with('"');
    const Value standard = quoted ? Value::String(std::string(setting.standard.substr(1, setting.standard.size() - 2)))
                                  : Value::Scalar(std::string(setting.standard), false);
    EXPECT_TRUE(std::holds_alternative<Reading>(ReadValue(standard, rule))) << setting.key;
  }
}

TEST(KeysBelow, GivesEachNextStepOnceInTheTablesOrder) {
  EXPECT_EQ(KeysBelow(""), (std::vector<std::string>{"source", "stateDir", "environments", "limits", "server", "log"}));
  EXPECT_EQ(KeysBelow("environments"), std::vector<std::string>{"NAME"});
  EXPECT_EQ(KeysBelow("environments.NAME"),
            (std::vector<std::string>{"target", "chartVersion", "local_process", "kubernetes", "dagster", "history"}));
  EXPECT_EQ(KeysBelow("log"), (std::vector<std::string>{"level", "format"}));
  for (const std::string& prefix : Prefixes()) {
    const std::vector<std::string> keys = KeysBelow(prefix);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size()) << prefix;
    EXPECT_FALSE(keys.empty()) << prefix;
  }
}

TEST(KeysBelow, IsEmptyForWhatHoldsNoKeys) {
  for (const char* prefix : {"source.url", "sourc", "source.ur", "environments.production", "nothing", "."}) {
    EXPECT_TRUE(KeysBelow(prefix).empty()) << prefix;
  }
}

TEST(Below, JoinsStepsByADot) {
  EXPECT_EQ(Below("", "a"), "a");
  EXPECT_EQ(Below("a", "b"), "a.b");
  EXPECT_EQ(Below("a.b", ""), "a.b.");
}

TEST(FutureKeys, AreNoneOfThisVersion) {
  for (const FutureKey& future : FutureKeys()) {
    const std::string key(future.key);
    EXPECT_EQ(FindSetting(key), nullptr) << key;
    EXPECT_TRUE(KeysBelow(key).empty()) << key;
    EXPECT_FALSE(future.meaning.empty()) << key;
  }
}

TEST(SettingsGroups, AreThePrefixesOfTheTable) {
  std::set<std::string> groups;
  for (const Group& group : SettingsGroups()) {
    EXPECT_TRUE(groups.emplace(group.key).second) << group.key;
    EXPECT_FALSE(group.meaning.empty() || group.meaning.ends_with('.')) << group.key;
  }
  const std::vector<std::string> prefixes = Prefixes();
  std::set<std::string> expected(prefixes.begin() + 1, prefixes.end());  // all but the top, which needs no heading
  EXPECT_EQ(groups, expected);
}

}  // namespace
}  // namespace dagitops::config
