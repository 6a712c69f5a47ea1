#include "workspace/entry_file.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "dagitops/base/text.h"

#include "workspace/report.h"
#include "workspace/text_file.h"

namespace dagitops::workspace {
namespace {

std::string_view FileName(std::string_view path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool IsHidden(std::string_view path) { return path.find("/.") != std::string_view::npos; }

// .yml, .YAML and the like: meant as a fragment, but not read as one by everybody.
bool HasOddExtension(std::string_view path) {
  if (path.ends_with(".yaml")) return false;
  const std::string name = Lower(FileName(path));
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

// analytics.yaml.bak, analytics.json: perhaps somebody waits for it to take effect.
bool LooksLikeEntry(std::string_view path) {
  const std::string name = Lower(FileName(path));
  return name.find(".yaml") != std::string::npos || name.find(".yml") != std::string::npos || name.ends_with(".json");
}

Diagnostic UnusedFile(const std::string& path) {
  return Warning("unused-file", {path, 0, 0},
                 {"a file that is not read", "a file that ends in .yaml and does not start with a dot",
                  "rename it, or move it out of this folder"});
}

EntryFile::Role RoleOf(const SourceFile& file) {
  if (file.kind == FileKind::kSymlink || file.kind == FileKind::kSubmodule) return EntryFile::Role::kEntry;
  if (IsHidden(file.path)) return EntryFile::Role::kOther;
  const bool entry = file.path.ends_with(".yaml") || HasOddExtension(file.path);
  return entry ? EntryFile::Role::kEntry : EntryFile::Role::kOther;
}

void ReadName(EntryFile& file) {
  file.name = std::string(Stem(file.path()));
  const Value* name = file.root.Find("name");
  if (name == nullptr) return;
  file.name_mark = name->mark();
  if (name->is_scalar() && !name->text().empty()) {
    file.name = name->text();
    return;
  }
  file.diagnostics.push_back(Fault("bad-name", {file.path(), static_cast<int>(name->mark().line), name->mark().column},
                                   {"a `name` that is no text", "a name such as " + Quoted(file.name),
                                    "write a text, or remove `name`: the file's name is used then"}));
}

bool SameContent(const SourceFile& a, const SourceFile& b) { return a.blob_id == b.blob_id && a.kind == b.kind; }

}  // namespace

std::string_view Stem(std::string_view path) {
  const std::string_view name = FileName(path);
  return name.substr(0, name.rfind('.'));
}

EntryFilePtr ReadEntryFile(FilePtr source, Layer layer) {
  auto file = std::make_shared<EntryFile>();
  file->source = std::move(source);
  file->layer = layer;
  file->role = RoleOf(*file->source);
  if (file->role == EntryFile::Role::kOther) {
    if (LooksLikeEntry(file->path())) file->diagnostics.push_back(UnusedFile(file->path()));
    return file;
  }
  MappingFile read = ReadMappingFile(*file->source, layer);
  file->diagnostics = std::move(read.diagnostics);
  if (HasFault(file->diagnostics)) return file;
  file->root = std::move(read.root);
  ReadName(*file);
  if (HasOddExtension(file->path())) {
    file->diagnostics.push_back(Fault("wrong-extension", {file->path(), 0, 0},
                                      {Quoted(FileName(file->path())), "a file that ends in .yaml",
                                       "rename it to " + std::string(Stem(file->path())) + ".yaml"}));
  }
  return file;
}

const std::vector<EntryFilePtr>& EntryFileCache::Read(Range files, Layer layer) {
  std::vector<EntryFilePtr> read;
  read.reserve(static_cast<std::size_t>(files.second - files.first));
  auto known = files_.cbegin();
  for (auto file = files.first; file != files.second; ++file) {
    // Unchanged files usually are the same object in both trees: then no text is compared.
    if (known != files_.cend() && (*known)->source == *file) {
      read.push_back(*known++);
      continue;
    }
    while (known != files_.cend() && (*known)->path() < (*file)->path) ++known;
    const bool same =
        known != files_.cend() && (*known)->path() == (*file)->path && SameContent(*(*known)->source, **file);
    read.push_back(same ? *known : ReadEntryFile(*file, layer));
  }
  files_ = std::move(read);
  return files_;
}

EntryFileCache::Range FilesBelow(const SourceTree& tree, const std::string& folder) {
  const auto before = [](const FilePtr& file, const std::string& path) { return file->path < path; };
  const auto first = std::lower_bound(tree.files.begin(), tree.files.end(), folder, before);
  std::string end = folder;
  ++end.back();  // '/' + 1 is '0': the first path that does not start with `folder`
  return {first, std::lower_bound(first, tree.files.end(), end, before)};
}

}  // namespace dagitops::workspace
