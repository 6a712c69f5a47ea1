#pragma once

#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/import/import.h"

namespace dagitops::cli {

inline constexpr char kImportRefused[] = "import-refused";

// Makes a workspace repository in `folder` of these files and tells what they cannot tell. The paths that were written;
// kInvalid "import-refused" when a file has a fault, which was told then.
Result<std::vector<std::string>> WriteImported(const std::vector<import::ImportFile>& files,
                                               const import::ImportOptions& options, const std::string& folder,
                                               const Services& services);

}  // namespace dagitops::cli
