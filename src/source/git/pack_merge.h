#pragma once

#include <git2.h>

#include <cstddef>

namespace dagitops::git {

// Every fetch that brings something adds a pack, and every lookup asks pack after pack. When more than `most` small
// packs (under 4 MiB) have come together, all their objects are written into one, and only then are they removed: no
// object is ever lost, whether a reference reaches it or not, and a kill leaves at worst an object twice. What goes
// wrong is left for the next time. Only the holder of the mirror's lock may call it.
void MergeSmallPacks(git_repository* mirror, std::size_t most = 50);

}  // namespace dagitops::git
