#include "reconcile/waiting.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dagitops/model/lookup.h"

namespace dagitops::reconcile {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Stage {
  Duration until;
  Duration pause;
};
constexpr std::array<Stage, 4> kStages{{{seconds(10), milliseconds(200)},
                                        {seconds(30), seconds(1)},
                                        {seconds(60), seconds(2)},
                                        {seconds(120), seconds(5)}}};
constexpr Duration kLongestPause = seconds(10);

}  // namespace

std::set<std::string> Unconfirmed(const Desired& desired, const Observed& observed) {
  const ServersByLocation servers(observed);
  std::set<std::string> unconfirmed;
  for (const ObservedWebserver& webserver : observed.webservers) {
    if (!webserver.error.empty()) unconfirmed.insert(webserver.url);
    for (const DesiredLocation& location : desired.locations) {
      const ObservedServer* server = location.servers.empty() ? nullptr : servers.Find(location.servers.back());
      if (server == nullptr || server->state != ServerState::kReady || !server->published) continue;
      const auto listed = webserver.locations.find(location.location_name);
      const bool is_listed = listed != webserver.locations.end();
      if (is_listed && (server->external || listed->second.server_id == server->server_id)) continue;
      unconfirmed.insert(webserver.url + "\n" + location.location_name + "\n" + server->server_id);
    }
  }
  return unconfirmed;
}

Duration AskPause(Duration waited) {
  if (waited < Duration(0)) return kLongestPause;  // the clock was set back
  const auto stage =
      std::find_if(kStages.begin(), kStages.end(), [&](const Stage& each) { return waited < each.until; });
  return stage == kStages.end() ? kLongestPause : stage->pause;
}

void Waiting::Note(std::set<std::string> unconfirmed, WallTime now) {
  const bool known = std::includes(unconfirmed_.begin(), unconfirmed_.end(), unconfirmed.begin(), unconfirmed.end());
  if (!known) since_ = now;
  unconfirmed_ = std::move(unconfirmed);
}

}  // namespace dagitops::reconcile
