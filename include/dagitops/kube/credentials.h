#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/cluster_access.h"
#include "dagitops/process/command_runner.h"

namespace dagitops::kube {

// What one request shows to prove who we are. Both parts may be empty: anonymous.
struct Credential {
  Secret token;
  std::string client_certificate;  // PEM
  Secret client_key;               // PEM
  std::uint64_t number = 0;        // counts what Credentials gave out; the same number is the same credential
};

// The credentials of one access, renewed as they age: a token file is read again once a minute, which is what client-go
// does too (client-go v0.34, transport/token_source.go: the kubelet replaces it long before it expires); an exec plugin
// is run again once the expirationTimestamp that it gave has passed, as by client-go, and either at once after Refused.
// A token file that cannot be read any more leaves the token that it gave before.
//
// Safe to call from any thread: only one of them renews, the others wait for it within their deadlines.
//
// Error: kStalled "kube-credentials". What a plugin says is never shown, on neither stream: it deals in secrets.
class Credentials {
 public:
  struct Parts {
    CommandRunner& runner;  // both outlive this
    const Clock& clock;
    ReadFile read = ReadAccessFile;
    std::map<std::string, std::string> environment = {};  // ours: what a plugin runs in
  };

  Credentials(ClusterAccess access, Parts parts);

  const ClusterAccess& access() const { return access_; }

  // The credential to use now. A plugin that takes longer than `deadline` is ended.
  Result<Credential> Current(Duration deadline);
  // Tells that the server answered 401 to this one. True: the next Current may give another one.
  bool Refused(const Credential& credential);

 private:
  struct State {
    std::optional<Credential> current;
    std::optional<WallTime> good_until;  // nullopt: for ever
    bool refused = false;                // by the server: to be renewed, however young
    bool renewing = false;               // by one of the threads
    std::uint64_t given = 0;
  };

  bool Good(const State& state) const;
  Result<Credential> Renew(Duration deadline, std::optional<WallTime>& good_until);
  Result<Credential> FromFile(std::optional<WallTime>& good_until) const;
  Result<Credential> FromPlugin(Duration deadline, std::optional<WallTime>& good_until) const;
  Result<Credential> Keep(Result<Credential> renewed, std::optional<WallTime> good_until);

  const ClusterAccess access_;
  Parts parts_;
  Sync<State> state_;
  std::condition_variable renewed_;
};

}  // namespace dagitops::kube
