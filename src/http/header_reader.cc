#include "http/header_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "dagitops/base/text.h"

namespace dagitops {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// "HTTP/1.1 200 OK" -> 200; 0 when there is no number.
int StatusOf(std::string_view line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view rest = Trim(line.substr(space));
  int status = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), status);
  return status;
}

}  // namespace

bool HeaderReader::Line(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > kMaxBytes) return false;
  line = Trim(line);
  if (line.starts_with("HTTP/")) {  // also the answer after a "100 Continue": only the last one counts
    response_ = {};
    response_.status = StatusOf(line);
    head_ended_ = false;
    return true;
  }
  if (line.empty()) {
    head_ended_ = true;
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  HttpHeaders& headers = head_ended_ ? response_.trailers : response_.headers;
  headers.emplace_back(Lower(line.substr(0, colon)), Trim(line.substr(colon + 1)));
  return true;
}

HttpResponse HeaderReader::Response(std::string body) && {
  response_.body = std::move(body);
  return std::move(response_);
}

}  // namespace dagitops
