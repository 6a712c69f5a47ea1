#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/random.h"
#include "dagitops/base/result.h"
#include "dagitops/kube/api_client.h"

namespace dagitops::kube {

// Objects by name, each as JSON with its apiVersion and kind, without metadata.managedFields.
using Objects = std::map<std::string, std::shared_ptr<const std::string>>;

// What a collection knew at one moment. It does not change any more; copies are cheap.
struct CollectionSnapshot {
  std::shared_ptr<const Objects> objects;  // never null
  bool synced = false;                     // it was seen whole once; false: nothing is known, not even emptiness
  // Why the objects may be older than they should be; nullopt when all is well. They stay what they were.
  std::optional<Error> error;
  WallTime failing_since{};  // of `error`: when it began, not when it was seen last
};

// A local copy of one collection of an API server, kept by a list and then a watch, on a thread of its own. The objects
// are those of one namespace, or have none: they are known by name.
//
//  - List: pages of 500, each within 30 s. Then a watch from the list's resourceVersion, with bookmarks, which the
//  server
//    ends after 5 to 10 minutes (by chance, so that not all watches of a fleet end at once), and which then goes on
//    from the last version seen. As client-go v0.34 does it (tools/cache/reflector.go), with its minimum of 5 minutes.
//  - Anything that goes wrong, a version too old (410) among them, is answered by another list, after a pause of 500 ms
//    doubling to 30 s, up to half as long again by chance. A version that became too old in a watch that had lasted is
//    listed anew at once.
//  - An error never empties it.
//
// Start and Stop from one thread, Snapshot from any.
class Collection {
 public:
  struct Parts {
    ApiClient& api;  // all outlive this
    const Clock& clock;
    Random& random;
  };
  struct Options {
    std::string path;  // of the collection: "/apis/apps/v1/namespaces/n/deployments?labelSelector=a%3Db"
    // Stop asks this one to stop. Calls of `api` must end when it does (RestApiClient::Options::stop), or Stop waits
    // for the one that runs.
    std::stop_source stop = {};
    // Called, on the thread of the collection, after it was synced first and whenever the objects changed since. May
    // call Snapshot, must not call Stop.
    std::function<void()> changed = {};
  };

  Collection(const Parts& parts, Options options);
  ~Collection();  // Stop
  Collection(const Collection&) = delete;
  Collection& operator=(const Collection&) = delete;

  void Start();  // once
  void Stop();   // for good; joins the thread. Idempotent
  CollectionSnapshot Snapshot() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::kube
