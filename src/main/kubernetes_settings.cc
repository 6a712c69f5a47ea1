#include "main/kubernetes_settings.h"

#include <filesystem>

#include "dagitops/target/kubernetes/chart_file.h"

namespace dagitops {
namespace {

namespace fs = std::filesystem;

std::string Variable(const std::map<std::string, std::string>& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "" : found->second;
}

kubernetes::ChartOptions ChartOf(const config::ChartSettings& chart) {
  return {chart.path, chart.repository, chart.name, chart.version};
}

}  // namespace

std::string KubeconfigOf(const EnvironmentOrigin& origin) {
  const std::string& named = origin.environment().kubernetes.kubeconfig;
  if (!named.empty()) return named;
  if (!Variable(origin.variables, "KUBERNETES_SERVICE_HOST").empty()) return "";
  const std::string list = Variable(origin.variables, "KUBECONFIG");
  if (!list.empty()) return list.substr(0, list.find(':'));
  return Variable(origin.variables, "HOME") + "/.kube/config";
}

Result<kube::ClusterAccess> AccessOf(const EnvironmentOrigin& origin, const std::string& kubeconfig) {
  if (kubeconfig.empty()) return kube::InClusterAccess(origin.variables, kube::ReadAccessFile);
  DAGITOPS_ASSIGN(const std::string text, kube::ReadAccessFile(kubeconfig));
  return kube::ParseKubeconfig(text, {kubeconfig, origin.environment().kubernetes.context}, kube::ReadAccessFile);
}

Result<std::string> IdentityOf(const config::ChartSettings& chart) {
  if (chart.path.empty()) return chart.name + "-" + chart.version;
  if (chart.path.ends_with(".tgz")) return fs::path(chart.path).filename().string();
  DAGITOPS_ASSIGN(const std::string text, kube::ReadAccessFile(chart.path + "/Chart.yaml"));
  DAGITOPS_ASSIGN(const doctor::ChartFacts found, kubernetes::ReadChartFile(text, chart.path + "/Chart.yaml"));
  return found.name + "-" + found.version;
}

kubernetes::Options TargetOptions(const EnvironmentOrigin& origin, const std::string& kubeconfig,
                                  const std::string& server) {
  const config::KubernetesSettings& settings = origin.environment().kubernetes;
  const config::DagsterSettings& dagster = origin.environment().dagster;
  kubernetes::Options options;
  options.environment = origin.name;
  options.name_space = settings.name_space;
  options.workspace_config_map = settings.workspace_config_map;
  options.adopt = {settings.adopt.begin(), settings.adopt.end()};
  options.chart = ChartOf(settings.chart);
  options.system_chart = ChartOf(settings.system.chart);
  options.system_release = settings.system.release;
  options.webservers.selector = dagster.webserver.url.empty() ? dagster.webserver.selector : "";
  options.webservers.daemon_selector = dagster.daemon_selector;
  options.webservers.url = dagster.webserver.url;
  options.webservers.path_prefix = dagster.webserver.path_prefix;
  if (!kubeconfig.empty()) options.webservers.proxy = server;
  options.helm = settings.helm;
  options.kubeconfig = kubeconfig;
  options.context = settings.context;
  options.folder = origin.settings.state_dir + "/helm/" + origin.name;
  options.environment_variables = origin.variables;
  options.parallel = settings.parallel;
  options.rollout_timeout = settings.rollout_timeout;
  return options;
}

}  // namespace dagitops
