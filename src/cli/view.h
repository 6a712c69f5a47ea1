#pragma once

#include <string>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/config/settings.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/source_tree.h"

#include "cli/options.h"

namespace dagitops::cli {

// A repository as a reading command sees it: opened, at one revision.
struct View {
  config::Settings settings;
  OpenedRepository repository;
  Revision revision;
  SourceTree tree;
  std::string chart_version;  // asked for; empty: that of the settings counts

  std::string ChartVersion(const std::string& environment) const;
};

// At the head, or at `revision` (by the names that Source::Resolve takes) when it is not empty.
Result<View> OpenView(const CommonOptions& options, const std::string& revision, const Services& services);

// The environment as composed at a revision that is compared with.
Result<Composition> ComposeAt(const View& view, const std::string& revision, const std::string& environment);

// Tells every fault and warning of a composition on services.err; true when there is a fault.
bool TellDiagnostics(const Composition& composition, const Services& services);

}  // namespace dagitops::cli
