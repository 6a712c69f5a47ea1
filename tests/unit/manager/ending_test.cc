#include "manager/ending.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops::manager {
namespace {

using Meaning = Ending::Meaning;

struct Told {
  int signal;
  int at;  // ms
  Meaning meaning;
};

struct EndingCase {
  std::string name;
  std::vector<Told> told;
};

class EndingTest : public ::testing::TestWithParam<EndingCase> {};

TEST_P(EndingTest, TellsWhatEachSignalMeans) {
  Ending ending;
  for (const Told& one : GetParam().told) {
    EXPECT_EQ(ending.Take(one.signal, SteadyTime(one.at)), one.meaning) << one.signal << " at " << one.at;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, EndingTest,
    ::testing::Values(
        EndingCase{"AnyOfThemEnds", {{SIGINT, 0, Meaning::kEnd}}},
        EndingCase{"AClosedTerminalEnds", {{SIGHUP, 7, Meaning::kEnd}}},
        EndingCase{"SigtermTwiceAtOnceEndsOnce", {{SIGTERM, 5, Meaning::kEnd}, {SIGTERM, 5, Meaning::kNothing}}},
        EndingCase{
            "SigtermNeverLeavesServers",
            {{SIGTERM, 0, Meaning::kEnd}, {SIGTERM, 5000, Meaning::kNothing}, {SIGHUP, 9000, Meaning::kNothing}}},
        EndingCase{"CtrlCTwiceAtOnceIsOneWish", {{SIGINT, 0, Meaning::kEnd}, {SIGINT, 999, Meaning::kNothing}}},
        EndingCase{"ASecondCtrlCLeavesServers", {{SIGINT, 0, Meaning::kEnd}, {SIGINT, 1000, Meaning::kLeave}}},
        EndingCase{"CtrlCAfterSigtermLeavesServers", {{SIGTERM, 0, Meaning::kEnd}, {SIGINT, 1000, Meaning::kLeave}}},
        EndingCase{"TheTimeCountsFromTheFirstOne",
                   {{SIGINT, 0, Meaning::kEnd}, {SIGINT, 900, Meaning::kNothing}, {SIGINT, 1100, Meaning::kLeave}}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::manager
