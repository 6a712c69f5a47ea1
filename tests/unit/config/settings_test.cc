#include "dagitops/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/settings_table.h"
#include "unit/config/settings_document.h"

namespace dagitops::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Told(const std::string& yaml) {
  std::vector<std::string> told;
  for (const Diagnostic& diagnostic : ParseSettings(yaml, "settings.yaml").diagnostics)
    told.push_back(diagnostic.Text());
  return told;
}

Settings Read(const std::string& yaml) {
  const ParsedSettings parsed = ParseSettings(yaml, "settings.yaml");
  EXPECT_THAT(Told(yaml), IsEmpty());
  return parsed.settings;
}

TEST(Settings, OfAnEmptyFileAreTheDefaults) {
  EXPECT_EQ(Read(""), Settings{});
  EXPECT_EQ(Read("{}"), Settings{});
  EXPECT_EQ(Read("source:\nlog:\nlimits: {}\nenvironments: {}\n"), Settings{});
}

TEST(Settings, DefaultsOfTheTableAreThoseOfTheStruct) {
  for (const Setting& setting : SettingsTable()) {
    if (setting.standard.starts_with('(')) continue;
    Settings expected;
    if (setting.key.starts_with("environments.")) expected.environments["production"];
    EXPECT_EQ(Read(Document(setting.key, std::string(setting.standard))), expected) << setting.key;
  }
}

// In quotes, which a choice that looks like a number needs.
std::string OtherChoice(const Setting& setting) {
  std::string other;
  for (const std::string& choice : setting.rule.choices) {
    if (setting.standard.find(choice) == std::string_view::npos) other = "\"" + choice + "\"";
  }
  return other;
}

// A value other than the default for each key, so that a key that is read into the wrong place is noticed.
TEST(Settings, EveryKeyIsReadIntoAPlaceOfItsOwn) {
  std::vector<Settings> seen{Settings{}};
  for (const Setting& setting : SettingsTable()) {
    std::string other = "other";
    if (setting.rule.kind == Kind::kPath || setting.rule.kind == Kind::kPrefix) other = "/other";
    if (setting.rule.kind == Kind::kNames) other = "[other]";
    if (setting.rule.kind == Kind::kAddress) other = "\"[::1]:8585\"";
    if (setting.rule.kind == Kind::kDuration) other = "77s";
    if (setting.rule.kind == Kind::kBytes) other = "2MiB";
    if (setting.rule.kind == Kind::kInteger) other = "7";
    if (setting.rule.kind == Kind::kBoolean) other = "false";
    if (setting.rule.kind == Kind::kChoice) other = OtherChoice(setting);
    std::string document = Document(setting.key, other);
    if (setting.key == "environments.NAME.dagster.webserver.url") document += "        start: false\n";
    if (setting.key == "environments.NAME.target") document += "    kubernetes: {namespace: ns, chart: {path: /c}}\n";
    Settings read = Read(document);
    for (const Settings& before : seen) EXPECT_FALSE(read == before) << setting.key;
    seen.push_back(std::move(read));
  }
}

TEST(Settings, AreReadWhole) {
  const Settings settings = Read(R"(
source: {url: "https://git.example.com/acme/workspace.git", branch: trunk, path: data, interval: 1s, timeout: 2m,
         username: bot, tokenFile: /run/secrets/git, sshKeyFile: /k, knownHostsFile: /h}
stateDir: /var/lib/dagitops
environments:
  production:
    target: local_process
    chartVersion: "1.10"
    local_process: {python: /opt/venv/bin/python, runtimeDir: /run/d, stopGrace: 10s, retireAfter: 0s, startTimeout: 20s,
                    restartLimit: 2, logs: {maxBytes: 1MiB, keep: 0}}
    dagster:
      home: /var/lib/dagster
      webserver: {host: 0.0.0.0, port: 3001, pathPrefix: /dagster}
      daemon: {start: false}
  staging:
    dagster: {webserver: {start: false, url: "http://127.0.0.1:3000"}}
limits: {fileBytes: 2MiB, files: 10, depth: 2}
log: {level: debug, format: json}
)");
  EXPECT_EQ(settings.source.url, "https://git.example.com/acme/workspace.git");
  EXPECT_EQ(settings.source.interval, std::chrono::seconds(1));
  EXPECT_EQ(settings.source.timeout, std::chrono::minutes(2));
  EXPECT_EQ(settings.source.token_file, "/run/secrets/git");
  EXPECT_EQ(settings.state_dir, "/var/lib/dagitops");
  ASSERT_EQ(settings.environments.size(), 2U);
  const EnvironmentSettings& production = settings.environments.at("production");
  EXPECT_EQ(production.chart_version, "1.10");
  EXPECT_EQ(production.local_process.retire_after, Duration(0));
  EXPECT_EQ(production.local_process.restart_limit, 2);
  EXPECT_EQ(production.local_process.logs.max_bytes, 1U << 20);
  EXPECT_EQ(production.dagster.webserver.port, 3001);
  EXPECT_TRUE(production.dagster.webserver.start);
  EXPECT_FALSE(production.dagster.start_daemon);
  EXPECT_EQ(settings.environments.at("staging").dagster.webserver.url, "http://127.0.0.1:3000");
  EXPECT_FALSE(settings.environments.at("staging").dagster.webserver.start);
  EXPECT_EQ(settings.limits.files, 10U);
  EXPECT_EQ(settings.log_level, LogLevel::kDebug);
  EXPECT_EQ(settings.log_format, LogFormat::kJson);
}

