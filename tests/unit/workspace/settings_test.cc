#include "workspace/settings.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "support/case_name.h"
#include "support/diagnostic_lines.h"

namespace dagitops::workspace {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Sources kSources{"", "dagitops.yaml", "", "locations/a.yaml", ""};

// `text` is a whole fragment.
LocationSettings Read(const std::string& text, Diagnostics& told) {
  const yaml::Parsed parsed = yaml::Parse(text, "locations/a.yaml", Layer::kFragment);
  EXPECT_TRUE(parsed.diagnostics.empty()) << text;
  const Value* block = parsed.root.Find("dagitops");
  const std::string name = "a";
  return ReadSettings({name, parsed.root, block == nullptr ? Value() : *block, kSources}, told);
}

LocationSettings Defaults() {
  LocationSettings settings;
  settings.location_name = "a";
  return settings;
}

struct GoodCase {
  const char* name;
  const char* text;
  std::function<void(LocationSettings&)> change;  // from Defaults()
};
void PrintTo(const GoodCase& c, std::ostream* out) { *out << c.name; }

class GoodBlock : public ::testing::TestWithParam<GoodCase> {};

TEST_P(GoodBlock, IsReadWithoutAWord) {
  Diagnostics told;
  LocationSettings expected = Defaults();
  GetParam().change(expected);
  EXPECT_EQ(Read(GetParam().text, told), expected);
  EXPECT_EQ(testing::Lines(told), std::vector<std::string>{});
}

using S = LocationSettings;
const GoodCase kGood[] = {
    {"NoBlock", "port: 1", [](S&) {}},
    {"EmptyBlock", "dagitops: {}", [](S&) {}},
    {"SchemaVersion", "dagitops: {schemaVersion: 1}", [](S&) {}},
    {"LocationName", "dagitops: {locationName: \"My Code 1\"}", [](S& s) { s.location_name = "My Code 1"; }},
    {"Owner", "dagitops: {owner: team-a}", [](S& s) { s.owner = "team-a"; }},
    {"Disabled", "dagitops: {enabled: false}", [](S& s) { s.enabled = false; }},
    {"DisabledInOldWords", "dagitops: {enabled: no}", [](S& s) { s.enabled = false; }},
    {"DisabledByOff", "dagitops: {enabled: Off}", [](S& s) { s.enabled = false; }},
    {"EnabledInOldWords", "dagitops: {enabled: on}", [](S&) {}},
    {"WrongTypeOfEnabledIsTheSchemasToTell", "dagitops: {enabled: \"false\"}", [](S&) {}},
    {"Order", "dagitops: {order: -3}", [](S& s) { s.order = -3; }},
    {"WrongTypeOfOrderIsTheSchemasToTell", "dagitops: {order: [1]}", [](S&) {}},
    {"Metadata", "dagitops: {metadata: {a: x, b: \"2\"}}",
     [](S& s) {
       s.metadata = {{"a", "x"}, {"b", "2"}};
     }},
    {"PythonFile", "dagitops: {codeSource: {pythonFile: a.py, workingDirectory: /w}}",
     [](S& s) {
       s.code_source = CodeSource{CodeSource::Kind::kPythonFile, "a.py", "", "/w"};
     }},
    {"ModuleName", "dagitops: {codeSource: {moduleName: a.b, attribute: defs}}",
     [](S& s) {
       s.code_source = CodeSource{CodeSource::Kind::kModuleName, "a.b", "defs", ""};
     }},
    {"PackageName", "dagitops: {codeSource: {packageName: a}}",
     [](S& s) {
       s.code_source = CodeSource{CodeSource::Kind::kPackageName, "a", "", ""};
     }},
    {"AutoloadDefs", "dagitops: {codeSource: {autoloadDefsModuleName: a.defs}}",
     [](S& s) {
       s.code_source = CodeSource{CodeSource::Kind::kAutoloadDefsModuleName, "a.defs", "", ""};
     }},
    {"ArgumentsWithoutCodeSource", "dagsterApiGrpcArgs: [-m, a]", [](S&) {}},
    {"ExternalPort", "dagitops: {external: {host: h, port: 4000, ssl: true}}",
     [](S& s) {
       s.external = ExternalServer{"h", 4000, "", true};
     }},
    {"ExternalPortOnThisHost", "dagitops: {external: {port: 4000}}",
     [](S& s) {
       s.external = ExternalServer{"localhost", 4000, "", false};
     }},
    {"ExternalSocket", "dagitops: {external: {socket: /run/s}}",
     [](S& s) {
       s.external = ExternalServer{"", 0, "/run/s", false};
     }},
    {"Local", "dagitops: {local: {path: ./code//x/, python: /p, requirements: r.txt, envFile: /etc/e}}",
     [](S& s) {
       s.local = LocalSettings{"code/x", "/p", "r.txt", "/etc/e"};
     }},
    {"LocalRoot", "dagitops: {local: {path: .}}",
     [](S& s) {
       s.local = LocalSettings{".", "", "", ""};
     }},
    {"LocalWithoutPath", "dagitops: {local: {python: /p}}",
     [](S& s) {
       s.local = LocalSettings{"", "/p", "", ""};
     }},
    {"RunsNow", "dagitops: {runs: now}", [](S& s) { s.runs.wait = false; }},
    {"RunsWait", "dagitops: {runs: wait}", [](S&) {}},
    {"RunsWaitAWhile", "dagitops: {runs: wait 1h30m}", [](S& s) { s.runs.limit = minutes(90); }},
    {"RunsWaitAsAMapping", "dagitops: {runs: {wait: 2h}}", [](S& s) { s.runs.limit = hours(2); }},
    {"GateRollout", "dagitops: {gate: rollout}", [](S& s) { s.gate = Gate::kRollout; }},
    {"GateCandidate", "dagitops: {gate: candidate}", [](S& s) { s.gate = Gate::kCandidate; }},
    {"LintIgnore", "dagitops: {lint: {ignore: [{code: latest-tag, reason: because}]}}",
     [](S& s) {
       s.lint_ignore = {{"latest-tag", "because"}};
     }},
};
INSTANTIATE_TEST_SUITE_P(Settings, GoodBlock, ::testing::ValuesIn(kGood), support::CaseName());

struct BadCase {
  const char* name;
  const char* text;
  std::vector<std::string> told;
};
void PrintTo(const BadCase& c, std::ostream* out) { *out << c.name; }

class BadBlock : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadBlock, IsToldWithItsPlace) {
  Diagnostics told;
  Read(GetParam().text, told);
  EXPECT_EQ(testing::Lines(told), GetParam().told);
}

