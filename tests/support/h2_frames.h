#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dagitops::support {

// The few HTTP/2 frames (RFC 9113) of a scripted gRPC server's answer on stream 1, as bytes. Header names and values
// are literals without indexing or Huffman (RFC 7541, 6.2.2), shorter than 127 bytes.
using H2Headers = std::vector<std::pair<std::string, std::string>>;

inline std::string H2Frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string frame;
  const auto size = static_cast<std::uint32_t>(payload.size());
  for (const int shift : {16, 8, 0}) frame += static_cast<char>(size >> shift & 0xff);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift & 0xff);
  return frame += payload;
}

inline std::string H2Settings() { return H2Frame(0x4, 0, 0, ""); }
inline std::string H2SettingsAck() { return H2Frame(0x4, 0x1, 0, ""); }
inline std::string H2Data(std::string_view payload) { return H2Frame(0x0, 0, 1, payload); }

inline std::string H2HeadersFrame(const H2Headers& headers, bool end_stream) {
  std::string block;
  for (const auto& [name, value] : headers) {
    block += '\0';
    block += static_cast<char>(name.size());
    block += name;
    block += static_cast<char>(value.size());
    block += value;
  }
  return H2Frame(0x1, end_stream ? 0x5 : 0x4, 1, block);
}

// Whether `got`, all that a client sent so far, holds its preface and one whole request on stream 1.
inline bool H2RequestWhole(std::string_view got) {
  constexpr std::size_t kPreface = 24;
  constexpr std::size_t kFrameHead = 9;
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(got[at])); };
  for (std::size_t at = kPreface; at + kFrameHead <= got.size();) {
    const std::size_t size = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    const bool ends_stream = byte(at + 3) <= 0x1 && (byte(at + 4) & 0x1) != 0;
    at += kFrameHead + size;
    if (ends_stream && at <= got.size()) return true;
  }
  return false;
}

// A whole gRPC answer: head, one DATA frame with `body`, trailers.
inline std::string GrpcAnswer(std::string_view body, const H2Headers& trailers = {{"grpc-status", "0"}}) {
  return H2HeadersFrame({{":status", "200"}, {"content-type", "application/grpc"}}, false) + H2Data(body) +
         H2HeadersFrame(trailers, true);
}

// A message in gRPC's length-prefixed form.
inline std::string GrpcMessage(std::string_view message) {
  std::string framed(1, '\0');
  const auto size = static_cast<std::uint32_t>(message.size());
  for (const int shift : {24, 16, 8, 0}) framed += static_cast<char>(size >> shift & 0xff);
  return framed += message;
}

}  // namespace dagitops::support
