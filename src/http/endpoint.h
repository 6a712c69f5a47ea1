#pragma once

#include <optional>
#include <string>

namespace dagitops {

// What a URL says about where to connect. Pure.
struct Endpoint {
  std::string scheme;  // "http" or "https"
  std::string host;    // an IPv6 address in brackets
  std::string port;    // the scheme's where the URL has none

  std::string Text() const { return scheme + "://" + host + ":" + port; }
  bool loopback() const {
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
  }
};

// nullopt for what is no http or https URL.
std::optional<Endpoint> ParseEndpoint(const std::string& url);

// How a server is asked for by another name than its URL's. libcurl takes the name for SNI and for the certificate from
// the URL and has no option for another one, so the URL gets the name, and the connection is led to where it was.
struct RenamedServer {
  std::string url;
  std::string connect_to;  // for CURLOPT_CONNECT_TO: "name:port:host:port"
  std::string host;        // the header that the URL as it was would have had
};

// nullopt where `name` cannot be the host of a URL.
std::optional<RenamedServer> RenameServer(const std::string& url, const Endpoint& endpoint, const std::string& name);

}  // namespace dagitops
