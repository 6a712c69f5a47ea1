#pragma once

#include <git2.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace dagitops::git {

struct OidHash {
  std::size_t operator()(const git_oid& id) const {
    std::size_t hash = 0;  // ids are uniform already
    std::copy_n(id.id, sizeof hash, reinterpret_cast<unsigned char*>(&hash));
    return hash;
  }
};

struct OidEqual {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_equal(&a, &b) != 0; }
};

template <class T>
using OidMap = std::unordered_map<git_oid, T, OidHash, OidEqual>;

// A commit waiting in a walk that takes the newest first.
struct DatedCommit {
  git_time_t time = 0;
  git_oid id{};
  friend bool operator<(const DatedCommit& a, const DatedCommit& b) {
    return a.time != b.time ? a.time < b.time : git_oid_cmp(&a.id, &b.id) < 0;
  }
};

}  // namespace dagitops::git