TEST(Settings, MayBeJson) {
  EXPECT_EQ(
      Read(R"({"source": {"interval": "1s"}, "environments": {"p": {"dagster": {"webserver": {"start": true}}}}})")
          .source.interval,
      std::chrono::seconds(1));
}

TEST(Settings, LogLevels) {
  EXPECT_EQ(Read("log: {level: debug}").log_level, LogLevel::kDebug);
  EXPECT_EQ(Read("log: {level: info}").log_level, LogLevel::kInfo);
  EXPECT_EQ(Read("log: {level: warning}").log_level, LogLevel::kWarning);
  EXPECT_EQ(Read("log: {level: error}").log_level, LogLevel::kError);
}

TEST(SettingsFaults, SayWhereAndWhatToDo) {
  const struct {
    const char* name;
    const char* yaml;
    const char* text;
  } rows[] = {
      {"slip", "source: {brnach: x}\n",
       "settings.yaml:1:10: fault: unknown-setting: found the key \"brnach\", expected one of url, branch, path, "
       "interval, timeout, "
       "username, tokenFile, sshKeyFile, knownHostsFile, caFile, maxFetchBytes; did you mean branch?"},
      {"unknown", "zzz: 1\n",
       "settings.yaml:1:1: fault: unknown-setting: found the key \"zzz\", expected one of source, stateDir, "
       "environments, limits, server, log; "
       "remove it"},
      {"slip in an environment", "environments: {p: {localProcess: {}}}\n",
       "settings.yaml:1:20: fault: unknown-setting: found the key \"localProcess\", expected one of target, "
       "chartVersion, local_process, kubernetes, dagster, history; "
       "did you mean local_process?"},
      {"bare number", "source: {interval: 30}\n",
       "settings.yaml:1:20: fault: bad-setting: found 30, expected a duration from 1s to 1d at `source.interval`; "
       "write 30s"},
      {"out of range", "environments: {p: {dagster: {webserver: {port: 0}}}}\n",
       "settings.yaml:1:48: fault: bad-setting: found 0, expected an integer from 1 to 65535 at "
       "`environments.NAME.dagster.webserver.port`; write an integer from 1 to 65535"},
      {"relative path", "stateDir: state\n",
       "settings.yaml:1:11: fault: bad-setting: found state, expected an absolute path at `stateDir`; write an "
       "absolute path"},
      {"no mapping", "source: here\n",
       "settings.yaml:1:9: fault: bad-setting: found \"here\", expected a mapping at `source`; write `key: value` "
       "lines below it"},
      {"list at the top", "[a]\n",
       "settings.yaml:1:1: fault: bad-setting: found a list, expected a mapping; write `key: value` lines below it"},
      {"no mapping as environment", "environments: {p: 1}\n",
       "settings.yaml:1:19: fault: bad-setting: found \"1\", expected a mapping at `environments.NAME`; write `key: "
       "value` lines below it"},
      {"url beside start", "environments: {p: {dagster: {webserver: {url: \"http://h\"}}}}\n",
       "settings.yaml:1:47: fault: bad-setting: found `url` beside `start: true`, expected one of them; add start: "
       "false to use that "
       "webserver, or remove url"},
      {"docker_compose", "environments: {p: {target: docker_compose}}\n",
       "settings.yaml:1:28: fault: not-in-this-version: found the target docker_compose, expected local_process or "
       "kubernetes; this target is not in this version"},
      {"unknown target", "environments: {p: {target: nomad}}\n",
       "settings.yaml:1:28: fault: bad-setting: found nomad, expected one of local_process, kubernetes at "
       "`environments.NAME.target`; write one of local_process, kubernetes"},
      {"no address", "server: {listen: 8585}\n",
       "settings.yaml:1:18: fault: bad-setting: found 8585, expected host:port, or :port for all addresses at "
       "`server.listen`; write host:port, or :port for all addresses"},
      {"later block", "environments: {p: {docker_compose: {file: f}}}\n",
       "settings.yaml:1:20: fault: not-in-this-version: found `docker_compose`, expected keys of this version; remove "
       "it: the docker_compose target is not in this version"},
      {"a key twice", "log: {}\nlog: {}\n", "duplicate-key"},
      {"no YAML", "a: [\n", "yaml-syntax"},
  };
  for (const auto& row : rows) {
    const std::vector<std::string> told = Told(row.yaml);
    ASSERT_EQ(told.size(), 1U) << row.name;
    const bool code_only = std::string(row.text).find(' ') == std::string::npos;
    EXPECT_THAT(told.front(),
                code_only ? testing::HasSubstr(row.text) : testing::Matcher<const std::string&>(testing::Eq(row.text)))
        << row.name;
  }
}

