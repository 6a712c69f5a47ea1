#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dagitops {

// What was compressed as gzip or zlib. nullopt when `data` is neither, is cut off, has more after its end, or would
// become longer than `limit`: a few bytes can stand for gigabytes. Pure.
std::optional<std::string> Inflate(std::string_view data, std::size_t limit);

}  // namespace dagitops
