#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dagitops {

// The file a value was read from; a later layer wins when they are merged.
enum class Layer : std::uint8_t { kBuiltin, kDefaults, kEnvironmentDefaults, kFragment, kOverlay };

// Where a value stands in its layer's file; line and column count from 1, 0 is unknown.
struct Mark {
  std::uint32_t line = 0;
  std::uint16_t column = 0;
  Layer layer = Layer::kBuiltin;

  friend bool operator==(const Mark&, const Mark&) = default;
};

// An immutable YAML tree. A scalar keeps its text and whether it was quoted, because `1.10` and "1.10" are different
// things to Helm; nothing is converted before somebody asks. Copies are cheap: they share everything below them, so
// that merging ten thousand files costs only what really differs. Safe to read from any thread.
class Value {
 public:
  struct Member;
  using Sequence = std::vector<Value>;
  using Mapping = std::vector<Member>;  // in file order; keys are unique

  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };

  Value() = default;  // null
  static Value Scalar(std::string text, bool quoted, Mark mark = {});
  static Value String(std::string text, Mark mark = {}) { return Scalar(std::move(text), true, mark); }
  static Value Integer(long long number, Mark mark = {}) { return Scalar(std::to_string(number), false, mark); }
  static Value Bool(bool truth, Mark mark = {}) { return Scalar(truth ? "true" : "false", false, mark); }
  static Value Null(Mark mark = {});
  static Value List(Sequence items, Mark mark = {});
  static Value Map(Mapping members, Mark mark = {});

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }  // also an unquoted ~, null or nothing
  bool is_scalar() const { return kind() == Kind::kScalar; }
  bool is_sequence() const { return kind() == Kind::kSequence; }
  bool is_mapping() const { return kind() == Kind::kMapping; }
  Mark mark() const { return mark_; }

  // The scalar's text as written, without quotes; "" for every other kind.
  const std::string& text() const;
  bool quoted() const { return quoted_; }

  // Empty for other kinds.
  const Sequence& items() const;
  const Mapping& members() const;

  // The member's value, or nullptr; also nullptr when this is no mapping. Lives as long as this value.
  const Value* Find(std::string_view key) const;
  // Find along "a.b.c"; keys that hold a dot cannot be reached this way.
  const Value* FindPath(std::string_view dotted) const;

  // A copy with `key` set (in place when it exists, else at the end) or removed. For mappings (null counts as empty).
  Value With(std::string_view key, Value value) const;
  Value Without(std::string_view key) const;

  // Equal content: same kinds, texts, quoting and members in any order; marks do not count.
  friend bool operator==(const Value& a, const Value& b);

 private:
  using SharedSequence = std::shared_ptr<const Sequence>;
  using SharedMapping = std::shared_ptr<const Mapping>;

  std::variant<std::monostate, std::string, SharedSequence, SharedMapping> data_;
  Mark mark_;
  bool quoted_ = false;
};

struct Value::Member {
  std::string key;
  Mark mark;  // of the key
  Value value;
};

}  // namespace dagitops
