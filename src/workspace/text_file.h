#pragma once

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/source_tree.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

// A file of the repository as a mapping.
struct MappingFile {
  Value root;  // a mapping; null when the file is empty or has a fault
  Diagnostics diagnostics;
};

// Faults: symlink-file, submodule-file, file-too-large, not-a-mapping, and those of yaml/parse.h.
MappingFile ReadMappingFile(const SourceFile& file, Layer layer);

}  // namespace dagitops::workspace
