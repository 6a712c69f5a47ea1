#include "target/kubernetes/shared_change.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/case_name.h"
#include "unit/target/kubernetes/shared_orders.h"

namespace dagitops::kubernetes {
namespace {

struct ComposeCase {
  const char* name;
  std::vector<Order> before;  // ordered, and came to nothing
  std::vector<Order> orders;
  std::string text;
};

class Composing : public testing::TestWithParam<ComposeCase> {};

TEST_P(Composing, TakesWhatIsOrderedAndElseWhatHelmHas) {
  SharedRecord current = TwoLocations();
  if (!GetParam().before.empty()) current = Compose(current, GetParam().before);
  const SharedRecord composed = Compose(current, GetParam().orders);
  EXPECT_EQ(TextOf(composed), GetParam().text);
  EXPECT_EQ(composed.applied_version, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Composing,
    testing::Values(ComposeCase{"Nothing", {}, {}, "b1: hr=1 sales=1"},
                    ComposeCase{"AChange", {}, {SharedOrder("sales", "2")}, "b1: hr=1 sales=2*"},
                    ComposeCase{"TheSameAgain", {}, {SharedOrder("sales", "1")}, "b1: hr=1 sales=1"},
                    ComposeCase{"ANewOne", {}, {SharedOrder("ops", "1")}, "b1: hr=1 ops=1* sales=1"},
                    ComposeCase{"ARemoval", {}, {SharedRemoval("sales")}, "b1: hr=1"},
                    ComposeCase{"RemovalOfWhatIsNotThere", {}, {SharedRemoval("ops")}, "b1: hr=1 sales=1"},
                    ComposeCase{"TheLast", {}, {SharedRemoval("hr"), SharedRemoval("sales")}, "b1:"},
                    ComposeCase{"TheBase", {}, {BaseOrder("a: 1\n", "b2")}, "b2*: hr=1 sales=1"},
                    ComposeCase{"AnotherAfterAChangeThatCameToNothing",
                                {SharedOrder("sales", "2")},
                                {SharedOrder("hr", "2")},
                                "b1: hr=2* sales=1"},
                    ComposeCase{"AnotherAfterANewOneThatCameToNothing",
                                {SharedOrder("ops", "1")},
                                {SharedOrder("hr", "2")},
                                "b1: hr=2* sales=1"},
                    ComposeCase{"TheNextAfterOneThatCameToNothing",
                                {SharedOrder("sales", "2")},
                                {SharedOrder("sales", "3")},
                                "b1: hr=1 sales=3*"},
                    ComposeCase{"OneAfterABaseThatCameToNothing",
                                {BaseOrder("a: 1\n", "b2")},
                                {SharedOrder("sales", "2")},
                                "b1: hr=1 sales=2*"}),
    support::CaseName{});

TEST(Composing, KeepsTheEntryOfBeforeUntilHelmHasTheNewOne) {
  const SharedRecord composed = Compose(TwoLocations(), {SharedOrder("sales", "2"), BaseOrder("a: 1\n", "b2")});
  EXPECT_EQ(composed.former.at("sales").content, "1");
  EXPECT_EQ(composed.former_base->content, "b1");
  EXPECT_EQ(SharedValues(composed), "a: 1\n" + std::string("deployments:\n  - name: \"hr\"\n    tag: \"1\"\n") +
                                        "  - name: \"sales\"\n    tag: \"2\"\n");
  const SharedRecord applied = Applied(composed, 4, {{"sales", 6}});
  EXPECT_EQ(TextOf(applied), "b2: hr=1 sales=2");
  EXPECT_TRUE(applied.former.empty() && !applied.former_base);
  EXPECT_EQ(applied.locations.at("sales").generation, 6);
  EXPECT_EQ(applied.locations.at("hr").generation, 5);
}

TEST(Composing, LeavesWhatNobodyOrderedNobodys) {
  SharedRecord current = TwoLocations();
  current.locations["hr"] = {EntryOf("hr", "old"), "", "", "", 0, {}, false, 0};
  const SharedRecord applied = Applied(Compose(current, {SharedOrder("sales", "2")}), 4, {{"hr", 9}});
  EXPECT_EQ(applied.locations.at("hr").entry, EntryOf("hr", "old"));
  EXPECT_FALSE(applied.locations.at("hr").applied);
}

TEST(IsUnnoted, WhereTheReleaseWasMadeOfWhatStandsThere) {
  const SharedRecord record = Compose(TwoLocations(), {SharedOrder("sales", "2")});
  Release release;
  release.status = Release::Status::kDeployed;
  release.content = SharedDigest(record);
  EXPECT_TRUE(IsUnnoted(record, release));
  EXPECT_FALSE(IsUnnoted(TwoLocations(), release)) << "it is noted";
  Release pending = release;
  pending.status = Release::Status::kPending;
  EXPECT_FALSE(IsUnnoted(record, pending));
  release.content = SharedDigest(TwoLocations());
  EXPECT_FALSE(IsUnnoted(record, release)) << "of what was before";
}

TEST(OnlyWith, LeavesTheOthersOut) {
  EXPECT_EQ(TextOf(OnlyWith(TwoLocations(), {"sales"})), "b1: sales=1");
  EXPECT_EQ(TextOf(OnlyWith(TwoLocations(), {})), "b1:");
}

TEST(WithoutMoved, LeavesWhatIsAnothersAlone) {
  SharedRecord record = TwoLocations();
  record.base.values =
      "serviceAccount:\n  create: true\n  name: runner\nextraManifests:\n  - kind: X\nrbacEnabled: true\n";
  const SharedRecord rest = WithoutMoved(record, {"sales", "ops"});
  EXPECT_EQ(TextOf(rest), "b1*: hr=1");
  EXPECT_EQ(rest.base.values, "serviceAccount:\n  create: false\n  name: \"runner\"\nrbacEnabled: true\n");
  record.base.values = "serviceAccount:\n  create: true\n";
  EXPECT_EQ(WithoutMoved(record, {"sales"}).base.values, record.base.values) << "that name is this release's own";
}

struct OwnerCase {
  const char* name;
  std::string object;  // YAML
  std::string location;
};

class LocationOfAnObject : public testing::TestWithParam<OwnerCase> {};

TEST_P(LocationOfAnObject, IsFound) {
  const std::vector<ManifestObject> objects = SplitManifest(GetParam().object);
  ASSERT_EQ(objects.size(), 1U);
  EXPECT_EQ(LocationOf(objects[0], {"sales", "eu-sales", "role", "env"}), GetParam().location);
}

INSTANTIATE_TEST_SUITE_P(
    Of, LocationOfAnObject,
    testing::Values(
        OwnerCase{"ByLabel", "kind: Deployment\nmetadata: {name: x, labels: {deployment: sales}}\n", "sales"},
        OwnerCase{"ByALabelOfNone", "kind: Deployment\nmetadata: {name: x, labels: {deployment: hr}}\n", ""},
        OwnerCase{"ByName", "kind: ConfigMap\nmetadata: {name: dagster-user-deployments-sales-user-env}\n", "sales"},
        OwnerCase{"ByTheLongestName", "kind: ConfigMap\nmetadata: {name: code-eu-sales-user-env}\n", "eu-sales"},
        OwnerCase{"OfAll", "kind: ConfigMap\nmetadata: {name: code-user-deployments-shared-env}\n", ""},
        OwnerCase{"OfAllThoughALocationIsNamedSo", "kind: Role\nmetadata: {name: code-role}\n", ""}),
    support::CaseName{});

TEST(LocationIn, IsTheOneThatHelmNames) {
  const std::set<std::string> locations{"sales", "hr"};
  EXPECT_EQ(LocationIn("cannot patch \"code-sales\" with kind Deployment: Deployment.apps \"code-sales\" is invalid",
                       locations),
            "sales");
  EXPECT_EQ(LocationIn("\"code-sales\" and \"code-hr\" are wrong", locations), "");
  EXPECT_EQ(LocationIn("sales is wrong", locations), "") << "no name in quotes";
  EXPECT_EQ(LocationIn("\"code-ops\" is wrong", locations), "");
}

TEST(PutRight, TellsWhatOthersChangedInDeploymentsThatThisIsNotAbout) {
  const SharedRecord before = TwoLocations();
  const SharedRecord after = Compose(before, {SharedOrder("sales", "2")});
  const auto found = PutRight(before, after, {{"hr", 7}, {"sales", 6}});
  EXPECT_EQ(found, std::vector<std::string>{"hr"});
  EXPECT_TRUE(PutRight(before, after, {{"hr", 5}, {"sales", 6}}).empty());
  EXPECT_TRUE(PutRight(before, Compose(before, {BaseOrder("a: 1\n", "b2")}), {{"hr", 7}}).empty())
      << "all may change by that";
}

TEST(LargestGrowth, IsToldOverTheLimit) {
  const SharedRecord current = TwoLocations();
  Order small = SharedOrder("hr", "2");
  Order large = SharedOrder("sales", "2");
  EXPECT_FALSE(LargestGrowth(current, {small, large}));
  large.values += "    text: \"" + std::string(kSharedLimit, 'x') + "\"\n";
  EXPECT_EQ(LargestGrowth(current, {small, large}), "sales");
  EXPECT_EQ(LargestGrowth(current, {small}), std::nullopt);
  const Error error = TooLarge(Compose(current, {large}));
  EXPECT_EQ(error.code, "values-too-large");
  EXPECT_NE(error.message.find("921 KiB"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace dagitops::kubernetes
