#include "target/kubernetes/helm.h"

#include <array>
#include <string_view>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "target/kubernetes/json_view.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kTemplateDeadline = std::chrono::seconds(60);
constexpr Duration kChangeDeadline = std::chrono::minutes(5);
constexpr std::size_t kMaxOutput = 32u << 20;  // a release with all its objects
constexpr std::size_t kLongestMessage = 600;
constexpr char kMergedHere[] = "--server-side=false";
constexpr char kUnknownFlag[] = "unknown flag: --server-side";

Command Helm(const HelmSettings& settings, std::vector<std::string> words) {
  Command command;
  command.arguments = {settings.program};
  command.arguments.insert(command.arguments.end(), std::make_move_iterator(words.begin()),
                           std::make_move_iterator(words.end()));
  command.environment = settings.environment;
  command.environment["HELM_CACHE_HOME"] = settings.folder + "/cache";
  command.environment["HELM_CONFIG_HOME"] = settings.folder + "/config";
  command.environment["HELM_DATA_HOME"] = settings.folder + "/data";
  command.environment[kHelmMark] = settings.folder;
  command.environment["KUBECACHEDIR"] = settings.folder + "/kube";
  command.max_output = kMaxOutput;
  return command;
}

void AddCluster(const HelmSettings& settings, std::vector<std::string>& arguments) {
  arguments.insert(arguments.end(), {"--namespace", settings.name_space});
  if (!settings.kubeconfig.empty()) arguments.insert(arguments.end(), {"--kubeconfig", settings.kubeconfig});
  if (!settings.context.empty()) arguments.insert(arguments.end(), {"--kube-context", settings.context});
}

Command GetCommand(const HelmSettings& settings, std::vector<std::string> words) {
  AddCluster(settings, words);
  Command command = Helm(settings, std::move(words));
  command.deadline = kTemplateDeadline;
  return command;
}

void AddRepository(const ChartOptions& chart, std::vector<std::string>& words) {
  const bool oci = chart.repository.starts_with("oci://");
  if (oci) words.push_back(chart.repository);
  if (!oci) words.insert(words.end(), {chart.name, "--repo", chart.repository});
  words.insert(words.end(), {"--version", chart.version});
}

std::string LabelList(const std::map<std::string, std::string>& labels) {
  std::string list;
  for (const auto& [key, value] : labels) list += (list.empty() ? "" : ",") + key + "=" + value;
  return list;
}

// What helm says, and what that means. The first that is found counts; helm v3.19 and the API machinery it is built on.
struct Known {
  std::string_view part;
  ErrorKind kind;
  const char* code;
  const char* hint;
};
constexpr std::string_view kCannot = "cannot ";             // with "is forbidden" and a user
constexpr std::string_view kNoNamespace = "namespaces \"";  // with "not found"
constexpr auto kKnown = std::to_array<Known>({
    {"another operation (install/upgrade/rollback) is in progress", ErrorKind::kRetry, "helm-busy",
     "it is tried again; a release that a killed helm left is recovered by itself"},
    {"cannot be imported into the current release", ErrorKind::kStalled, "helm-foreign-object",
     "an object of that name belongs to somebody else: rename the location, or adopt the install it is from"},
    {"don't meet the specifications of the schema", ErrorKind::kInvalid, "helm-schema", ""},
    {"the server has asked for the client to provide credentials", ErrorKind::kStalled, "helm-unauthorized",
     "renew the credentials"},  // told as an unreachable cluster
    {"You must be logged in to the server", ErrorKind::kStalled, "helm-unauthorized", "renew the credentials"},
    {"Kubernetes cluster unreachable", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"connection refused", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"connection reset", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"i/o timeout", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"TLS handshake timeout", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"context deadline exceeded", ErrorKind::kRetry, "helm-timeout", "it is tried again"},
    {"the server is currently unable to handle the request", ErrorKind::kRetry, "helm-unreachable",
     "it is tried again"},
    {"Too Many Requests", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"the server has received too many requests", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"etcdserver:", ErrorKind::kRetry, "helm-unreachable", "it is tried again"},
    {"the object has been modified", ErrorKind::kRetry, "helm-conflict", "it is tried again"},
    {"because it is being terminated", ErrorKind::kRetry, "helm-no-namespace", "it is tried again"},
    {kNoNamespace, ErrorKind::kRetry, "helm-no-namespace", "create it; it is tried again"},
    {kCannot, ErrorKind::kStalled, "helm-forbidden", ""},
    {"is attempting to grant RBAC permissions", ErrorKind::kStalled, "helm-forbidden", "grant them to us first"},
    {"execution error at", ErrorKind::kInvalid, "helm-template", ""},
    {"error calling", ErrorKind::kInvalid, "helm-template", ""},
    {"YAML parse error on", ErrorKind::kInvalid, "helm-template", ""},
    {"is invalid:", ErrorKind::kInvalid, "helm-rejected", ""},
    {"admission webhook", ErrorKind::kInvalid, "helm-rejected", ""},
    {"is forbidden", ErrorKind::kInvalid, "helm-rejected", ""},  // by policy or quota, not by rights
    {"path \"", ErrorKind::kStalled, "helm-no-chart", "name a chart that is there as kubernetes.chart"},
});

