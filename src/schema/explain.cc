#include "schema/explain.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

namespace dagitops::schema {
namespace {

constexpr std::size_t kShown = 60;  // bytes of a foreign text that a message shows

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypeWords{{{"string", "a string"},
                                                                                   {"integer", "an integer"},
                                                                                   {"number", "a number"},
                                                                                   {"boolean", "true or false"},
                                                                                   {"object", "a mapping"},
                                                                                   {"array", "a list"}}};

std::string_view TypeWord(std::string_view type) {
  for (const auto& [name, words] : kTypeWords) {
    if (name == type) return words;
  }
  return "";
}

// "a string, an integer or a list"; null goes without saying.
std::string DescribeTypes(const std::vector<std::string>& types) {
  std::vector<std::string> words;
  for (const std::string& type : types) {
    if (const std::string_view word = TypeWord(type); !word.empty()) words.emplace_back(word);
  }
  if (words.empty()) return "nothing";
  if (words.size() == 1) return words.front();
  const std::string last = std::move(words.back());
  words.pop_back();
  return Join(words, ", ") + " or " + last;
}

bool Asks(const Shape& shape, std::string_view type) {
  return std::find(shape.types.begin(), shape.types.end(), type) != shape.types.end();
}

bool WantsString(const Shape& shape) {
  return Asks(shape, "string") && shape.types.size() == (Asks(shape, "null") ? 2U : 1U);
}

bool IsPlain(const Value& value, ScalarType type) { return value.is_scalar() && ResolveScalar(value.text()) == type; }

// What to write instead; often quotes are all that is wrong.
std::string TypeFix(const Shape& shape, const Value& value) {
  std::string other = "write " + DescribeTypes(shape.types);
  if (!value.is_scalar()) return other;
  const bool name_alone = Asks(shape, "object") && shape.required == std::vector<std::string>{"name"};
  if (name_alone && !value.text().empty()) return "write {name: " + Shorten(Redact(value.text()), kShown) + "}";
  if (!value.quoted() && Asks(shape, "string")) return "write " + Quoted(Shorten(Redact(value.text()), kShown));
  const bool unquote = (Asks(shape, "integer") && IsPlain(value, ScalarType::kInteger)) ||
                       (Asks(shape, "boolean") && IsPlain(value, ScalarType::kBool));
  return unquote ? "write " + value.text() + " without quotes" : other;
}

// The word that was probably meant, as it must be written.
std::string ValueFix(const Shape& shape, const Value& value) {
  const auto word = value.is_scalar() ? DidYouMean(Quoted(value.text()), shape.words) : std::nullopt;
  return word ? "did you mean " + *word + "?" : "correct the value";
}

std::string DescribeRange(const Shape& shape) {
  if (shape.minimum.empty()) return "a number up to " + shape.maximum;
  return "a number from " + shape.minimum + (shape.maximum.empty() ? " up" : " to " + shape.maximum);
}

std::string DescribeAllowed(const Shape& shape, const Value& value, const std::string& said) {
  if (!shape.words.empty()) return (shape.words.size() == 1 ? "" : "one of ") + Join(shape.words, ", ");
  if (!shape.hint.empty()) return shape.hint;
  const bool text = value.is_scalar() && (value.quoted() || ResolveScalar(value.text()) == ScalarType::kString);
  if (!text && (!shape.minimum.empty() || !shape.maximum.empty())) return DescribeRange(shape);
  if (shape.not_empty && value.text().empty()) return "a text that is not empty";
  return "what the schema asks for: " + said;
}

void ExplainUnknownKey(Violation& violation, const Shape& shape) {
  const std::vector<std::string> known = shape.Keys();
  violation.found = "the unknown key " + ShownKey(violation.key);
  violation.expected = known.empty() ? "no such key" : "one of " + Join(known, ", ");
  const auto meant = DidYouMean(violation.key, known);
  violation.fix = meant ? "did you mean " + *meant + "?" : "remove it";
  violation.path.push_back({violation.key});
}

std::string_view Word(ScalarType type) {
  switch (type) {
    case ScalarType::kBool:
      return "the boolean ";
    case ScalarType::kInteger:
    case ScalarType::kOddInteger:
    case ScalarType::kFloat:
      return "the number ";
    case ScalarType::kTimestamp:
      return "the date ";
    case ScalarType::kString:
    case ScalarType::kNull:
      break;
  }
  return "";
}

Mark KeyMark(const Value& mapping, const std::string& key) {
  for (const Value::Member& member : mapping.members()) {
    if (member.key == key) return member.mark;
  }
  return mapping.mark();
}

}  // namespace

std::string DescribeValue(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "nothing";
    case Value::Kind::kSequence:
      return "a list";
    case Value::Kind::kMapping:
      return "a mapping";
    case Value::Kind::kScalar:
      break;
  }
  const std::string_view word = value.quoted() ? "" : Word(ResolveScalar(value.text()));
  if (word.empty()) return "the text " + Quoted(Shorten(Redact(value.text()), kShown));
  return std::string(word) + Shorten(value.text(), kShown);
}

Violation Explain(const Finding& finding, const ShapeGraph& shapes, const Value& root) {
  static const Shape kUnknownShape;
  static const Value kNothing;
  const Shape* known = shapes.Find(finding.path);
  const Shape& shape = known == nullptr ? kUnknownShape : *known;
  const Value* at = At(root, finding.path);
  const Value& value = at == nullptr ? kNothing : *at;

  Violation violation{finding.kind, finding.path, value.mark(), finding.key, DescribeValue(value), "", "", false};
  switch (finding.kind) {
    case Violation::Kind::kType:
      violation.expected = DescribeTypes(shape.types);
      violation.fix = TypeFix(shape, value);
      violation.wants_string = WantsString(shape);
      break;
    case Violation::Kind::kMissing:
      violation.found = "no " + finding.key;
      violation.expected = finding.key + " to be set";
      violation.fix = "add " + finding.key;
      break;
    case Violation::Kind::kUnknownKey:
      violation.mark = KeyMark(value, finding.key);
      ExplainUnknownKey(violation, shape);
      break;
    case Violation::Kind::kValue:
      violation.expected = DescribeAllowed(shape, value, finding.text);
      violation.fix = ValueFix(shape, value);
      break;
  }
  return violation;
}

}  // namespace dagitops::schema
