#include "dagitops/model/source_tree.h"

#include <algorithm>

namespace dagitops {

const SourceFile* SourceTree::Find(std::string_view path) const {
  const auto before = [](const std::shared_ptr<const SourceFile>& file, std::string_view wanted) {
    return file->path < wanted;
  };
  const auto found = std::lower_bound(files.begin(), files.end(), path, before);
  return found != files.end() && (*found)->path == path ? found->get() : nullptr;
}

}  // namespace dagitops
