#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "dagitops/base/clock.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/adoption.h"
#include "target/kubernetes/foreign_releases.h"
#include "target/kubernetes/jobs.h"
#include "target/kubernetes/release.h"
#include "target/kubernetes/shared_deployer.h"

namespace dagitops::kubernetes {

// Does what is left once code servers were taken over; what fails is tried again a minute later. One thread.
class AdoptionJobs {
 public:
  struct Parts {
    kube::ApiClient& api;  // all of them outlive this
    Jobs& jobs;
    ForeignReleases& foreign;
    SharedDeployer& shared;
    std::string name_space;
    std::string environment;
  };
  explicit AdoptionJobs(Parts parts) : parts_(std::move(parts)) {}

  void Begin(const Leftovers& leftovers, const std::map<std::string, Release>& releases, WallTime now);
  void Note(const Jobs::Finished& job, WallTime now);  // of any job

 private:
  void Remove(const Superseded& server);
  void Trim(const Release& release, const std::set<std::string>& locations);
  bool Waits(const std::string& key, WallTime now) const;

  Parts parts_;
  using Looked = std::pair<int, std::set<std::string>>;  // revision, locations
  std::map<std::string, Looked> looking_;                // by release: what a job looks through, and what one did
  std::map<std::string, Looked> trimmed_;
  std::map<std::string, WallTime> failed_at_;  // by job
};

}  // namespace dagitops::kubernetes
