#include "dagster/grpc_message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "dagster/inflate.h"

namespace dagitops {
namespace {

constexpr std::size_t kFrameHead = 5;  // one byte of flags, four of length
constexpr std::size_t kMessageLimit = 300;
constexpr std::size_t kInflatedLimit = 1u << 20;
constexpr int kUnimplemented = 12;

// In the order of their numbers (grpc/grpc, doc/statuscodes.md).
constexpr std::array<std::string_view, 17> kStatusNames{
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

Error Garbage(std::string found) {
  return {.kind = ErrorKind::kRetry,
          .code = "grpc-garbage",
          .subject = {},
          .message = "no gRPC answer: " + std::move(found),
          .hint = "is this the address of a Dagster code server?"};
}

// In the trailers; in the headers when the answer is nothing but a status.
const std::string* Find(const HttpResponse& response, std::string_view name) {
  for (const HttpHeaders* headers : {&response.trailers, &response.headers}) {
    for (const auto& [key, value] : *headers) {
      if (key == name) return &value;
    }
  }
  return nullptr;
}

std::optional<int> HexDigit(char c) {
  int digit = 0;
  const auto [end, error] = std::from_chars(&c, &c + 1, digit, 16);
  return error == std::errc{} ? std::optional(digit) : std::nullopt;
}

// grpc-message is percent-encoded; what is no valid escape stays as it is.
std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
    const auto low = high ? HexDigit(text[i + 2]) : std::nullopt;
    decoded += low ? static_cast<char>(*high * 16 + *low) : text[i];
    if (low) i += 2;
  }
  return decoded;
}

std::optional<int> StatusOf(const HttpResponse& response) {
  const std::string* text = Find(response, "grpc-status");
  int status = 0;
  if (text == nullptr) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), status);
  return error == std::errc{} && end == text->data() + text->size() ? std::optional(status) : std::nullopt;
}

Error StatusError(int status, const HttpResponse& response) {
  const auto index = static_cast<std::size_t>(status);
  const std::string name = index < kStatusNames.size() ? std::string(kStatusNames.at(index)) : std::to_string(status);
  const std::string* message = Find(response, "grpc-message");
  const bool missing = status == kUnimplemented;
  return {.kind = missing ? ErrorKind::kInvalid : ErrorKind::kRetry,
          .code = missing ? "grpc-unimplemented" : "grpc-error",
          .subject = {},
          .message = "the server answered gRPC status " + name +
                     (message == nullptr || message->empty()
                          ? ""
                          : ": " + Quoted(Shorten(Redact(PercentDecode(*message)), kMessageLimit))),
          .hint = {}};
}

std::uint32_t BigEndian(std::string_view four) {
  std::uint32_t number = 0;
  for (const char c : four) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace

std::string GrpcFrame(std::string_view message) {
  std::string frame(1, '\0');
  const auto size = static_cast<std::uint32_t>(message.size());
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(size >> shift & 0xff);
  return frame += message;
}

Result<std::string> ReadGrpcAnswer(HttpResponse response) {
  if (response.status != 200) return Garbage("HTTP status " + std::to_string(response.status));
  const std::string* type = Find(response, "content-type");
  if (type == nullptr || !type->starts_with("application/grpc")) {
    return Garbage("content type " + (type == nullptr ? "missing" : Quoted(Shorten(*type, 100))));
  }
  const auto status = StatusOf(response);
  if (!status || *status < 0) return Garbage("it has no grpc-status");
  if (*status != 0) return StatusError(*status, response);
  std::string& body = response.body;
  if (body.size() < kFrameHead) return Garbage("its message is cut off");
  const bool compressed = body[0] != '\0';
  if (BigEndian(std::string_view(body).substr(1, 4)) != body.size() - kFrameHead) {
    return Garbage("the length of its message is not what it says");
  }
  body.erase(0, kFrameHead);
  if (!compressed) return std::move(body);
  auto inflated = Inflate(body, kInflatedLimit);
  if (!inflated) return Garbage("its compressed message is broken or too long");
  return std::move(*inflated);
}

}  // namespace dagitops
