#include "dagitops/cli/run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/locations.h"
#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

TEST_F(Commands, UsageErrorsEndWithTwo) {
  EXPECT_EQ(Run({}), kUsage);
  EXPECT_EQ(Run({"unknown"}), kUsage);
  EXPECT_EQ(Run({"lint", "--output", "xml"}), kUsage);
  EXPECT_EQ(Run({"import", "values.yaml"}), kUsage) << "--into is required";
}

TEST_F(Commands, WordThatIsNoCommandIsNamedWithTheNearestOne) {
  EXPECT_EQ(Run({"sttus"}), kUsage);
  EXPECT_NE(err.str().find("\"sttus\" (did you mean status?)"), std::string::npos) << err.str();
}

TEST_F(Commands, HelpTellsWhatServeNeeds) {
  EXPECT_EQ(Run({"--help"}), kDone);
  EXPECT_NE(out.str().find("git init -b main"), std::string::npos) << out.str();
}

TEST_F(Commands, RequestForAnEnvironmentThatNobodyServesIsAnsweredAtOnce) {
  holder = LockHolder{1, ""};
  known = {"production"};
  EXPECT_EQ(Run({"pause", "--env", "prodution"}), kInvalidInput);
  EXPECT_NE(err.str().find("served here: production"), std::string::npos) << err.str();
  EXPECT_TRUE(requests.empty());
  EXPECT_EQ(Run({"pause", "--env", "production"}), kDone);
}

TEST_F(Commands, ApplyAtARevisionThatIsRefusedIsInvalidInput) {
  holder = LockHolder{1, ""};
  accept = false;
  EXPECT_EQ(Run({"apply", "--at", "nope"}), kInvalidInput);
  EXPECT_EQ(Run({"apply"}), kFailed);
}

TEST_F(Commands, HelpEndsWithZeroAndNamesEveryCommand) {
  EXPECT_EQ(Run({"--help"}), kDone);
  for (const char* name : {"init", "lint", "render", "plan", "serve", "status", "apply", "approve", "import",
                           "completion", "pause", "resume"}) {
    EXPECT_NE(out.str().find(name), std::string::npos) << name;
  }
  EXPECT_EQ(out.str().find("internal-fetch"), std::string::npos);
}

TEST_F(Commands, LintOfAGoodRepositoryEndsWithZero) {
  EXPECT_EQ(Run({"lint"}), kDone) << out.str() << err.str();
  EXPECT_NE(out.str().find("1 location in 1 environment: 0 faults, 0 warnings\n"), std::string::npos) << out.str();
  EXPECT_EQ(opened.url, "/srv/space");
}

TEST_F(Commands, LintCountsInPlainWords) {
  source->Commit({{"dagitops.yaml", "environments: {production: {}, staging: {}}\n"},
                  {"locations/a.yaml", kFragment},
                  {"locations/b.yaml", "image: {repository: r, tag: 1.10}\ndagitops: {codeSource: {moduleName: b}}\n"},
                  {"code/aa/defs.py", "x"}});
  EXPECT_EQ(Run({"lint"}), kInvalidInput);
  EXPECT_NE(out.str().find("\n4 locations in 2 environments: 1 fault, 1 warning\n"), std::string::npos) << out.str();
}

TEST_F(Commands, LintWarnsOfCodeThatIsNotThere) {
  source->Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", kFragment}, {"code/aa/defs.py", "x"}});
  EXPECT_EQ(Run({"lint"}), kDone);
  EXPECT_NE(out.str().find("locations/a.yaml:4:17: warning: local-path-missing: found no folder \"code/a\""),
            std::string::npos)
      << out.str();
}

TEST_F(Commands, LintTellsFaultsWithPlaceAndEndsWithThree) {
  source->Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", "image: {repository: r, tag: 1.10}\n"}});
  EXPECT_EQ(Run({"lint"}), kInvalidInput);
  EXPECT_NE(out.str().find("locations/a.yaml:1:"), std::string::npos) << out.str();
  EXPECT_EQ(Run({"lint", "--output", "json"}), kInvalidInput);
  EXPECT_NE(out.str().find(R"("severity":"fault")"), std::string::npos);
}

