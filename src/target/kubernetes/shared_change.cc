#include "target/kubernetes/shared_change.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/model/value.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

// What Helm has, as far as that is known.
SharedRecord Settled(SharedRecord record) {
  for (auto location = record.locations.begin(); location != record.locations.end();) {
    const bool unmade = !location->second.applied && !location->second.content.empty();
    const auto former = record.former.find(location->first);
    if (unmade && former == record.former.end()) {
      location = record.locations.erase(location);
      continue;
    }
    if (unmade) location->second = former->second;
    ++location;
  }
  if (!record.base.applied && record.former_base) record.base = *record.former_base;
  record.former.clear();
  record.former_base.reset();
  return record;
}

void Put(const Order& order, SharedRecord& record) {
  SharedLocation wanted{order.values, order.content, order.location_name, order.revision, order.port, order.former_ids};
  const auto known = record.locations.find(order.location);
  if (known != record.locations.end()) {
    const bool same = known->second.entry == wanted.entry && known->second.applied;
    wanted.applied = same;
    if (same) wanted.generation = known->second.generation;
    if (!same) record.former[order.location] = known->second;
  }
  record.locations[order.location] = std::move(wanted);
}

void PutBase(const Order& order, SharedRecord& record) {
  SharedRecord wanted;
  TakeValues(order.values, wanted);  // rendered by us
  if (record.base.applied) record.former_base = record.base;
  record.base = {wanted.base.values, order.content, false};
}

// A Service has the location's name, a Deployment ends with it, a ConfigMap with that and "-user-env" (charts 1.10.5
// and 1.12.19). Of several that fit, the longest: what ends with `eu-sales` ends with `sales` too.
std::string NamedIn(std::string name, const std::set<std::string>& locations) {
  constexpr std::string_view kEnvironmentMap = "-user-env";
  if (name.ends_with(kEnvironmentMap)) name.resize(name.size() - kEnvironmentMap.size());
  std::string longest;
  for (const std::string& location : locations) {
    const bool fits = name == location || name.ends_with("-" + location);
    if (fits && location.size() > longest.size()) longest = location;
  }
  return longest;
}

}  // namespace

SharedRecord Compose(const SharedRecord& current, const std::vector<Order>& orders) {
  SharedRecord record = Settled(current);
  for (const Order& order : orders) {
    if (order.kind == Order::Kind::kRemove) {
      record.locations.erase(order.location);
    } else if (order.location.empty()) {
      PutBase(order, record);
    } else {
      Put(order, record);
    }
  }
  record.applied_version = 0;
  return record;
}

SharedRecord Applied(SharedRecord record, int version, const std::map<std::string, long long>& generations) {
  record.applied_version = version;
  record.base.applied = true;
  record.former_base.reset();
  record.former.clear();
  for (auto& [name, location] : record.locations) {
    location.applied = !location.content.empty();
    const auto generation = generations.find(name);
    if (generation != generations.end()) location.generation = generation->second;
  }
  return record;
}

bool IsUnnoted(const SharedRecord& record, const Release& release) {
  return record.intact && record.applied_version == 0 && release.status == Release::Status::kDeployed &&
         release.content == SharedDigest(record);
}

SharedRecord OnlyWith(const SharedRecord& record, const std::set<std::string>& locations) {
  SharedRecord only = record;
  std::erase_if(only.locations, [&](const auto& location) { return !locations.contains(location.first); });
  return only;
}

SharedRecord WithoutMoved(const SharedRecord& record, const std::set<std::string>& locations) {
  SharedRecord rest = record;
  std::erase_if(rest.locations, [&](const auto& location) { return locations.contains(location.first); });
  Value base = yaml::Parse(rest.base.values, "values.yaml", Layer::kBuiltin).root.Without("extraManifests");
  const Value* name = base.FindPath("serviceAccount.name");
  if (name != nullptr && !name->text().empty())
    base = base.With("serviceAccount", base.Find("serviceAccount")->With("create", Value::Bool(false)));
  rest.base = {yaml::Emit(base), rest.base.content, false};
  rest.applied_version = 0;
  return rest;
}

std::string LocationOf(const ManifestObject& object, const std::set<std::string>& locations) {
  const Value root = yaml::Parse(object.text, "manifest", Layer::kBuiltin).root;
  const Value* label = root.FindPath("metadata.labels.deployment");
  if (label != nullptr && locations.contains(label->text())) return label->text();
  return object.kind == "ConfigMap" && object.name.ends_with("-user-env") ? NamedIn(object.name, locations) : "";
}

std::string LocationIn(const std::string& said, const std::set<std::string>& locations) {
  std::set<std::string> found;
  const std::vector<std::string> parts = Split(said, '"');
  for (std::size_t i = 1; i < parts.size(); i += 2) {
    if (std::string name = NamedIn(parts[i], locations); !name.empty()) found.insert(std::move(name));
  }
  return found.size() == 1 ? *found.begin() : "";
}

std::vector<std::string> PutRight(const SharedRecord& before, const SharedRecord& after,
                                  const std::map<std::string, long long>& generations) {
  std::vector<std::string> found;
  if (!(before.base == after.base)) return found;  // that may be why
  for (const auto& [name, location] : after.locations) {
    const auto known = before.locations.find(name);
    const auto now = generations.find(name);
    if (known == before.locations.end() || now == generations.end() || known->second.entry != location.entry) continue;
    if (known->second.generation != 0 && known->second.generation != now->second) found.push_back(name);
  }
  return found;
}

std::optional<std::string> LargestGrowth(const SharedRecord& current, const std::vector<Order>& orders) {
  if (SharedSize(Compose(current, orders)) <= kSharedLimit) return std::nullopt;
  std::optional<std::string> largest;
  long long most = 0;
  for (const Order& order : orders) {
    if (order.kind == Order::Kind::kRemove) continue;
    const auto known = current.locations.find(order.location);
    const std::size_t before = known == current.locations.end() ? 0 : known->second.entry.size();
    const std::size_t was = order.location.empty() ? current.base.values.size() : before;
    const long long growth = static_cast<long long>(order.values.size()) - static_cast<long long>(was);
    if (growth <= most) continue;
    most = growth;
    largest = order.location;
  }
  return largest;
}

Error TooLarge(const SharedRecord& record) {
  return {ErrorKind::kInvalid, "values-too-large", "ConfigMap " + std::string(kSharedMap),
          "the values of all locations would be " + std::to_string(SharedSize(record) / 1024) + " KiB, of at most " +
              std::to_string(kSharedLimit / 1024) + " KiB that a ConfigMap is filled with",
          "make the entries smaller, or set `release: per-location` for this environment in dagitops.yaml"};
}

}  // namespace dagitops::kubernetes
