#pragma once

#include <map>
#include <memory>
#include <string>

#include "dagitops/base/digest.h"
#include "dagitops/model/source_tree.h"

namespace dagitops::testing {

// Makes source trees of texts, as reading a revision does: sorted, blob ids by content, and what did not change since
// the last tree is the same object.
class TreeBuilder {
 public:
  TreeBuilder& Set(const std::string& path, const std::string& text) {
    SourceFile file;
    file.path = path;
    file.blob_id = Sha256Hex(text).substr(0, 40);
    file.size = text.size();
    file.text = text;
    return Put(std::move(file));
  }

  // A symlink, submodule or too large file: no text.
  TreeBuilder& SetKind(const std::string& path, FileKind kind) {
    SourceFile file;
    file.path = path;
    file.blob_id = Sha256Hex(path).substr(0, 40);
    file.kind = kind;
    file.size = 3 << 20;
    return Put(std::move(file));
  }

  TreeBuilder& Remove(const std::string& path) {
    files_.erase(path);
    return *this;
  }

  bool Has(const std::string& path) const { return files_.contains(path); }

  SourceTree Build(const std::string& revision = std::string(40, 'a')) const {
    SourceTree tree;
    tree.revision.id = revision;
    for (const auto& [path, file] : files_) tree.files.push_back(file);
    return tree;
  }

 private:
  TreeBuilder& Put(SourceFile file) {
    auto& slot = files_[file.path];
    if (!slot || slot->blob_id != file.blob_id || slot->kind != file.kind) {
      slot = std::make_shared<const SourceFile>(std::move(file));
    }
    return *this;
  }

  std::map<std::string, std::shared_ptr<const SourceFile>> files_;
};

}  // namespace dagitops::testing
