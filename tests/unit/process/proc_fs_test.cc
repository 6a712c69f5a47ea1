#include "process/proc_fs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

using std::string_literals::operator""s;

// Fields 4 to 22 of a real line; the third is put before it.
const std::string kRest =
    " 1 4242 4242 0 -1 4194304 101 0 0 0 0 0 0 0 20 0 1 0 164749 3133440 416 18446744073709551615\n";

struct StatCase {
  std::string name;
  std::string text;
  char state;
};

class GoodStat : public testing::TestWithParam<StatCase> {};

TEST_P(GoodStat, IsRead) {
  const auto stat = ParseProcStat(GetParam().text);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, GetParam().state);
  EXPECT_EQ(stat->group, 4242);
  EXPECT_EQ(stat->session, 4242);
  EXPECT_EQ(stat->start_ticks, 164749u);
}

INSTANTIATE_TEST_SUITE_P(Lines, GoodStat,
                         testing::Values(StatCase{"PlainName", "7 (cat) R" + kRest, 'R'},
                                         StatCase{"SpacesInName", "7 (tmux: server) S" + kRest, 'S'},
                                         StatCase{"ParenthesesInName", "7 (a) b (c) Z" + kRest, 'Z'},
                                         StatCase{"NameThatLooksLikeFields", "7 (x) R 1 2 3 (y) D" + kRest, 'D'},
                                         StatCase{"EmptyName", "7 () T" + kRest, 'T'}),
                         support::CaseName{});

class BadStat : public testing::TestWithParam<StatCase> {};

TEST_P(BadStat, IsRefused) { EXPECT_FALSE(ParseProcStat(GetParam().text)); }

INSTANTIATE_TEST_SUITE_P(Lines, BadStat,
                         testing::Values(StatCase{"Empty", "", '?'}, StatCase{"NoName", "7 cat R 1 2 3", '?'},
                                         StatCase{"CutInTheMiddle", "7 (cat) R 1 4242 4242 0 -1", '?'},
                                         StatCase{"WordForNumber", "7 (cat) R 1 group" + kRest, '?'},
                                         StatCase{"LongState", "7 (cat) RR" + kRest, '?'},
                                         StatCase{"NothingAfterName", "7 (cat)", '?'}),
                         support::CaseName{});

TEST(ProcStat, ZombiesAndTheDeadAreDead) {
  for (const char state : {'Z', 'X', 'x'}) EXPECT_TRUE((ProcStat{state, 0, 0, 0}.dead())) << state;
  for (const char state : {'R', 'S', 'D', 'T', 't', 'I'}) EXPECT_FALSE((ProcStat{state, 0, 0, 0}.dead())) << state;
}

TEST(FindVariable, TakesTheWholeKeyAndTheWholeValue) {
  const std::string environ = "PATHS=no\0PATH=/bin:/usr/bin\0EMPTY=\0EQUALS=a=b=c\0ODD\0LAST=end"s;
  EXPECT_EQ(FindVariable(environ, "PATH"), "/bin:/usr/bin");
  EXPECT_EQ(FindVariable(environ, "EMPTY"), "");
  EXPECT_EQ(FindVariable(environ, "EQUALS"), "a=b=c");
  EXPECT_EQ(FindVariable(environ, "LAST"), "end");
  EXPECT_EQ(FindVariable(environ, "ODD"), std::nullopt);
  EXPECT_EQ(FindVariable(environ, "AT"), std::nullopt);
  EXPECT_EQ(FindVariable("", "PATH"), std::nullopt);
}

TEST(FindVariable, TakesTheFirstOfTwo) { EXPECT_EQ(FindVariable("A=1\0A=2\0"s, "A"), "1"); }

TEST(ProcFs, KnowsThisProcess) {
  const auto stat = ReadProcStat(getpid());
  ASSERT_TRUE(stat);
  EXPECT_FALSE(stat->dead());
  EXPECT_GT(stat->start_ticks, 0u);
  const auto pids = OwnProcesses();
  EXPECT_TRUE(std::find(pids.begin(), pids.end(), getpid()) != pids.end());
  EXPECT_EQ(BootId().size(), 36u);
}

TEST(ProcFs, NothingIsKnownOfAProcessThatIsNotThere) {
  constexpr pid_t kBeyondAnyPid = 1 << 30;  // the kernel's limit is 1 << 22
  EXPECT_FALSE(ReadProcStat(kBeyondAnyPid));
  EXPECT_FALSE(ReadVariable(kBeyondAnyPid, "PATH"));
}

}  // namespace
}  // namespace dagitops
