#include "store/document.h"

#include <boost/json/parse.hpp>

namespace dagitops {
namespace {

// A YAML value of 64 levels, the most that is read, makes 128 of JSON.
constexpr std::size_t kDepth = 256;

}  // namespace

Error BadDocument(const DocumentKind& kind, std::string found) {
  return {.kind = ErrorKind::kInvalid,
          .code = std::string(kind.code),
          .subject = {},
          .message = std::move(found),
          .hint = {}};
}

Result<boost::json::object> ParseDocument(std::string_view text, const DocumentKind& kind) {
  boost::json::parse_options options;
  options.max_depth = kDepth;
  options.allow_invalid_utf8 = true;
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error) return BadDocument(kind, "it is no JSON: " + error.message());
  if (!value.is_object()) return BadDocument(kind, "it is no JSON record");
  const boost::json::value* version = value.get_object().if_contains("schemaVersion");
  if (version == nullptr || !version->is_int64() || version->get_int64() < 1) {
    return BadDocument(kind, "it has no schemaVersion");
  }
  if (version->get_int64() > kind.version) {
    return Error{
        .kind = ErrorKind::kStalled,
        .code = "store-newer",
        .subject = {},
        .message = "it has schemaVersion " + std::to_string(version->get_int64()) +
                   ", and this dagitops knows versions up to " + std::to_string(kind.version),
        .hint = "run the newer dagitops that wrote it, or move the file away and have everything verified anew"};
  }
  return std::move(value.get_object());
}

}  // namespace dagitops
