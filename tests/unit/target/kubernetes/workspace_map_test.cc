#include "target/kubernetes/workspace_map.h"

#include <gtest/gtest.h>

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/time_text.h"
#include "dagitops/model/observed.h"
#include "dagitops/render/workspace_yaml.h"

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using support::kNow;

// A workspace.yaml that names a server at port 3030 for each of these.
std::string Text(const std::vector<std::string>& locations) {
  std::vector<WorkspaceEntry> entries;
  for (const std::string& name : locations) entries.push_back({name, name, 3030, "", false, {}});
  return render::WorkspaceYaml(entries).value();
}

WorkspaceWrite Write(const std::string& text, WallTime now = kNow) {
  return {"dagster", "dagitops-workspace", "production", text, now};
}

// What the map is after writing `body` to it.
WorkspaceMap After(const std::string& body) {
  json::object map = json::parse(body).as_object();
  map["metadata"].as_object()["resourceVersion"] = "5";
  return ReadWorkspaceMap(json::serialize(map));
}

TEST(WorkspaceBody, MakesOneThatIsNotThere) {
  const std::string text = Text({"sales"});
  const json::object body = json::parse(WorkspaceBody({}, Write(text))).as_object();
  EXPECT_EQ(body.at("apiVersion"), "v1");
  EXPECT_EQ(body.at("kind"), "ConfigMap");
  EXPECT_EQ(body.at("data"), (json::value{{"workspace.yaml", text}}));
  const json::object& metadata = body.at("metadata").as_object();
  EXPECT_EQ(metadata.at("name"), "dagitops-workspace");
  EXPECT_EQ(metadata.at("namespace"), "dagster");
  EXPECT_FALSE(metadata.contains("resourceVersion"));
  EXPECT_EQ(metadata.at("labels").at("dagitops.dev/environment"), "production");
  EXPECT_EQ(metadata.at("annotations").at("dagitops.dev/written"), json::value(PublishedDigest(text)));
}

TEST(WorkspaceBody, PatchesOnlyWhatIsOurs) {
  const WorkspaceMap before = ReadWorkspaceMap(
      R"({"metadata": {"resourceVersion": "9", "labels": {"team": "data"}}, "data": {"other": "stays"}})");
  const json::object patch = json::parse(WorkspaceBody(before, Write(Text({})))).as_object();
  EXPECT_EQ(patch.size(), 2U);
  EXPECT_EQ(patch.at("data").as_object().size(), 1U) << "a merge patch leaves what it does not name";
  const json::object& metadata = patch.at("metadata").as_object();
  EXPECT_EQ(metadata.at("resourceVersion"), "9") << "so that what was written since is not lost";
  EXPECT_FALSE(metadata.contains("name"));
  for (const auto& annotation : metadata.at("annotations").as_object()) {
    EXPECT_TRUE(annotation.key().starts_with("dagitops.dev/")) << annotation.key();
  }
}

TEST(WorkspaceMap, IsReadBackAsItWasWritten) {
  const std::string text = Text({"sales"});
  const WorkspaceMap map = After(WorkspaceBody({}, Write(text)));
  EXPECT_TRUE(map.exists);
  EXPECT_EQ(map.resource_version, "5");
  EXPECT_EQ(map.text, text);
  EXPECT_EQ(map.written, PublishedDigest(text));
  EXPECT_EQ(map.written_at, kNow);
  EXPECT_TRUE(map.retired.empty());
}

using Retired = std::map<std::string, WallTime>;

struct RetiredCase {
  const char* name;
  std::vector<std::string> before;  // named by the text
  Retired known;                    // retired already
  std::vector<std::string> now;
  Retired expected;
};
class RetiredAddresses : public testing::TestWithParam<RetiredCase> {};

TEST_P(RetiredAddresses, AreKept) {
  WorkspaceMap before;
  before.exists = true;
  before.text = Text(GetParam().before);
  before.entries = render::ReadWorkspaceYaml(*before.text);
  before.retired = GetParam().known;
  EXPECT_EQ(After(WorkspaceBody(before, Write(Text(GetParam().now)))).retired, GetParam().expected);
}

constexpr auto kWeek = std::chrono::hours(7 * 24);

