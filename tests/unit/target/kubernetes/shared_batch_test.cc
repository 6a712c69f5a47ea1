// Whose fault it is what is wrong with the whole.

#include "target/kubernetes/shared_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "target/kubernetes/shared_change.h"
#include "unit/target/kubernetes/shared_orders.h"

namespace dagitops::kubernetes {
namespace {

Error Wrong(ErrorKind kind, const std::string& message) { return {kind, "code", "subject", message, ""}; }

// A chart that makes a Deployment for each entry and a Role for all, on an API server and a Helm that do what they are
// asked, but for what a test says.
class Batches : public testing::Test {
 protected:
  // "sales: 7; hr: code …" of each order.
  std::string Run(std::vector<Order> orders, const SharedRecord& current = TwoLocations()) {
    SharedBatch batch(std::move(orders));
    batch.Run(current, {[this](const SharedRecord& record) { return Render(record); },
                        [this](const ManifestObject& object) -> Result<std::string> {
                          tried_.push_back(object.name);
                          const auto refused = refused_.find(object.name);
                          if (refused != refused_.end()) return refused->second;
                          return std::string("{}");
                        },
                        [this](const ManifestObject& object) -> Status {
                          if (object.name == foreign_)
                            return Error{ErrorKind::kStalled, "helm-foreign-object", "s", "another's", ""};
                          return Ok();
                        },
                        [this](const SharedRecord& record) -> Result<int> {
                          made_.push_back(TextOf(record));
                          if (making_) return *making_;
                          return 7;
                        }});
    again_ = batch.again();
    std::string text;
    for (const auto& [location, result] : batch.Take()) {
      text += (text.empty() ? "" : "; ") + location + ": ";
      text += result ? std::to_string(*result) : result.error().message;
    }
    return text;
  }

  Result<std::vector<ManifestObject>> Render(const SharedRecord& record) {
    ++rendered_;
    if (bad_ && bad_(record)) return Wrong(bad_kind_, "the chart does not take it");
    std::string text = "kind: Role\nmetadata: {name: role}\n";
    for (const auto& [name, location] : record.locations)
      text += "---\nkind: Deployment\nmetadata: {name: code-" + name + ", labels: {deployment: " + name + "}}\n";
    return SplitManifest(text);
  }

  static bool Holds(const SharedRecord& record, const std::string& location, const std::string& content) {
    const auto found = record.locations.find(location);
    return found != record.locations.end() && found->second.content == content;
  }

  std::map<std::string, Error> refused_;  // by object
  std::string foreign_;
  std::function<bool(const SharedRecord&)> bad_;
  ErrorKind bad_kind_ = ErrorKind::kInvalid;
  std::optional<Error> making_;
  std::vector<std::string> tried_;
  std::vector<std::string> made_;
  std::vector<std::vector<Order>> again_;
  int rendered_ = 0;
};

using Texts = std::vector<std::string>;

TEST_F(Batches, AllAreOneChange) {
  EXPECT_EQ(Run({SharedOrder("ops", "1"), SharedOrder("sales", "2")}), "ops: 7; sales: 7");
  EXPECT_EQ(made_, Texts{"b1: hr=1 ops=1* sales=2*"});
  EXPECT_EQ(tried_, (Texts{"code-ops", "code-sales"})) << "what does not change need not be asked about";
}

TEST_F(Batches, TheBaseIsAboutAll) {
  EXPECT_EQ(Run({BaseOrder("a: 1\n", "b2")}), ": 7");
  EXPECT_EQ(tried_, (Texts{"role", "code-hr", "code-sales"}));
}

TEST_F(Batches, OneThatIsRefusedFailsAloneAndItsOldEntryStays) {
  refused_.emplace("code-sales", Wrong(ErrorKind::kInvalid, "no"));
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("sales", "2")}), "hr: 7; sales: no");
  EXPECT_EQ(made_, Texts{"b1: hr=2* sales=1"});
}

TEST_F(Batches, AllThatAreRefusedFailAndNothingIsMade) {
  refused_.emplace("code-sales", Wrong(ErrorKind::kInvalid, "no"));
  EXPECT_EQ(Run({SharedOrder("sales", "2")}), "sales: no");
  EXPECT_TRUE(made_.empty());
}

TEST_F(Batches, WhatOfAnUnchangedLocationIsRefusedIsTheBases) {
  refused_.emplace("code-hr", Wrong(ErrorKind::kInvalid, "no"));
  EXPECT_EQ(Run({BaseOrder("a: 1\n", "b2"), SharedOrder("sales", "2")}), ": no; sales: 7");
  EXPECT_EQ(made_, Texts{"b1: hr=1 sales=2*"});
}

