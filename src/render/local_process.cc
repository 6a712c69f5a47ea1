#include "dagitops/render/local_process.h"

#include "dagitops/render/workspace_yaml.h"

#include "render/process_spec.h"

namespace dagitops::render {
namespace {

DesiredServer MakeServer(const Version& version, const LocalOptions& options) {
  const LocationSettings& settings = version.location.settings;
  DesiredServer server;
  server.location = version.location.name;
  server.location_name = settings.location_name;
  server.revision = version.revision.id;
  if (settings.external) {
    server.external = true;
    server.address = PublishedAs(settings);
    server.content = ExternalContent(*settings.external, server.location_name);
    return server;
  }
  server.process = MakeProcessSpec(version, options.default_python);
  server.not_runnable = WhyNotRunnable(server.process, version);
  server.content = ProcessContent(server.process, server.location_name);
  return server;
}

DesiredLocation MakeLocation(const EffectiveLocation& location, const LocalOptions& options) {
  DesiredLocation desired;
  desired.name = location.name;
  desired.decision = location.decision;
  desired.reason = location.reason;
  desired.changes = location.changes;
  desired.has_serving = location.serving.has_value();
  if (location.serving) {
    desired.servers.push_back(MakeServer(*location.serving, options));
    desired.servers.back().proven = true;
  }
  if (location.candidate) {
    DesiredServer candidate = MakeServer(*location.candidate, options);
    // Made of the same things, it is the server that runs: only how it is shown has changed.
    if (!desired.servers.empty() && desired.servers.back().content == candidate.content) {
      candidate.proven = true;
      desired.servers.pop_back();
    }
    desired.servers.push_back(std::move(candidate));
  }
  const std::optional<Version>& wanted = location.candidate ? location.candidate : location.serving;
  if (!wanted) return desired;
  const LocationSettings& settings = wanted->location.settings;
  desired.location_name = settings.location_name;
  desired.published = PublishedAs(settings);
  desired.runs = settings.runs;
  return desired;
}

}  // namespace

Desired LocalProcess(const Effective& effective, const LocalOptions& options) {
  Desired desired;
  desired.environment = effective.environment;
  desired.revision = effective.revision.id;
  desired.drift = effective.options.drift;
  desired.removals = effective.removals;
  desired.left_alone = effective.left_alone;
  desired.awaited = effective.awaited;
  for (const EffectiveLocation& location : effective.locations) {
    desired.locations.push_back(MakeLocation(location, options));
  }
  return desired;
}

}  // namespace dagitops::render
