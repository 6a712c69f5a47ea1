#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <utility>

#include "dagitops/base/clock.h"
#include "dagitops/base/prometheus_metrics.h"
#include "dagitops/base/random.h"
#include "dagitops/base/sync.h"
#include "dagitops/http/curl_http_client.h"
#include "dagitops/process/posix_command_runner.h"
#include "dagitops/process/posix_process_host.h"
#include "dagitops/reconcile/fetch_report.h"
#include "dagitops/reconcile/pass_records.h"

namespace dagitops {

// Makes a key of the queue due, once there is a queue and for as long as there is one. Safe to call from any thread.
class Waker {
 public:
  using Wake = std::function<void(const std::string&)>;
  void Set(Wake wake) { *wake_.lock() = std::move(wake); }
  void operator()(const std::string& key) {
    auto wake = wake_.lock();
    if (*wake) (*wake)(key);
  }

 private:
  Sync<Wake> wake_;
};

// What all environments share.
struct Machine {
  std::stop_source stop;  // of whatever waits for a git host, an API server or a webserver
  SystemClock clock;
  SystemRandom random;
  CurlHttpClient http;  // for code servers, which are asked until they have ended
  CurlHttpClient stopping_http{stop.get_token()};
  PosixProcessHost processes;
  PosixCommandRunner commands;
  reconcile::SharedFetchReport fetch;
  PrometheusMetrics metrics;
  reconcile::PassRecords records{clock, metrics};
  Waker wake;
};

}  // namespace dagitops
