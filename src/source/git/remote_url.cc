#include "source/git/remote_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "dagitops/base/secret.h"
#include "dagitops/source/git/locate.h"

namespace dagitops::git {
namespace {

struct Scheme {
  std::string_view prefix;
  RemoteUrl::Transport transport;
  int port;
};

constexpr std::array<Scheme, 6> kSchemes{{{"https://", RemoteUrl::Transport::kHttps, 443},
                                          {"http://", RemoteUrl::Transport::kHttp, 80},
                                          {"ssh://", RemoteUrl::Transport::kSsh, 22},
                                          {"git+ssh://", RemoteUrl::Transport::kSsh, 22},
                                          {"ssh+git://", RemoteUrl::Transport::kSsh, 22},
                                          {"git://", RemoteUrl::Transport::kGit, 9418}}};

void SetHostAndPort(std::string_view authority, int default_port, RemoteUrl& url) {
  url.port = default_port;
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  url.host = authority.substr(0, colon);
  if (bracket != std::string_view::npos) url.host = authority.substr(1, bracket - 1);
  if (colon == std::string_view::npos) return;
  const std::string_view digits = authority.substr(colon + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
}

// "user:password@host:port" before the path.
void SetAuthority(std::string_view authority, int default_port, RemoteUrl& url) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view info = authority.substr(0, at);
    url.user = info.substr(0, info.find(':'));
    authority.remove_prefix(at + 1);
  }
  SetHostAndPort(authority, default_port, url);
}

// "%20" and the like as the bytes they stand for.
std::string WithoutEscapes(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    unsigned byte = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (byte == '%' && text.size() >= 3 &&
        std::from_chars(text.data() + 1, text.data() + 3, byte, 16).ptr == text.data() + 3) {
      length = 3;
    }
    plain += static_cast<char>(byte);
    text.remove_prefix(length);
  }
  return plain;
}

std::string AbsolutePath(std::string_view path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path.empty() ? "." : path, error);
  return error ? std::string(path) : absolute.lexically_normal().string();
}

}  // namespace

RemoteUrl ParseRemote(std::string_view text) {
  RemoteUrl url;
  url.url = text;
  url.name = CleanUrl(text);
  if (!IsRemoteUrl(text)) {
    url.url = url.name = AbsolutePath(text);
    return url;
  }
  if (text.starts_with("file://")) {
    url.url = WithoutEscapes(text.substr(std::min(text.find('/', 7), text.size())));
    return url;
  }
  for (const Scheme& scheme : kSchemes) {
    if (!text.starts_with(scheme.prefix)) continue;
    url.transport = scheme.transport;
    text.remove_prefix(scheme.prefix.size());
    SetAuthority(text.substr(0, text.find('/')), scheme.port, url);
    return url;
  }
  url.transport = RemoteUrl::Transport::kSsh;
  SetAuthority(text.substr(0, text.find(':')), 22, url);
  return url;
}

}  // namespace dagitops::git
