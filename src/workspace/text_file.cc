#include "workspace/text_file.h"

#include <string>
#include <utility>

#include "dagitops/yaml/parse.h"

#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

Diagnostic KindFault(const SourceFile& file) {
  const Position position{file.path, 0, 0};
  switch (file.kind) {
    case FileKind::kSymlink:
      return Fault(
          "symlink-file", position,
          {"a symbolic link", "a file", "commit the file itself; what several share belongs into the defaults"});
    case FileKind::kSubmodule:
      return Fault("submodule-file", position,
                   {"a submodule", "files of this repository", "commit the files themselves"});
    default:
      return Fault("file-too-large", position,
                   {std::to_string(file.size) + " bytes", "at most limits.fileBytes of the settings, 1MiB by default",
                    "make the file smaller, or raise limits.fileBytes"});
  }
}

Diagnostic NotAMapping(const SourceFile& file, const Value& root) {
  return Fault("not-a-mapping", {file.path, static_cast<int>(root.mark().line), root.mark().column},
               {root.is_sequence() ? "a list" : "a text", "a mapping",
                "write `key: value` lines; a list of several code locations becomes one file each"});
}

}  // namespace

MappingFile ReadMappingFile(const SourceFile& file, Layer layer) {
  if (file.kind != FileKind::kFile) return {Value(), {KindFault(file)}};
  yaml::Parsed parsed = yaml::Parse(file.text, file.path, layer);
  if (parsed.root.is_scalar() || parsed.root.is_sequence()) return {Value(), {NotAMapping(file, parsed.root)}};
  return {std::move(parsed.root), std::move(parsed.diagnostics)};
}

}  // namespace dagitops::workspace
