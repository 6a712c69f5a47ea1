#pragma once

#include <map>
#include <set>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"

namespace dagitops::cli {

// Files that a command makes below a folder.
struct NewFiles {
  std::string folder;
  std::map<std::string, std::string> files;  // path below `folder` -> text
  std::set<std::string> kept;                // these may be there already with another text, and stay as they are
};

// Writes them and prints the path of each. Files that are there with the same text are passed over, so that a second
// try goes on where the first one was cut off. kInvalid "file-exists" names all that are there with another text;
// nothing is written then.
Status WriteNewFiles(const NewFiles& wanted, const Services& services);

}  // namespace dagitops::cli
