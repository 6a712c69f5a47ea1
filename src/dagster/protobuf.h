#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dagitops::protobuf {

// The little of protobuf's binary form that Dagster's messages need: flat messages with strings and numbers. Source:
// protobuf.dev/programming-guides/encoding. Pure; nothing is copied before it is found, so that a hostile message costs
// no more memory than its own bytes.

// Field `number` (1 to 15) with text or bytes. An empty text is written too; readers see no difference.
std::string BytesField(std::uint32_t number, std::string_view value);

// The value of field `number`: the last one when it comes several times, "" or 0 when it does not come at all (proto3).
// nullopt when `message` is no protobuf message, or has this field with another wire type. The text lives in `message`.
std::optional<std::string_view> FindBytes(std::string_view message, std::uint32_t number);
std::optional<std::uint64_t> FindNumber(std::string_view message, std::uint32_t number);

}  // namespace dagitops::protobuf
