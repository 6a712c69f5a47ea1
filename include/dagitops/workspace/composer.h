#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dagitops/model/composition.h"
#include "dagitops/model/source_tree.h"

namespace dagitops::workspace {

// What composing depends on beside the repository's files.
struct ComposeOptions {
  std::string chart_version = "1.12";  // which chart's schema an entry is validated against: "1.10" or "1.12"
  std::map<std::string, std::string>
      path_names;  // names that fragment paths had before, for files that do not parse now
};

// Turns the files of a revision into one environment's composition. A pure function of its arguments that remembers, by
// blob id and content, what it already worked out: after a commit that changes one file, only that file is parsed,
// merged and validated again. One thread per Composer; it keeps no more than what the last call of each environment
// needed.
class Composer {
 public:
  Composer();
  ~Composer();
  Composer(const Composer&) = delete;
  Composer& operator=(const Composer&) = delete;

  Composition Compose(const SourceTree& tree, const std::string& environment, const ComposeOptions& options = {});

 private:
  struct Cache;
  std::unique_ptr<Cache> cache_;
};

}  // namespace dagitops::workspace
