#pragma once

#include <optional>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/http/http_client.h"

namespace dagitops::kube {

// One try of a call, and whether another one follows. Pure.
struct Try {
  int number = 1;           // counts from 1
  bool repeatable = false;  // being carried out twice does no more than once
  Duration left{};          // of the deadline
  double chance = 0;        // in [0, 1): the jitter
};

constexpr int kMaxTries = 10;

// How long to wait before the next try; nullopt: there is none, the outcome counts. Tried again are connections that
// did not come about and 429, after which nothing was done; where a call may be repeated, connections that broke and
// 5xx too, for after these nobody knows. A pause that would leave no time for the try behind it is not made.
//
// The server's Retry-After counts in seconds (its other form, a date, is not one that Kubernetes sends; apiserver
// v0.34, pkg/endpoints/handlers/responsewriters and pkg/server/filters/maxinflight.go), at most 60 of them. Without it:
// 250 ms doubling to 5 s. Either is up to half as long again by chance.
std::optional<Duration> PauseAfter(const Result<HttpResponse>& outcome, const Try& tried);

}  // namespace dagitops::kube
