#include "store/state_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "store/model_fields.h"
#include "support/case_name.h"
#include "support/edit.h"
#include "unit/store/random_state.h"

namespace dagitops {
namespace {

using ::testing::HasSubstr;

namespace json = boost::json;

// How many fields the file has for a T.
template <class T>
std::size_t FieldsOf() {
  return ToJson(T{}).get_object().size();
}

// A member that is added to one of these makes its line fail to compile, and one that is not written makes it fail.
TEST(StateJson, HasEveryFieldOfEveryStruct) {
  {
    [[maybe_unused]] const auto& [a, b, c, d, e] = Revision{};
    EXPECT_EQ(FieldsOf<Revision>(), 5u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d] = CodeSource{};
    EXPECT_EQ(FieldsOf<CodeSource>(), 4u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d] = ExternalServer{};
    EXPECT_EQ(FieldsOf<ExternalServer>(), 4u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d] = LocalSettings{};
    EXPECT_EQ(FieldsOf<LocalSettings>(), 4u);
  }
  {
    [[maybe_unused]] const auto& [a, b] = RunsPolicy{};
    EXPECT_EQ(FieldsOf<RunsPolicy>(), 2u);
  }
  {
    [[maybe_unused]] const auto& [a, b] = LintIgnore{};
    EXPECT_EQ(FieldsOf<LintIgnore>(), 2u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = LocationSettings{};
    EXPECT_EQ(FieldsOf<LocationSettings>(), 12u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, block] = CodeLocation{};
    EXPECT_EQ(FieldsOf<CodeLocation>(), 5u) << "the block only serves to explain what was just composed";
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d] = Version{};
    EXPECT_EQ(FieldsOf<Version>(), 4u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g] = FailedVersion{};
    EXPECT_EQ(FieldsOf<FailedVersion>(), 7u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g, h, i] = LocationRecord{};
    EXPECT_EQ(FieldsOf<LocationRecord>(), 9u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g, h, i, j] = EnvironmentState{};
    EXPECT_EQ(FieldsOf<EnvironmentState>(), 10u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f] = Rebuilt{};
    EXPECT_EQ(FieldsOf<Rebuilt>(), 6u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d] = EnvironmentOptions{};
    EXPECT_EQ(FieldsOf<EnvironmentOptions>(), 4u);
  }
}

TEST(StateJson, GoesThereAndBackForAnyState) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    const EnvironmentState state = support::RandomState(seed).Next();
    const std::string text = StateToJson(state);
    const auto back = StateFromJson(text);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().Text() << "\n" << text;
    ASSERT_EQ(*back, state) << "seed " << seed;
    ASSERT_EQ(StateToJson(*back), text) << "seed " << seed;
  }
}

// JSON is YAML, so that the published schema can be held against it.
TEST(StateJson, KeepsToItsSchema) {
  schema::Validator validator(schema::Schema::kState);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const std::string text = StateToJson(support::RandomState(seed, support::RandomState::Bytes::kPrintable).Next());
    const yaml::Parsed parsed = yaml::Parse(text, "state.json", Layer::kBuiltin);
    ASSERT_TRUE(parsed.diagnostics.empty()) << "seed " << seed << ": " << parsed.diagnostics.front().Text();
    const auto violations = validator.Validate(parsed.root);
    ASSERT_TRUE(violations.empty()) << "seed " << seed << "\n" << text;
  }
}

TEST(StateJson, WritesNullForNone) {
  EnvironmentState state;
  state.environment = "production";
  EXPECT_EQ(StateToJson(state),
            R"({"schemaVersion":3,"environment":"production","applied":null,"pinned":null,"paused":false,)"
            R"("locations":{},"pathNames":{},"approvedRemovals":[],"rebuilt":null,)"
            R"("chartValues":null,"systemValues":null})");
}

TEST(StateJson, ReadsWhatVersionOneWrote) {
  const auto state =
      StateFromJson(R"({"schemaVersion":1,"environment":"production","applied":null,"pinned":null,"paused":true,)"
                    R"("locations":{},"pathNames":{"locations/a.yaml":"a"},"approvedRemovals":[]})");
  ASSERT_TRUE(state) << state.error().Text();
  EXPECT_TRUE(state->paused);
  EXPECT_FALSE(state->rebuilt);
}

TEST(StateJson, TakesTheDeepestYamlThatIsRead) {
  Value deep = Value::String("bottom");
  for (int i = 0; i < 32; ++i) deep = Value::Map({{"a", {}, Value::List({deep})}});
  EnvironmentState state;
  support::Edit(state.locations["x"].last_good, [&](Version& version) { version.location.entry = deep; });
  const auto back = StateFromJson(StateToJson(state));
  ASSERT_TRUE(back) << back.error().Text();
  EXPECT_EQ(*back, state);
}

