// A lease renewed by its own thread, while others ask whether they may act.

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/lease.h"

#include "support/fake_lease_server.h"

namespace dagitops::kube {
namespace {

constexpr char kPath[] = "/apis/coordination.k8s.io/v1/namespaces/dagster/leases/dagitops-production";
constexpr std::chrono::seconds kPatience(30);

// Stops the renewing thread at its call, for as long as a test looks at the leases.
class LockedServer final : public ApiClient {
 public:
  Result<std::string> Get(const std::string& path, Duration deadline) override {
    return server.lock()->Get(path, deadline);
  }
  Result<std::string> Write(const ApiWrite& write, Duration deadline) override {
    return server.lock()->Write(write, deadline);
  }
  Status Delete(const ApiDelete& removal, Duration deadline) override {
    return server.lock()->Delete(removal, deadline);
  }
  Status Watch(const std::string&, const std::string&, Duration,
               const std::function<bool(std::string_view)>&) override {
    return Ok();
  }
  std::string Holder() { return std::string(server.lock()->spec(kPath).at("holderIdentity").as_string()); }

  Sync<support::FakeLeaseServer> server;
};

TEST(LeaseThread, RenewsWhileOthersAskAndGivesItAwayAtTheEnd) {
  LockedServer server;
  const SystemClock clock;
  std::promise<void> gained;
  LeaseTimes times;
  times.retry = std::chrono::milliseconds(1);
  Lease lease({"dagster", "dagitops-production", "pod-a", times}, {server, clock, [&](bool ours) {
                                                                     if (ours) gained.set_value();
                                                                   }});
  EXPECT_FALSE(lease.Ours());
  lease.Start();
  ASSERT_EQ(gained.get_future().wait_for(kPatience), std::future_status::ready);
  const SteadyTime end = clock.Steady() + kPatience;
  while (server.server.lock()->calls < 100 && clock.Steady() < end) {
    EXPECT_TRUE(lease.Ours());
    EXPECT_GT(lease.Left(), Duration(0));
    EXPECT_NE(lease.Why(), "");
  }
  EXPECT_EQ(server.Holder(), "pod-a");
  lease.Stop();
  EXPECT_FALSE(lease.Ours());
  EXPECT_EQ(server.Holder(), "");
  const int calls = server.server.lock()->calls;
  lease.Stop();
  EXPECT_EQ(server.server.lock()->calls, calls) << "once is enough";
}

}  // namespace
}  // namespace dagitops::kube
