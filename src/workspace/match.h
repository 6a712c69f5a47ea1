#pragma once

#include <map>
#include <string>
#include <vector>

#include "workspace/entry_file.h"

namespace dagitops::workspace {

// The files of one location: a fragment, an overlay, or both. Points into what it was matched from.
struct UnitRef {
  const EntryFilePtr* fragment = nullptr;
  const EntryFilePtr* overlay = nullptr;
  const std::string* name = nullptr;    // nullptr: the first file's own
  const EntryFilePtr* rival = nullptr;  // a second overlay of the same name: which one counts nobody can tell

  const EntryFile& primary() const { return fragment != nullptr ? **fragment : **overlay; }
  const std::string& Name() const { return name != nullptr ? *name : primary().name(); }
};

struct Matched {
  std::vector<UnitRef> units;              // fragments in path order, then in path order what has an overlay only
  std::vector<const EntryFile*> nameless;  // entries without a readable name that had none before
  std::vector<const EntryFile*> others;    // no entries, but something is to be told about them
};

// The files of a revision that make one environment. References, as the answer points into them.
struct MatchInput {
  const std::vector<EntryFileCache::Slot>& fragments;
  const std::vector<EntryFileCache::Slot>& overlays;
  const std::map<std::string, std::string>& path_names;  // for files that cannot be read now
};

// Puts overlays to the fragments of the same name. A broken overlay without a known name goes to the fragment that its
// file is named after: composed without it, that fragment would go out with values nobody wanted.
Matched Match(const MatchInput& input);

}  // namespace dagitops::workspace
