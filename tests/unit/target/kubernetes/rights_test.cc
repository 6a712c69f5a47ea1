#include "dagitops/target/kubernetes/rights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace dagitops::kubernetes {
namespace {

using doctor::Right;

std::vector<std::string> Texts(const RightsScope& scope) {
  std::vector<std::string> texts;
  for (const Right& right : NeededRights(scope))
    texts.push_back(right.verb + " " + right.resource + "." + right.group + " " + right.name);
  return texts;
}

bool Has(const RightsScope& scope, const std::string& text) {
  const auto texts = Texts(scope);
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

TEST(NeededRights, AreEachThereOnceWithAReason) {
  for (const RightsScope& scope : {RightsScope{}, RightsScope{"dagitops-production", true}}) {
    const auto texts = Texts(scope);
    EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
    for (const Right& right : NeededRights(scope)) EXPECT_FALSE(right.why.empty()) << right.verb << right.resource;
  }
}

TEST(NeededRights, OfALeaseAreOfItsNameButForMakingIt) {
  const RightsScope scope{"ours", false};
  EXPECT_TRUE(Has(scope, "create leases.coordination.k8s.io "));
  EXPECT_TRUE(Has(scope, "update leases.coordination.k8s.io ours"));
  EXPECT_TRUE(Has(scope, "get leases.coordination.k8s.io ours"));
  for (const std::string& text : Texts({})) EXPECT_EQ(text.find("leases"), std::string::npos);
}

TEST(NeededRights, OfDagsterItselfAreOnlyAskedForWhereItIsOurs) {
  EXPECT_TRUE(Has({"", true}, "create statefulsets.apps "));
  EXPECT_FALSE(Has({"", false}, "create statefulsets.apps "));
}

TEST(NeededRights, WhatIsUsedAndGivenIsToldAsUsed) {
  const auto use_of = [](const std::string& resource, const std::string& verb) {
    for (const Right& right : NeededRights({})) {
      if (right.resource == resource && right.verb == verb) return right.use;
    }
    ADD_FAILURE() << verb << " " << resource << " is not needed";
    return Right::Use::kUsed;
  };
  EXPECT_EQ(use_of("pods", "patch"), Right::Use::kUsed);
  EXPECT_EQ(use_of("pods", "get"), Right::Use::kGiven);
  EXPECT_EQ(use_of("jobs", "create"), Right::Use::kGiven);
}

}  // namespace
}  // namespace dagitops::kubernetes
