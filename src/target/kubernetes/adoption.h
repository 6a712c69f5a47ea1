#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "target/kubernetes/ownership.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {

struct AdoptionFacts {
  const std::set<std::string>& adopt;  // as in Options
  std::string environment;
  const std::map<std::string, Release>& releases;            // by name
  const std::map<std::string, DeploymentView>& deployments;  // by name
  const std::map<std::string, Ownership>& services;          // by name
  // What git has: location to the content that Dagster was seen to have loaded; "" while there is none.
  std::map<std::string, std::string> proven;
  bool services_known = true;  // false: they are not followed; a Service that we took from ourselves is ours
};

// A code server of somebody else's release whose place one of ours has taken.
struct Superseded {
  std::string location;
  std::string release;
  std::string deployment;  // and uid: that very one
  std::string uid;
};

// What is left to be done, last of all, once code servers were taken over.
struct Leftovers {
  std::vector<Superseded> superseded;                 // to be removed
  std::map<std::string, std::set<std::string>> trim;  // release to the locations that are to be taken out of it
};

// A server of somebody else's goes once Dagster has loaded the one in its place and the Service is that one's. A
// release is trimmed once none of git's locations runs from it any more.
Leftovers FindLeftovers(const AdoptionFacts& facts);

}  // namespace dagitops::kubernetes
