#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/value.h"

namespace dagitops {

// Where one value of a composed location comes from.
struct Explained {
  std::string path;  // dotted; items of lists go by their name (env.REGION.value), else by number (args.0)
  std::string text;  // "***" below a key that names a secret
  Layer layer = Layer::kBuiltin;
  std::string file;  // repository path; empty for defaults of ours
  int line = 0;      // 0: the file as a whole

  friend bool operator==(const Explained&, const Explained&) = default;
};

// All values of one location.
struct ExplainedLocation {
  std::string location;
  std::vector<Explained> values;
};

// "repository defaults", "overlay", …: for messages.
std::string_view Describe(Layer layer);

}  // namespace dagitops