// A secret that was put where it does not belong must not go on into logs of CI. `hunter2` is the secret.
TEST_F(Commands, LintNeverShowsAValueOfEnv) {
  const struct {
    const char* name;
    const char* yaml;
    bool fault = true;
  } rows[] = {
      {"item as in a shell", "env: [\"DB_PASSWORD=hunter2\"]\n"},
      {"text as in a shell", "env: \"DB_PASSWORD=hunter2\"\n"},
      {"URL", "env: [\"X=postgres://u:hunter2@h/db\"]\n"},
      {"no colon at all", "env:\n  DB_PASSWORD hunter2\n"},
      {"no colon in the second line", "env:\n  DB_TOKEN: b\n  DB_PASSWORD hunter2\n"},
      {"no colon in the first line", "env:\n  DB_PASSWORD hunter2\n  A: b\n"},
      {"no colon after value", "env:\n- name: DB_PASSWORD\n  value hunter2\n"},
      {"valueFrom as a text", "env: [{name: DB_PASSWORD, valueFrom: hunter2}]\n"},
      {"secretKeyRef as a text", "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: hunter2}}]\n"},
      {"alias", "env: {DB_PASSWORD: *hunter2}\n"},
      {"alias of itself", "env: &hunter2 {A: *hunter2}\n"},
      {"mapping", "env: {A: {value: hunter2}}\n"},
      {"list", "env: {A: [hunter2]}\n"},
      {"number", "env: {A: 0x2222, hunter2: b}\n"},
      {"name as a mapping", "env: [{name: {x: hunter2}}]\n"},
      {"key as in a shell", "env: {\"DB_PASSWORD=hunter2\": 5}\n"},
      {"unknown key as in a shell", "env: [{name: A, \"value=hunter2\": x}]\n", false},
      {"duplicate key as in a shell", "env: {DB_PASSWORD=hunter2, DB_PASSWORD=hunter2}\n"},
      {"duplicate key", "env: {DB_PASSWORD: hunter2, DB_PASSWORD: hunter2}\n"},
      {"duplicate item as in a shell", "env: [{name: A=hunter2, value: x}, {name: A=hunter2, value: x}]\n"},
      {"patch of nothing", "env: [{name: A=hunter2, $patch: delete}]\n", false},
      {"patch with another word", "env: [{name: A, $patch: hunter2}]\n"},
      {"secret-looking name as in a shell", "env: [{name: DB_PASSWORD=hunter2, value: x}]\n", false},
      {"two sources", "env: [{name: A=hunter2, value: hunter2, valueFrom: {}}]\n"},
      {"tag", "env: {A: !!str hunter2}\n"},
      {"merge key", "env: {<<: hunter2}\n"},
      {"list as a key", "env: {? [hunter2] : x}\n"},
      {"odd character", "env: {A: @hunter2}\n"},
      {"open quote", "env: {A: \"hunter2}\n"},
      {"init container", "initContainers: [{name: i, image: b, env: [\"DB_PASSWORD=hunter2\"]}]\n"},
      {"init container, text", "initContainers: [{name: i, image: b, env: \"X hunter2\"}]\n"},
      {"sidecar", "sidecarContainers: [{name: i, image: b, env: [{name: A, valueFrom: hunter2}]}]\n"},
      {"another place, URL", "labels: [\"postgres://u:hunter2@h/db\"]\ndeploymentNamespace: [a]\n"},
      {"another place, pair", "port: \"DB_PASSWORD=hunter2\"\n"},
  };
  const std::string whole = "image: {repository: r/a, tag: \"1\"}\ndagsterApiGrpcArgs: [\"-m\", a]\n";
  for (const auto& row : rows) {
    for (const char* file : {"locations/a.yaml", "environments/production/defaults.yaml"}) {
      support::FakeSource::Files tree{{"dagitops.yaml", kRepository}, {"locations/a.yaml", whole}};
      tree[file] = whole + row.yaml;
      source->Commit(tree);
      EXPECT_EQ(Run({"lint"}), row.fault ? kInvalidInput : kDone) << row.name << "\n" << out.str();
      const std::string text = out.str() + err.str();
      Run({"lint", "--output", "json"});
      for (const std::string& told : {text, out.str()}) {
        EXPECT_EQ(told.find("hunter2"), std::string::npos) << row.name << " in " << file << "\n" << told;
        EXPECT_EQ(told.find("0x2222"), std::string::npos) << row.name << " in " << file << "\n" << told;
      }
    }
    std::string inner = whole + row.yaml;
    std::string indented;
    for (char c : "  " + inner) indented += c == '\n' ? std::string("\n  ") : std::string(1, c);
    source->Commit(
        {{"dagitops.yaml", std::string(kRepository) + "defaults:\n" + indented + "\n"}, {"locations/a.yaml", ""}});
    Run({"lint"});
    EXPECT_EQ((out.str() + err.str()).find("hunter2"), std::string::npos) << row.name << " in dagitops.yaml\n"
                                                                          << out.str();
  }
}