bool Fits(const Known& known, std::string_view said) {
  if (said.find(known.part) == std::string_view::npos) return false;
  if (known.part == kNoNamespace) return said.find("\" not found") != std::string_view::npos;
  if (known.part == kCannot)
    return said.find("is forbidden") != std::string_view::npos && said.find("User \"") != std::string_view::npos;
  return known.code != std::string_view("helm-no-chart") || said.find("not found") != std::string_view::npos;
}

// The last thing helm said; warnings and progress come before it.
std::string_view LastWords(const CommandResult& result) {
  constexpr std::string_view kError = "Error: ";
  const std::string_view all = Trim(result.errors);
  const std::size_t line = all.rfind("\nError: ");
  if (line != std::string_view::npos) return Trim(all.substr(line + 1 + kError.size()));
  return all.starts_with(kError) ? Trim(all.substr(kError.size())) : all;
}

}  // namespace

HelmSettings HelmOf(const Options& options) {
  HelmSettings helm;
  helm.program = options.helm;
  helm.kubeconfig = options.kubeconfig;
  helm.context = options.context;
  helm.name_space = options.name_space;
  helm.folder = options.folder;
  helm.environment = options.environment_variables;
  return helm;
}

Command TemplateCommand(const HelmSettings& settings, const HelmRelease& release, const std::string& kube_version) {
  std::vector<std::string> words{"template", release.name, release.chart, "--values", "-", "--skip-schema-validation"};
  words.insert(words.end(), {"--namespace", settings.name_space});
  if (!kube_version.empty()) words.insert(words.end(), {"--kube-version", kube_version});
  Command command = Helm(settings, std::move(words));
  command.input = release.values;
  command.deadline = kTemplateDeadline;
  return command;
}

Command UpgradeCommand(const HelmSettings& settings, const HelmRelease& release) {
  std::vector<std::string> words{"upgrade",  "--install", release.name, release.chart,
                                 "--values", "-",         "--output",   "json"};
  if (!release.labels.empty()) words.insert(words.end(), {"--labels", LabelList(release.labels)});
  if (release.take_ownership) words.emplace_back("--take-ownership");
  if (release.merged_here) words.emplace_back(kMergedHere);
  words.insert(words.end(), {"--reset-values", "--history-max", "2", "--skip-schema-validation"});
  AddCluster(settings, words);
  Command command = Helm(settings, std::move(words));
  command.input = release.values;
  command.deadline = kChangeDeadline;
  return command;
}

Command UninstallCommand(const HelmSettings& settings, const std::string& release) {
  std::vector<std::string> words{"uninstall", release, "--ignore-not-found"};
  AddCluster(settings, words);
  Command command = Helm(settings, std::move(words));
  command.deadline = kChangeDeadline;
  return command;
}

Command GetValuesCommand(const HelmSettings& settings, const std::string& release, const std::string& format) {
  return GetCommand(settings, {"get", "values", release, "--output", format});
}

Command GetManifestCommand(const HelmSettings& settings, const std::string& release) {
  return GetCommand(settings, {"get", "manifest", release});
}

Command GetMetadataCommand(const HelmSettings& settings, const std::string& release) {
  return GetCommand(settings, {"get", "metadata", release, "--output", "json"});
}

Command VersionCommand(const HelmSettings& settings) {
  return Helm(settings, {"version", "--template", "{{.Version}}"});
}

Command PullCommand(const HelmSettings& settings, const ChartOptions& chart, const std::string& folder) {
  std::vector<std::string> words{"pull"};
  AddRepository(chart, words);
  words.insert(words.end(), {"--destination", folder});
  Command command = Helm(settings, std::move(words));
  command.deadline = kChangeDeadline;
  return command;
}

Command ShowChartCommand(const HelmSettings& settings, const ChartOptions& chart) {
  std::vector<std::string> words{"show", "chart"};
  if (!chart.path.empty()) words.push_back(chart.path);
  if (chart.path.empty()) AddRepository(chart, words);
  return Helm(settings, std::move(words));
}

Error HelmError(const CommandResult& result, const std::string& release) {
  const std::string subject = "helm release " + release;
  if (result.timed_out)
    return {ErrorKind::kRetry, "helm-timeout", subject, "helm did not end in time and was killed", "it is tried again"};
  if (result.signal != 0)
    return {ErrorKind::kRetry, "helm-killed", subject, "helm was ended by signal " + std::to_string(result.signal),
            "it is tried again"};
  const std::string_view said = LastWords(result);
  const std::string words = Shorten(OnOneLine(Redact(said)), kLongestMessage);
  for (const Known& known : kKnown) {
    if (Fits(known, said)) return {known.kind, known.code, subject, words, known.hint};
  }
  const std::string message = words.empty() ? "helm exited with code " + std::to_string(result.exit_code) : words;
  return {ErrorKind::kInvalid, "helm-failed", subject, message, ""};
}

bool IsFlagUnknown(const Error& error) { return error.message == kUnknownFlag; }

int RevisionIn(const std::string& output) {
  const boost::json::value release = ParseJson(output);
  return static_cast<int>(JsonView(&release)["version"].number());
}

std::string ManifestIn(const std::string& output) {
  const boost::json::value release = ParseJson(output);
  return JsonView(&release)["manifest"].text();
}

}  // namespace dagitops::kubernetes
