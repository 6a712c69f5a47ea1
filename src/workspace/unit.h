#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dagitops/model/code_location.h"

#include "workspace/base.h"
#include "workspace/entry_file.h"

namespace dagitops::workspace {

// The files of one location: a fragment, an overlay, or both.
struct UnitFiles {
  EntryFilePtr fragment;
  EntryFilePtr overlay;
  std::string name;  // what both agree on

  const EntryFile& primary() const { return fragment ? *fragment : *overlay; }
};

// One location as its own files and the base make it, not yet compared with the others.
struct Unit {
  UnitFiles files;
  bool enabled = true;
  int order = 0;
  std::string location_name;
  std::shared_ptr<const CodeLocation> location;  // null when it is disabled or has a fault
  Sources sources;                               // only while `location` is null; else they are its
  Diagnostics diagnostics;
  std::uint64_t seen = 0;  // the last composition that used it

  const std::string& name() const { return files.name; }
};

using UnitPtr = std::shared_ptr<Unit>;

// `base` must be usable. Faults beside those of the parts: bad-name; warnings: no-code-source,
// overlay-without-fragment.
UnitPtr MakeUnit(const Base& base, UnitFiles files);

}  // namespace dagitops::workspace
