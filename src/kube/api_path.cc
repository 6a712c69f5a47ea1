#include "kube/api_path.h"

#include <algorithm>
#include <cctype>

#include "dagitops/base/text.h"

namespace dagitops::kube {
namespace {

std::string Escaped(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return escaped;
}

}  // namespace

ApiPath ParseApiPath(std::string_view text) {
  text = text.substr(0, std::min(text.find('?'), text.size()));
  if (text.starts_with('/')) text.remove_prefix(1);
  std::vector<std::string> parts = Split(text, '/');
  parts.resize(std::max<std::size_t>(parts.size(), 8));
  ApiPath path;
  std::size_t at = 2;  // behind api and the version
  if (parts[0] == "apis") {
    path.group = parts[1];
    at = 3;
  } else if (parts[0] != "api") {
    return path;
  }
  // A namespace's own subresources look like objects in it.
  const std::string& below = parts[at + 2];
  if (parts[at] == "namespaces" && !below.empty() && below != "status" && below != "finalize") {
    path.name_space = parts[at + 1];
    at += 2;
  }
  path.resource = parts[at];
  path.name = parts[at + 1];
  path.subresource = parts[at + 2];
  return path;
}

std::string Describe(const ApiPath& path) {
  std::string text = path.resource;
  if (!path.subresource.empty()) text += "/" + path.subresource;
  if (!path.group.empty()) text += "." + path.group;
  if (!path.name_space.empty()) text += " in namespace " + path.name_space;
  return text;
}

std::string WithQuery(std::string path, std::string_view key, std::string_view value) {
  path += path.find('?') == std::string::npos ? '?' : '&';
  path += key;
  path += '=';
  return path += Escaped(value);
}

}  // namespace dagitops::kube
