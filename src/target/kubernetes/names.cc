#include "target/kubernetes/names.h"

#include <cstdio>

#include "dagitops/base/digest.h"
#include "dagitops/render/kubernetes.h"

namespace dagitops::kubernetes {
namespace {

constexpr std::size_t kLongestRelease = 53;
constexpr std::size_t kKept = 44;  // and a hyphen and eight hex digits

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      escaped += c;
      continue;
    }
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    escaped += code;
  }
  return escaped;
}

}  // namespace

std::string ReleaseName(const std::string& location) {
  if (location.empty()) return render::kBaseRelease;
  if (location.size() <= kLongestRelease) return location;
  return location.substr(0, kKept) + "-" + ShortDigest(location);
}

std::string RecordName(const std::string& location) {
  return location.empty() ? "dagitops-base" : "dagitops-location-" + location;
}

std::string CollectionPath(const std::string& version, const std::string& name_space, const std::string& resource,
                           const Selectors& selectors) {
  const bool core = version.find('/') == std::string::npos;
  std::string path = (core ? "/api/" : "/apis/") + version;
  if (!name_space.empty()) path += "/namespaces/" + name_space;
  path += "/" + resource;
  char separator = '?';
  const auto add = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    path += separator + std::string(key) + "=" + Escaped(value);
    separator = '&';
  };
  add("labelSelector", selectors.labels);
  add("fieldSelector", selectors.fields);
  return path;
}

std::string CollectionPath(const std::string& version, const std::string& name_space, const std::string& resource) {
  return CollectionPath(version, name_space, resource, {});
}

}  // namespace dagitops::kubernetes
