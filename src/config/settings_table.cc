#include "config/settings_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "dagitops/schema/schemas.h"

namespace dagitops::config {
namespace {

constexpr long long kSecond = 1000;
constexpr long long kHour = 3600 * kSecond;
constexpr long long kKiB = 1024;
constexpr long long kGiB = 1LL << 30;

Rule Text() { return {Kind::kText, 0, 0, {}}; }
Rule Path() { return {Kind::kPath, 0, 0, {}}; }
Rule Program() { return {Kind::kProgram, 0, 0, {}}; }
Rule Prefix() { return {Kind::kPrefix, 0, 0, {}}; }
Rule Label() { return {Kind::kLabel, 0, 0, {}}; }
Rule Name() { return {Kind::kName, 0, 0, {}}; }
Rule Names() { return {Kind::kNames, 0, 0, {}}; }
Rule Address() { return {Kind::kAddress, 0, 0, {}}; }
Rule Boolean() { return {Kind::kBoolean, 0, 0, {}}; }
Rule DurationOf(long long min, long long max) { return {Kind::kDuration, min, max, {}}; }
Rule Bytes(long long min, long long max) { return {Kind::kBytes, min, max, {}}; }
Rule Integer(long long min, long long max) { return {Kind::kInteger, min, max, {}}; }
Rule OneOf(std::vector<std::string> choices) { return {Kind::kChoice, 0, 0, std::move(choices)}; }

LogLevel LevelOf(const std::string& word) {
  if (word == "debug") return LogLevel::kDebug;
  if (word == "warning") return LogLevel::kWarning;
  return word == "error" ? LogLevel::kError : LogLevel::kInfo;
}

using P = const Place&;
using R = const Reading&;

std::vector<Setting> SourceRows() {
  return {
      {"source.url", Text(), "(the command's argument)",
       "Where the workspace repository is: https://, ssh://, user@host:path, file:// or a path",
       [](P p, R r) { p.settings.source.url = r.text; }},
      {"source.branch", Text(), "main", "Branch to follow", [](P p, R r) { p.settings.source.branch = r.text; }},
      {"source.path", Text(), ".", "Folder of the workspace inside the repository",
       [](P p, R r) { p.settings.source.path = r.text; }},
      {"source.interval", DurationOf(kShortestInterval.count(), kLongestInterval.count()), "60s",
       "Time between two looks at the branch", [](P p, R r) { p.settings.source.interval = Duration(r.number); }},
      {"source.timeout", DurationOf(kSecond, kHour), "60s", "Longest time a fetch may take",
       [](P p, R r) { p.settings.source.timeout = Duration(r.number); }},
      {"source.username", Text(), "(what the git host expects)", "User name for https",
       [](P p, R r) { p.settings.source.username = r.text; }},
      {"source.tokenFile", Path(), "(none)", "File that holds the token or password for https, and nothing else",
       [](P p, R r) { p.settings.source.token_file = r.text; }},
      {"source.sshKeyFile", Path(), "(none)", "Private key for ssh: ed25519 or ECDSA",
       [](P p, R r) { p.settings.source.ssh_key_file = r.text; }},
      {"source.knownHostsFile", Path(), "(~/.ssh/known_hosts)", "Host keys that ssh trusts",
       [](P p, R r) { p.settings.source.known_hosts_file = r.text; }},
      {"source.caFile", Path(), "(none)", "Authorities in PEM form that https trusts instead of the machine's",
       [](P p, R r) { p.settings.source.ca_file = r.text; }},
      {"source.maxFetchBytes", Bytes(kKiB * kKiB, 64 * kGiB), "1GiB", "Most that one fetch may bring",
       [](P p, R r) { p.settings.source.max_fetch_bytes = static_cast<std::uint64_t>(r.number); }},
      {"stateDir", Path(), "(a folder of the user's state, by repository)",
       "Folder for what is remembered: mirror, state, code trees, logs. One daemon a folder",
       [](P p, R r) { p.settings.state_dir = r.text; }},
  };
}

std::vector<Setting> ProcessRows() {
  return {
      {"environments.NAME.target", OneOf({"local_process", "kubernetes"}), "local_process",
       "Where the environment runs", [](P p, R r) { p.environment->target = r.text; }},
      {"environments.NAME.chartVersion", OneOf(schema::ChartVersions()), "\"1.12\"",
       "Version of the chart dagster-user-deployments by which entries are judged, in quotes",
       [](P p, R r) { p.environment->chart_version = r.text; }},
      {"environments.NAME.local_process.python", Program(), "(python3)", "Python that has dagster installed",
       [](P p, R r) { p.environment->local_process.python = r.text; }},
      {"environments.NAME.local_process.runtimeDir", Path(), "(below the user's runtime folder)",
       "Folder for the servers' sockets; a short path, since a socket's may have 107 bytes",
       [](P p, R r) { p.environment->local_process.runtime_dir = r.text; }},
      {"environments.NAME.local_process.stopGrace", DurationOf(kSecond, kHour), "30s",
       "Time a process has to end before it is killed",
       [](P p, R r) { p.environment->local_process.stop_grace = Duration(r.number); }},
      {"environments.NAME.local_process.retireAfter", DurationOf(0, 24 * kHour), "90s",
       "Time an old server goes on after its successor is published. Below 90s the daemon, which reads the workspace "
       "every "
       "60 seconds, may still use it",
       [](P p, R r) { p.environment->local_process.retire_after = Duration(r.number); }},
      {"environments.NAME.local_process.startTimeout", DurationOf(kSecond, kHour), "180s",
       "Longest time from a server's start to its first answer",
       [](P p, R r) { p.environment->local_process.start_timeout = Duration(r.number); }},
      {"environments.NAME.local_process.restartLimit", Integer(0, 1000), "5",
       "Restarts of a server within 10 minutes before it is given up",
       [](P p, R r) { p.environment->local_process.restart_limit = static_cast<int>(r.number); }},
      {"environments.NAME.local_process.logs.maxBytes", Bytes(64 * kKiB, kGiB), "10MiB",
       "Size at which a log file is put aside",
       [](P p, R r) { p.environment->local_process.logs.max_bytes = static_cast<std::uint64_t>(r.number); }},
      {"environments.NAME.local_process.logs.keep", Integer(0, 100), "3",
       "Log files that are kept beside the current one",
       [](P p, R r) { p.environment->local_process.logs.keep = static_cast<int>(r.number); }},
  };
}

std::vector<Setting> KubernetesRows() {
  return {
      {"environments.NAME.kubernetes.kubeconfig", Path(), "(the pod's own account, else $KUBECONFIG or ~/.kube/config)",
       "File that says where the cluster is and who we are there",
       [](P p, R r) { p.environment->kubernetes.kubeconfig = r.text; }},
      {"environments.NAME.kubernetes.context", Text(), "(the file's current-context)", "Context of the kubeconfig",
       [](P p, R r) { p.environment->kubernetes.context = r.text; }},
      {"environments.NAME.kubernetes.namespace", Label(), "(none)",
       "Namespace of this environment's code servers; required. No other environment may have it",
       [](P p, R r) { p.environment->kubernetes.name_space = r.text; }},
      {"environments.NAME.kubernetes.chart.path", Path(), "(none)",
       "Chart of the code servers on this machine: a folder or an archive",
       [](P p, R r) { p.environment->kubernetes.chart.path = r.text; }},
      {"environments.NAME.kubernetes.chart.repository", Text(), "(none)",
       "Chart repository (https://) or the chart itself (oci://), instead of a path",
       [](P p, R r) { p.environment->kubernetes.chart.repository = r.text; }},
      {"environments.NAME.kubernetes.chart.name", Text(), "dagster-user-deployments",
       "The chart's name in its repository", [](P p, R r) { p.environment->kubernetes.chart.name = r.text; }},
      {"environments.NAME.kubernetes.chart.version", Text(), "(none)",
       "Its version, in quotes; required with a repository. Another version is a new release of every location",
       [](P p, R r) { p.environment->kubernetes.chart.version = r.text; }},
      {"environments.NAME.kubernetes.system.release", Text(), "dagster",
       "Helm release of Dagster itself, where the repository has environments/NAME/system.yaml",
       [](P p, R r) { p.environment->kubernetes.system.release = r.text; }},
      {"environments.NAME.kubernetes.system.chart.path", Path(), "(none)",
       "Chart of Dagster itself on this machine: a folder or an archive",
       [](P p, R r) { p.environment->kubernetes.system.chart.path = r.text; }},
      {"environments.NAME.kubernetes.system.chart.repository", Text(), "(none)",
       "Chart repository (https://) or the chart itself (oci://), instead of a path",
       [](P p, R r) { p.environment->kubernetes.system.chart.repository = r.text; }},
      {"environments.NAME.kubernetes.system.chart.name", Text(), "dagster", "The chart's name in its repository",
       [](P p, R r) { p.environment->kubernetes.system.chart.name = r.text; }},
      {"environments.NAME.kubernetes.system.chart.version", Text(), "(none)",
       "Its version, in quotes; required with a repository",
       [](P p, R r) { p.environment->kubernetes.system.chart.version = r.text; }},
      {"environments.NAME.kubernetes.helm", Program(), "helm", "The helm program, 3.17 or newer",
       [](P p, R r) { p.environment->kubernetes.helm = r.text; }},
      {"environments.NAME.kubernetes.parallel", Integer(1, 32), "4", "Helm processes at once",
       [](P p, R r) { p.environment->kubernetes.parallel = static_cast<int>(r.number); }},
      {"environments.NAME.kubernetes.workspaceConfigMap", Name(), "dagitops-workspace",
       "ConfigMap that holds workspace.yaml; webserver and daemon mount it",
       [](P p, R r) { p.environment->kubernetes.workspace_config_map = r.text; }},
      {"environments.NAME.kubernetes.adopt", Names(), "(none)",
       "Helm releases of somebody else's whose code servers, and what they share, are taken over where git has a "
       "location of that name (docs/adoption.md)",
       [](P p, R r) { p.environment->kubernetes.adopt = r.names; }},
      {"environments.NAME.kubernetes.lease", Name(), "(in a pod dagitops-NAME, else none)",
       "Lease of the namespace that says which dagitops may act for this environment: any other one waits. `none`: no "
       "lease is used",
       [](P p, R r) { p.environment->kubernetes.lease = r.text; }},
      {"environments.NAME.kubernetes.rolloutTimeout", DurationOf(10 * kSecond, 24 * kHour), "10m",
       "Longest time from a new version's release to its readiness",
       [](P p, R r) { p.environment->kubernetes.rollout_timeout = Duration(r.number); }},
      {"environments.NAME.kubernetes.retireAfter", DurationOf(0, 24 * kHour), "90s",
       "Time a removed server goes on after workspace.yaml names it no more; see local_process.retireAfter",
       [](P p, R r) { p.environment->kubernetes.retire_after = Duration(r.number); }},
  };
}

std::vector<Setting> DagsterRows() {
  return {
      {"environments.NAME.dagster.home", Path(), "($DAGSTER_HOME, else below stateDir)",
       "DAGSTER_HOME of webserver, daemon and code servers", [](P p, R r) { p.environment->dagster.home = r.text; }},
      {"environments.NAME.dagster.webserver.start", Boolean(), "true",
       "Whether to run a webserver; false to use the one at `url`",
       [](P p, R r) { p.environment->dagster.webserver.start = r.truth; }},
      {"environments.NAME.dagster.webserver.host", Text(), "127.0.0.1", "Address it listens on",
       [](P p, R r) { p.environment->dagster.webserver.host = r.text; }},
      {"environments.NAME.dagster.webserver.port", Integer(1, 65535), "3000", "Port it listens on",
       [](P p, R r) { p.environment->dagster.webserver.port = static_cast<int>(r.number); }},
      {"environments.NAME.dagster.webserver.url", Text(), "(none)",
       "Webserver to reload and ask, with `start: false`; without one none is asked",
       [](P p, R r) { p.environment->dagster.webserver.url = r.text; }},
      {"environments.NAME.dagster.webserver.pathPrefix", Prefix(), "(none)", "Path its pages are below",
       [](P p, R r) { p.environment->dagster.webserver.path_prefix = r.text; }},
      {"environments.NAME.dagster.webserver.selector", Text(),
       "component in (dagster-webserver,dagster-webserver-read-only)",
       "Labels of the webservers' pods, on kubernetes without `url`",
       [](P p, R r) { p.environment->dagster.webserver.selector = r.text; }},
      {"environments.NAME.dagster.daemon.selector", Text(), "component=dagster-daemon",
       "Labels of the daemon's pods, on kubernetes", [](P p, R r) { p.environment->dagster.daemon_selector = r.text; }},
      {"environments.NAME.dagster.daemon.start", Boolean(), "true", "Whether to run a dagster-daemon",
       [](P p, R r) { p.environment->dagster.start_daemon = r.truth; }},
  };
}

std::vector<Setting> HistoryRows() {
  return {
      {"environments.NAME.history.enabled", Boolean(), "true", "Whether to write down every state that was applied",
       [](P p, R r) { p.environment->history.enabled = r.truth; }},
      {"environments.NAME.history.push", Boolean(), "true",
       "Whether the remote gets it too; false keeps it in stateDir alone",
       [](P p, R r) { p.environment->history.push = r.truth; }},
      {"environments.NAME.history.branch", Text(), "(dagitops/NAME)", "Branch it is written to; nothing else is on it",
       [](P p, R r) { p.environment->history.branch = r.text; }},
      {"environments.NAME.history.url", Text(), "(source.url)",
       "Repository it is written to. Another one than source.url gets none of the source's logins",
       [](P p, R r) { p.environment->history.url = r.text; }},
      {"environments.NAME.history.username", Text(), "(source.username)", "User name for https",
       [](P p, R r) { p.environment->history.username = r.text; }},
      {"environments.NAME.history.tokenFile", Path(), "(source.tokenFile)",
       "File that holds a token that may write, for https",
       [](P p, R r) { p.environment->history.token_file = r.text; }},
      {"environments.NAME.history.sshKeyFile", Path(), "(source.sshKeyFile)",
       "Private key that may write, for ssh: ed25519 or ECDSA",
       [](P p, R r) { p.environment->history.ssh_key_file = r.text; }},
  };
}

std::vector<Setting> GeneralRows() {
  return {
      {"limits.fileBytes", Bytes(kKiB, 64 * kKiB * kKiB), "1MiB", "Largest file of the workspace that is read",
       [](P p, R r) { p.settings.limits.file_bytes = static_cast<std::uint64_t>(r.number); }},
      {"limits.files", Integer(1, 1'000'000), "50000", "Most files of the workspace",
       [](P p, R r) { p.settings.limits.files = static_cast<std::size_t>(r.number); }},
      {"limits.depth", Integer(1, 100), "16", "Most folders below each other",
       [](P p, R r) { p.settings.limits.depth = static_cast<int>(r.number); }},
      {"limits.totalBytes", Bytes(kKiB * kKiB, 4 * kGiB), "256MiB", "Most text of the workspace in all",
       [](P p, R r) { p.settings.limits.total_bytes = static_cast<std::uint64_t>(r.number); }},
      {"server.listen", Address(), "(no server)",
       "Where /healthz, /readyz and /metrics are served, by plain HTTP and to everybody: see docs/metrics.md",
       [](P p, R r) { p.settings.server.listen = r.text; }},
      {"log.level", OneOf({"debug", "info", "warning", "error"}), "info", "What is logged: this and what is graver",
       [](P p, R r) { p.settings.log_level = LevelOf(r.text); }},
      {"log.format", OneOf({"text", "json"}), "text", "Form of a log line",
       [](P p, R r) { p.settings.log_format = r.text == "json" ? LogFormat::kJson : LogFormat::kText; }},
  };
}

const std::vector<Setting>& Table() {
  static const std::vector<Setting> table = [] {
    std::vector<Setting> all = SourceRows();
    for (const std::vector<Setting>& rows :
         {ProcessRows(), KubernetesRows(), DagsterRows(), HistoryRows(), GeneralRows()}) {
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }();
  return table;
}

constexpr auto kGroups = std::to_array<Group>({
    {"source", "Where the workspace repository is, and how to get at it. Secrets come by file, never in here"},
    {"environments", "The environments that this daemon keeps in line, by the name dagitops.yaml gives them"},
    {"environments.NAME", "Where one environment runs"},
    {"environments.NAME.local_process", "Code servers as processes of this machine"},
    {"environments.NAME.local_process.logs", "Log files of servers, webserver and daemon"},
    {"environments.NAME.kubernetes", "Code servers in a Kubernetes cluster, as Helm releases"},
    {"environments.NAME.kubernetes.chart", "The Helm chart of the code servers"},
    {"environments.NAME.kubernetes.system", "Dagster itself as a release: webserver, daemon, instance"},
    {"environments.NAME.kubernetes.system.chart", "The Helm chart dagster"},
    {"environments.NAME.dagster", "The Dagster that serves the locations"},
    {"environments.NAME.dagster.webserver", "The webserver: one of our own, or one that runs already"},
    {"environments.NAME.dagster.daemon", "The daemon that runs schedules, sensors and queued runs"},
    {"environments.NAME.history", "The history of what was applied: a branch of its own (docs/history.md)"},
    {"limits", "Bounds of what is read from one revision"},
    {"server", "The HTTP server for probes and metrics"},
    {"log", "The log, written to standard error"},
});

constexpr auto kFuture = std::to_array<FutureKey>({
    {"allow", "ceilings for what repositories may ask for, with the kubernetes target"},
    {"environments.NAME.docker_compose", "the docker_compose target"},
});

}  // namespace

std::span<const Setting> SettingsTable() { return Table(); }

std::span<const Group> SettingsGroups() { return kGroups; }

std::string Below(const std::string& prefix, std::string_view key) {
  return prefix.empty() ? std::string(key) : prefix + "." + std::string(key);
}

const Setting* FindSetting(std::string_view key) {
  const auto found = std::find_if(Table().begin(), Table().end(), [&](const Setting& row) { return row.key == key; });
  return found == Table().end() ? nullptr : &*found;
}

std::vector<std::string> KeysBelow(const std::string& prefix) {
  std::vector<std::string> keys;
  const std::string start = prefix.empty() ? "" : prefix + ".";
  for (const Setting& row : Table()) {
    if (!row.key.starts_with(start)) continue;
    std::string step(row.key.substr(start.size()));
    step.resize(std::min(step.find('.'), step.size()));
    if (keys.empty() || keys.back() != step) keys.push_back(std::move(step));
  }
  return keys;
}

std::span<const FutureKey> FutureKeys() { return kFuture; }

}  // namespace dagitops::config