TEST_F(Batches, NothingIsMadeWithoutAnyValuesAroundIt) {
  refused_.emplace("role", Wrong(ErrorKind::kInvalid, "no"));
  SharedRecord none;
  TakeValues("", none);
  EXPECT_EQ(Run({BaseOrder("a: 1\n", "b2"), SharedOrder("sales", "1")}, none),
            ": no; sales: it waits for the values that belong to all locations, which are refused: no");
  EXPECT_TRUE(made_.empty());
}

TEST_F(Batches, AnObjectOfAnotherReleaseFailsItsNewLocationAlone) {
  foreign_ = "code-ops";
  EXPECT_EQ(Run({SharedOrder("ops", "1"), SharedOrder("sales", "2")}), "ops: another's; sales: 7");
  foreign_ = "code-sales";
  EXPECT_EQ(Run({SharedOrder("sales", "2")}), "sales: 7") << "only what is new is asked about";
}

TEST_F(Batches, WhatTheChartDoesNotTakeIsFoundByTryingEachAlone) {
  bad_ = [](const SharedRecord& record) { return Holds(record, "sales", "2"); };
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("ops", "1"), SharedOrder("sales", "2")}),
            "hr: 7; ops: 7; sales: the chart does not take it");
  EXPECT_EQ(made_, Texts{"b1: hr=2* ops=1* sales=1"});
  EXPECT_EQ(rendered_, 5) << "the whole, each alone, and the whole without it";
}

TEST_F(Batches, WhatTheChartDoesNotTakeTogetherFailsAll) {
  bad_ = [](const SharedRecord& record) { return Holds(record, "sales", "2") && Holds(record, "hr", "2"); };
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("sales", "2")}),
            "hr: the chart does not take it; sales: the chart does not take it");
  EXPECT_TRUE(made_.empty());
}

TEST_F(Batches, TooManyAreNotTriedOneByOne) {
  bad_ = [](const SharedRecord& record) { return Holds(record, "x-0", "1"); };
  std::vector<Order> orders;
  for (int i = 0; i < 40; ++i) orders.push_back(SharedOrder("x-" + std::to_string(i), "1"));
  Run(orders);
  EXPECT_EQ(rendered_, 1);
}

TEST_F(Batches, WhatIsNobodysFaultEndsAll) {
  bad_ = [](const SharedRecord&) { return true; };
  bad_kind_ = ErrorKind::kRetry;
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("sales", "2")}),
            "hr: the chart does not take it; sales: the chart does not take it");
  EXPECT_EQ(rendered_, 1);
  bad_ = nullptr;
  refused_.emplace("code-hr", Wrong(ErrorKind::kRetry, "busy"));
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("sales", "2")}), "hr: busy; sales: busy");
  EXPECT_TRUE(made_.empty());
}

TEST_F(Batches, WhatHelmNamesFailsAndTheOthersAreABatchOfTheirOwn) {
  making_ = Wrong(ErrorKind::kInvalid, "Deployment.apps \"code-sales\" is invalid: no");
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("ops", "1"), SharedOrder("sales", "2")}),
            "sales: Deployment.apps \"code-sales\" is invalid: no");
  ASSERT_EQ(again_.size(), 1U);
  EXPECT_EQ(again_[0].size(), 2U);
}

TEST_F(Batches, WhatHelmDoesNotNameIsTriedOneByOne) {
  making_ = Wrong(ErrorKind::kInvalid, "no");
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("sales", "2")}), "");
  EXPECT_EQ(again_.size(), 2U);
  EXPECT_EQ(Run({SharedOrder("sales", "2")}), "sales: no") << "alone, it is its own";
  making_ = Wrong(ErrorKind::kRetry, "busy");
  EXPECT_EQ(Run({SharedOrder("hr", "2"), SharedOrder("sales", "2")}), "hr: busy; sales: busy");
}

TEST_F(Batches, TheOneThatGrewMostFailsWhereAllIsTooLarge) {
  Order large = SharedOrder("sales", "2");
  large.values += "    text: \"" + std::string(kSharedLimit, 'x') + "\"\n";
  const std::string said = Run({SharedOrder("hr", "2"), large});
  EXPECT_TRUE(said.starts_with("hr: 7; sales: the values of all locations would be ")) << said;
  EXPECT_EQ(made_, Texts{"b1: hr=2* sales=1"});
}

TEST_F(Batches, ARemovalNeedsNoLook) {
  EXPECT_EQ(Run({SharedRemoval("hr"), SharedRemoval("sales")}), "hr: 7; sales: 7");
  EXPECT_EQ(made_, Texts{"b1:"});
  EXPECT_TRUE(tried_.empty());
}

}  // namespace
}  // namespace dagitops::kubernetes
