#include "dagitops/schema/validator.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#define VALIJSON_USE_EXCEPTIONS 1  // without it valijson 1.0 ends the process at a bad schema
#include <boost/json/parse.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "schema/accept.h"
#include "schema/explain.h"
#include "schema/json_value.h"
#include "schema/reach.h"
#include "schema/shape.h"

namespace dagitops::schema {
namespace {

using Adapter = valijson::adapters::BoostJsonAdapter;

// Between the quotes that valijson 1.0 puts around a key; keys may hold quotes themselves.
std::string QuotedPart(const std::string& text) {
  const std::size_t first = text.find('\'');
  const std::size_t last = text.rfind('\'');
  return first < last ? text.substr(first + 1, last - first - 1) : "";
}

// "... 'properties' or 'additionalProperties' constraints: 'KEY'." ends in the key.
std::string LastKey(const std::string& text) {
  constexpr std::string_view kBefore = "constraints: ";
  const std::size_t start = text.find(kBefore);
  return start == std::string::npos ? "" : QuotedPart(text.substr(start + kBefore.size()));
}

// Context steps are "[key]" or "[index]"; what stands there tells which.
Path ReadPath(const std::vector<std::string>& context, const Value& root) {
  Path path;
  const Value* value = &root;
  for (std::size_t i = 1; i < context.size(); ++i) {  // the first is "<root>"
    PathStep step{context[i].substr(1, context[i].size() - 2)};
    if (value != nullptr && value->is_sequence()) {
      std::from_chars(step.key.data(), step.key.data() + step.key.size(), step.index);
      step.key.clear();
    }
    path.push_back(std::move(step));
    value = At(root, path);
  }
  return path;
}

// valijson tells what failed in words alone; those of version 1.0 are tested in validator_test.cc. Anything else is
// kValue and keeps its words.
Finding Read(const valijson::ValidationResults::Error& error, const Value& root) {
  const std::string& text = error.description;
  Finding finding{ReadPath(error.context, root), Violation::Kind::kValue, "", text};
  if (text.starts_with("Value type not permitted")) {
    finding.kind = Violation::Kind::kType;
  } else if (text.starts_with("Missing required property")) {
    finding.kind = Violation::Kind::kMissing;
    finding.key = QuotedPart(text);
  } else if (text.starts_with("Object contains a property that could not be validated")) {
    finding.kind = Violation::Kind::kUnknownKey;
    finding.key = LastKey(text);
  }
  return finding;
}

// "Failed to validate item #1 in array." only repeats that something below failed.
bool OnlyRepeats(const valijson::ValidationResults::Error& error) {
  return error.description.starts_with("Failed to validate");
}

// One violation a place and key: a wrong type usually breaks further rules about the same value.
std::vector<Finding> Findings(const valijson::ValidationResults& results, const Value& root) {
  std::vector<Finding> findings;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& error : results) {
    if (OnlyRepeats(error)) continue;
    Finding finding = Read(error, root);
    if (seen.emplace(PathText(finding.path), finding.key).second) findings.push_back(std::move(finding));
  }
  if (findings.empty() && results.begin() != results.end()) findings.push_back(Read(*results.begin(), root));
  return findings;
}

bool Before(const Violation& a, const Violation& b) {
  return std::tuple(a.mark.layer, a.mark.line, a.mark.column) < std::tuple(b.mark.layer, b.mark.line, b.mark.column);
}

// The way to a value while walking down; made a Path only for what is told.
struct Step {
  const Step* above;
  std::string_view key;
  int index;
};

Path PathOf(const Step* step) {
  Path path;
  for (; step != nullptr; step = step->above) path.push_back({std::string(step->key), step->index});
  std::reverse(path.begin(), path.end());
  return path;
}

// Values are at most as deep as the YAML reader lets them be, so this recursion is bounded.
void CollectUnknown(const Shape* shape, const Value& value, const Step* above, std::vector<UnknownKey>& unknown) {
  if (shape == nullptr) return;
  for (const Value::Member& member : value.members()) {
    const Step step{above, member.key, -1};
    const auto property = shape->properties.find(member.key);
    if (property != shape->properties.end()) {
      CollectUnknown(property->second, member.value, &step, unknown);
    } else if (shape->lists_all_keys) {
      unknown.push_back({PathOf(&step), member.mark, shape->Keys()});
    } else {
      CollectUnknown(shape->additional, member.value, &step, unknown);
    }
  }
  if (shape->items == nullptr) return;
  int index = 0;
  for (const Value& item : value.items()) {
    const Step step{above, {}, index++};
    CollectUnknown(shape->items, item, &step, unknown);
  }
}

// Schemas of ours name each other by file; nothing is ever fetched.
const boost::json::value* FetchOurs(const std::string& uri) {
  const std::optional<Schema> schema = FindSchema(uri);
  return schema ? new boost::json::value(boost::json::parse(SchemaText(*schema))) : nullptr;
}

void FreeOurs(const boost::json::value* document) { delete document; }

}  // namespace

struct Validator::Compiled {
  explicit Compiled(boost::json::value json) : text(std::move(json)), shapes(text) {
    if (shapes.circular()) throw std::invalid_argument("a $ref leads back to itself");  // valijson would follow it
    valijson::SchemaParser().populateSchema(Adapter(text), rules, FetchOurs, FreeOurs);
  }

  boost::json::value text;  // shapes point into it
  ShapeGraph shapes;
  valijson::Schema rules;
  valijson::Validator judge;  // keeps compiled patterns: why a Validator is for one thread
};

Validator::Validator(Schema schema) : compiled_(std::make_unique<Compiled>(boost::json::parse(SchemaText(schema)))) {}
Validator::Validator(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;

Result<Validator> Validator::Make(std::string_view schema_json) {
  try {
    return Validator(std::make_unique<Compiled>(boost::json::parse(schema_json)));
  } catch (const std::exception& error) {
    return Error{ErrorKind::kInvalid, "bad-schema", "", std::string("reading a JSON Schema: ") + error.what(), ""};
  }
}

std::vector<Violation> Validator::Validate(const Value& value) {
  if (IsPlainlyValid(compiled_->shapes.root(), value)) return {};
  const boost::json::value json = ToJson(value);
  if (compiled_->judge.validate(compiled_->rules, Adapter(json), nullptr)) return {};
  valijson::ValidationResults results;  // collecting them costs, so only for what is known to be wrong
  compiled_->judge.validate(compiled_->rules, Adapter(json), &results);
  std::vector<Violation> violations;
  for (const Finding& finding : Findings(results, value)) {
    violations.push_back(Explain(finding, compiled_->shapes, value));
  }
  std::stable_sort(violations.begin(), violations.end(), Before);
  return violations;
}

std::vector<UnknownKey> Validator::UnknownKeys(const Value& value) const {
  std::vector<UnknownKey> unknown;
  CollectUnknown(&compiled_->shapes.root(), value, nullptr, unknown);
  return unknown;
}

std::optional<DeadEnd> Validator::FindDeadEnd(const std::vector<KeyStep>& key) const {
  return Follow(compiled_->shapes.root(), key);
}

std::vector<std::string> Validator::KnownKeys(const Path& path) const {
  const Shape* shape = compiled_->shapes.Find(path);
  return shape == nullptr ? std::vector<std::string>() : shape->Keys();
}

}  // namespace dagitops::schema
