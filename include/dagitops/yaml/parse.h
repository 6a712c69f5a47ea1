#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"

namespace dagitops::yaml {

// Bounds of one file, against aliases that grow without end and nesting that exhausts the stack.
struct Limits {
  std::size_t nodes = 50'000;  // counted after aliases are expanded
  int depth = 64;
};

struct Parsed {
  Value root;               // null when the file is empty or has a fault
  Diagnostics diagnostics;  // faults: yaml-syntax, duplicate-key, merge-key, several-documents, yaml-limits, yaml-tag,
                            // key-not-string
};

// Reads one YAML 1.1 document. Never throws and never stops silently: what Helm and Dagster would read differently from
// what stands there (duplicate keys, `<<`, a second document, explicit tags, keys that are no strings) is a fault with
// its place. `file` only names the file in diagnostics. Safe to call from any thread.
Parsed Parse(std::string_view text, const std::string& file, Layer layer, const Limits& limits = {});

}  // namespace dagitops::yaml
