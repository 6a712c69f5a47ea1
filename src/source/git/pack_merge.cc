#include "source/git/pack_merge.h"

#include <filesystem>
#include <string>
#include <vector>

#include "source/git/handles.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kSmall = 4u << 20;

std::vector<fs::path> SmallPacks(const fs::path& folder) {
  std::vector<fs::path> packs;
  std::error_code error;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    const fs::path path = at->path();
    if (path.extension() != ".pack" || fs::file_size(path, unknown) >= kSmall || unknown) continue;
    if (fs::exists(fs::path(path).replace_extension(".idx"), unknown)) packs.push_back(path);
  }
  return packs;
}

int Insert(const git_oid* id, void* payload) {
  return git_packbuilder_insert(static_cast<git_packbuilder*>(payload), id, nullptr);
}

// Adds every object of one pack, and no other, to the new one.
bool InsertAll(git_packbuilder* builder, fs::path pack) {
  OdbPtr odb;
  git_odb_backend* backend = nullptr;
  return Take(odb, [](git_odb** out) { return git_odb_new(out); }) == 0 &&
         git_odb_backend_one_pack(&backend, pack.replace_extension(".idx").c_str()) == 0 &&
         git_odb_add_backend(odb.get(), backend, 1) == 0 && git_odb_foreach(odb.get(), Insert, builder) == 0;
}

// The index goes first: without it nobody looks for the pack.
void Remove(const fs::path& pack) {
  std::error_code ignored;
  fs::remove(fs::path(pack).replace_extension(".idx"), ignored);
  fs::remove(pack, ignored);
}

}  // namespace

void MergeSmallPacks(git_repository* mirror, std::size_t most) {
  const fs::path folder = fs::path(git_repository_path(mirror)) / "objects" / "pack";
  const std::vector<fs::path> packs = SmallPacks(folder);
  PackBuilderPtr builder;
  if (packs.size() <= most) return;
  if (Take(builder, [&](git_packbuilder** out) { return git_packbuilder_new(out, mirror); }) != 0) return;
  for (const fs::path& pack : packs) {
    if (!InsertAll(builder.get(), pack)) return;
  }
  if (git_packbuilder_write(builder.get(), folder.c_str(), 0, nullptr, nullptr) != 0) return;
  const fs::path merged = folder / ("pack-" + std::string(git_packbuilder_name(builder.get())) + ".pack");
  std::error_code unknown;
  if (!fs::exists(merged, unknown)) return;
  for (const fs::path& pack : packs) {
    if (pack != merged) Remove(pack);
  }
}

}  // namespace dagitops::git
