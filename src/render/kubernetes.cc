#include "dagitops/render/kubernetes.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/render/chart_values.h"
#include "dagitops/yaml/emit.h"

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

using Part = KubernetesRenderer::Part;
using Parts = std::map<std::string, Part>;

bool IsShared(const Effective& effective) { return effective.options.release == EnvironmentOptions::Release::kSingle; }

// `parts` are those of before, and are left with those of now.
class Renderer {
 public:
  Renderer(const Effective& effective, const KubernetesOptions& options, Parts& parts)
      : chart_values_(effective.chart_values),
        options_(options),
        known_(std::exchange(parts, {})),
        parts_(parts),
        shared_(IsShared(effective)),
        frozen_(WhyFrozen(effective)),
        account_(BaseServiceAccount(effective.chart_values)) {}

  DesiredServer Server(const Version& version) {
    const CodeLocation& location = version.location;
    DesiredServer server = NameServer(version);
    if (server.external) return server;
    server.address.location_name = server.location_name;
    server.address.host = location.name;
    server.address.port = PortOf(location.entry);
    const Part& part = PartOf(location);
    server.values = part.values;
    server.content = part.content;
    server.not_runnable = part.not_runnable;
    server.shared = shared_;
    server.reimports = location.entry.Find("codeServerArgs") != nullptr;
    server.checked_first = IsCheckedFirst(location);
    return server;
  }

  std::optional<DesiredRelease> Base() const {
    auto values = shared_ ? UserDeploymentsValues({}, chart_values_) : BaseValues(chart_values_);
    if (!values) return std::nullopt;
    const std::string content = Content(*values);
    return DesiredRelease{content, *std::move(values), frozen_, shared_};
  }

  std::optional<DesiredRelease> System(const Value& values) const {
    if (values.is_null()) return std::nullopt;
    DesiredRelease system;
    system.values = yaml::Emit(values);
    system.content = ShortDigest(options_.system_chart + "\n" + system.values, kContentDigits);
    system.refused = WhySystemRefused(values, options_.workspace_config_map);
    if (options_.system_chart.empty())
      system.refused = "system.yaml is there, but the daemon's settings name no kubernetes.system.chart";
    if (!frozen_.empty()) system.refused = frozen_;
    return system;
  }

 private:
  static std::string WhyFrozen(const Effective& effective) {
    if (!effective.usable) return "the revision cannot be used as a whole";
    return effective.paused ? "the environment is paused" : "";
  }

  // A digest tells all that a location is made of.
  const Part& PartOf(const CodeLocation& location) {
    const auto [part, is_new] = parts_.try_emplace(location.digest);
    if (!is_new) return part->second;
    if (auto known = known_.extract(location.digest)) {
      part->second = std::move(known.mapped());
    } else {
      part->second = MakePart(location);
    }
    return part->second;
  }

  Part MakePart(const CodeLocation& location) const {
    Part part;
    part.values = Values(location, part.not_runnable);
    // One release has one chart, and values around its locations that are all of theirs: neither is any one's own.
    part.content = shared_ ? ShortDigest("single\n" + part.values, kContentDigits) : Content(part.values);
    return part;
  }

  std::string Values(const CodeLocation& location, std::string& not_runnable) const {
    if (!shared_ && location.name == kBaseRelease) {
      not_runnable = "its name is that of the release that belongs to all locations";
      return {};
    }
    if (!HasDeployment(location)) {
      not_runnable = "it has no `image`";
      return {};
    }
    auto values = shared_ ? EntryValues(location, chart_values_) : LocationValues(location, chart_values_, account_);
    if (values) return *std::move(values);
    not_runnable = values.error().subject + " " + values.error().message;
    return {};
  }

  std::string Content(const std::string& values) const {
    return ShortDigest(options_.chart + "\n" + values, kContentDigits);
  }

  const Value& chart_values_;
  const KubernetesOptions& options_;
  Parts known_;
  Parts& parts_;
  bool shared_;         // release: single
  std::string frozen_;  // why what belongs to all stays as it is; empty: it does not
  std::string account_;
};

}  // namespace

// As the chart names it (charts 1.10.5 and 1.12.19, helper dagsterUserDeployments.serviceAccountName).
std::string BaseServiceAccount(const Value& chart_values) {
  for (const char* path : {"global.serviceAccountName", "serviceAccount.name"}) {
    if (std::string name = TextAt(chart_values, path); !name.empty()) return name;
  }
  if (TextAt(chart_values, "serviceAccount.create") == "false") return "default";
  return BaseFullName(chart_values) + "-user-deployments";
}

std::string WhySystemRefused(const Value& system_values, const std::string& workspace_config_map) {
  const auto is = [&](const char* path, const std::string& text) { return TextAt(system_values, path) == text; };
  const auto wants = [](const std::string& what) { return "system.yaml must hold " + what; };
  if (!is("dagsterWebserver.workspace.enabled", "true")) return wants("dagsterWebserver.workspace.enabled: true");
  if (!is("dagsterWebserver.workspace.externalConfigmap", workspace_config_map))
    return wants("dagsterWebserver.workspace.externalConfigmap: " + workspace_config_map);
  if (!is("dagster-user-deployments.enabled", "true"))
    return wants("dagster-user-deployments.enabled: true, or webserver and daemon start without a workspace");
  if (!is("dagster-user-deployments.enableSubchart", "false"))
    return wants("dagster-user-deployments.enableSubchart: false, since code servers are releases of their own");
  return "";
}

Desired KubernetesRenderer::Render(const Effective& effective) {
  if (shared_ != IsShared(effective) || chart_values_ != effective.chart_values) parts_.clear();
  shared_ = IsShared(effective);
  chart_values_ = effective.chart_values;
  Renderer renderer(effective, options_, parts_);
  Desired desired = MakeDesired(effective, [&](const Version& version) { return renderer.Server(version); });
  desired.in_place = true;
  desired.usable = effective.usable;
  desired.base = renderer.Base();
  desired.system = renderer.System(effective.system_values);
  desired.reload = effective.options.reload;
  return desired;
}

Desired Kubernetes(const Effective& effective, const KubernetesOptions& options) {
  return KubernetesRenderer(options).Render(effective);
}

}  // namespace dagitops::render
