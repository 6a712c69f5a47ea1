#include "kube/exec_credential.h"

#include <charconv>
#include <chrono>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/base64.h"

#include "kube/json_read.h"

namespace dagitops::kube {
namespace {

Error Bad(std::string message) { return {ErrorKind::kStalled, "kube-credentials", "", std::move(message), ""}; }

boost::json::object ClusterInfo(const ClusterAccess& access) {
  boost::json::object cluster{{"server", access.server}};
  if (!access.tls_server_name.empty()) cluster["tls-server-name"] = access.tls_server_name;
  if (access.insecure) cluster["insecure-skip-tls-verify"] = true;
  if (!access.authorities.empty()) cluster["certificate-authority-data"] = Base64Encode(access.authorities);
  return cluster;
}

// The number that stands at `at`, in digits alone; -1 when something else stands there.
int Digits(std::string_view text, std::size_t at, std::size_t size) {
  if (at + size > text.size()) return -1;
  int number = 0;
  for (const char c : text.substr(at, size)) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

// What follows the seconds: "Z", "+02:00" or "-02:00".
std::optional<std::chrono::minutes> Offset(std::string_view zone) {
  if (zone == "Z" || zone == "z") return std::chrono::minutes(0);
  const int hours = Digits(zone, 1, 2);
  const int minutes = Digits(zone, 4, 2);
  if (zone.size() != 6 || zone[3] != ':' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  return std::chrono::minutes((zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes));
}

}  // namespace

std::string ExecInfo(const ClusterAccess& access, const ExecPlugin& plugin) {
  boost::json::object spec{{"interactive", false}};
  if (plugin.provide_cluster_info) spec["cluster"] = ClusterInfo(access);
  return boost::json::serialize(
      boost::json::object{{"kind", "ExecCredential"}, {"apiVersion", plugin.api_version}, {"spec", std::move(spec)}});
}

// The rules are those of client-go v0.34, plugin/pkg/client/auth/exec/exec.go, refreshCredsLocked.
Result<ExecAnswer> ReadExecCredential(std::string_view output, const std::string& api_version) {
  const auto root = ParseObject(output);
  if (!root || Text(&*root, "kind") != "ExecCredential") return Bad("it gave no ExecCredential object");
  if (Text(&*root, "apiVersion") != api_version) return Bad("it gave an ExecCredential that is not of " + api_version);
  const boost::json::value* status = Member(&*root, "status");
  ExecAnswer answer;
  answer.credential.token = Secret(Text(status, "token"));
  answer.credential.client_certificate = Text(status, "clientCertificateData");
  answer.credential.client_key = Secret(Text(status, "clientKeyData"));
  if (answer.credential.client_certificate.empty() != answer.credential.client_key.empty()) {
    return Bad("it gave only one of clientCertificateData and clientKeyData");
  }
  if (answer.credential.token.empty() && answer.credential.client_key.empty()) {
    return Bad("it gave neither a token nor a client certificate");
  }
  const std::string expires = Text(status, "expirationTimestamp");
  if (expires.empty()) return answer;
  answer.expires = ParseRfc3339(expires);
  if (!answer.expires) return Bad("its expirationTimestamp is no time in RFC 3339's form");
  return answer;
}

std::optional<WallTime> ParseRfc3339(std::string_view text) {
  constexpr std::size_t kSeconds = 19;  // what "2026-11-22T13:20:05" has
  if (text.size() <= kSeconds || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  if (text[10] != 'T' && text[10] != 't') return std::nullopt;
  const int year = Digits(text, 0, 4);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(Digits(text, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(Digits(text, 8, 2)))};
  const int hour = Digits(text, 11, 2);
  const int minute = Digits(text, 14, 2);
  const int second = Digits(text, 17, 2);
  std::size_t zone = kSeconds;
  if (text[zone] == '.') zone = text.find_first_not_of("0123456789", zone + 1);
  if (zone == std::string_view::npos || zone == kSeconds + 1) return std::nullopt;
  const auto offset = Offset(text.substr(zone));
  if (!offset || year < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) - *offset;
}

}  // namespace dagitops::kube
