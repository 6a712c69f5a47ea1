#include <algorithm>
#include <array>
#include <string_view>

#include "dagitops/target/local_process/local_process_target.h"

namespace dagitops::local_process {
namespace {

constexpr std::array<std::string_view, 4> kServer{"PATH", "HOME", "LANG", "TZ"};
constexpr std::array<std::string_view, 9> kDownload{"HTTP_PROXY",    "HTTPS_PROXY",  "NO_PROXY",
                                                    "http_proxy",    "https_proxy",  "no_proxy",
                                                    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"};

bool DecidesDownloads(std::string_view name) {
  return name.starts_with("PIP_") || name.starts_with("UV_") ||
         std::find(kDownload.begin(), kDownload.end(), name) != kDownload.end();
}

}  // namespace

std::map<std::string, std::string> PickServerVariables(const std::map<std::string, std::string>& ours) {
  std::map<std::string, std::string> picked;
  for (const std::string_view name : kServer) {
    const auto found = ours.find(std::string(name));
    if (found != ours.end()) picked.insert(*found);
  }
  return picked;
}

std::map<std::string, std::string> PickBuildVariables(const std::map<std::string, std::string>& ours) {
  std::map<std::string, std::string> picked = PickServerVariables(ours);
  for (const auto& variable : ours) {
    if (DecidesDownloads(variable.first)) picked.insert(variable);
  }
  return picked;
}

}  // namespace dagitops::local_process
