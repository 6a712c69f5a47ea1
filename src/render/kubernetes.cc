#include "dagitops/render/kubernetes.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/render/chart_values.h"

#include "render/make_desired.h"

namespace dagitops::render {
namespace {

constexpr std::size_t kContentDigits = 16;
// Where an entry names no port (docs/workspace.md).
constexpr int kDefaultPort = 3030;

std::string TextAt(const Value& values, const char* path) {
  const Value* found = values.FindPath(path);
  return found == nullptr ? "" : found->text();
}

// As the chart begins the names of what it makes for all: the release's, and the chart's unless that is in it anyway
// (charts 1.10.5 and 1.12.19, helper dagster.fullname).
std::string BaseFullName(const Value& chart_values) {
  constexpr std::size_t kLongest = 63;
  const std::string own = TextAt(chart_values, "nameOverride");
  const std::string chart = own.empty() ? "dagster-user-deployments" : own;
  std::string name = kBaseRelease;
  if (name.find(chart) == std::string::npos) name += "-" + chart;
  name.resize(std::min(name.size(), kLongest));
  if (name.ends_with('-')) name.pop_back();
  return name;
}

// As the chart names it (charts 1.10.5 and 1.12.19, helper dagsterUserDeployments.serviceAccountName).
std::string BaseServiceAccount(const Value& chart_values) {
  for (const char* path : {"global.serviceAccountName", "serviceAccount.name"}) {
    if (std::string name = TextAt(chart_values, path); !name.empty()) return name;
  }
  if (TextAt(chart_values, "serviceAccount.create") == "false") return "default";
  return BaseFullName(chart_values) + "-user-deployments";
}

int PortOf(const Value& entry) {
  const std::string text = TextAt(entry, "port");
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? port : kDefaultPort;
}

// A server of `dagster code-server start` is ready whatever its code does, and one that is replaced by Recreate is gone
// before its successor is known to load.
bool IsCheckedFirst(const CodeLocation& location) {
  if (location.settings.gate != Gate::kDefault) return location.settings.gate == Gate::kCandidate;
  return location.entry.Find("codeServerArgs") != nullptr ||
         TextAt(location.entry, "deploymentStrategy.type") == "Recreate";
}

class Renderer {
 public:
  Renderer(const Effective& effective, const KubernetesOptions& options)
      : chart_values_(effective.chart_values),
        chart_(options.chart),
        account_(BaseServiceAccount(effective.chart_values)) {}

  DesiredServer Server(const Version& version) const {
    const CodeLocation& location = version.location;
    DesiredServer server = NameServer(version);
    if (server.external) return server;
    server.address.location_name = server.location_name;
    server.address.host = location.name;
    server.address.port = PortOf(location.entry);
    server.values = Values(location, server.not_runnable);
    server.content = Content(server.values);
    server.reimports = location.entry.Find("codeServerArgs") != nullptr;
    server.checked_first = IsCheckedFirst(location);
    return server;
  }

  std::optional<DesiredBase> Base() const {
    auto values = BaseValues(chart_values_);
    if (!values) return std::nullopt;
    const std::string content = Content(*values);
    return DesiredBase{content, *std::move(values)};
  }

 private:
  std::string Values(const CodeLocation& location, std::string& not_runnable) const {
    if (location.name == kBaseRelease) {
      not_runnable = "its name is that of the release that belongs to all locations";
      return {};
    }
    if (!HasDeployment(location)) {
      not_runnable = "it has no `image`";
      return {};
    }
    auto values = LocationValues(location, chart_values_, account_);
    if (values) return *std::move(values);
    not_runnable = values.error().subject + " " + values.error().message;
    return {};
  }

  std::string Content(const std::string& values) const { return ShortDigest(chart_ + "\n" + values, kContentDigits); }

  const Value& chart_values_;
  const std::string& chart_;
  std::string account_;
};

}  // namespace

Desired Kubernetes(const Effective& effective, const KubernetesOptions& options) {
  const Renderer renderer(effective, options);
  Desired desired = MakeDesired(effective, [&](const Version& version) { return renderer.Server(version); });
  desired.in_place = true;
  desired.base = renderer.Base();
  desired.reload = effective.options.reload;
  return desired;
}

}  // namespace dagitops::render
