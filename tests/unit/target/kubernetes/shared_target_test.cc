// Locations in one release for all, from the plan's items to what Helm is asked for.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "target/kubernetes/names.h"
#include "target/kubernetes/shared_record.h"
#include "unit/target/kubernetes/shared_orders.h"
#include "unit/target/kubernetes/target_fixture.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;

class SharedTarget : public TargetTest {
 protected:
  SharedTarget() {
    api_.on_get = [](const std::string& path) -> Result<std::string> {
      if (path.ends_with(kSharedMap)) return ApiFailure("kube-not-found", ErrorKind::kInvalid);
      return std::string("{}");
    };
  }

  static PlanItem StartShared(const std::string& location, const std::string& content) {
    PlanItem item = StartItem(content);
    item.location = item.server->location = item.server->location_name = location;
    item.server->values = EntryOf(location, content);
    item.server->shared = true;
    return item;
  }
  static PlanItem StartBase() {
    PlanItem item;
    item.action = Action::kStart;
    item.object = kSharedObject;
    item.content = "b1";
    item.text = "deployments: []\n";
    return item;
  }
  static Desired InOne() {
    Desired desired;
    desired.base = DesiredRelease{"b1", "deployments: []\n", "", true};
    return desired;
  }
  void PutRelease(const std::string& name, const std::string& location) {
    const std::string label = location.empty() ? "" : R"(, "dagitops.dev/location": ")" + location + "\"";
    Put("secrets", "sh.helm.release.v1." + name + ".v3",
        R"({"metadata": {"labels": {"name": ")" + name +
            R"(", "owner": "helm", "status": "deployed", "version": "3", "dagitops.dev/environment": "production")" +
            label + "}}}");
  }
  SharedRecord Written() {
    for (const kube::ApiWrite& write : api_.writes()) {
      if (write.kind == kube::ApiWrite::Kind::kCreate) return ReadSharedRecord(write.body);
    }
    return {};
  }
};

TEST_F(SharedTarget, APassIsOneUpgrade) {
  Observe();
  ASSERT_TRUE(Target().Apply(StartBase()));
  ASSERT_TRUE(Target().Apply(StartShared("sales", "1")));
  ASSERT_TRUE(Target().Apply(StartShared("hr", "1")));
  EXPECT_TRUE(helm_.commands().empty()) << "the pass may want more";
  ASSERT_TRUE(Target().Maintain(InOne()));
  AwaitJobs(1);
  EXPECT_EQ(helm_.commands(), (Texts{"template", "upgrade"}));
  const SharedRecord record = Written();
  EXPECT_EQ(TextOf(record), "b1*: hr=1* sales=1*");
  EXPECT_EQ(record.locations.at("sales").port, 3030);
  EXPECT_EQ(record.locations.at("sales").former_ids, std::set<std::string>{"id-1"});
  const Observed observed = Observe();
  ASSERT_EQ(observed.servers.size(), 2U);
  EXPECT_EQ(observed.servers[0].state, ServerState::kStarting);
  ASSERT_TRUE(observed.shared);
  EXPECT_EQ(observed.shared->content, "b1");
  EXPECT_FALSE(observed.base);
}

TEST_F(SharedTarget, DoesNotGoBackFromReleasesOfTheirOwn) {
  PutRelease("sales", "sales");
  const Observed observed = Observe();
  EXPECT_TRUE(observed.notes.empty()) << "nobody asked for it";
  ASSERT_TRUE(observed.shared);
  EXPECT_EQ(observed.shared->state, ServerState::kFailed);
  EXPECT_EQ(observed.shared->reason,
            "locations cannot be in one release (`release: single`) while there are releases of their own (sales): set "
            "`release: per-location` again, or begin anew in another namespace");
  EXPECT_FALSE(Target().Apply(StartBase()));
  EXPECT_FALSE(Target().Apply(StartShared("sales", "1")));
  ASSERT_TRUE(Target().Maintain(InOne()));
  EXPECT_EQ(Target().LookAgain(), Duration(0)) << "to tell it";
  EXPECT_EQ(Observe().notes, Texts{observed.shared->reason});
  EXPECT_TRUE(helm_.commands().empty());
  EXPECT_TRUE(api_.calls().empty());
}

TEST_F(SharedTarget, ALocationThatIsInItIsTakenOutOfIt) {
  PutRelease(kSharedRelease, "");
  Put("records", kSharedMap, ToSharedMap(TwoLocations(), {"dagster", "production"}));
  api_.on_get = [](const std::string& path) -> Result<std::string> {
    if (!path.ends_with(kSharedMap)) return std::string("{}");
    return ToSharedMap(TwoLocations(), {"dagster", "production"});
  };
  Observe();
  PlanItem item;
  item.action = Action::kStop;
  item.location = "sales";
  item.content = "1";
  ASSERT_TRUE(Target().Apply(item));
  ASSERT_TRUE(Target().Maintain(InOne()));
  AwaitJobs(1);
  EXPECT_EQ(helm_.commands(), (Texts{"template", "upgrade"}));
  EXPECT_EQ(TextOf(ReadSharedRecord(api_.writes().at(0).body)), "b1: hr=1");
}

// `release: per-location` again.
TEST_F(SharedTarget, ALocationThatGetsAReleaseOfItsOwnComesUpBesideIt) {
  PutRelease(kSharedRelease, "");
  Put("records", kSharedMap, ToSharedMap(TwoLocations(), {"dagster", "production"}));
  Put("deployments", "code-sales",
      R"({"metadata": {"labels": {"deployment": "sales", "app.kubernetes.io/instance": "dagster-user-deployments"}}})");
  helm_.answer = [](const Command& command) -> Result<CommandResult> {
    CommandResult result;
    result.exit_code = 0;
    if (command.arguments.at(1) == "template")
      result.output = "kind: Service\napiVersion: v1\nmetadata: {name: sales}\n";
    return result;
  };
  api_.on_get = [](const std::string& path) -> Result<std::string> {
    if (path.ends_with("services/sales"))
      return std::string(R"({"metadata": {"annotations": {"meta.helm.sh/release-name": "dagster-user-deployments"}}})");
    if (path.find("/deployments?") == std::string::npos) return std::string("{}");
    return std::string(R"({"items": [{"metadata": {"name": "d"}, "spec": {"replicas": 1},
        "status": {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}]})");
  };
  Observe();
  ASSERT_TRUE(Target().Apply(StartItem("9")));
  AwaitJobs(1);
  EXPECT_EQ(helm_.commands(), (Texts{"template", "get", "upgrade"})) << "what is to be kept of it is asked for first";
  EXPECT_EQ(Observe().servers.at(0).location, "hr");
}

}  // namespace
}  // namespace dagitops::kubernetes
