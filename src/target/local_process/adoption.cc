#include "target/local_process/adoption.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "dagitops/base/log.h"

namespace dagitops::local_process {

namespace {

using Kind = ProcessMark::Kind;

// Every record of a process, and what its mark would say (but for the tree).
void ForEach(Inventory& inventory, const std::function<void(Supervised&, const ProcessMark&)>& visit) {
  for (ServerRecord& server : inventory.servers) {
    visit(server.process, {Kind::kServer, server.location, server.content, {}, server.process.attempt});
  }
  for (ServiceRecord& service : inventory.services) {
    visit(service.process, {Kind::kService, service.name, {}, {}, service.process.attempt});
  }
  for (BuildRecord& build : inventory.builds) {
    visit(build.process, {Kind::kBuild, build.key, {}, {}, build.process.attempt});
  }
}

bool SameThing(const ProcessMark& a, const ProcessMark& b) {
  return a.kind == b.kind && a.name == b.name && a.content == b.content;
}

}  // namespace

std::vector<Adoption::Found> Adoption::FindOurs() {
  std::vector<Found> found;
  for (MarkedProcess& process : host_.FindByEnvironment(kMarkVariable)) {
    auto mark = ParseMark(process.mark, paths_.state_id());
    if (mark) found.push_back({std::move(process.identity), std::move(*mark), process.leads_session});
  }
  // What leads under a mark is older than all that it started itself.
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.identity.start_ticks < b.identity.start_ticks; });
  return found;
}

void Adoption::Identify(Inventory& inventory) {
  bool any = false;
  ForEach(inventory, [&](Supervised& process, const ProcessMark&) { any |= process.starting; });
  if (!any) return;
  const std::vector<Found> found = FindOurs();
  ForEach(inventory, [&](Supervised& process, const ProcessMark& mark) {
    if (!process.starting) return;
    process.starting = false;
    const auto ours = std::find_if(found.begin(), found.end(), [&](const Found& each) {
      return each.leads && SameThing(each.mark, mark) && each.mark.attempt == mark.attempt;
    });
    if (ours == found.end()) return;
    process.identity = ours->identity;
    Log(LogLevel::kInfo, "process found again", {{"name", mark.name}, {"pid", std::to_string(ours->identity.pid)}});
  });
}

std::vector<Adoption::Found> Adoption::FindUnrecorded(Inventory known) {
  std::vector<Found> all = FindOurs();
  std::erase_if(all, [&](const Found& found) {
    bool on_record = !found.leads;
    ForEach(known, [&](Supervised&, const ProcessMark& mark) { on_record |= SameThing(found.mark, mark); });
    return on_record;
  });
  return all;
}

std::set<std::pair<std::string, std::string>> Adoption::Orphans(const Inventory& inventory) {
  if (!orphans_) orphans_ = FindUnrecorded(inventory);
  std::set<std::pair<std::string, std::string>> servers;
  for (const Found& found : *orphans_) {
    if (found.mark.kind == Kind::kServer) servers.emplace(found.mark.name, found.mark.content);
  }
  return servers;
}

// Of several starts it is the newest; of several processes of one start, the oldest.
std::optional<Adoption::Orphan> Adoption::TakeOrphan(const Inventory& inventory, const ServerRecord& server) {
  if (!orphans_) orphans_ = FindUnrecorded(inventory);
  const ProcessMark wanted{Kind::kServer, server.location, server.content, {}, 0};
  std::optional<Orphan> newest;
  std::erase_if(*orphans_, [&](const Found& found) {
    if (!SameThing(found.mark, wanted)) return false;
    if (!newest || found.mark.attempt > newest->attempt) newest = {found.identity, found.mark.attempt};
    return true;
  });
  return newest;
}

std::vector<ProcessIdentity> Adoption::Strays(const Inventory& inventory) {
  orphans_.emplace();
  std::vector<ProcessIdentity> strays;
  for (Found& found : FindUnrecorded(inventory)) strays.push_back(std::move(found.identity));
  return strays;
}

std::set<std::string> Adoption::TreesInUse() {
  std::set<std::string> trees;
  for (const Found& found : FindOurs()) {
    if (!found.mark.tree_id.empty()) trees.insert(found.mark.tree_id);
  }
  return trees;
}

}  // namespace dagitops::local_process
