#include "server/router.h"

#include <gtest/gtest.h>

namespace dagitops::server {
namespace {

Response Nothing(const Request&) { return {}; }

const std::vector<Route> kRoutes{{"GET", "/healthz", Nothing},
                                 {"POST", "/webhooks/", Nothing, 100},
                                 {"POST", "/webhooks/github", Nothing, 200},
                                 {"GET", "/both", Nothing},
                                 {"POST", "/both", Nothing}};

TEST(Router, FindsTheRoute) {
  const struct {
    const char* name;
    const char* method;
    const char* path;
    int route;  // -1: none
    int refused;
    const char* allowed;
  } rows[] = {
      {"exactly", "GET", "/healthz", 0, 0, ""},
      {"HEAD is a GET", "HEAD", "/healthz", 0, 0, ""},
      {"another method", "POST", "/healthz", -1, 405, "GET, HEAD"},
      {"nothing there", "GET", "/", -1, 404, ""},
      {"longer", "GET", "/healthz/x", -1, 404, ""},
      {"a slash too many", "GET", "/healthz/", -1, 404, ""},
      {"below", "POST", "/webhooks/gitlab", 1, 0, ""},
      {"the longest wins", "POST", "/webhooks/github", 2, 0, ""},
      {"HEAD of what is posted to", "HEAD", "/webhooks/gitlab", -1, 405, "POST"},
      {"by method", "POST", "/both", 4, 0, ""},
      {"by the other method", "GET", "/both", 3, 0, ""},
      {"neither method", "PUT", "/both", -1, 405, "GET, HEAD, POST"},
      {"of another letter case", "GET", "/Healthz", -1, 404, ""},
      {"empty", "GET", "", -1, 404, ""},
  };
  for (const auto& row : rows) {
    const Found found = FindRoute(kRoutes, row.method, row.path);
    EXPECT_EQ(found.route, row.route < 0 ? nullptr : &kRoutes[static_cast<std::size_t>(row.route)]) << row.name;
    EXPECT_EQ(found.refused, row.refused) << row.name;
    EXPECT_EQ(found.allowed, row.allowed) << row.name;
  }
}

using Pair = std::pair<std::string, std::string>;

TEST(Router, SplitsTargets) {
  EXPECT_EQ(SplitTarget("/a"), (Pair{"/a", ""}));
  EXPECT_EQ(SplitTarget("/a?b=c?d"), (Pair{"/a", "b=c?d"}));
  EXPECT_EQ(SplitTarget("?"), (Pair{"", ""}));
}

TEST(Router, SplitsAddresses) {
  EXPECT_EQ(SplitAddress("127.0.0.1:80"), (Pair{"127.0.0.1", "80"}));
  EXPECT_EQ(SplitAddress(":80"), (Pair{"", "80"}));
  EXPECT_EQ(SplitAddress("[::1]:80"), (Pair{"::1", "80"}));
  EXPECT_EQ(SplitAddress("localhost"), (Pair{"localhost", ""}));
}

}  // namespace
}  // namespace dagitops::server
