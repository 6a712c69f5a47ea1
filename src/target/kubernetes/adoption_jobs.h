#pragma once

#include <functional>
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

namespace dagitops::kubernetes {

// Does what is left once code servers were taken over; what fails is tried again a minute later. One thread.
class AdoptionJobs {
 public:
  using TrimRelease = std::function<Status(const Release&, const std::set<std::string>& locations)>;
  struct Parts {
    kube::ApiClient& api;  // all of them outlive this
    Jobs& jobs;
    ForeignReleases& foreign;
    std::string name_space;
    TrimRelease trim_shared = {};  // of the release for all locations, where that is ours
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
