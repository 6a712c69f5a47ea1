#include "dagitops/target/local_process/gather_facts.h"

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "target/local_process/interpreters.h"
#include "target/local_process/paths.h"
#include "target/local_process/preflight.h"
#include "target/local_process/services.h"

namespace dagitops::local_process {
namespace {

constexpr Duration kAsk = std::chrono::seconds(10);

}  // namespace

doctor::LocalFacts GatherFacts(const Options& options, const FactSeams& seams) {
  doctor::LocalFacts facts;
  facts.environment = options.environment;
  facts.python = options.python;
  facts.dagster_home = options.dagster_home;
  facts.runtime_dir = options.runtime_dir;
  facts.starts_webserver = options.webserver.start;
  const std::string url = WebserverUrl(options.webserver);
  facts.webserver_url = CleanUrl(url);
  Interpreters interpreters(seams.commands, seams.clock, options.build_variables);
  facts.preflight = Preflight(options, Paths(options.state_dir, options.runtime_dir), interpreters);
  if (facts.preflight) facts.imported = interpreters.ImportDagster(options.python);
  if (!url.empty()) facts.webserver = seams.gateway.Instance(url, kAsk);
  return facts;
}

}  // namespace dagitops::local_process
