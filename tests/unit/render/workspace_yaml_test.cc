#include "dagitops/render/workspace_yaml.h"

#include <gtest/gtest.h>

#include <string>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::render {
namespace {

WorkspaceEntry AtPort(std::string name, std::string host, int port) {
  WorkspaceEntry entry;
  entry.location_name = std::move(name);
  entry.host = std::move(host);
  entry.port = port;
  return entry;
}

WorkspaceEntry AtSocket(std::string name, std::string socket) {
  WorkspaceEntry entry;
  entry.location_name = std::move(name);
  entry.socket = std::move(socket);
  return entry;
}

TEST(WorkspaceYaml, IsAnEmptyListForNoServers) { EXPECT_EQ(WorkspaceYaml({}).value(), "load_from: []\n"); }

TEST(WorkspaceYaml, QuotesStringsAndLeavesPortsBare) {
  EXPECT_EQ(WorkspaceYaml({AtPort("4000", "localhost", 4000), AtSocket("no", "/run/x.sock")}).value(),
            "load_from:\n"
            "  - grpc_server:\n"
            "      host: \"localhost\"\n"
            "      port: 4000\n"
            "      location_name: \"4000\"\n"
            "  - grpc_server:\n"
            "      socket: \"/run/x.sock\"\n"
            "      location_name: \"no\"\n");
}

TEST(WorkspaceYaml, NamesSslAndMetadataOnlyWhereTheySaySomething) {
  WorkspaceEntry entry = AtPort("a", "h", 1);
  entry.ssl = true;
  entry.metadata = {{"owner", "team-a"}, {"on", "1.10"}};
  EXPECT_EQ(WorkspaceYaml({entry}).value(),
            "load_from:\n"
            "  - grpc_server:\n"
            "      host: \"h\"\n"
            "      port: 1\n"
            "      location_name: \"a\"\n"
            "      ssl: true\n"
            "      additional_metadata:\n"
            "        \"on\": \"1.10\"\n"
            "        owner: \"team-a\"\n");
}

TEST(WorkspaceYaml, KeepsTheGivenOrder) {
  const std::string text = WorkspaceYaml({AtPort("b", "h", 1), AtPort("a", "h", 1)}).value();
  EXPECT_LT(text.find("\"b\""), text.find("\"a\""));
}

TEST(WorkspaceYaml, ReadsBackToTheSameNames) {
  const std::string odd = "a \"b\": [c] # {d}\n\xc3\xa9\t\xf0\x9f\xa6\x80";
  const yaml::Parsed parsed = yaml::Parse(WorkspaceYaml({AtSocket(odd, "/a b")}).value(), "w", Layer::kFragment);
  ASSERT_TRUE(parsed.diagnostics.empty()) << parsed.diagnostics[0].Text();
  EXPECT_EQ(parsed.root.Find("load_from")->items()[0].FindPath("grpc_server.location_name")->text(), odd);
}

struct Case {
  const char* name;
  std::vector<WorkspaceEntry> entries;
  const char* code;
};
class RefusedWorkspace : public testing::TestWithParam<Case> {};

TEST_P(RefusedWorkspace, HasACodeAndNamesTheLocation) {
  const auto result = WorkspaceYaml(GetParam().entries);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, GetParam().code);
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(result.error().subject, "location \"" + GetParam().entries.back().location_name + "\"");
}

WorkspaceEntry Both() {
  WorkspaceEntry entry = AtPort("a", "h", 1);
  entry.socket = "/x";
  return entry;
}

INSTANTIATE_TEST_SUITE_P(All, RefusedWorkspace,
                         testing::Values(Case{"SameNameTwice",
                                              {AtPort("a", "h", 1), AtPort("b", "h", 1), AtSocket("a", "/x")},
                                              "workspace-duplicate"},
                                         Case{"NoName", {AtPort("", "h", 1)}, "workspace-entry"},
                                         Case{"NoAddress", {AtPort("a", "h", 0)}, "workspace-entry"},
                                         Case{"TwoAddresses", {Both()}, "workspace-entry"},
                                         Case{"NegativePort", {AtPort("a", "h", -1)}, "workspace-entry"},
                                         Case{"PortTooHigh", {AtPort("a", "h", 65536)}, "workspace-entry"},
                                         Case{"NoHost", {AtPort("a", "", 1)}, "workspace-entry"}),
                         support::CaseName{});

}  // namespace
}  // namespace dagitops::render