TEST_F(Commands, LintOfAnUnknownEnvironmentEndsWithThree) {
  EXPECT_EQ(Run({"lint", "--env", "prodution"}), kInvalidInput);
  EXPECT_NE(out.str().find("unknown-environment"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("ask for production"), std::string::npos) << out.str();
  EXPECT_EQ(Run({"lint", "--env", "production"}), kDone) << out.str();
}

TEST_F(Commands, PlanOfANewRepositoryStartsEverything) {
  EXPECT_EQ(Run({"plan"}), kDone) << err.str();
  EXPECT_NE(out.str().find("+ start server/a@"), std::string::npos) << out.str();
  EXPECT_EQ(Run({"plan", "--exit-code"}), kChangesPending);
}

TEST_F(Commands, PlanAgainstABaseShowsOnlyWhatDiffers) {
  const std::string base = source->head.revision.id;
  EXPECT_EQ(Run({"plan", "--base", base, "--exit-code"}), kDone) << out.str();
  EXPECT_NE(out.str().find("nothing to do"), std::string::npos);
  auto changed = source->LastFiles();
  changed["code/a/defs.py"] = "y";
  changed["locations/b.yaml"] = "dagitops:\n  codeSource: {moduleName: b}\n  local: {path: code/a}\n";
  source->Commit(changed);
  EXPECT_EQ(Run({"plan", "--base", base, "--exit-code"}), kChangesPending);
  EXPECT_NE(out.str().find("start server/a@"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("changed: code"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("new location"), std::string::npos) << out.str();
}

TEST_F(Commands, PlanWarnsOfARenameThatLosesSchedules) {
  const std::string base = source->head.revision.id;
  source->Commit({{"dagitops.yaml", kRepository}, {"locations/b.yaml", kFragment}, {"code/a/defs.py", "x"}});
  Run({"plan", "--base", base});
  EXPECT_NE(err.str().find("renamed-location"), std::string::npos) << err.str();
}

TEST_F(Commands, PlanWarnsOfARenameOfWhatServeHasLoaded) {
  CodeLocation loaded = support::MakeLocation("old-name");
  loaded.settings.code_source = CodeSource{CodeSource::Kind::kModuleName, "defs", "", ""};
  loaded.settings.local = LocalSettings{};
  loaded.settings.local->path = "code/a";
  store.state = support::MakeState({loaded}, source->head.revision.id);
  Run({"plan"});
  EXPECT_NE(err.str().find("renamed-location"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("old-name"), std::string::npos) << err.str();
}

TEST_F(Commands, PlanSaysWhenARemovalNeedsApproval) {
  const std::string base = source->head.revision.id;
  source->Commit({{"dagitops.yaml", kRepository}});
  EXPECT_EQ(Run({"plan", "--base", base, "--exit-code"}), kNeedsApproval);
  EXPECT_NE(out.str().find("leaves no location"), std::string::npos) << out.str();
}

// What lint calls a secret by its form must not be shown by the command that is run next.
TEST_F(Commands, PlanShowsNoSecretThatLintWarnsOf) {
  const std::string base = source->head.revision.id;
  auto files_now = source->LastFiles();
  files_now["locations/a.yaml"] =
      std::string(kFragment) +
      "env:\n  K1: \"-----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----\"\n"
      "  K2: AKIACANARYCANARYCANA\n  K3: \"pg://u:canary@h/x\"\n  K4: sk_live_canary012345\n"
      "  DB_PASSWORD: canary\n";
  source->Commit(files_now);
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--explain"}, {"--output", "json"}}) {
    std::vector<std::string> arguments{"plan", "--base", base};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(Run(arguments), kDone) << err.str();
    EXPECT_NE(out.str().find("K2"), std::string::npos) << out.str();
    EXPECT_EQ(out.str().find("canary"), std::string::npos) << out.str();
    EXPECT_EQ(out.str().find("CANARY"), std::string::npos) << out.str();
    EXPECT_EQ(out.str().find("BEGIN"), std::string::npos) << out.str();
  }
}

TEST_F(Commands, PlanExplainsWhichFileSetAValue) {
  EXPECT_EQ(Run({"plan", "--explain"}), kDone);
  EXPECT_NE(out.str().find("locations/a.yaml:"), std::string::npos) << out.str();
}

TEST_F(Commands, ServeWithoutSettingsTakesTheDefaultEnvironment) {
  EXPECT_EQ(Run({"serve", "--port", "4000", "--interval", "1s", "--python", "/opt/py", "--state-dir", "state"}), kDone)
      << err.str();
  ASSERT_TRUE(served.environments.contains("production"));
  EXPECT_EQ(served.environments["production"].dagster.webserver.port, 4000);
  EXPECT_EQ(served.environments["production"].local_process.python, "/opt/py");
  EXPECT_EQ(served.source.interval, std::chrono::seconds(1));
  EXPECT_EQ(served.state_dir, "/srv/space/state");
}

TEST_F(Commands, ServeRefusesAnIntervalItCannotRead) {
  for (const char* wrong : {"soon", "5", "0s", "100ms", "999ms", "25h"}) {
    EXPECT_EQ(Run({"serve", "--interval", wrong}), kUsage) << wrong;
    EXPECT_NE(err.str().find("from 1s to 24h"), std::string::npos) << err.str();
  }
}

TEST_F(Commands, EnvironmentMustBeOneOfTheRepository) {
  EXPECT_EQ(Run({"plan", "--env", "staging"}), kInvalidInput);
  EXPECT_NE(err.str().find("production"), std::string::npos);
}

TEST_F(Commands, ApplyNeedsARunningServe) {
  EXPECT_EQ(Run({"apply"}), kFailed);
  EXPECT_NE(err.str().find("dagitops serve"), std::string::npos);
  EXPECT_TRUE(requests.empty());
}

TEST_F(Commands, ApplyAsksAndFollowsUntilSettled) {
  holder = LockHolder{1, ""};
  EnvironmentStatus status;
  status.conditions = {{"Ready", Condition::Truth::kTrue, "", ""}, {"Reconciling", Condition::Truth::kFalse, "", ""}};
  status.updated = clock.now + std::chrono::seconds(1);
  store.status = status;
  EXPECT_EQ(Run({"apply", "--at", "abcdef1"}), kDone) << err.str();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].revision, "abcdef1");
  store.status->conditions[0].truth = Condition::Truth::kFalse;
  const auto pass = [&] {
    store.status->updated = clock.now + std::chrono::seconds(1);
    store.status->fetched = FetchStatus{clock.now + std::chrono::milliseconds(1), ""};
  };
  pass();
  EXPECT_EQ(Run({"apply"}), kFailed);
  EXPECT_EQ(err.str().find("not settled"), std::string::npos) << err.str();
  store.status->waiting_removals = {"a"};
  pass();
  EXPECT_EQ(Run({"apply"}), kNeedsApproval);
  for (const LocationPhase bad : {LocationPhase::kHeld, LocationPhase::kFailed}) {
    store.status->locations.resize(1);
    store.status->locations[0].phase = bad;
    pass();
    EXPECT_EQ(Run({"apply"}), kFailed) << "what is wrong with a location is no matter of approval";
  }
}

TEST_F(Commands, ApplyTellsEachPhaseThatChangesWhileItWaits) {
  holder = LockHolder{1, ""};
  EnvironmentStatus status;
  status.locations.resize(2);
  status.locations[0].name = "a";
  status.locations[1].name = "b";
  for (LocationStatus& location : status.locations) location.phase = LocationPhase::kLoaded;
  store.status = status;
  const std::vector<LocationPhase> phases{LocationPhase::kProgressing, LocationPhase::kProgressing,
                                          LocationPhase::kLoaded};
  std::size_t pass = 0;
  on_sleep = [&] {
    store.status->locations[1].phase = phases.at(pass);
    const bool settled = ++pass == phases.size();
    store.status->conditions = {{"Ready", settled ? Condition::Truth::kTrue : Condition::Truth::kFalse, "", ""},
                                {"Reconciling", settled ? Condition::Truth::kFalse : Condition::Truth::kTrue, "", ""}};
    store.status->updated = clock.now;
  };
  EXPECT_EQ(Run({"apply", "--at", "abcdef1"}), kDone) << err.str();
  EXPECT_EQ(err.str(), "b: progressing\nb: loaded\n");
  EXPECT_EQ(out.str().find("b: "), std::string::npos) << out.str();
}

TEST_F(Commands, ApplyIsNotSettledBeforeTheBranchWasFetched) {
  holder = LockHolder{1, ""};
  EnvironmentStatus status;
  status.conditions = {{"Ready", Condition::Truth::kTrue, "", ""}, {"Reconciling", Condition::Truth::kFalse, "", ""}};
  status.updated = clock.now + std::chrono::seconds(1);
  status.fetched = FetchStatus{clock.now - std::chrono::seconds(1), ""};
  store.status = status;
  EXPECT_EQ(Run({"apply"}), kFailed) << "the pass answered with the head of an older fetch";
  EXPECT_NE(err.str().find("not settled"), std::string::npos) << err.str();
  store.status->updated = clock.now + std::chrono::seconds(1);
  store.status->fetched = FetchStatus{clock.now + std::chrono::milliseconds(1), "https://git: no such host"};
  EXPECT_EQ(Run({"apply"}), kFailed);
  EXPECT_NE(err.str().find("no such host"), std::string::npos) << err.str();
}

TEST_F(Commands, ApproveSendsTheNames) {
  EXPECT_EQ(Run({"approve", ".", "a", "b"}), kDone);
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].kind, Request::Kind::kApprove);
  EXPECT_EQ(requests[0].environment, "production");
  EXPECT_EQ(requests[0].locations, (std::vector<std::string>{"a", "b"}));
  accept = false;
  EXPECT_EQ(Run({"approve"}), kFailed);
  EXPECT_NE(err.str().find("refused"), std::string::npos);
}

