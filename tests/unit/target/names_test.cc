#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/un.h>

#include "support/case_name.h"
#include "target/local_process/paths.h"
#include "target/local_process/process_mark.h"

namespace dagitops::local_process {
namespace {

using testing::HasSubstr;

TEST(Paths, NameASocketByDigestsOfNameAndContent) {
  const Paths paths("/state", "/run/d");
  EXPECT_EQ(paths.Socket("analytics", "0123456789abcdef"),
            "/run/d/" + paths.SocketName("analytics", "0123456789abcdef"));
  EXPECT_EQ(paths.SocketName("analytics", "0123456789abcdef").size(), 22u);
  EXPECT_THAT(paths.SocketName("analytics", "0123456789abcdef"), HasSubstr("-01234567.sock"));
  EXPECT_NE(paths.SocketName("a", "0123456789abcdef"), paths.SocketName("b", "0123456789abcdef"));
}

TEST(Paths, TellEnvironmentsApart) {
  EXPECT_EQ(Paths("/state/a", "/r").state_id().size(), 12u);
  EXPECT_NE(Paths("/state/a", "/r").state_id(), Paths("/state/b", "/r").state_id());
  EXPECT_EQ(Paths("/state/a", "/r").state_id(), Paths("/state/a", "/s").state_id());
}

TEST(Paths, AcceptTheLongestRuntimeFolderThatTheKernelTakes) {
  const std::size_t longest = sizeof(sockaddr_un::sun_path) - 1 - 1 - 22;
  EXPECT_TRUE(Paths("/s", "/" + std::string(longest - 1, 'r')).Check());
  const auto status = Paths("/s", "/" + std::string(longest, 'r')).Check();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "runtime-dir-too-long");
  EXPECT_THAT(status.error().hint, HasSubstr("at most " + std::to_string(longest) + " bytes"));
}

TEST(Paths, AreAbsolute) {
  EXPECT_EQ(Paths("state", "/run").Check().error().code, "path-not-absolute");
  EXPECT_EQ(Paths("/state", "run").Check().error().subject, "run");
}

struct MarkCase {
  std::string name;
  ProcessMark mark;
  std::string text;
};

class Marks : public testing::TestWithParam<MarkCase> {};

TEST_P(Marks, RoundTrip) {
  EXPECT_EQ(ToText(GetParam().mark, "id"), GetParam().text);
  EXPECT_EQ(ParseMark(GetParam().text, "id"), GetParam().mark);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Marks,
    testing::Values(MarkCase{"Server", {ProcessMark::Kind::kServer, "a", "c0", "t0", 7}, "id/server/a/c0/t0/7"},
                    MarkCase{"Service", {ProcessMark::Kind::kService, "daemon", "", "", 1}, "id/service/daemon///1"},
                    MarkCase{"Build", {ProcessMark::Kind::kBuild, "k", "", "", 2}, "id/build/k///2"}),
    support::CaseName{});

struct ForeignCase {
  std::string name;
  std::string text;
};

class ForeignMarks : public testing::TestWithParam<ForeignCase> {};

TEST_P(ForeignMarks, AreNotOurs) { EXPECT_FALSE(ParseMark(GetParam().text, "id")); }

INSTANTIATE_TEST_SUITE_P(Texts, ForeignMarks,
                         testing::Values(ForeignCase{"Empty", ""}, ForeignCase{"OtherState", "ie/server/a/c0/t0/7"},
                                         ForeignCase{"UnknownKind", "id/robot/a/c0/t0/7"},
                                         ForeignCase{"TooFew", "id/server/a/c0/7"},
                                         ForeignCase{"TooMany", "id/server/a/c0/t0/7/8"},
                                         ForeignCase{"NoNumber", "id/server/a/c0/t0/x"},
                                         ForeignCase{"NumberAndMore", "id/server/a/c0/t0/7x"}),
                         support::CaseName{});

}  // namespace
}  // namespace dagitops::local_process
