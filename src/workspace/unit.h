#pragma once

#include <memory>
#include <string>

#include "dagitops/model/code_location.h"

#include "workspace/base.h"
#include "workspace/entry_file.h"
#include "workspace/match.h"

namespace dagitops::workspace {

// One location as its own files and the base make it, not yet compared with the others. Immutable once made.
struct Unit {
  EntryFilePtr fragment;  // may be null
  EntryFilePtr overlay;   // may be null
  EntryFilePtr rival;     // a second overlay of the same name; null as a rule
  std::string name;
  bool enabled = true;
  int order = 0;
  std::string location_name;
  std::shared_ptr<const CodeLocation> location;  // null when it is disabled or has a fault
  Sources sources;                               // only while `location` is null; else they are its
  Diagnostics diagnostics;

  const EntryFile& primary() const { return fragment ? *fragment : *overlay; }
};

using UnitPtr = std::shared_ptr<const Unit>;

// `base` must be usable. Faults beside those of the parts: bad-name; warnings: no-code-source,
// overlay-without-fragment.
UnitPtr MakeUnit(const Base& base, const UnitRef& files);

}  // namespace dagitops::workspace
