#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"

#include "kube/api_error.h"

namespace dagitops::kube {

// Cuts the body of a watch into its events, one JSON object a line
// (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes), wherever the parts
// that it arrives in begin and end. An ERROR event ends it; its object is a Status.
class WatchEvents {
 public:
  // An object of the API server is at most some MiB, as etcd takes no more than 1.5 MiB in one request
  // (https://etcd.io/docs/v3.5/dev-guide/limit/), and JSON is at most a few times as long as what is stored.
  static constexpr std::size_t kMaxLine = 16u << 20;

  WatchEvents(ApiCall call, const std::function<bool(std::string_view)>& on_event)
      : call_(std::move(call)), on_event_(on_event) {}

  // False: no more parts are wanted.
  bool Take(std::string_view part);
  // Why, unless `on_event` said so.
  const std::optional<Error>& error() const { return error_; }

 private:
  bool Line(std::string_view line);
  bool Fail(Error error);

  ApiCall call_;
  const std::function<bool(std::string_view)>& on_event_;
  std::string begun_;  // the line that has not ended yet
  std::optional<Error> error_;
};

}  // namespace dagitops::kube
