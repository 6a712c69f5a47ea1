#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/revision.h"

namespace dagitops {

// What stands at a path. Only kFile has text; the others are faults where fragments are expected, and are listed so
// that nobody has to wonder why a file was ignored.
enum class FileKind : std::uint8_t { kFile, kSymlink, kSubmodule, kTooLarge };

struct SourceFile {
  std::string path;     // relative to the workspace's root inside the repository, '/'-separated
  std::string blob_id;  // 40 hex digits: equal ids mean equal text
  FileKind kind = FileKind::kFile;
  std::uint64_t size = 0;  // bytes in git, also where the text was not read
  std::string text;
};

// Bounds of what is read from one revision.
struct TreeLimits {
  std::uint64_t file_bytes = 1 << 20;     // a larger file is listed as kTooLarge
  std::size_t files = 50'000;             // files and folders; more is an error of the whole read
  int depth = 16;                         // folders below each other; deeper is an error of the whole read
  std::uint64_t total_bytes = 256 << 20;  // of all texts together; more is an error of the whole read

  friend bool operator==(const TreeLimits&, const TreeLimits&) = default;
};

// dagitops.yaml and everything below locations/ and environments/ of one revision, as a value: no checkout, no disk.
// Files are sorted by path (bytewise) and shared between revisions where they did not change.
struct SourceTree {
  Revision revision;
  std::vector<std::shared_ptr<const SourceFile>> files;

  const SourceFile* Find(std::string_view path) const;  // binary search; nullptr when absent
};

}  // namespace dagitops