TEST_F(Commands, StatusWithoutADaemonSaysSo) {
  EXPECT_EQ(Run({"status"}), kFailed);
  EXPECT_NE(err.str().find("dagitops serve"), std::string::npos);
}

TEST_F(Commands, RenderGivesWorkspaceAndChartTheSamePort) {
  const std::string image = "image: {repository: r/a, tag: \"1\"}\ndagsterApiGrpcArgs: [\"-m\", a]\n";
  source->Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", image + "port: 4000\n"}});
  EXPECT_EQ(Run({"render", "--into", "out"}), kDone) << err.str();
  EXPECT_NE(files["out/values.yaml"].find("port: 4000\n"), std::string::npos) << files["out/values.yaml"];
  EXPECT_NE(files["out/workspace.yaml"].find("port: 4000\n"), std::string::npos) << files["out/workspace.yaml"];
  for (const char* port : {"3_030", "03030", "0x10", "3030.0"}) {
    source->Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", image + "port: " + port + "\n"}});
    EXPECT_EQ(Run({"render"}), kInvalidInput) << port;
    EXPECT_NE(err.str().find("odd-integer"), std::string::npos) << err.str();
  }
}

TEST_F(Commands, RenderShowsTheOwnerAsItIsPublished) {
  source->Commit({{"dagitops.yaml", kRepository},
                  {"locations/a.yaml",
                   "image: {repository: r/a, tag: \"1\"}\ndagsterApiGrpcArgs: [\"-m\", a]\n"
                   "dagitops: {owner: team-a, metadata: {docs: here}}\n"}});
  EXPECT_EQ(Run({"render", "--into", "out"}), kDone) << err.str();
  EXPECT_NE(files["out/workspace.yaml"].find("docs: \"here\"\n        owner: \"team-a\"\n"), std::string::npos)
      << files["out/workspace.yaml"];
}

