#pragma once

#include <string>
#include <string_view>

namespace dagitops::local_process {

// True when a line names something of the code folder: -r, -c, -e, or a path. Then the folder's tree decides, together
// with the file, what is installed. Source: "Requirements File Format" of pip's documentation.
bool RefersToFiles(std::string_view requirements);

// What one virtual environment is made from.
struct VenvIngredients {
  std::string requirements;    // the file's text
  std::string python_version;  // as the interpreter tells it, with its path
  std::string tree_id;         // where the file lies
  std::string path;            // of the file inside the tree
};

// 16 hex digits: equal for environments that would be equal.
std::string VenvKey(const VenvIngredients& ingredients);

}  // namespace dagitops::local_process
