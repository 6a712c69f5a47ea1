#pragma once

#include <functional>

#include "dagitops/cli/services.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 is called so
class App;
}

namespace dagitops::cli {

// Set by the command that was asked for: what to run once the whole line is parsed.
using Chosen = std::function<int()>;

// Each adds one command to the program. They keep their options alive inside the callback they give the App.
void AddServe(CLI::App& app, const Services& services, Chosen& chosen);
void AddDoctor(CLI::App& app, const Services& services, Chosen& chosen);
void AddLint(CLI::App& app, const Services& services, Chosen& chosen);
void AddStatus(CLI::App& app, const Services& services, Chosen& chosen);
void AddRender(CLI::App& app, const Services& services, Chosen& chosen);
void AddPlan(CLI::App& app, const Services& services, Chosen& chosen);
void AddRequests(CLI::App& app, const Services& services, Chosen& chosen);  // apply, approve, rollback, rebuild, …
void AddHistory(CLI::App& app, const Services& services, Chosen& chosen);
void AddDiff(CLI::App& app, const Services& services, Chosen& chosen);
void AddImport(CLI::App& app, const Services& services, Chosen& chosen);
void AddInit(CLI::App& app, const Services& services, Chosen& chosen);
void AddCompletion(CLI::App& app, const Services& services, Chosen& chosen);  // last: it reads the others off the App

}  // namespace dagitops::cli
