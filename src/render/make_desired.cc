#include "render/make_desired.h"

#include <optional>
#include <utility>

#include "dagitops/render/workspace_yaml.h"

#include "render/process_spec.h"

namespace dagitops::render {
namespace {

DesiredLocation MakeLocation(const EffectiveLocation& location, const RenderServer& render) {
  DesiredLocation desired;
  desired.name = location.name;
  desired.decision = location.decision;
  desired.reason = location.reason;
  desired.changes = location.changes;
  desired.has_serving = location.serving.has_value();
  if (location.serving) {
    desired.servers.push_back(render(*location.serving));
    desired.servers.back().proven = true;
  }
  if (location.candidate) {
    DesiredServer candidate = render(*location.candidate);
    // Made of the same things, it is the server that runs: only how it is shown has changed.
    if (!desired.servers.empty() && desired.servers.back().content == candidate.content) {
      candidate.proven = true;
      desired.servers.pop_back();
    }
    desired.servers.push_back(std::move(candidate));
  }
  const Shared<Version>& wanted = location.candidate ? location.candidate : location.serving;
  if (!wanted) return desired;
  const LocationSettings& settings = wanted->location.settings;
  desired.location_name = settings.location_name;
  desired.published = PublishedAs(settings);
  desired.runs = settings.runs;
  return desired;
}

}  // namespace

DesiredServer NameServer(const Version& version) {
  const LocationSettings& settings = version.location.settings;
  DesiredServer server;
  server.location = version.location.name;
  server.location_name = settings.location_name;
  server.revision = version.revision.id;
  if (!settings.external) return server;
  server.external = true;
  server.address = PublishedAs(settings);
  server.content = ExternalContent(*settings.external, server.location_name);
  return server;
}

Desired MakeDesired(const Effective& effective, const RenderServer& render) {
  Desired desired;
  desired.environment = effective.environment;
  desired.revision = effective.revision.id;
  desired.drift = effective.options.drift;
  desired.removals = effective.removals;
  desired.left_alone = effective.left_alone;
  desired.awaited = effective.awaited;
  for (const EffectiveLocation& location : effective.locations) {
    desired.locations.push_back(MakeLocation(location, render));
  }
  return desired;
}

}  // namespace dagitops::render
