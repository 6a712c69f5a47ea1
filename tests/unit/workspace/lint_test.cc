#include "workspace/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/model/scalar.h"
#include "dagitops/schema/helm_integer.h"
#include "dagitops/workspace/lint_codes.h"

#include "support/case_name.h"
#include "unit/workspace/lint_support.h"

namespace dagitops::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Case {
  const char* name;
  const char* more;   // below the valid entry, from line 4 on
  const char* codes;  // "code line:column", separated by ", "; "" for nothing to tell
  const char* chart = "1.12";
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

class Lint : public testing::TestWithParam<Case> {};

TEST_P(Lint, TellsExactlyThis) {
  const Location location(Entry(GetParam().more));
  const Diagnostics told = Linter(GetParam().chart, {}).Lint(location.input());
  EXPECT_EQ(Joined(CodesOf(told)), GetParam().codes) << Joined(TextsOf(told));
  for (const Diagnostic& diagnostic : told) {
    EXPECT_EQ(diagnostic.location, "a");
    EXPECT_EQ(diagnostic.position.file, "locations/a.yaml");
    ASSERT_NE(FindLintCode(diagnostic.code), nullptr) << diagnostic.code;
    EXPECT_EQ(diagnostic.severity, FindLintCode(diagnostic.code)->severity) << diagnostic.code;
    EXPECT_FALSE(diagnostic.found.empty() || diagnostic.expected.empty() || diagnostic.fix.empty())
        << diagnostic.Text();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Good, Lint,
    testing::Values(
        Case{"Minimal", "", ""}, Case{"Arguments", "dagsterApiGrpcArgs: [-m, a.defs]\n", ""},
        Case{"EnvMapping", "env: {A: \"4\", B: text}\n", ""},
        Case{"EnvList", "env: [{name: A, value: \"4\"}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n",
             ""},
        Case{"DateIsAText", "labels: {since: 2024-01-31}\n", ""}, Case{"MinutesAreAText", "env: {AT: 12:30}\n", ""},
        Case{"OctalFileMode", "volumes: [{name: v, secret: {secretName: s, defaultMode: 0444}}]\n", ""},
        Case{"FreeParts", "affinity: {any: {thing: [1]}}\nvolumes: [{name: v, csi: {driver: x}}]\n", ""},
        Case{"Digest", "service: {annotations: {a: b}}\n", ""},
        Case{"Resources", "resources: {limits: {cpu: 2, memory: 1Gi, example.com/gpu: 1}}\n", ""},
        Case{"Strategy",
             "deploymentStrategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 25%}}\n", ""},
        Case{"Block",
             "dagitops:\n  schemaVersion: 1\n  locationName: A place\n  owner: team\n  enabled: true\n  order: 3\n"
             "  metadata: {k: v}\n  codeSource: {moduleName: a.b, attribute: defs, workingDirectory: /x}\n"
             "  runs: wait 1h30m\n  gate: candidate\n  local: {path: code, python: python3, requirements: r.txt, "
             "envFile: /e}\n"
             "  lint: {ignore: [{code: latest-tag, reason: because}]}\n",
             ""},
        Case{"Probes", "startupProbe: {enabled: true, periodSeconds: 2}\nreadinessProbe: {enabled: false}\n", ""}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    UnquotedScalars, Lint,
    testing::Values(Case{"EnvNumber", "env: {A: 4}\n", "unquoted-scalar 4:10"},
                    Case{"EnvBoolean", "env:\n  A: no\n", "unquoted-scalar 5:6"},
                    Case{"EnvLetter", "env: {A: y}\n", "unquoted-scalar 4:10"},
                    Case{"EnvOctal", "env: {A: 012}\n", "unquoted-scalar 4:10"},
                    Case{"EnvFloat", "env: {A: 1.10}\n", "unquoted-scalar 4:10"},
                    Case{"EnvCommitId", "env: {A: 12e03}\n", "unquoted-scalar 4:10"},
                    Case{"EnvListValue", "env: [{name: A, value: 4}]\n", "unquoted-scalar 4:24"},
                    Case{"EnvListName", "env: [{name: on, value: x}]\n", "unquoted-scalar 4:14"},
                    Case{"Argument", "dagsterApiGrpcArgs: [-p, 5]\n", "unquoted-scalar 4:26"},
                    Case{"Label", "labels: {cost-center: 4711}\n", "unquoted-scalar 4:23"},
                    Case{"Annotation", "annotations: {scrape: true}\n", "unquoted-scalar 4:23"},
                    Case{"NodeSelector", "nodeSelector: {gpu: true}\n", "unquoted-scalar 4:21"},
                    Case{"SecretName", "envSecrets: [{name: 123}]\n", "unquoted-scalar 4:21"},
                    Case{"MountPath", "volumeMounts: [{name: v, mountPath: 5}]\n", "unquoted-scalar 4:37"},
                    Case{"ContainerArgument", "initContainers: [{name: i, image: b, args: [1]}]\n",
                         "unquoted-scalar 4:45"},
                    Case{"Owner", "dagitops: {owner: 12}\n", "unquoted-scalar 4:19"},
                    Case{"Metadata", "dagitops: {metadata: {on-call: yes}}\n", "unquoted-scalar 4:32"}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    EnvSources, Lint,
    testing::Values(
        Case{"Both", "env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: a}}}]\n", "env-two-sources 4:7"},
        Case{"EmptyValue", "env: [{name: A, value: \"\", valueFrom: {fieldRef: {fieldPath: a}}}]\n",
             "env-two-sources 4:7"},
        Case{"One", "env: [{name: A, value: x}, {name: B, valueFrom: {fieldRef: {fieldPath: a}}}]\n", ""},
        Case{"InitContainer", "initContainers: [{name: i, image: b, env: [{name: A, value: x, valueFrom: {}}]}]\n",
             "env-two-sources 4:44"},
        Case{"Sidecar", "sidecarContainers: [{name: i, image: b, env: [{name: A, value: x, valueFrom: {}}]}]\n",
             "env-two-sources 4:47"}),
    support::CaseName());

struct ImageCase {
  const char* name;
  const char* repository;
  const char* tag;
  const char* codes;  // of a mapping in line 3
};
void PrintTo(const ImageCase& c, std::ostream* out) { *out << c.name; }

class ImageParts : public testing::TestWithParam<ImageCase> {};

TEST_P(ImageParts, AreARepositoryAndATag) {
  const std::string image =
      "{repository: \"" + std::string(GetParam().repository) + "\", pullPolicy: Always, tag: " + GetParam().tag + "}\n";
  const Location location("name: a\nport: 1\nimage: " + image);
  EXPECT_EQ(Joined(CodesOf(Linter("1.12", {}).Lint(location.input()))), GetParam().codes);
}

const std::string kLongTag = "\"" + std::string(128, 'a') + "\"";
const std::string kTooLongTag = "\"" + std::string(129, 'a') + "\"";

INSTANTIATE_TEST_SUITE_P(
    Lint, ImageParts,
    testing::Values(ImageCase{"Plain", "a/b", "\"1.4.2\"", ""}, ImageCase{"Port", "h:5000/b", "_x-1.2", ""},
                    ImageCase{"LongestTag", "a/b", kLongTag.c_str(), ""},
                    ImageCase{"TagTooLong", "a/b", kTooLongTag.c_str(), "bad-image 3:53"},
                    ImageCase{"TagWithPath", "a.b", "\"443/x/y\"", "bad-image 3:53"},
                    ImageCase{"TagWithDigest", "a/b", "\"1@sha256:8f\"", "bad-image 3:53"},
                    ImageCase{"TagWithColon", "a/b", "\"1:2\"", "bad-image 3:53"},
                    ImageCase{"TagOfBase60", "a/b", "22:22", "bad-image 3:53"},
                    ImageCase{"TagStartsWithDot", "a/b", "\".1\"", "bad-image 3:53"},
                    ImageCase{"TagStartsWithDash", "a/b", "\"-1\"", "bad-image 3:53"},
                    ImageCase{"TagWithBlank", "a/b", "\"1 \"", "bad-image 3:53"},
                    ImageCase{"RepositoryWithTag", "h/b:1", "\"2\"", "bad-image 3:21"},
                    ImageCase{"RepositoryWithTagAlone", "b:1", "\"2\"", "bad-image 3:21"},
                    ImageCase{"RepositoryWithDigest", "h:5/b@sha256:8f", "\"2\"", "bad-image 3:21"}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    OddIntegers, Lint,
    testing::Values(Case{"ExternalUnderscore", "dagitops: {external: {host: h, port: 4_000}}\n", "odd-integer 4:38"},
                    Case{"ExternalHexadecimal", "dagitops: {external: {host: h, port: 0x10}}\n", "odd-integer 4:38"},
                    Case{"ExternalOctal", "dagitops: {external: {host: h, port: 04000}}\n", "odd-integer 4:38"},
                    Case{"ExternalExponent", "dagitops: {external: {host: h, port: 1e3}}\n", "odd-integer 4:38"},
                    Case{"ExternalFraction", "dagitops: {external: {host: h, port: 4000.0}}\n", "odd-integer 4:38"},
                    Case{"OrderUnderscore", "dagitops: {order: 1_000}\n", "odd-integer 4:19"},
                    Case{"OrderPlus", "dagitops: {order: +5}\n", "odd-integer 4:19"},
                    Case{"OrderExponent", "dagitops: {order: 1e3}\n", "odd-integer 4:19"},
                    Case{"OrderOctal", "dagitops: {order: 010}\n", "odd-integer 4:19"},
                    Case{"OrderTooLarge", "dagitops: {order: 99999999999}\n", "odd-integer 4:19"},
                    Case{"OrderQuoted", "dagitops: {order: \"5\"}\n", "schema-fault 4:19"},
                    Case{"OrderNegative", "dagitops: {order: -5}\n", ""}),
    support::CaseName());

TEST(OddInteger, SaysWhatToWrite) {
  const auto told = [](const char* more) { return Linter("1.12", {}).Lint(Location(Entry(more)).input()).at(0).fix; };
  EXPECT_EQ(told("dagitops: {external: {host: h, port: 4_000}}\n"), "write 4000");
  EXPECT_EQ(told("dagitops: {order: 010}\n"), "write 8");
  EXPECT_EQ(told("dagitops: {order: 99999999999}\n"), "write a number within these bounds");
}

// The workspace takes the number as PlainInteger reads it, the chart as Helm does: what passes must be one number.
TEST(Port, IsOneNumberInEveryNotationThatIsAccepted) {
  int accepted = 0;
  for (const char* port :
       {"3030", "1",  "65535", "3_030",       "03030", "0x0BD6",   "0b11", "0o17", "+3030",   "3030.0", "3e3",
        "0",    "-1", "65536", "99999999999", "50:30", "\"3030\"", "~",    "no",   "3030abc", "[3030]"}) {
    const Location location(
        "name: a\nimage: {repository: r, tag: \"1\", pullPolicy: Always}\nport: " + std::string(port) + "\n");
    if (HasFault(Linter("1.12", {}).Lint(location.input()))) continue;
    ++accepted;
    const Value& value = *location.input().entry.Find("port");
    const auto read = PlainInteger(value.text());
    ASSERT_TRUE(read.has_value()) << port;
    EXPECT_EQ(*read, schema::HelmInteger(value)) << port;
  }
  EXPECT_EQ(accepted, 3);
}

INSTANTIATE_TEST_SUITE_P(
    SchemaFaults, Lint,
    testing::Values(Case{"PortText", "livenessProbe: {periodSeconds: \"2\"}\n", "schema-fault 4:32"},
                    Case{"EnvNumberAndList", "env: 5\n", "schema-fault 4:6"},
                    Case{"ListForMapping", "labels: [a]\n", "schema-fault 4:9"},
                    Case{"NoEnabled", "readinessProbe: {periodSeconds: 2}\n", "schema-fault 4:17"},
                    Case{"OddStrategy", "deploymentStrategy: {type: rollingUpdate}\n", "schema-fault 4:28"},
                    Case{"Gate", "dagitops: {gate: maybe}\n", "schema-fault 4:18"},
                    Case{"Runs", "dagitops: {runs: later}\n", "schema-fault 4:18"},
                    Case{"ExternalPort", "dagitops: {external: {host: h, port: 70000}}\n", "schema-fault 4:38"},
                    Case{"SchemaVersion", "dagitops: {schemaVersion: 2}\n", "schema-fault 4:27"},
                    Case{"EnvItemWithoutName", "env: [{value: x}]\n", "schema-fault 4:7"},
                    Case{"BothSchemasOnce", "env: {A: [x]}\n", "schema-fault 4:10"},
                    Case{"TwoFaults", "env: {A: 1}\nlabels: {b: 2}\n", "unquoted-scalar 4:10, unquoted-scalar 5:13"}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    Keys, Lint,
    testing::Values(Case{"Slip", "prot: 3030\n", "unknown-key 4:1"}, Case{"Far", "whatever: 1\n", "unknown-key 4:1"},
                    Case{"Nested", "includeConfigInLaunchedRuns: {enabled: true, enable: x}\n", "unknown-key 4:46"},
                    Case{"InBlock", "dagitops: {onwer: x}\n", "unknown-key 4:12"},
                    Case{"DeepInBlock", "dagitops: {codeSource: {module: x}}\n", "unknown-key 4:25"},
                    Case{"ProbeSlip", "startupProbe: {enabled: true, periodSecond: 2}\n", "unknown-key 4:31"},
                    Case{"EnvItemSlip", "env: [{name: A, valueForm: {}}]\n", "unknown-key 4:17"},
                    Case{"LaterChart", "replicaCount: 2\n", "unknown-key 4:1"},
                    Case{"BlockKeyAtTop", "codeSource: {moduleName: a}\n", "unknown-key 4:1"},
                    Case{"Deprecated", "strategy: {type: Recreate}\n", "deprecated-key 4:1"}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(CodeServer, Lint,
                         testing::Values(Case{"Arguments", "codeServerArgs: [-m, a]\n", "code-server-args 4:17"},
                                         Case{"None", "codeServerArgs: []\n", ""}),
                         support::CaseName());

TEST(LintImage, IsJudgedByTagAndDigest) {
  struct Row {
    const char* name;
    const char* image;
    const char* on_1_12;
    const char* on_1_10;
  };
  const Row rows[] = {
      {"quoted", "tag: \"1.10\"", "", ""},
      {"text", "tag: v1.2.3", "", ""},
      {"three parts", "tag: 1.2.3", "", ""},
      {"integer", "tag: 20240131", "integer-tag", "integer-tag"},
      {"date", "tag: 2024-01-31", "", ""},
      {"float", "tag: 1.10", "image-tag-number", "image-tag-number"},
      {"whole float", "tag: 2.0", "image-tag-number", "image-tag-number"},
      {"octal", "tag: 012", "image-tag-number", "image-tag-number"},
      {"hexadecimal", "tag: 0x1F", "image-tag-number", "image-tag-number"},
      {"underscore", "tag: 1_000", "image-tag-number", "image-tag-number"},
      {"exponent", "tag: 12e03", "image-tag-number", "image-tag-number"},
      {"boolean", "tag: on", "image-tag-number", "image-tag-number"},
      {"letter", "tag: n", "image-tag-number", "image-tag-number"},
      {"too many digits", "tag: 99999999999999999999", "image-tag-number", "image-tag-number"},
      {"list", "tag: [a]", "schema-fault, missing-tag", "schema-fault, missing-tag"},
      {"none", "digest: ~", "missing-tag", "missing-tag"},
      {"null", "tag: ~", "missing-tag", "missing-tag"},
      {"empty", "tag: \"\"", "missing-tag", "missing-tag"},
      {"latest", "tag: latest", "latest-tag", "latest-tag"},
      {"quoted latest", "tag: \"latest\"", "latest-tag", "latest-tag"},
      {"digest alone", "digest: sha256:8f", "", "missing-tag, image-digest-ignored"},
      {"digest and tag", "tag: a, digest: sha256:8f", "", "image-digest-ignored"},
      {"empty digest", "tag: a, digest: \"\"", "", ""},
  };
  for (const Row& row : rows) {
    const Location location("name: a\nport: 1\nimage: {repository: r.example.com/a, pullPolicy: Never, " +
                            std::string(row.image) + "}\n");
    for (const auto& [chart, expected] : {std::pair("1.12", row.on_1_12), std::pair("1.10", row.on_1_10)}) {
      std::vector<std::string> codes;
      for (const Diagnostic& told : Linter(chart, {}).Lint(location.input())) codes.push_back(told.code);
      EXPECT_EQ(Joined(codes), expected) << row.name << " on " << chart;
    }
  }
}

TEST(LintImage, IsNotNeededWhereNothingRunsIt) {
  const struct {
    const char* name;
    const char* yaml;
    const char* codes;
  } rows[] = {
      {"neither", "name: a\nport: 1\n", "schema-fault 1:1"},
      {"local code", "name: a\nport: 1\ndagitops: {local: {path: code}}\n", ""},
      {"defaults of an image", "name: a\nport: 1\nimage: {pullPolicy: Always}\ndagitops: {local: {path: code}}\n", ""},
      {"defaults of an image, nothing local", "name: a\nport: 1\nimage: {pullPolicy: Always}\n", "schema-fault 3:8"},
      {"external", "name: a\ndagitops: {external: {host: h, port: 1}}\n", ""},
      {"external with leftovers", "name: a\nimage: {}\ndagitops: {external: {host: h, port: 1}}\n", ""},
      {"local and half an image",
       "name: a\nport: 1\nimage: {repository: x, tag: v1}\ndagitops: {local: {path: code}}\n", "schema-fault 3:8"},
      {"local taken away", "name: a\nport: 1\ndagitops: {local: ~}\n", "schema-fault 1:1"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Joined(CodesOf(Linter("1.12", {}).Lint(Location(row.yaml).input()))), row.codes) << row.name;
  }
}

TEST(LintTexts, SayWhatWasFoundWhereAndWhatToDo) {
  const struct {
    const char* more;
    const char* text;
  } rows[] = {
      {"env: {A: 1.10}\n",
       "locations/a.yaml:4:10: fault: unquoted-scalar: found a floating-point number at `env.A`, expected a string; "
       "write the value in double quotes"},
      {"env: [{name: A, value: no}]\n",
       "locations/a.yaml:4:24: fault: unquoted-scalar: found a boolean at `env[0].value`, expected a string; "
       "write the value in double quotes"},
      {"prot: 3030\n",
       "locations/a.yaml:4:1: warning: unknown-key: found the key \"prot\", expected a key of a chart entry; did you "
       "mean port?"},
      {"whatever: 1\n",
       "locations/a.yaml:4:1: warning: unknown-key: found the key \"whatever\", expected a key of a chart entry; "
       "remove it, nothing "
       "reads it"},
      {"dagitops: {onwer: x}\n",
       "locations/a.yaml:4:12: warning: unknown-key: found the key \"onwer\", expected a key of `dagitops`; did you "
       "mean owner?"},
      {"codeSource: {moduleName: a}\n",
       "locations/a.yaml:4:1: warning: unknown-key: found the key \"codeSource\", expected a key of a chart entry; "
       "move it below "
       "`dagitops`"},
      {"replicaCount: 2\n",
       "locations/a.yaml:4:1: warning: unknown-key: found the key \"replicaCount\", expected a key of a chart entry; "
       "remove it: charts "
       "before 1.13 run one replica"},
      {"strategy: {type: Recreate}\n",
       "locations/a.yaml:4:1: warning: deprecated-key: found the key \"strategy\", expected deploymentStrategy; write "
       "deploymentStrategy"},
      {"dagitops: {gate: candidates}\n",
       "locations/a.yaml:4:18: fault: schema-fault: found the text \"candidates\" at `dagitops.gate`, expected one of "
       "\"rollout\", "
       "\"candidate\"; did you mean \"candidate\"?"},
      {"dagitops: {runs: wait for it}\n",
       "locations/a.yaml:4:18: fault: schema-fault: found the text \"wait for it\" at `dagitops.runs`, expected now, "
       "wait, or wait and "
       "a duration such as wait 30m; correct the value"},
      {"envSecrets: [db-secret]\n",
       "locations/a.yaml:4:14: fault: schema-fault: found the text \"db-secret\" at `envSecrets[0]`, expected a "
       "mapping; write {name: db-secret}"},
      {"dagsterApiGrpcArgs: [-m, a]\ncodeServerArgs: [-m, b]\n",
       "locations/a.yaml:5:17: warning: two-servers: found `codeServerArgs` beside `dagsterApiGrpcArgs`, expected one "
       "of the two; remove codeServerArgs, which is not used"},
      {"dagsterApiGrpcArgs: []\ncodeServerArgs: []\nreadinessProbe: {}\n",
       "locations/a.yaml:6:17: fault: schema-fault: found no enabled at `readinessProbe`, expected enabled to be set; "
       "add enabled"},
      {"readinessProbe: {}\n",
       "locations/a.yaml:4:17: fault: schema-fault: found no enabled at `readinessProbe`, expected enabled to be set; "
       "add enabled"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(TextsOf(Linter("1.12", {}).Lint(Location(Entry(row.more)).input())), ElementsAre(row.text));
  }
}

TEST(LintTexts, NeverShowTheValueOfASecret) {
  for (const char* more : {"env: {DB_PASSWORD: 7318442}\n", "env: [{name: DB_PASSWORD, value: 7318442}]\n",
                           "env: {API_TOKEN: \"7318442x\"}\n", "env: [{name: API_TOKEN, value: a7318442}]\n",
                           "dagitops: {metadata: {token: 7318442}}\n",
                           "initContainers: [{name: i, image: b, env: [{name: PASSWORD, value: 7318442}]}]\n"}) {
    const auto texts = TextsOf(Linter("1.12", {}).Lint(Location(Entry(more)).input()));
    EXPECT_FALSE(texts.empty()) << more;
    for (const std::string& text : texts) EXPECT_THAT(text, Not(HasSubstr("7318442"))) << more;
  }
}

TEST(LintTexts, NameTheFileOfTheLayerThatAValueCameFrom) {
  Location location("env: {A: 4}\n", Layer::kEnvironmentDefaults);
  location.Under(Layer::kEnvironmentDefaults, "environments/production/defaults.yaml", "env: {A: 4}\n");
  const Diagnostics told = Linter("1.12", {}).Lint(location.input());
  EXPECT_THAT(TextsOf(told),
              testing::Contains(HasSubstr("environments/production/defaults.yaml:1:10: fault: unquoted-scalar")));
}

TEST(LintVersions, TakeTheNewestForAnUnknownChart) {
  const Location location("name: a\nport: 1\nimage: {repository: r, digest: 5, pullPolicy: Never}\n");
  EXPECT_THAT(CodesOf(Linter("1.13", {}).Lint(location.input())), testing::Contains("unquoted-scalar 3:32"));
}

TEST(LintEnvForms, MustBeTheSameOnAllLayers) {
  const struct {
    const char* name;
    const char* defaults;
    const char* environment;
    const char* fragment;
    const char* codes;
  } rows[] = {
      {"lists", "env: [{name: A, value: x}]\n", "", "env: [{name: B, value: x}]\n", ""},
      {"mappings", "env: {A: x}\n", "env: {B: x}\n", "env: {C: x}\n", ""},
      {"mapping over list", "env: [{name: A, value: x}]\n", "", "env: {B: x}\n", "mixed-env 4:6"},
      {"list over mapping", "env: {A: x}\n", "", "env: [{name: B, value: x}]\n", "mixed-env 4:6"},
      {"in the middle", "env: {A: x}\n", "env: [{name: B, value: x}]\n", "env: {C: x}\n", "mixed-env 1:6"},
      {"taken away between", "env: {A: x}\n", "env: ~\n", "env: [{name: B, value: x}]\n", ""},
      {"none", "", "", "", ""},
  };
  for (const auto& row : rows) {
    Location location(Entry(row.fragment));
    location.Under(Layer::kDefaults, "dagitops.yaml", row.defaults);
    location.Under(Layer::kEnvironmentDefaults, "environments/p/defaults.yaml", row.environment);
    EXPECT_EQ(Joined(CodesOf(Linter("1.12", {}).Lint(location.input()))), row.codes) << row.name;
  }
  Location location(Entry("env: {B: x}\n"));
  location.Under(Layer::kDefaults, "dagitops.yaml", "env: [{name: A, value: x}]\n");
  EXPECT_THAT(
      TextsOf(Linter("1.12", {}).Lint(location.input())),
      ElementsAre(
          "locations/a.yaml:4:6: fault: mixed-env: found `env` as a mapping, expected a list, as in dagitops.yaml:1:6; "
          "write it as a list: - {name: NAME, value: \"value\"}"));
}

}  // namespace
}  // namespace dagitops::workspace
