// Orders of the release that all locations are in, from a pass to one change of it.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "support/world.h"
#include "target/kubernetes/operations.h"
#include "unit/target/kubernetes/shared_orders.h"

namespace dagitops::kubernetes {
namespace {

using support::kNow;
using Texts = std::vector<std::string>;
using Results = std::map<std::string, Result<int>>;

// A change is carried out at once, and noted when the test says so. What becomes of an order is 7, or as the test says.
class SharedOperated : public testing::Test {
 protected:
  void Ask(const Order& order) { EXPECT_TRUE(operations_.Submit(order)); }
  // The change that was begun ends; what was in it.
  Texts End() {
    ended_.acquire();
    for (const Jobs::Finished& job : jobs_->Take()) EXPECT_TRUE(operations_.Finish(job, kNow));
    return std::exchange(ran_, {});
  }
  void EndCheck(const std::string& location, Result<int> result) {
    EXPECT_TRUE(operations_.Finish({"release/" + location, std::move(result)}, kNow));
  }
  static Order Checked(const std::string& location, const std::string& content) {
    Order order = SharedOrder(location, content);
    order.checked_first = true;
    return order;
  }
  const Operation& Of(const std::string& location) { return operations_.all().at(location); }

  Results results_;  // set before a change begins
  Texts ran_;        // by the job, read after it
  std::counting_semaphore<> ended_{0};
  Jobs checks_{0, [] {}};
  std::unique_ptr<Jobs> jobs_ = std::make_unique<Jobs>(1, [this] { ended_.release(); });
  Operations operations_{{*jobs_, checks_},
                         [](const Order&) {},
                         [](const Order&) -> Result<int> { return 0; },
                         [this](const std::vector<Order>& orders) {
                           Results results;
                           for (const Order& order : orders) {
                             ran_.push_back(order.location + "@" + order.content);
                             const auto found = results_.find(order.location);
                             results.insert_or_assign(order.location,
                                                      found == results_.end() ? Result<int>(7) : found->second);
                           }
                           return results;
                         }};
};

TEST_F(SharedOperated, TheOrdersOfAPassAreOneChange) {
  Ask(BaseOrder("", "b1"));
  Ask(SharedOrder("sales", "1"));
  Ask(SharedOrder("hr", "1"));
  EXPECT_FALSE(jobs_->Has("shared-release")) << "the pass may order more";
  operations_.StartShared();
  EXPECT_EQ(End(), (Texts{"@b1", "hr@1", "sales@1"}));
  EXPECT_EQ(Of("sales").done_version, 7);
}

TEST_F(SharedOperated, WhatComesMeanwhileIsTheNextChange) {
  Ask(SharedOrder("sales", "1"));
  operations_.StartShared();
  Ask(SharedOrder("hr", "1"));
  Ask(SharedOrder("sales", "1"));
  Ask(SharedOrder("ops", "1"));
  operations_.StartShared();
  EXPECT_EQ(End(), Texts{"sales@1"});
  operations_.StartShared();
  EXPECT_EQ(Of("hr").gathered, true) << "the one before is not seen yet";
  operations_.Confirm({{"sales", 7}}, kNow);
  operations_.StartShared();
  EXPECT_EQ(End(), (Texts{"hr@1", "ops@1"}));
}

TEST_F(SharedOperated, ANewerOrderTakesThePlaceOfOneThatWaits) {
  Ask(SharedOrder("sales", "1"));
  Ask(SharedOrder("sales", "2"));
  operations_.StartShared();
  Ask(SharedOrder("sales", "3"));
  EXPECT_EQ(End(), Texts{"sales@2"});
  operations_.Confirm({{"sales", 7}}, kNow);
  operations_.StartShared();
  EXPECT_EQ(End(), Texts{"sales@3"});
}

TEST_F(SharedOperated, EachOrderHasItsOwnOutcome) {
  results_.emplace("sales", Error{ErrorKind::kInvalid, "code", "subject", "refused", ""});
  Ask(SharedOrder("sales", "2"));
  Ask(SharedOrder("hr", "2"));
  operations_.StartShared();
  End();
  EXPECT_EQ(Of("sales").failed->content, "2");
  EXPECT_EQ(Of("sales").error->message, "refused");
  EXPECT_FALSE(Of("hr").failed);
  EXPECT_FALSE(operations_.Submit(SharedOrder("sales", "2"))) << "not before its time";
}

TEST_F(SharedOperated, CodeIsLoadedBeforeAndHoldsNothingUp) {
  Ask(Checked("sales", "2"));
  Ask(SharedOrder("hr", "2"));
  operations_.StartShared();
  EXPECT_TRUE(checks_.Has("release/sales"));
  EXPECT_EQ(End(), Texts{"hr@2"});
  operations_.Confirm({{"hr", 7}}, kNow);
  EndCheck("sales", 0);
  operations_.StartShared();
  EXPECT_EQ(End(), Texts{"sales@2"});
}

TEST_F(SharedOperated, CodeThatDoesNotLoadIsNotInTheChange) {
  Ask(Checked("sales", "2"));
  operations_.StartShared();
  EndCheck("sales", Error{ErrorKind::kInvalid, "code-check-failed", "subject", "it does not load", ""});
  operations_.StartShared();
  EXPECT_FALSE(jobs_->Has("shared-release"));
  EXPECT_EQ(Of("sales").error->message, "it does not load");
}

TEST_F(SharedOperated, CodeThatIsNotWantedAnyMoreIsNotInTheChange) {
  Ask(Checked("sales", "2"));
  operations_.StartShared();
  Ask(SharedOrder("sales", "3"));
  EndCheck("sales", 0);
  operations_.StartShared();
  EXPECT_EQ(End(), Texts{"sales@3"});
}

TEST_F(SharedOperated, WhatBelongsToAllComesBeforeCodeIsLoaded) {
  Ask(BaseOrder("", "b1"));
  Ask(Checked("sales", "1"));
  operations_.StartShared();
  EXPECT_FALSE(checks_.Has("release/sales"));
  EXPECT_EQ(End(), Texts{"@b1"});
  operations_.Confirm({{"", 7}}, kNow);
  operations_.StartShared();
  EXPECT_TRUE(checks_.Has("release/sales"));
}

TEST_F(SharedOperated, ARemovalIsInTheChangeToo) {
  Ask(SharedRemoval("sales"));
  operations_.StartShared();
  EXPECT_EQ(End(), Texts{"sales@"});
  operations_.Confirm({{"sales", 7}}, kNow);
  EXPECT_TRUE(Of("sales").done) << "it is still seen";
  operations_.Confirm({}, kNow);
  EXPECT_FALSE(Of("sales").done);
}

}  // namespace
}  // namespace dagitops::kubernetes
