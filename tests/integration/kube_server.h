#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/random.h"
#include "dagitops/http/curl_http_client.h"
#include "dagitops/kube/rest_api_client.h"
#include "dagitops/process/posix_command_runner.h"

#include "support/loopback_server.h"
#include "support/temp_dir.h"

namespace dagitops::kube {

using support::LoopbackServer;
using Peer = LoopbackServer::Peer;

constexpr const char* kChunked =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

inline std::string Chunk(const std::string& text) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return size + text + "\r\n";
}

// A failure as the API server words it.
inline std::string StatusBody(int code, const std::string& reason, const std::string& message,
                              const std::string& causes = "[]") {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")" + message +
         R"(","reason":")" + reason + R"(","details":{"causes":)" + causes + R"(},"code":)" + std::to_string(code) +
         "}";
}

// Answers every request in this way.
inline LoopbackServer::Script Always(int status, const std::string& body,
                                     const std::string& type = "application/json") {
  return [=](Peer& peer) {
    while (!peer.ReadHttp().empty()) peer.Answer(status, body, type);
  };
}

// A client of a server at `url`, of nothing but real parts. Its token is in a file.
struct RealClient {
  explicit RealClient(const std::string& url) : RealClient(AccessTo(url)) {}
  explicit RealClient(const ClusterAccess& access)
      : credentials(access, {runner, clock, ReadAccessFile, {{"PATH", "/usr/bin:/bin"}}}) {}

  static ClusterAccess AccessTo(const std::string& url) {
    ClusterAccess access;
    access.server = url;
    access.token = Secret("hidden");
    return access;
  }

  SystemClock clock;
  SystemRandom random;
  PosixCommandRunner runner;
  std::stop_source stop;
  CurlHttpClient http;
  Credentials credentials;
  RestApiClient api{{http, credentials, clock, random}, {.stop = stop.get_token(), .observe = {}, .pause = {}}};
};

}  // namespace dagitops::kube
