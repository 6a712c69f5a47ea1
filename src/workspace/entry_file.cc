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

EntryFileCache::Slot MakeSlot(const FilePtr& source, Layer layer) {
  auto file = std::make_shared<const EntryFile>(source, layer);
  const bool plain = file->role() == EntryFile::Role::kEntry && file->readable();
  return {source.get(), std::move(file), plain};
}

bool SameContent(const SourceFile& a, const SourceFile& b) { return a.blob_id == b.blob_id && a.kind == b.kind; }

}  // namespace

std::string_view Stem(std::string_view path) {
  const std::string_view name = FileName(path);
  return name.substr(0, name.rfind('.'));
}

bool HasOddExtension(std::string_view path) {
  if (path.ends_with(".yaml") || IsHidden(path)) return false;
  const std::string name = Lower(FileName(path));
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

EntryFile::EntryFile(FilePtr source, Layer layer) : source_(std::move(source)), layer_(layer), role_(RoleOf(*source_)) {
  if (role_ == Role::kOther) {
    if (LooksLikeEntry(path())) diagnostics_.push_back(UnusedFile(path()));
    return;
  }
  MappingFile read = ReadMappingFile(*source_, layer);
  diagnostics_ = std::move(read.diagnostics);
  if (HasFault(diagnostics_)) return;
  root_ = std::move(read.root);
  ReadName();
  if (!HasOddExtension(path())) return;
  diagnostics_.push_back(Fault(
      "wrong-extension", {path(), 0, 0},
      {Quoted(FileName(path())), "a file that ends in .yaml", "rename it to " + std::string(Stem(path())) + ".yaml"}));
}

void EntryFile::ReadName() {
  name_ = std::string(Stem(path()));
  const Value* name = root_.Find("name");
  if (name == nullptr) return;
  name_mark_ = name->mark();
  if (name->is_scalar() && !name->text().empty()) {
    name_ = name->text();
    return;
  }
  diagnostics_.push_back(Fault("bad-name", {path(), static_cast<int>(name_mark_.line), name_mark_.column},
                               {"a `name` that is no text", "a name such as " + Quoted(name_),
                                "write a text, or remove `name`: the file's name is used then"}));
}

Value EntryFile::TakeRoot() const {
  if (!readable()) return {};
  if (taken_) return ReadMappingFile(*source_, layer_).root;
  taken_ = true;
  return std::exchange(root_, Value());
}

const std::vector<EntryFileCache::Slot>& EntryFileCache::Read(Range files, Layer layer) {
  std::vector<Slot> read;
  read.reserve(static_cast<std::size_t>(files.second - files.first));
  auto known = slots_.begin();
  for (auto file = files.first; file != files.second; ++file) {
    // Unchanged files usually are the same object in both trees: then no text is compared.
    bool same = known != slots_.end() && known->source == file->get();
    if (!same) {
      while (known != slots_.end() && known->source->path < (*file)->path) ++known;
      same = known != slots_.end() && known->source->path == (*file)->path && SameContent(*known->source, **file);
    }
    read.push_back(same ? std::move(*known++) : MakeSlot(*file, layer));
  }
  slots_ = std::move(read);
  return slots_;
}

EntryFileCache::Range FilesBelow(const SourceTree& tree, const std::string& folder) {
  const auto before = [](const FilePtr& file, const std::string& path) { return file->path < path; };
  const auto first = std::lower_bound(tree.files.begin(), tree.files.end(), folder, before);
  std::string end = folder;
  ++end.back();  // '/' + 1 is '0': the first path that does not start with `folder`
  return {first, std::lower_bound(first, tree.files.end(), end, before)};
}

}  // namespace dagitops::workspace
