#include "dagitops/kube/has_any.h"

#include <gtest/gtest.h>

#include <chrono>

#include "unit/kube/scripted_api.h"

namespace dagitops::kube {
namespace {

constexpr char kSecrets[] = "/api/v1/namespaces/n/secrets";

TEST(HasAnyTest, AsksForOneObjectWithTheLabels) {
  support::FakeClock clock;
  ScriptedApi api(clock);
  const auto has = [&](const std::string& labels) { return HasAny(api, kSecrets, labels, std::chrono::seconds(1)); };
  const auto list = [](const std::string& items) {
    return R"({"kind": "SecretList", "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": )" + items +
           "}";
  };
  const std::string asked = std::string(kSecrets) + "?labelSelector=owner%3Dhelm%2Cname%3D";
  api.lists.emplace(asked + "a&limit=1", list(R"([{"metadata": {"name": "sh.helm.release.v1.a.v1"}}])"));
  api.lists.emplace(asked + "b&limit=1", list("[]"));
  api.lists.emplace(asked + "c&limit=1", std::string("no JSON"));
  EXPECT_TRUE(has("owner=helm,name=a").value());
  EXPECT_FALSE(has("owner=helm,name=b").value());
  EXPECT_EQ(has("owner=helm,name=c").error().code, "kube-bad-answer");
  EXPECT_EQ(has("owner=helm,name=c").error().subject, kSecrets);
  EXPECT_EQ(has("owner=helm,name=d").error().code, "kube-unreachable");
}

}  // namespace
}  // namespace dagitops::kube
