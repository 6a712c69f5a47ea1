#pragma once

#include <map>
#include <string>
#include <vector>

#include "workspace/entry_file.h"
#include "workspace/unit.h"

namespace dagitops::workspace {

struct Matched {
  std::vector<UnitFiles> units;          // fragments in path order, then what only the environment has
  std::vector<EntryFilePtr> nameless;    // entries without a readable name that had none before
  std::vector<const EntryFile*> others;  // no entries, but something is to be told about them
};

// The files of a revision that make one environment.
struct MatchInput {
  const std::vector<EntryFilePtr>& fragments;
  const std::vector<EntryFilePtr>& overlays;
  const std::map<std::string, std::string>& path_names;  // for files that cannot be read now
};

// Puts overlays to the fragments of the same name. A broken overlay without a known name goes to the fragment that its
// file is named after: composed without it, that fragment would go out with values nobody wanted.
Matched Match(const MatchInput& input);

}  // namespace dagitops::workspace
