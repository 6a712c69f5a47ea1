#include "http/endpoint.h"

#include <curl/curl.h>

#include <memory>

namespace dagitops {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

std::optional<std::string> Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::optional<Endpoint> ParseEndpoint(const std::string& text) {
  const Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto scheme = Part(url.get(), CURLUPART_SCHEME);
  const auto host = Part(url.get(), CURLUPART_HOST);
  const auto port = Part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port || (*scheme != "http" && *scheme != "https")) return std::nullopt;
  return Endpoint{*scheme, *host, *port};
}

std::optional<RenamedServer> RenameServer(const std::string& text, const Endpoint& endpoint, const std::string& name) {
  const Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
  if (curl_url_set(url.get(), CURLUPART_HOST, name.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto renamed = Part(url.get(), CURLUPART_URL);
  if (!renamed) return std::nullopt;
  const std::string at = ":" + endpoint.port;
  return RenamedServer{*renamed, name + at + ":" + endpoint.host + at,
                       endpoint.port == "443" ? endpoint.host : endpoint.host + at};
}

}  // namespace dagitops
