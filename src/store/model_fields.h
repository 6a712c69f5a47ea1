#pragma once

#include "dagitops/model/decision.h"
#include "dagitops/model/status.h"

#include "store/json_archive.h"

// The fields of the model's structs in files, by the names that schemas/state.json and schemas/status.json have.
namespace dagitops {

inline const Words<DecisionKind> kDecisionWords{{DecisionKind::kFollow, "follow"},
                                                {DecisionKind::kHold, "hold"},
                                                {DecisionKind::kPinned, "pinned"},
                                                {DecisionKind::kRemovalWaiting, "removal-waiting"},
                                                {DecisionKind::kPaused, "paused"}};
inline const Words<CodeSource::Kind> kCodeSourceWords{
    {CodeSource::Kind::kPythonFile, "pythonFile"},
    {CodeSource::Kind::kModuleName, "moduleName"},
    {CodeSource::Kind::kPackageName, "packageName"},
    {CodeSource::Kind::kAutoloadDefsModuleName, "autoloadDefsModuleName"}};
inline const Words<Gate> kGateWords{
    {Gate::kDefault, "default"}, {Gate::kRollout, "rollout"}, {Gate::kCandidate, "candidate"}};
inline const Words<EnvironmentOptions::Verify> kVerifyWords{{EnvironmentOptions::Verify::kDagster, "dagster"},
                                                            {EnvironmentOptions::Verify::kReadiness, "readiness"}};
inline const Words<EnvironmentOptions::Drift> kDriftWords{{EnvironmentOptions::Drift::kHeal, "heal"},
                                                          {EnvironmentOptions::Drift::kReport, "report"}};
inline const Words<EnvironmentOptions::Release> kReleaseWords{
    {EnvironmentOptions::Release::kPerLocation, "per-location"}, {EnvironmentOptions::Release::kSingle, "single"}};
inline const Words<EnvironmentOptions::Reload> kReloadWords{{EnvironmentOptions::Reload::kAuto, "auto"},
                                                            {EnvironmentOptions::Reload::kInPlace, "in-place"},
                                                            {EnvironmentOptions::Reload::kRestart, "restart"}};
inline const Words<LocationPhase> kPhaseWords = [] {
  Words<LocationPhase> words;
  for (int i = 0; i <= static_cast<int>(LocationPhase::kUnknown); ++i)
    words.emplace_back(static_cast<LocationPhase>(i), PhaseName(static_cast<LocationPhase>(i)));
  return words;
}();
inline const Words<Condition::Truth> kTruthWords{
    {Condition::Truth::kTrue, "True"}, {Condition::Truth::kFalse, "False"}, {Condition::Truth::kUnknown, "Unknown"}};
inline const Words<Severity> kSeverityWords{{Severity::kFault, "fault"}, {Severity::kWarning, "warning"}};

template <class A>
void Fields(A& a, Same<Revision> auto& r) {
  a.Field("id", r.id);
  a.OrNull("authorName", r.author_name);
  a.OrNull("authorEmail", r.author_email);
  a.Field("time", r.time);
  a.OrNull("subject", r.subject);
}

template <class A>
void Fields(A& a, Same<CodeSource> auto& s) {
  a.Word("kind", s.kind, kCodeSourceWords);
  a.Field("target", s.target);
  a.OrNull("attribute", s.attribute);
  a.OrNull("workingDirectory", s.working_directory);
}

template <class A>
void Fields(A& a, Same<ExternalServer> auto& s) {
  a.OrNull("host", s.host);
  a.OrNull("port", s.port);
  a.OrNull("socket", s.socket);
  a.Field("ssl", s.ssl);
}

template <class A>
void Fields(A& a, Same<LocalSettings> auto& s) {
  a.OrNull("path", s.path);
  a.OrNull("python", s.python);
  a.OrNull("requirements", s.requirements);
  a.OrNull("envFile", s.env_file);
}

template <class A>
void Fields(A& a, Same<RunsPolicy> auto& p) {
  a.Field("wait", p.wait);
  a.Field("limitMs", p.limit);
}

template <class A>
void Fields(A& a, Same<LintIgnore> auto& i) {
  a.Field("code", i.code);
  a.Field("reason", i.reason);
}

template <class A>
void Fields(A& a, Same<LocationSettings> auto& s) {
  a.Field("schemaVersion", s.schema_version);
  a.Field("locationName", s.location_name);
  a.OrNull("owner", s.owner);
  a.Field("enabled", s.enabled);
  a.Field("order", s.order);
  a.Field("metadata", s.metadata);
  a.Field("codeSource", s.code_source);
  a.Field("external", s.external);
  a.Field("local", s.local);
  a.Field("runs", s.runs);
  a.Word("gate", s.gate, kGateWords);
  a.Field("lintIgnore", s.lint_ignore);
}

template <class A>
void Fields(A& a, Same<CodeLocation> auto& l) {
  a.Field("name", l.name);
  a.Field("entry", l.entry);
  a.Field("settings", l.settings);
  a.Field("digest", l.digest);
  a.Field("sources", l.sources);
}

template <class A>
void Fields(A& a, Same<Version> auto& v) {
  a.Field("revision", v.revision);
  a.Field("changedIn", v.changed_in);
  a.Field("location", v.location);
  a.OrNull("treeId", v.tree_id);
}

template <class A>
void Fields(A& a, Same<FailedVersion> auto& f) {
  a.Field("key", f.key);
  a.Field("revision", f.revision);
  a.OrNull("author", f.author);
  a.Field("reason", f.reason);
  a.Field("since", f.since);
  a.Field("attempts", f.attempts);
  a.OrNull("retryAfter", f.retry_after);
}

template <class A>
void Fields(A& a, Same<LocationRecord> auto& r) {
  a.Word("decision", r.decision, kDecisionWords);
  a.OrNull("reason", r.reason);
  a.OrNull("decidedAt", r.decided_at);
  a.Field("lastGood", r.last_good);
  a.Field("failed", r.failed);
  a.Field("pinned", r.pinned);
  a.OrNull("pinnedOver", r.pinned_over);
  a.OrNull("removalWaits", r.removal_waits);
  a.Field("removing", r.removing);
}

template <class A>
void Fields(A& a, Same<EnvironmentOptions> auto& o) {
  a.Word("verify", o.verify, kVerifyWords);
  a.Word("drift", o.drift, kDriftWords);
  a.Word("release", o.release, kReleaseWords);
  a.Word("reload", o.reload, kReloadWords);
}

template <class A>
void Fields(A& a, Same<Rebuilt> auto& r) {
  a.Field("commit", r.commit);
  a.Field("source", r.source);
  a.Field("options", r.options);
  a.Field("chartValues", r.chart_values);
  a.Field("systemValues", r.system_values);
  a.Field("locations", r.locations);
}

template <class A>
void Fields(A& a, Same<EnvironmentState> auto& s) {
  a.Field("environment", s.environment);
  a.Field("applied", s.applied);
  a.Field("pinned", s.pinned);
  a.Field("paused", s.paused);
  a.Field("locations", s.locations);
  a.Field("pathNames", s.path_names);
  a.Field("approvedRemovals", s.approved_removals);
  a.Added("rebuilt", s.rebuilt);             // since version 2
  a.Added("chartValues", s.chart_values);    // since version 3
  a.Added("systemValues", s.system_values);  // since version 3
}

template <class A>
void Fields(A& a, Same<Condition> auto& c) {
  a.Field("type", c.type);
  a.Word("status", c.truth, kTruthWords);
  a.OrNull("reason", c.reason);
  a.OrNull("message", c.message);
}

template <class A>
void Fields(A& a, Same<LocationStatus> auto& s) {
  a.Field("name", s.name);
  a.Field("locationName", s.location_name);
  a.OrNull("owner", s.owner);
  a.Word("phase", s.phase, kPhaseWords);
  a.OrNull("reason", s.reason);
  a.OrNull("revision", s.revision);
  a.OrNull("wantedRevision", s.wanted_revision);
  a.OrNull("author", s.author);
  a.OrNull("serverId", s.server_id);
  a.OrNull("pid", s.pid);
}

template <class A>
void Fields(A& a, Same<Diagnostic> auto& d) {
  a.Word("severity", d.severity, kSeverityWords);
  a.Field("code", d.code);
  a.OrNull("file", d.position.file);
  a.OrNull("line", d.position.line);
  a.OrNull("column", d.position.column);
  a.OrNull("location", d.location);
  a.OrNull("found", d.found);
  a.OrNull("expected", d.expected);
  a.OrNull("fix", d.fix);
}

template <class A>
void Fields(A& a, Same<FetchStatus> auto& s) {
  a.Field("began", s.began);
  a.OrNull("error", s.error);
}

template <class A>
void Fields(A& a, Same<EnvironmentStatus> auto& s) {
  a.Field("environment", s.environment);
  a.Field("updated", s.updated);
  a.Field("observed", s.observed);
  a.Field("fetched", s.fetched);
  a.Field("applied", s.applied);
  a.Field("paused", s.paused);
  a.Field("conditions", s.conditions);
  a.Field("locations", s.locations);
  a.Field("waitingRemovals", s.waiting_removals);
  a.Field("diagnostics", s.diagnostics);
  a.Field("webservers", s.webservers);
  a.Field("notes", s.notes);
}

}  // namespace dagitops