// A good state with one location, changed by the caller.
json::object Sample() {
  EnvironmentState state;
  state.environment = "production";
  state.locations["a"].failed.emplace().since = WallTime(Duration(1'795'353'605'123));
  state.locations["a"].last_good = Version();
  return json::parse(StateToJson(state)).get_object();
}

struct BadCase {
  std::string name;
  std::string pointer;  // JSON pointer of what is changed
  std::string json;     // by what; "" removes it
  std::string problem;
};
class StateJsonField : public ::testing::TestWithParam<BadCase> {};

// Sets or removes what stands at `pointer` ("/a/b").
void Change(json::object& root, const std::string& pointer, const std::string& text) {
  const std::size_t last = pointer.rfind('/');
  json::value all = root;
  boost::json::error_code error;
  json::value* parent = last == 0 ? &all : all.find_pointer(pointer.substr(0, last), error);
  ASSERT_NE(parent, nullptr) << pointer;
  const std::string key = pointer.substr(last + 1);
  if (text.empty()) {
    parent->get_object().erase(key);
  } else {
    parent->get_object()[key] = json::parse(text);
  }
  root = all.get_object();
}

TEST_P(StateJsonField, ThatIsNotWhatWeWriteIsNamed) {
  json::object root = Sample();
  Change(root, GetParam().pointer, GetParam().json);
  const auto state = StateFromJson(json::serialize(root));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, "state-json");
  EXPECT_EQ(state.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(state.error().message, HasSubstr(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, StateJsonField,
    ::testing::Values(
        BadCase{"NoLocations", "/locations", "", "locations: expected a field of this name, found nothing"},
        BadCase{"LocationsAreAList", "/locations", "[]", "locations: expected a record, found []"},
        BadCase{"NoEnvironment", "/environment", "", "environment: expected a field"},
        BadCase{"EnvironmentIsNull", "/environment", "null", "environment: expected a text, found null"},
        BadCase{"PausedIsText", "/paused", R"("no")", "paused: expected true or false, found \"no\""},
        BadCase{"UnknownDecision", "/locations/a/decision", R"("guess")",
                "locations.a.decision: expected one of the known words, found \"guess\""},
        BadCase{"NoDecision", "/locations/a/decision", "", "locations.a.decision: expected a field"},
        BadCase{"DecisionIsNumber", "/locations/a/decision", "1", "locations.a.decision: expected"},
        BadCase{"ReasonIsNumber", "/locations/a/reason", "1", "locations.a.reason: expected a text, found 1"},
        BadCase{"TimeIsNumber", "/locations/a/failed/since", "1", "locations.a.failed.since: expected a time"},
        BadCase{"AttemptsTooLarge", "/locations/a/failed/attempts", "5000000000", "attempts: expected a whole number"},
        BadCase{"AttemptsHugeUnsigned", "/locations/a/failed/attempts", "18446744073709551615", "a whole number"},
        BadCase{"AttemptsFraction", "/locations/a/failed/attempts", "1.5", "attempts: expected a whole number"},
        BadCase{"EntryIsNoValue", "/locations/a/lastGood/location/entry", "1", "entry: expected a YAML value"},
        BadCase{"RevisionIsText", "/locations/a/lastGood/revision", R"("abc")", "revision: expected a record"},
        BadCase{"LimitIsText", "/locations/a/lastGood/location/settings/runs/limitMs", R"("1s")", "milliseconds"},
        BadCase{"RemovalIsNull", "/approvedRemovals", "[null]", "approvedRemovals.0: expected a text, found null"},
        BadCase{"NoVersion", "/schemaVersion", "", "it has no schemaVersion"},
        BadCase{"VersionZero", "/schemaVersion", "0", "it has no schemaVersion"},
        BadCase{"VersionIsText", "/schemaVersion", R"("1")", "it has no schemaVersion"}),
    support::CaseName());

TEST(StateJson, ANewerVersionNeedsAPersonEvenWhenNothingElseIsKnown) {
  const std::string version = std::to_string(EnvironmentState::kSchemaVersion + 1);
  const auto state = StateFromJson("{\"schemaVersion\": " + version + R"(, "other": {}})");
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind, ErrorKind::kStalled);
  EXPECT_EQ(state.error().code, "store-newer");
  EXPECT_THAT(state.error().message, HasSubstr("schemaVersion " + version));
}

TEST(StateJson, EveryCutOfAFileIsRefused) {
  const std::string whole = json::serialize(Sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ASSERT_FALSE(StateFromJson(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(StateFromJson(whole + whole));
  EXPECT_FALSE(StateFromJson("[]"));
  EXPECT_FALSE(StateFromJson(std::string(1000, '\0')));
}

}  // namespace
}  // namespace dagitops
