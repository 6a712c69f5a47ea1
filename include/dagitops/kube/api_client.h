#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops::kube {

// A change of one object. `path` is the object's (the collection's for kCreate), without query.
struct ApiWrite {
  enum class Kind {
    kCreate,      // POST
    kReplace,     // PUT: the body's resourceVersion must be the newest one, else kube-conflict
    kMergePatch,  // RFC 7386; with a resourceVersion in the body the same
    kApply,       // server-side apply under our field manager; makes what is not there
  };
  Kind kind = Kind::kApply;
  std::string path;
  std::string body;      // JSON; for kApply YAML will do
  bool dry_run = false;  // the server validates, defaults and admits, and changes nothing
  bool force = false;    // kApply: take over fields that another manager owns
};

struct ApiDelete {
  std::string path;
  std::string uid;               // only that very object; empty: whichever has the name
  std::string resource_version;  // only in that state; empty: in any
};

// One Kubernetes API server. Every call ends within its deadline, tries again within it what may be tried again (429
// and 5xx, as Retry-After says, else after a pause with jitter; a connection that did not come about), and sends no
// write twice whose first try may have been carried out, kApply, kReplace and kDelete excepted, which may. Safe to call
// from any thread.
//
// Errors (code, kind): kube-unreachable kRetry, kube-timeout kRetry, kube-untrusted kStalled (its certificate, or ours
// cannot be used), kube-unauthorized kStalled (401, also with fresh credentials), kube-forbidden kStalled (403; names
// verb, resource and namespace), kube-not-found kInvalid (404), kube-exists kInvalid and kube-conflict kRetry (409, by
// reason), kube-gone kRetry (410), kube-too-large kInvalid (413, or an answer over the client's limit), kube-rejected
// kInvalid (400, 422 and other 4xx: the server's message with each cause), kube-busy kRetry (429, 5xx to the end),
// kube-bad-answer kRetry (cut off, no JSON, a redirect), kube-credentials kStalled (an exec plugin or token file that
// gives none).
class ApiClient {
 public:
  virtual ~ApiClient() = default;
  // The body of a GET. `path` may have a query.
  virtual Result<std::string> Get(const std::string& path, Duration deadline) = 0;
  // The object as it is afterwards (with dry_run: as it would be).
  virtual Result<std::string> Write(const ApiWrite& write, Duration deadline) = 0;
  // Not being there any more is success. Dependents go in the background.
  virtual Status Delete(const ApiDelete& removal, Duration deadline) = 0;
  // Follows a collection from `resource_version`: each event as the JSON that the server sends, bookmarks among them.
  // Returns when the server ends the stream, `on_event` says false, stopping is asked for, or at the deadline, all of
  // which are Ok: the caller goes on from the last version that it saw. kube-gone: that version is too old, list anew.
  // kube-timeout: the server had not begun to answer by the deadline.
  virtual Status Watch(const std::string& path, const std::string& resource_version, Duration deadline,
                       const std::function<bool(std::string_view)>& on_event) = 0;
};

}  // namespace dagitops::kube
