// A version is kept, compared and rolled back to as a whole: a field that equality does not see is one that dagitops
// would not carry out.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/source_tree.h"

#include "support/case_name.h"

namespace dagitops {
namespace {

template <class T>
struct Change {
  const char* name;
  std::function<void(T&)> change;
};

template <class T>
void ExpectNoticed(const Change<T>& row, const T& original) {
  T changed = original;
  row.change(changed);
  EXPECT_FALSE(original == changed);
  EXPECT_FALSE(changed == original);
  const T copy = changed;
  EXPECT_TRUE(copy == changed);
}

Version Whole() {
  Version version;
  LocationSettings& settings = version.location.settings;
  settings.code_source.emplace();
  settings.external.emplace();
  settings.local.emplace();
  settings.lint_ignore = {{"code", "reason"}};
  settings.metadata = {{"k", "v"}};
  version.location.entry = Value::Map({{"name", {}, Value::String("a")}});
  version.location.sources = {"", "locations/a.yaml"};
  return version;
}

class EveryFieldOfAVersion : public testing::TestWithParam<Change<Version>> {};
TEST_P(EveryFieldOfAVersion, Counts) { ExpectNoticed(GetParam(), Whole()); }

using V = Change<Version>;

INSTANTIATE_TEST_SUITE_P(Own, EveryFieldOfAVersion,
                         testing::Values(V{"Revision", [](Version& v) { v.revision.id = "x"; }},
                                         V{"AuthorName", [](Version& v) { v.revision.author_name = "x"; }},
                                         V{"AuthorEmail", [](Version& v) { v.revision.author_email = "x"; }},
                                         V{"Time", [](Version& v) { v.revision.time = 1; }},
                                         V{"Subject", [](Version& v) { v.revision.subject = "x"; }},
                                         V{"ChangedIn", [](Version& v) { v.changed_in.id = "x"; }},
                                         V{"TreeId", [](Version& v) { v.tree_id = "x"; }},
                                         V{"Name", [](Version& v) { v.location.name = "x"; }},
                                         V{"Entry", [](Version& v) { v.location.entry = Value(); }},
                                         V{"Digest", [](Version& v) { v.location.digest = "x"; }},
                                         V{"Block", [](Version& v) { v.location.block = Value::String("x"); }},
                                         V{"Sources", [](Version& v) { v.location.sources.pop_back(); }}),
                         support::CaseName{});

LocationSettings& Of(Version& version) { return version.location.settings; }

INSTANTIATE_TEST_SUITE_P(
    Settings, EveryFieldOfAVersion,
    testing::Values(V{"SchemaVersion", [](Version& v) { Of(v).schema_version = 2; }},
                    V{"LocationName", [](Version& v) { Of(v).location_name = "x"; }},
                    V{"Owner", [](Version& v) { Of(v).owner = "x"; }},
                    V{"Enabled", [](Version& v) { Of(v).enabled = false; }},
                    V{"Order", [](Version& v) { Of(v).order = 1; }},
                    V{"MetadataKey", [](Version& v) { Of(v).metadata["x"] = "v"; }},
                    V{"MetadataValue", [](Version& v) { Of(v).metadata["k"] = "x"; }},
                    V{"NoCodeSource", [](Version& v) { Of(v).code_source.reset(); }},
                    V{"CodeKind", [](Version& v) { Of(v).code_source->kind = CodeSource::Kind::kPythonFile; }},
                    V{"CodeTarget", [](Version& v) { Of(v).code_source->target = "x"; }},
                    V{"CodeAttribute", [](Version& v) { Of(v).code_source->attribute = "x"; }},
                    V{"CodeDirectory", [](Version& v) { Of(v).code_source->working_directory = "x"; }},
                    V{"NoExternal", [](Version& v) { Of(v).external.reset(); }},
                    V{"ExternalHost", [](Version& v) { Of(v).external->host = "x"; }},
                    V{"ExternalPort", [](Version& v) { Of(v).external->port = 1; }},
                    V{"ExternalSocket", [](Version& v) { Of(v).external->socket = "x"; }},
                    V{"ExternalSsl", [](Version& v) { Of(v).external->ssl = true; }},
                    V{"NoLocal", [](Version& v) { Of(v).local.reset(); }},
                    V{"LocalPath", [](Version& v) { Of(v).local->path = "x"; }},
                    V{"LocalPython", [](Version& v) { Of(v).local->python = "x"; }},
                    V{"LocalRequirements", [](Version& v) { Of(v).local->requirements = "x"; }},
                    V{"LocalEnvFile", [](Version& v) { Of(v).local->env_file = "x"; }},
                    V{"RunsWait", [](Version& v) { Of(v).runs.wait = false; }},
                    V{"RunsLimit", [](Version& v) { Of(v).runs.limit = Duration(1); }},
                    V{"Gate", [](Version& v) { Of(v).gate = Gate::kCandidate; }},
                    V{"NoIgnored", [](Version& v) { Of(v).lint_ignore.clear(); }},
                    V{"IgnoredCode", [](Version& v) { Of(v).lint_ignore[0].code = "x"; }},
                    V{"IgnoredReason", [](Version& v) { Of(v).lint_ignore[0].reason = "x"; }}),
    support::CaseName{});

class EveryFieldOfAServer : public testing::TestWithParam<Change<DesiredServer>> {};
TEST_P(EveryFieldOfAServer, Counts) { ExpectNoticed(GetParam(), DesiredServer{}); }

using S = Change<DesiredServer>;

INSTANTIATE_TEST_SUITE_P(All, EveryFieldOfAServer,
                         testing::Values(S{"Location", [](DesiredServer& s) { s.location = "x"; }},
                                         S{"LocationName", [](DesiredServer& s) { s.location_name = "x"; }},
                                         S{"Content", [](DesiredServer& s) { s.content = "x"; }},
                                         S{"Revision", [](DesiredServer& s) { s.revision = "x"; }},
                                         S{"Proven", [](DesiredServer& s) { s.proven = true; }},
                                         S{"Shared", [](DesiredServer& s) { s.shared = true; }},
                                         S{"External", [](DesiredServer& s) { s.external = true; }},
                                         S{"Address", [](DesiredServer& s) { s.address.host = "x"; }},
                                         S{"CheckedFirst", [](DesiredServer& s) { s.checked_first = true; }},
                                         S{"Reimports", [](DesiredServer& s) { s.reimports = true; }},
                                         S{"Values", [](DesiredServer& s) { s.values = "x"; }},
                                         S{"Arguments", [](DesiredServer& s) { s.process.arguments = {"-m"}; }},
                                         S{"CodeServer", [](DesiredServer& s) { s.process.code_server = true; }},
                                         S{"Environment", [](DesiredServer& s) { s.process.environment["A"] = ""; }},
                                         S{"TreeId", [](DesiredServer& s) { s.process.tree_id = "x"; }},
                                         S{"Python", [](DesiredServer& s) { s.process.python = "x"; }},
                                         S{"Requirements", [](DesiredServer& s) { s.process.requirements = "x"; }},
                                         S{"EnvFile", [](DesiredServer& s) { s.process.env_file = "x"; }},
                                         S{"NotRunnable", [](DesiredServer& s) { s.not_runnable = "x"; }}),
                         support::CaseName{});

class EveryFieldOfTheState : public testing::TestWithParam<Change<EnvironmentState>> {};
TEST_P(EveryFieldOfTheState, Counts) {
  EnvironmentState state;
  state.locations["a"].failed.emplace();
  ExpectNoticed(GetParam(), state);
}

using E = Change<EnvironmentState>;
LocationRecord& Record(EnvironmentState& state) { return state.locations["a"]; }

INSTANTIATE_TEST_SUITE_P(
    All, EveryFieldOfTheState,
    testing::Values(E{"Environment", [](EnvironmentState& s) { s.environment = "x"; }},
                    E{"Applied", [](EnvironmentState& s) { s.applied.emplace(); }},
                    E{"Pinned", [](EnvironmentState& s) { s.pinned.emplace(); }},
                    E{"Paused", [](EnvironmentState& s) { s.paused = true; }},
                    E{"OneMoreLocation", [](EnvironmentState& s) { s.locations["b"]; }},
                    E{"PathNames", [](EnvironmentState& s) { s.path_names["p"] = "a"; }},
                    E{"ApprovedRemovals", [](EnvironmentState& s) { s.approved_removals = {"a"}; }},
                    E{"Decision", [](EnvironmentState& s) { Record(s).decision = DecisionKind::kHold; }},
                    E{"Reason", [](EnvironmentState& s) { Record(s).reason = "x"; }},
                    E{"DecidedAt", [](EnvironmentState& s) { Record(s).decided_at = "x"; }},
                    E{"LastGood", [](EnvironmentState& s) { Record(s).last_good = Version(); }},
                    E{"NoFailed", [](EnvironmentState& s) { Record(s).failed.reset(); }},
                    E{"LocationPinned", [](EnvironmentState& s) { Record(s).pinned = Version(); }},
                    E{"PinnedOver", [](EnvironmentState& s) { Record(s).pinned_over = "x"; }},
                    E{"RemovalWaits", [](EnvironmentState& s) { Record(s).removal_waits = "x"; }},
                    E{"Removing", [](EnvironmentState& s) { Record(s).removing = true; }},
                    E{"FailedKey", [](EnvironmentState& s) { Record(s).failed->key = "x"; }},
                    E{"FailedRevision", [](EnvironmentState& s) { Record(s).failed->revision = "x"; }},
                    E{"FailedAuthor", [](EnvironmentState& s) { Record(s).failed->author = "x"; }},
                    E{"FailedReason", [](EnvironmentState& s) { Record(s).failed->reason = "x"; }},
                    E{"FailedSince", [](EnvironmentState& s) { Record(s).failed->since += Duration(1); }},
                    E{"FailedAttempts", [](EnvironmentState& s) { Record(s).failed->attempts = 1; }},
                    E{"Rebuilt", [](EnvironmentState& s) { s.rebuilt.emplace(); }},
                    E{"StateChartValues", [](EnvironmentState& s) { s.chart_values = Value::String("x"); }},
                    E{"StateSystemValues", [](EnvironmentState& s) { s.system_values = Value::String("x"); }},
                    E{"RetryAfter", [](EnvironmentState& s) { Record(s).failed->retry_after += Duration(1); }}),
    support::CaseName{});

class EveryFieldOfARebuild : public testing::TestWithParam<Change<Rebuilt>> {};
TEST_P(EveryFieldOfARebuild, Counts) { ExpectNoticed(GetParam(), Rebuilt()); }

using B = Change<Rebuilt>;

INSTANTIATE_TEST_SUITE_P(
    Own, EveryFieldOfARebuild,
    testing::Values(B{"Commit", [](Rebuilt& r) { r.commit = "x"; }}, B{"Source", [](Rebuilt& r) { r.source.id = "x"; }},
                    B{"Verify", [](Rebuilt& r) { r.options.verify = EnvironmentOptions::Verify::kReadiness; }},
                    B{"Drift", [](Rebuilt& r) { r.options.drift = EnvironmentOptions::Drift::kReport; }},
                    B{"Reload", [](Rebuilt& r) { r.options.reload = EnvironmentOptions::Reload::kRestart; }},
                    B{"Release", [](Rebuilt& r) { r.options.release = EnvironmentOptions::Release::kSingle; }},
                    B{"ChartValues", [](Rebuilt& r) { r.chart_values = Value::String("x"); }},
                    B{"SystemValues", [](Rebuilt& r) { r.system_values = Value::String("x"); }},
                    B{"Locations", [](Rebuilt& r) { r.locations["a"]; }}),
    support::CaseName{});

// Structured bindings name every field: one more does not compile before it has a row above.
[[maybe_unused]] void EveryFieldHasARow() {
  [[maybe_unused]] const auto& [revision, changed_in, location, tree] = Version{};
  [[maybe_unused]] const auto& [name, entry, settings, digest, block, sources] = CodeLocation{};
  [[maybe_unused]] const auto& [schema, shown, owner, enabled, order, metadata, code, external, local, runs, gate,
                                lint] = LocationSettings{};
  [[maybe_unused]] const auto& [target, shown_as, content, at, why, process, proven, outside, checked, reimports,
                                address, values, shared] = DesiredServer{};
  [[maybe_unused]] const auto& [arguments, server, environment, tree_id, python, requirements, file] = ProcessSpec{};
  [[maybe_unused]] const auto& [of, applied, pinned, paused, records, paths, approved, rebuilt, chart_values,
                                system_values] = EnvironmentState{};
  [[maybe_unused]] const auto& [commit, source, options, values_of, system, recorded] = Rebuilt{};
  [[maybe_unused]] const auto& [verify, drift, release, reload] = EnvironmentOptions{};
  [[maybe_unused]] const auto& [decision, reason, decided, good, failed, pin, over, waits, removing] = LocationRecord{};
  [[maybe_unused]] const auto& [key, broken, author, words, since, attempts, retry] = FailedVersion{};
}

}  // namespace
}  // namespace dagitops
