#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/observed.h"

#include "target/kubernetes/operations.h"
#include "target/kubernetes/ownership.h"
#include "target/kubernetes/record.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/rollout.h"
#include "target/kubernetes/shared_record.h"
#include "target/kubernetes/workload.h"
#include "target/kubernetes/workspace_map.h"

namespace dagitops::kubernetes {

// All that is known at one moment.
struct Facts {
  std::string environment;
  std::string system_release;
  std::map<std::string, Release> releases;       // by release name; those of others too
  const std::map<std::string, Record>& records;  // by ConfigMap name
  const std::map<std::string, DeploymentView>& deployments;
  const std::map<std::string, PodView>& pods;
  const WorkspaceMap& workspace;
  const std::map<std::string, Operation>& operations;  // by location
  const std::map<LogWanted, std::string>& logs;        // what was read of them
  WallTime now{};
  Duration rollout_timeout{};
  std::set<std::string> adopt = {};                // as in Options
  std::map<std::string, Ownership> services = {};  // by name; read only where there is something to adopt
  const SharedRecord* shared = nullptr;            // of the release that all locations are in; nullptr: there is none
};

// What Facts come to.
struct Survey {
  std::vector<ObservedServer> servers;
  std::optional<ObservedRelease> base;
  std::optional<ObservedRelease> shared;
  std::optional<ObservedRelease> system;
  std::vector<std::string> notes;
  std::vector<LogWanted> logs;          // to be read
  std::vector<std::string> unfinished;  // locations whose record lacks what helm made of it
  bool shared_unfinished = false;       // so does that of the release for all
  std::optional<Duration> look_again;
};

// A location has one server: what its release holds, and beside it what is being deployed or could not be. A server
// whose content is "" is there and not to be relied on: a helm that was killed left it half-way, or nothing but its
// record is there. What is in the release for all is told as its record says, which knows of each location whether Helm
// has made it; what that does not know is nobody's. One of somebody else's that may be taken over is `foreign`, and no
// longer told once ours is there.
Survey MakeSurvey(const Facts& facts);

}  // namespace dagitops::kubernetes
