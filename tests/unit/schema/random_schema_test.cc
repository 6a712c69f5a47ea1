// The quick look, the validator and the explanations over random schemas and random values.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/schema/validator.h"
#include "dagitops/yaml/emit.h"

#include "schema/accept.h"

namespace dagitops::schema {
namespace {

class RandomPair {
 public:
  explicit RandomPair(unsigned seed) : random_(seed) {}

  boost::json::object Schema(int depth) {
    boost::json::object schema;
    if (Below(2) == 0) schema["type"] = OneOf({"string", "integer", "number", "boolean", "object", "array"});
    if (Below(8) == 0) schema["type"] = boost::json::array{"string", "null"};
    if (Below(8) == 0) schema["enum"] = boost::json::array{"a", 1, nullptr, true};
    if (Below(8) == 0) schema["minimum"] = Below(3);
    if (Below(8) == 0) schema["maximum"] = Below(6);
    if (Below(8) == 0) schema["minLength"] = 1;
    if (Below(8) == 0) schema["pattern"] = OneOf({"^a", "b$", "^[0-9]+$"});
    if (Below(4) == 0) schema["required"] = boost::json::array{OneOf({"a", "b"})};
    if (depth == 0) return schema;
    if (Below(2) == 0) schema["properties"] = boost::json::object{{"a", Schema(depth - 1)}, {"b", Schema(depth - 1)}};
    if (Below(3) == 0) schema["items"] = Schema(depth - 1);
    if (Below(4) == 0) schema["additionalProperties"] = Schema(depth - 1);
    if (Below(6) == 0) schema["additionalProperties"] = false;
    if (Below(8) == 0) schema["anyOf"] = boost::json::array{Schema(depth - 1), Schema(depth - 1)};
    return schema;
  }

  Value Make(int depth) {
    const unsigned kind = Below(depth == 0 ? 4 : 8);
    if (kind < 3)
      return Value::Scalar(OneOf({"a", "b", "1", "5", "-1", "012", "1.5", "2.0", "no", "~", ".inf", "2024-01-31"}),
                           false);
    if (kind == 3) return Value::String(OneOf({"", "a", "b", "1", "no"}));
    if (kind == 4) return Value::List({Make(depth - 1), Make(depth - 1)});
    Value map = Value::Map({});
    for (const char* key : {"a", "b", "c"}) {
      if (Below(2) == 0) map = map.With(key, Make(depth - 1));
    }
    return map;
  }

 private:
  unsigned Below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  const char* OneOf(const std::vector<const char*>& words) { return words[Below(static_cast<unsigned>(words.size()))]; }

  std::mt19937 random_;
};

Validator Make(const boost::json::object& schema) {
  Result<Validator> made = Validator::Make(boost::json::serialize(schema));
  EXPECT_TRUE(made.has_value()) << made.error().Text();
  return std::move(made).value();
}

TEST(RandomSchemas, GetTheSameVerdictFromTheQuickLookAndFromValijson) {
  int quick = 0;
  int slow = 0;
  int invalid = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    RandomPair random(seed);
    const boost::json::object schema = random.Schema(2);
    boost::json::object thorough = schema;
    thorough["minProperties"] = 0;  // which the quick look does not know
    Validator both = Make(schema);
    Validator valijson = Make(thorough);
    const boost::json::value kept = schema;
    const ShapeGraph shapes(kept);
    for (int i = 0; i < 40; ++i) {
      const Value value = random.Make(3);
      const bool valid = valijson.Validate(value).empty();
      const std::string what = boost::json::serialize(schema) + "\n" + yaml::Canonical(value);
      ASSERT_EQ(both.Validate(value).empty(), valid) << what;
      const bool plain = IsPlainlyValid(shapes.root(), value);
      ASSERT_FALSE(plain && !valid) << what;
      ++(plain ? quick : valid ? slow : invalid);
    }
  }
  EXPECT_GT(quick, 1000);
  EXPECT_GT(slow, 1000);
  EXPECT_GT(invalid, 1000);
}

TEST(RandomSchemas, AreExplainedAtAPlaceThatIsThereInWordsThatHelp) {
  int told = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    RandomPair random(seed);
    const boost::json::object schema = random.Schema(2);
    Validator validator = Make(schema);
    for (int i = 0; i < 20; ++i) {
      const Value value = random.Make(3);
      for (const Violation& violation : validator.Validate(value)) {
        ++told;
        const std::string what =
            boost::json::serialize(schema) + "\n" + yaml::Canonical(value) + "\n" + PathText(violation.path);
        ASSERT_NE(At(value, violation.path), nullptr) << what;
        ASSERT_FALSE(violation.found.empty() || violation.expected.empty() || violation.fix.empty()) << what;
        const bool keyed =
            violation.kind == Violation::Kind::kMissing || violation.kind == Violation::Kind::kUnknownKey;
        ASSERT_EQ(violation.key.empty(), !keyed) << what;
        if (violation.kind == Violation::Kind::kUnknownKey) {
          ASSERT_EQ(violation.path.back().key, violation.key) << what;
        }
        if (violation.kind == Violation::Kind::kMissing) {
          ASSERT_EQ(At(value, violation.path)->Find(violation.key), nullptr) << what;
        }
      }
    }
  }
  EXPECT_GT(told, 1000);
}

}  // namespace
}  // namespace dagitops::schema
