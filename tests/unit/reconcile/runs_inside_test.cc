#include "reconcile/runs_inside.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::reconcile {
namespace {

using std::chrono::seconds;
using support::kNow;

ObservedWebserver Tells(std::optional<RunsInside> runs, Duration ago = seconds(1)) {
  ObservedWebserver webserver;
  webserver.runs = std::move(runs);
  if (webserver.runs && webserver.runs->kept) webserver.runs_at = kNow - ago;
  return webserver;
}

struct Case {
  std::string name;
  std::vector<ObservedWebserver> webservers;
  int runs;
};

class ToldRuns : public testing::TestWithParam<Case> {};

TEST_P(ToldRuns, AreThoseOfTheLocation) {
  Observed observed;
  observed.now = kNow;
  observed.servers = {support::MakeObserved("a", "1")};
  observed.webservers = GetParam().webservers;
  ObserveRuns(observed);
  EXPECT_EQ(observed.servers[0].active_runs, GetParam().runs);
}

const RunsInside kOne{true, {{"a", 1}}};
const RunsInside kOther{true, {{"b", 3}}};
const RunsInside kElsewhere{};

INSTANTIATE_TEST_SUITE_P(Cases, ToldRuns,
                         testing::Values(Case{"NoWebserver", {}, 0}, Case{"NeverTold", {Tells({})}, 0},
                                         Case{"PodsOfTheirOwn", {Tells(kElsewhere)}, 0}, Case{"One", {Tells(kOne)}, 1},
                                         Case{"OfAnotherLocation", {Tells(kOther)}, 0},
                                         Case{"LongAgo", {Tells(kOne, seconds(5))}, -1},
                                         Case{"OneOfTwoIsSilent", {Tells(kOther, seconds(60)), Tells(kOne)}, 1},
                                         Case{"TheMostOfTwo", {Tells(kOther), Tells(kOne)}, 1}),
                         support::CaseName());

TEST(ToldRuns, AreNoneOfAnExternalServer) {
  Observed observed;
  observed.now = kNow;
  observed.servers = {support::MakeObserved("a", "1")};
  observed.servers[0].external = true;
  observed.webservers = {Tells(kOne)};
  ObserveRuns(observed);
  EXPECT_EQ(observed.servers[0].active_runs, 0) << "it is not ended from here";
}

TEST(Replacements, BeginWhenAVersionIsWantedThatIsNotThere) {
  Replacements replacements;
  Desired desired;
  desired.locations = {support::MakeDesired("a", {"1"})};
  Observed observed;
  observed.servers = {support::MakeObserved("a", "1")};
  const auto since_at = [&](Duration later) {
    observed.now = kNow + later;
    desired.locations[0].wanted_since.reset();
    replacements.Note(desired, observed);
    return desired.locations[0].wanted_since;
  };
  EXPECT_EQ(since_at(seconds(0)), std::nullopt);
  desired.locations = {support::MakeDesired("a", {"1", "2"})};
  EXPECT_EQ(since_at(seconds(1)), kNow + seconds(1));
  EXPECT_EQ(since_at(seconds(9)), kNow + seconds(1));
  desired.locations = {support::MakeDesired("a", {"1", "3"})};
  EXPECT_EQ(since_at(seconds(10)), kNow + seconds(10)) << "another version waits anew";
  EXPECT_EQ(since_at(seconds(2)), kNow + seconds(2)) << "the clock was set back";
}

}  // namespace
}  // namespace dagitops::reconcile
