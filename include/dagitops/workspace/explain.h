#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/code_location.h"

namespace dagitops::workspace {

// Where one value of a composed entry comes from.
struct Explained {
  std::string path;  // dotted; items of lists go by their name (env.REGION.value), else by number (args.0)
  std::string text;  // "***" below a key that names a secret
  Layer layer = Layer::kBuiltin;
  std::string file;  // repository path; empty for defaults of ours
  int line = 0;      // 0: the file as a whole

  friend bool operator==(const Explained&, const Explained&) = default;
};

// Every scalar and empty collection of `location.entry`, in its order. Locations that were read back from a state file
// have lost their places: all of them then seem to be defaults of ours.
std::vector<Explained> Explain(const CodeLocation& location);

// "dagitops.yaml defaults", "overlay", …: for messages.
std::string_view Describe(Layer layer);

}  // namespace dagitops::workspace