TEST(SettingsFaults, AreAllCollectedInFileOrder) {
  EXPECT_EQ(Told("stateDir: x\nsource: {interval: 0s, nope: 1}\nlog: {level: loud}\n").size(), 4U);
  const ParsedSettings parsed = ParseSettings("stateDir: x\nlog: {level: loud}\n", "settings.yaml");
  ASSERT_EQ(parsed.diagnostics.size(), 2U);
  EXPECT_LT(parsed.diagnostics[0].position, parsed.diagnostics[1].position);
}

TEST(Settings, HistoryOfAnEnvironment) {
  const HistorySettings standard = Read("environments: {a: {}}\n").environments.at("a").history;
  EXPECT_EQ(standard, HistorySettings{});
  EXPECT_TRUE(standard.enabled && standard.push);
  const HistorySettings set =
      Read(
          "environments: {a: {history: {enabled: false, push: false, branch: b, url: /srv/h.git, "
          "username: u, tokenFile: /t, sshKeyFile: /k}}}\n")
          .environments.at("a")
          .history;
  EXPECT_EQ(set, (HistorySettings{false, false, "b", "/srv/h.git", "u", "/t", "/k"}));
}

TEST(SettingsFaults, RefuseSecretsAndNeverShowThem) {
  const struct {
    const char* yaml;
    const char* code;
  } rows[] = {
      {"source: {url: \"https://bot:hunter2@git.example.com/x.git\"}\n", "secret-in-settings"},
      {"source: {token: hunter2}\n", "unknown-setting"},
      {"source: {password: hunter2}\n", "unknown-setting"},
      {"environments: {a: {history: {url: \"https://bot:hunter2@git.example.com/x.git\"}}}\n", "secret-in-settings"},
      {"environments: {a: {history: {token: hunter2}}}\n", "unknown-setting"},
      {"environments: {a: {history: {tokenFile: hunter2-tokenFile}}}\n", "bad-setting"},
  };
  for (const auto& row : rows) {
    const Diagnostics told = ParseSettings(row.yaml, "settings.yaml").diagnostics;
    ASSERT_EQ(told.size(), 1U) << row.yaml;
    EXPECT_EQ(told.front().code, row.code);
    EXPECT_EQ(told.front().Text().find("hunter2"), std::string::npos);
    EXPECT_NE(told.front().Text().find("tokenFile"), std::string::npos);
  }
  for (const char* fine :
       {"https://git.example.com/x.git", "https://bot@git.example.com/x.git", "git@git.example.com:acme/x.git",
        "ssh://git@git.example.com:22/x.git", "/srv/git/x.git", "file:///srv/git/x.git"}) {
    EXPECT_EQ(Read("source: {url: \"" + std::string(fine) + "\"}\n").source.url, fine);
  }
}

}  // namespace
}  // namespace dagitops::config
