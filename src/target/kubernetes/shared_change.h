#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/error.h"

#include "target/kubernetes/manifest.h"
#include "target/kubernetes/order.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/shared_record.h"

namespace dagitops::kubernetes {

// What becomes of the release that all locations are in by a change of some. All of it is pure: what is in it after
// some orders, and whose it is what the API server, the chart or Helm says about the whole.

// What it is made of after these orders: what they name is new, all else is as Helm has it. What an order before them
// wanted and did not come to is not in it.
SharedRecord Compose(const SharedRecord& current, const std::vector<Order>& orders);

// Helm made all of it: `version` of the release; with the generations of the Deployments by location where those are
// known.
SharedRecord Applied(SharedRecord record, int version, const std::map<std::string, long long>& generations);

// Helm has made of it what it says, though that was not noted.
bool IsUnnoted(const SharedRecord& record, const Release& release);

// What of it is for these locations only: what has to be looked at where one of them is all that changes. The base is
// in it as well.
SharedRecord OnlyWith(const SharedRecord& record, const std::set<std::string>& locations);

// Without these locations, which are releases of their own now, and without what the release of what belongs to all has
// taken: a service account that the values name, and extraManifests.
SharedRecord WithoutMoved(const SharedRecord& record, const std::set<std::string>& locations);

// The location, out of these, that an object is about: by its label `deployment`, else by its name, which the charts
// end with the location's. Empty: it belongs to all.
std::string LocationOf(const ManifestObject& object, const std::set<std::string>& locations);

// The same by the names in quotes in what Helm says. Empty: none, or more than one.
std::string LocationIn(const std::string& said, const std::set<std::string>& locations);

// Deployments whose generation is not what Helm left and which this change is not about: Helm puts them right with all
// the rest.
std::vector<std::string> PutRight(const SharedRecord& before, const SharedRecord& after,
                                  const std::map<std::string, long long>& generations);

// 90 % of what the API server takes (1 MiB).
inline constexpr std::size_t kSharedLimit = (std::size_t{1} << 20) / 10 * 9;

// The order, by its location, that makes it bigger the most, where it is over the limit.
std::optional<std::string> LargestGrowth(const SharedRecord& current, const std::vector<Order>& orders);
Error TooLarge(const SharedRecord& record);

}  // namespace dagitops::kubernetes