TEST_F(Commands, RenderLeavesOutWhatTheChartDoesNotRunAndSaysSo) {
  EXPECT_EQ(Run({"render", "--into", "out"}), kDone) << err.str();
  EXPECT_EQ(files["out/workspace.yaml"], "load_from: []\n");
  EXPECT_NE(err.str().find("note: location a has no image"), std::string::npos) << err.str();
}

TEST_F(Commands, RenderPrintsJson) {
  EXPECT_EQ(Run({"render", "--output", "json"}), kDone) << err.str();
  EXPECT_EQ(out.str(), R"({"schemaVersion":1,"files":{"values.yaml":"deployments: []\n",)"
                       R"("workspace.yaml":"load_from: []\n"}})"
                       "\n");
  EXPECT_EQ(Run({"render", "--output", "json", "--into", "out"}), kDone) << err.str();
  EXPECT_EQ(out.str(), R"({"schemaVersion":1,"files":["out/values.yaml","out/workspace.yaml"]})"
                       "\n");
}

TEST_F(Commands, InitWritesARepositoryThatLints) {
  EXPECT_EQ(Run({"init", "new"}), kDone);
  ASSERT_TRUE(files.contains("new/dagitops.yaml"));
  support::FakeSource::Files committed;
  for (const auto& [path, text] : files) committed[path.substr(4)] = text;
  source->Commit(committed);
  EXPECT_EQ(Run({"lint"}), kDone) << out.str();
  EXPECT_NE(out.str().find("1 location in 1 environment: 0 faults, 0 warnings"), std::string::npos) << out.str();
}

