#include "dagitops/model/observed.h"

#include <algorithm>

namespace dagitops {

const ObservedServer* Observed::Find(const DesiredServer& wanted) const {
  const auto found = std::find_if(servers.begin(), servers.end(), [&](const ObservedServer& server) {
    return server.location == wanted.location && server.content == wanted.content;
  });
  return found == servers.end() ? nullptr : &*found;
}

}  // namespace dagitops
