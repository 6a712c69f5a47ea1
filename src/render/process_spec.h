#pragma once

#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/model/desired.h"

namespace dagitops::render {

// How this version runs as a process.
ProcessSpec MakeProcessSpec(const Version& version, const std::string& default_python);

// Why it cannot; empty when it can.
std::string WhyNotRunnable(const ProcessSpec& spec, const Version& version);

// DesiredServer::content of a server that we run, and of one that we do not.
std::string ProcessContent(const ProcessSpec& process, const std::string& location_name);
std::string ExternalContent(const ExternalServer& server, const std::string& location_name);

}  // namespace dagitops::render