TEST_F(Commands, InitNamesEveryFileInItsWayAndWritesNothing) {
  files["new/dagitops.yaml"] = "mine";
  files["new/locations/hello.yaml"] = "mine too";
  const auto before = files;
  EXPECT_EQ(Run({"init", "new"}), kInvalidInput);
  EXPECT_EQ(files, before);
  EXPECT_NE(err.str().find("dagitops.yaml, locations/hello.yaml"), std::string::npos) << err.str();
}

TEST_F(Commands, InitKeepsAReadmeAndGoesOnAfterATryThatWasCutOff) {
  files["new/README.md"] = "made by the git host";
  EXPECT_EQ(Run({"init", "new"}), kDone) << err.str();
  EXPECT_EQ(files["new/README.md"], "made by the git host");
  const auto whole = files;
  files.erase("new/locations/hello.yaml");
  EXPECT_EQ(Run({"init", "new"}), kDone) << err.str();
  EXPECT_EQ(files, whole);
}

TEST_F(Commands, ImportNamesEveryFileInItsWayAndWritesNothing) {
  files["values.yaml"] =
      "deployments:\n- name: sales\n  image: {repository: r/sales, tag: \"1\", pullPolicy: Always}\n"
      "  dagsterApiGrpcArgs: [\"-m\", \"sales\"]\n  port: 3030\n";
  files["repo/locations/sales.yaml"] = "mine";
  const auto before = files;
  EXPECT_EQ(Run({"import", "values.yaml", "--into", "repo"}), kInvalidInput);
  EXPECT_EQ(files, before);
  EXPECT_NE(err.str().find("locations/sales.yaml"), std::string::npos) << err.str();
}

TEST_F(Commands, ImportWritesFragments) {
  files["values.yaml"] =
      "deployments:\n- name: sales\n  image: {repository: r/sales, tag: \"1\", pullPolicy: Always}\n"
      "  dagsterApiGrpcArgs: [\"-m\", \"sales\"]\n  port: 3030\n";
  EXPECT_EQ(Run({"import", "values.yaml", "--into", "repo"}), kDone) << err.str();
  EXPECT_TRUE(files["repo/locations/sales.yaml"].starts_with(
      "# yaml-language-server: $schema=../.dagitops/schemas/fragment.json\n"));
  EXPECT_TRUE(
      files["repo/dagitops.yaml"].starts_with("# yaml-language-server: $schema=.dagitops/schemas/repository.json\n"));
  EXPECT_TRUE(files.contains("repo/.dagitops/schemas/fragment.json"));
  EXPECT_TRUE(files.contains("repo/.dagitops/schemas/chart-values.json"));
  EXPECT_EQ(Run({"import", "missing.yaml", "--into", "repo"}), kInvalidInput);
}

TEST_F(Commands, ImportTellsWhatTheChecksWillRefuse) {
  const std::string deployment = "deployments:\n- name: sales\n  dagsterApiGrpcArgs: [\"-m\", sales]\n  image: ";
  files["values.yaml"] = deployment + "{repository: r/sales, tag: 1.2}\n";
  EXPECT_EQ(Run({"import", "values.yaml", "--into", "repo"}), kDone) << err.str();
  const std::string written = files["repo/locations/sales.yaml"];
  const auto line =
      1 + std::count(written.begin(), written.begin() + static_cast<long>(written.find("tag: 1.2")), '\n');
  EXPECT_NE(err.str().find("note: to be mended before it loads: locations/sales.yaml:" + std::to_string(line) + ":"),
            std::string::npos)
      << err.str();
  EXPECT_NE(err.str().find("image-tag-number"), std::string::npos) << err.str();
  files = {{"values.yaml", deployment + "{repository: r/sales, tag: \"1.2\"}\n"}};
  EXPECT_EQ(Run({"import", "values.yaml", "--into", "repo"}), kDone) << err.str();
  EXPECT_EQ(err.str().find("to be mended"), std::string::npos) << err.str();
}

TEST_F(Commands, CompletionKnowsCommandsAndOptions) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_EQ(Run({"completion", shell}), kDone);
    EXPECT_NE(out.str().find("approve"), std::string::npos) << shell;
    EXPECT_NE(out.str().find("exit-code"), std::string::npos) << shell;
  }
  EXPECT_EQ(Run({"completion", "csh"}), kUsage);
}

}  // namespace
}  // namespace dagitops::cli
