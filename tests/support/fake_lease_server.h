#pragma once

#include <functional>
#include <map>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/kube/api_client.h"

namespace dagitops::support {

// An API server with leases in it, and their resourceVersions. One for several clients; fails on demand.
class FakeLeaseServer final : public kube::ApiClient {
 public:
  Result<std::string> Get(const std::string& path, Duration deadline) override {
    DAGITOPS_TRY(Called(deadline));
    const auto found = leases.find(path);
    if (found == leases.end()) return Error{ErrorKind::kInvalid, "kube-not-found", path, "", ""};
    return boost::json::serialize(found->second);
  }
  Result<std::string> Write(const kube::ApiWrite& write, Duration deadline) override {
    DAGITOPS_TRY(Called(deadline));
    boost::json::object body = boost::json::parse(write.body).as_object();
    const bool create = write.kind == kube::ApiWrite::Kind::kCreate;
    const std::string name(body.at("metadata").at("name").as_string());
    const std::string path = create ? write.path + "/" + name : write.path;
    const auto found = leases.find(path);
    if (create && found != leases.end()) return Error{ErrorKind::kInvalid, "kube-exists", path, "", ""};
    if (!create && found == leases.end()) return Error{ErrorKind::kInvalid, "kube-not-found", path, "", ""};
    if (!create && found->second.at("metadata").at("resourceVersion") != body.at("metadata").at("resourceVersion"))
      return Error{ErrorKind::kRetry, "kube-conflict", path, "", ""};
    body.at("metadata").as_object()["resourceVersion"] = std::to_string(++version);
    leases[path] = body;
    if (loses_answers) return Error{ErrorKind::kRetry, "kube-timeout", path, "no answer", ""};
    return boost::json::serialize(body);
  }
  Status Delete(const kube::ApiDelete& removal, Duration) override {
    leases.erase(removal.path);
    return Ok();
  }
  Status Watch(const std::string&, const std::string&, Duration,
               const std::function<bool(std::string_view)>&) override {
    return Ok();
  }

  boost::json::object& spec(const std::string& path) { return leases.at(path).at("spec").as_object(); }

  std::map<std::string, boost::json::object> leases;  // by path
  int version = 0;
  int calls = 0;
  std::function<void()> on_call;  // time passes, say
  Duration last_deadline{};
  bool down = false;
  bool loses_answers = false;  // writes are carried out, and nobody hears of it

 private:
  Status Called(Duration deadline) {
    ++calls;
    if (on_call) on_call();
    last_deadline = deadline;
    if (down) return Error{ErrorKind::kRetry, "kube-unreachable", "api", "nobody is there", ""};
    return Ok();
  }
};

}  // namespace dagitops::support
