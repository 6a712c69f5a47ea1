#pragma once

#include <map>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"

namespace dagitops::kubernetes {

// One Helm release, as the newest of its Secrets says: Helm keeps one a revision and writes name, version and status
// into its labels, and beside them those of --labels (helm v3.19, pkg/storage/driver/secrets.go).
struct Release {
  enum class Status {
    kDeployed,
    kPending,       // a helm is at it, or was killed
    kFailed,        // helm gave up half-way: its objects may be of this version or of the one before
    kUninstalling,  // as kPending
    kGone,          // uninstalled and kept, superseded: there is nothing
  };

  std::string name;
  int version = 0;
  Status status = Status::kGone;
  std::string environment;  // of ours; empty: somebody else's release
  std::string location;     // empty: the base release, or somebody else's
  std::string content;
  WallTime since{};    // when this revision was made
  std::string secret;  // its Secret's name
  std::string resource_version;
};

// `secret` needs no more than its metadata.
Release ReadRelease(const std::string& name, std::string_view secret);

// The newest revision of each release, by its name.
std::map<std::string, Release> NewestReleases(const std::map<std::string, Release>& revisions);

}  // namespace dagitops::kubernetes
