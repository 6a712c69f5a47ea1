#include "dagitops/model/observed.h"

#include <algorithm>

#include "dagitops/base/digest.h"

namespace dagitops {

std::string PublishedDigest(std::string_view text) {
  constexpr std::size_t kDigits = 32;
  return ShortDigest(text, kDigits);
}

bool MayListFormer(const ObservedWebserver& webserver, const LoadedLocation& listed, const ObservedServer& server,
                   bool reimports) {
  if (server.former_ids.contains(listed.server_id)) return true;
  if (!server.former_ids.empty() && (webserver.read_only || reimports)) return false;
  const auto reads_this = [&](const std::optional<WallTime>& reloaded, bool failed) {
    return reloaded && !failed && (!server.ready_since || *reloaded >= *server.ready_since);
  };
  return !reads_this(webserver.reloaded, webserver.reload_failed) && !reads_this(listed.reloaded, listed.reload_failed);
}

bool SameAddress(const WorkspaceEntry& a, const WorkspaceEntry& b) {
  return a.socket == b.socket && a.host == b.host && a.port == b.port && a.ssl == b.ssl;
}

const ObservedServer* Observed::Find(const DesiredServer& wanted) const {
  const auto found = std::find_if(servers.begin(), servers.end(), [&](const ObservedServer& server) {
    return server.location == wanted.location && server.content == wanted.content;
  });
  return found == servers.end() ? nullptr : &*found;
}

}  // namespace dagitops
