#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/diagnostic.h"
#include "dagitops/base/log_level.h"
#include "dagitops/model/source_tree.h"

namespace dagitops::config {

// Bounds of SourceSettings::interval.
inline constexpr Duration kShortestInterval = std::chrono::seconds(1);
inline constexpr Duration kLongestInterval = std::chrono::hours(24);

// Where the workspace repository is, and how to get at it. Files hold secrets; their contents are never shown.
struct SourceSettings {
  std::string url;  // https://, ssh://, user@host:path, file:// or a path
  std::string branch = "main";
  std::string path = ".";                        // the workspace's folder inside the repository
  Duration interval = std::chrono::seconds(60);  // between fetches; 1 s to 24 h
  Duration timeout = std::chrono::seconds(60);   // of one fetch; 1 s to 1 h
  std::string username;                          // https; empty: what the git host expects beside a token
  std::string token_file;                        // https
  std::string ssh_key_file;                      // ssh, ed25519 or ECDSA
  std::string known_hosts_file;                  // ssh; empty: ~/.ssh/known_hosts
  std::string ca_file;                           // https; PEM, trusted instead of the machine's authorities
  std::uint64_t max_fetch_bytes = 1u << 30;      // a fetch that brings more is given up; 1 MiB to 64 GiB

  friend bool operator==(const SourceSettings&, const SourceSettings&) = default;
};

// Files that servers write; a full one becomes <name>.1, and so on.
struct LogFileSettings {
  std::uint64_t max_bytes = 10u << 20;  // 64 KiB to 1 GiB
  int keep = 3;                         // older files, 0 to 100

  friend bool operator==(const LogFileSettings&, const LogFileSettings&) = default;
};

struct LocalProcessSettings {
  std::string python;                                  // interpreter with dagster; empty: python3 found by PATH
  std::string runtime_dir;                             // for sockets; empty: chosen by the caller
  Duration stop_grace = std::chrono::seconds(30);      // from SIGTERM to SIGKILL; 1 s to 1 h
  Duration retire_after = std::chrono::seconds(90);    // 0 s to 24 h; below 90 s the daemon may still use an old server
  Duration start_timeout = std::chrono::seconds(180);  // from start to first answer; 1 s to 1 h
  int restart_limit = 5;                               // restarts of a server in 10 minutes, 0 to 1000
  LogFileSettings logs;

  friend bool operator==(const LocalProcessSettings&, const LocalProcessSettings&) = default;
};

// The Helm chart dagster-user-deployments. Exactly one of path and repository.
struct ChartSettings {
  std::string path;        // folder or archive on this machine
  std::string repository;  // https:// of a chart repository, or oci:// of the chart itself
  std::string name = "dagster-user-deployments";
  std::string version;  // of the chart to take from a repository; required there

  friend bool operator==(const ChartSettings&, const ChartSettings&) = default;
};

// The release of Dagster itself, where the repository has values for it. Without a chart there is none.
struct SystemSettings {
  std::string release = "dagster";
  ChartSettings chart{"", "", "dagster", ""};

  friend bool operator==(const SystemSettings&, const SystemSettings&) = default;
};

struct KubernetesSettings {
  std::string kubeconfig;  // empty: the pod's own account in a cluster, else $KUBECONFIG or ~/.kube/config
  std::string context;     // empty: the kubeconfig's current one
  std::string name_space;  // required
  ChartSettings chart;
  SystemSettings system;
  std::string helm = "helm";
  int parallel = 4;  // helm processes at once, 1 to 32
  std::string workspace_config_map = "dagitops-workspace";
  std::vector<std::string> adopt;                       // Helm releases of somebody else's that may be taken over
  Duration rollout_timeout = std::chrono::minutes(10);  // from a new version's release to its readiness; 10 s to 24 h
  Duration retire_after = std::chrono::seconds(90);  // 0 s to 24 h; below 90 s the daemon may still use an old server
  std::string lease;  // empty: in a pod "dagitops-<environment>", else none; "none": none

  friend bool operator==(const KubernetesSettings&, const KubernetesSettings&) = default;
};

struct WebserverSettings {
  bool start = true;  // false: attach to the one at `url`; empty url: none is asked
  std::string host = "127.0.0.1";
  int port = 3000;
  std::string url;          // only with start: false
  std::string path_prefix;  // "/dagster"; empty: none
  // kubernetes: the webservers' pods, by label. The default is what the chart dagster gives them.
  std::string selector = "component in (dagster-webserver,dagster-webserver-read-only)";

  friend bool operator==(const WebserverSettings&, const WebserverSettings&) = default;
};

struct DagsterSettings {
  std::string home;  // DAGSTER_HOME; empty: chosen by the caller
  WebserverSettings webserver;
  bool start_daemon = true;
  std::string daemon_selector = "component=dagster-daemon";  // kubernetes: its pods, by label

  friend bool operator==(const DagsterSettings&, const DagsterSettings&) = default;
};

// Where the history of what was applied goes. Files hold secrets; their contents are never shown.
struct HistorySettings {
  bool enabled = true;
  bool push = true;          // false: kept in the state folder alone
  std::string branch;        // empty: dagitops/<environment>
  std::string url;           // empty: the source's
  std::string username;      // empty: the source's, where the repository is the same
  std::string token_file;    // likewise
  std::string ssh_key_file;  // likewise

  friend bool operator==(const HistorySettings&, const HistorySettings&) = default;
};

struct EnvironmentSettings {
  std::string target = "local_process";
  std::string chart_version = "1.12";  // what entries are judged by; one of schema::ChartVersions()
  LocalProcessSettings local_process;
  KubernetesSettings kubernetes;
  DagsterSettings dagster;
  HistorySettings history;

  friend bool operator==(const EnvironmentSettings&, const EnvironmentSettings&) = default;
};

struct ServerSettings {
  std::string listen;  // "host:port", ":port"; empty: no server

  friend bool operator==(const ServerSettings&, const ServerSettings&) = default;
};

// The daemon's settings: where things run, on its machine. What runs is in the repository.
struct Settings {
  SourceSettings source;
  std::string state_dir;  // empty: chosen by the caller
  std::map<std::string, EnvironmentSettings> environments;
  TreeLimits limits;
  ServerSettings server;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;

  friend bool operator==(const Settings&, const Settings&) = default;
};

struct ParsedSettings {
  Settings settings;
  Diagnostics diagnostics;  // with a fault, `settings` is not to be used
};

// Reads the settings file, a YAML document (so JSON will do). Every key with its default, unit and range is in
// docs/settings.md. All faults are collected: those of yaml/parse.h, and unknown-setting (a misspelt key would silently
// do nothing), bad-setting, secret-in-settings, not-in-this-version. `file` only names the file in diagnostics.
ParsedSettings ParseSettings(std::string_view text, const std::string& file);

}  // namespace dagitops::config
