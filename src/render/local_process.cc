#include "dagitops/render/local_process.h"

#include "render/make_desired.h"
#include "render/process_spec.h"

namespace dagitops::render {
namespace {

DesiredServer MakeServer(const Version& version, const LocalOptions& options) {
  const LocationSettings& settings = version.location.settings;
  DesiredServer server = NameServer(version);
  if (settings.external) return server;
  server.process = MakeProcessSpec(version, options.default_python);
  server.not_runnable = WhyNotRunnable(server.process, version);
  server.content = ProcessContent(server.process, server.location_name);
  return server;
}

}  // namespace

Desired LocalProcess(const Effective& effective, const LocalOptions& options) {
  return MakeDesired(effective, [&](const Version& version) { return MakeServer(version, options); });
}

}  // namespace dagitops::render