const BadCase kBad[] = {
    {"NewerSchema", "dagitops:\n  schemaVersion: 2", {"fault newer-schema locations/a.yaml:2:18"}},
    {"NoCode", "dagitops:\n  codeSource: {attribute: x}", {"fault code-source locations/a.yaml:2:15"}},
    {"EmptyCodeSource", "dagitops:\n  codeSource: {}", {"fault code-source locations/a.yaml:2:15"}},
    {"TwoKindsOfCode",
     "dagitops: {codeSource: {moduleName: a, pythonFile: b}}",
     {"fault code-source locations/a.yaml:1:24"}},
    {"ArgumentsToo",
     "dagsterApiGrpcArgs: [-m, a]\ndagitops:\n  codeSource: {moduleName: a}",
     {"fault code-source-and-args locations/a.yaml:3:15"}},
    {"CodeServerArgumentsToo",
     "codeServerArgs: [-m, a]\ndagitops:\n  codeSource: {moduleName: a}",
     {"fault code-source-and-args locations/a.yaml:3:15"}},
    {"ExternalWithBoth",
     "dagitops: {external: {host: h, port: 1, socket: s}}",
     {"fault external-address locations/a.yaml:1:22"}},
    {"ExternalWithNeither", "dagitops: {external: {host: h}}", {"fault external-address locations/a.yaml:1:22"}},
    {"AbsolutePath", "dagitops: {local: {path: /code}}", {"fault bad-path locations/a.yaml:1:26"}},
    {"RelativeEnvFile",
     "dagitops: {local: {path: code, envFile: ./secrets.env}}",
     {"fault relative-env-file locations/a.yaml:1:41"}},
    {"PathThatLeaves", "dagitops: {local: {path: code/../../x}}", {"fault bad-path locations/a.yaml:1:26"}},
    {"RequirementsElsewhere",
     "dagitops: {local: {path: c, requirements: ../r.txt}}",
     {"fault bad-path locations/a.yaml:1:43"}},
    {"RunsInAnotherWord", "dagitops: {runs: later}", {"fault bad-duration locations/a.yaml:1:18"}},
    {"RunsWithoutUnit", "dagitops: {runs: wait 30}", {"fault bad-duration locations/a.yaml:1:18"}},
    {"RunsTooLong", "dagitops: {runs: {wait: 9999d}}", {"fault bad-duration locations/a.yaml:1:25"}},
    {"RunsAsAnEmptyMapping", "dagitops: {runs: {}}", {"fault bad-duration locations/a.yaml:1:18"}},
    {"AllAtOnce",
     "dagitops:\n  runs: x\n  local: {path: /x}\n  external: {}\n  codeSource: {}",
     {"fault code-source locations/a.yaml:5:15", "fault external-address locations/a.yaml:4:13",
      "fault bad-path locations/a.yaml:3:17", "fault bad-duration locations/a.yaml:2:9"}},
};
INSTANTIATE_TEST_SUITE_P(Settings, BadBlock, ::testing::ValuesIn(kBad), support::CaseName());

TEST(ArgumentsOf, AreDagstersFlags) {
  const CodeSource source{CodeSource::Kind::kPythonFile, "defs.py", "repo", "/src"};
  EXPECT_EQ(yaml::Canonical(ArgumentsOf(source, {})),
            R"(["--python-file","defs.py","--attribute","repo","--working-directory","/src"])");
  const CodeSource module{CodeSource::Kind::kAutoloadDefsModuleName, "a.defs", "", ""};
  EXPECT_EQ(yaml::Canonical(ArgumentsOf(module, {})), R"(["--autoload-defs-module-name","a.defs"])");
}

TEST(Fingerprint, DiffersForEveryChangeThatMatters) {
  std::vector<std::string> prints{Fingerprint(Defaults())};
  for (const GoodCase& c : kGood) {
    LocationSettings settings = Defaults();
    c.change(settings);
    LocationSettings without = settings;
    without.enabled = true;  // a disabled location is not composed, an ignored warning changes nothing
    without.lint_ignore.clear();
    if (without == Defaults()) {
      EXPECT_EQ(Fingerprint(settings), prints.front()) << c.name;
    } else {
      EXPECT_EQ(std::count(prints.begin(), prints.end(), Fingerprint(settings)), 0) << c.name;
      prints.push_back(Fingerprint(settings));
    }
  }
}

TEST(Fingerprint, DoesNotMixUpNeighbours) {
  LocationSettings a = Defaults();
  LocationSettings b = Defaults();
  a.local = LocalSettings{"x", "", "", ""};
  b.local = LocalSettings{"", "x", "", ""};
  EXPECT_NE(Fingerprint(a), Fingerprint(b));
}

}  // namespace
}  // namespace dagitops::workspace
