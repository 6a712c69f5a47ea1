#include "target/kubernetes/adoption.h"

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

// Ours, as it is, is what Dagster has loaded.
bool IsTaken(const AdoptionFacts& facts, const std::string& location) {
  const auto proven = facts.proven.find(location);
  if (proven == facts.proven.end() || proven->second.empty()) return false;
  const auto release = facts.releases.find(ReleaseName(location));
  if (release == facts.releases.end()) return false;
  const Release& ours = release->second;
  if (ours.environment != facts.environment || ours.location != location || ours.content != proven->second ||
      ours.status != Release::Status::kDeployed)
    return false;
  if (!facts.services_known) return true;
  const auto service = facts.services.find(location);
  return service != facts.services.end() && service->second.release == ours.name;
}

std::set<std::string> TakenOf(const AdoptionFacts& facts) {
  std::set<std::string> taken;
  for (const auto& [location, content] : facts.proven) {
    if (IsTaken(facts, location)) taken.insert(location);
  }
  return taken;
}

}  // namespace

Leftovers FindLeftovers(const AdoptionFacts& facts) {
  Leftovers leftovers;
  const std::set<std::string> taken = TakenOf(facts);
  std::set<std::string> used;  // releases that git's locations run from
  for (const auto& [name, deployment] : facts.deployments) {
    if (!facts.adopt.contains(deployment.release) || !facts.proven.contains(deployment.location)) continue;
    used.insert(deployment.release);
    if (taken.contains(deployment.location))
      leftovers.superseded.push_back({deployment.location, deployment.release, name, deployment.uid});
  }
  for (const std::string& release : facts.adopt) {
    const auto found = facts.releases.find(release);
    const bool there = found != facts.releases.end() && found->second.status == Release::Status::kDeployed;
    if (there && !used.contains(release) && !taken.empty()) leftovers.trim[release] = taken;
  }
  return leftovers;
}

}  // namespace dagitops::kubernetes
