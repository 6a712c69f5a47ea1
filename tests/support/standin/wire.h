#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dagitops::standin {

// The little of protobuf and gRPC framing that Dagster's calls need: every reply of api.DagsterApi has its text in
// field 1. Source: dagster 1.13.27, dagster/_grpc/protos/dagster_api.proto; grpc.github.io PROTOCOL-HTTP2.

std::string EncodeText(std::string_view text);                             // field 1 as a string
std::string EncodeNumber(unsigned number);                                 // field 1 as a varint below 128
std::optional<std::string> DecodeText(std::string_view message);           // field 1; "" when absent, nullopt when odd
std::string Frame(std::string_view message);                               // uncompressed flag, length, message
std::optional<std::string_view> Unframe(std::string_view framed_message);  // nullopt when compressed or cut

}  // namespace dagitops::standin