INSTANTIATE_TEST_SUITE_P(
    All, RetiredAddresses,
    testing::Values(RetiredCase{"NothingGoes", {"a", "b"}, {}, {"b", "a"}, {}},
                    RetiredCase{"OneGoes", {"a", "b"}, {}, {"b"}, {{"a:3030", kNow}}},
                    RetiredCase{"KeepsItsTime", {"b"}, {{"a:3030", kNow - 60s}}, {"b"}, {{"a:3030", kNow - 60s}}},
                    RetiredCase{"Returns", {"b"}, {{"a:3030", kNow - 60s}}, {"a", "b"}, {}},
                    RetiredCase{"IsForgottenAfterAWeek", {"b"}, {{"a:3030", kNow - kWeek - 1s}}, {"b"}, {}},
                    RetiredCase{"IsKeptForAWeek", {"b"}, {{"a:3030", kNow - kWeek}}, {"b"}, {{"a:3030", kNow - kWeek}}},
                    RetiredCase{"AllGo", {"a"}, {{"c:3030", kNow - 5s}}, {}, {{"a:3030", kNow}, {"c:3030", kNow - 5s}}},
                    // Somebody else's edit named it again; that it goes with our next text counts from then.
                    RetiredCase{"NamedByAnEdit", {"a"}, {{"a:3030", kNow - 1h}}, {}, {{"a:3030", kNow}}}),
    support::CaseName{});

TEST(WorkspaceBody, NotesWhatAPreviousTextOfSomebodyElseNamed) {
  WorkspaceMap before;
  before.exists = true;
  before.text = "load_from:\n  - grpc_server: {host: theirs, port: 4000, location_name: theirs}\n";
  before.entries = render::ReadWorkspaceYaml(*before.text);
  EXPECT_EQ(After(WorkspaceBody(before, Write(Text({})))).retired, (Retired{{"theirs:4000", kNow}}));
}

struct JunkCase {
  const char* name;
  const char* json;
  bool exists;
};
class JunkMap : public testing::TestWithParam<JunkCase> {};

TEST_P(JunkMap, TellsNothingThatIsNotThere) {
  const WorkspaceMap map = ReadWorkspaceMap(GetParam().json);
  EXPECT_EQ(map.exists, GetParam().exists);
  EXPECT_EQ(map.text, std::nullopt);
  EXPECT_EQ(map.written, "");
  EXPECT_EQ(map.written_at, std::nullopt);
  EXPECT_TRUE(map.retired.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, JunkMap,
    testing::Values(JunkCase{"Empty", "", false}, JunkCase{"NoJson", "{\"metadata\":", false},
                    JunkCase{"List", "[]", false}, JunkCase{"Bare", R"({"metadata": {}})", true},
                    JunkCase{"NullData", R"({"metadata": {}, "data": null})", true},
                    JunkCase{"OtherData", R"({"metadata": {}, "data": {"a": "b", "workspace.yaml": null}})", true},
                    JunkCase{"Annotations", R"({"metadata": {"annotations": {"dagitops.dev/written-at": "yesterday",
                                   "dagitops.dev/retired": "{\"a:1\": 5, \"b:2\": \"soon\"}"}}})",
                             true},
                    JunkCase{"NoJsonInside", R"({"metadata": {"annotations": {"dagitops.dev/retired": "[["}}})", true}),
    support::CaseName{});

TEST(WorkspaceMap, KeepsTheRetiredOnesThatCanBeRead) {
  const WorkspaceMap map = ReadWorkspaceMap(
      R"({"metadata": {"annotations": {"dagitops.dev/retired": "{\"a:1\": \"soon\", \"b:2\": \"2026-11-28T10:00:00.000Z\"}"}}})");
  EXPECT_EQ(map.retired, (Retired{{"b:2", *TimeFromText("2026-11-28T10:00:00Z")}}));
}

TEST(WorkspaceMap, MayHoldATextThatIsEmpty) {
  EXPECT_EQ(ReadWorkspaceMap(R"({"metadata": {}, "data": {"workspace.yaml": ""}})").text, "");
}

TEST(AddressKeyTest, IsHostAndPortOrTheSocket) {
  EXPECT_EQ(AddressKey({"n", "host", 3030, "", false, {}}), "host:3030");
  EXPECT_EQ(AddressKey({"n", "", 0, "/run/x.sock", false, {}}), "/run/x.sock");
}

}  // namespace
}  // namespace dagitops::kubernetes
