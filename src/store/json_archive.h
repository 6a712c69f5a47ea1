#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "dagitops/base/clock.h"
#include "dagitops/base/shared.h"
#include "dagitops/base/time_text.h"
#include "dagitops/model/value.h"

#include "store/value_json.h"

// Values to JSON and back from one description: a function template Fields(archive, value) lists the fields of a
// struct, and JsonWriter and JsonReader walk it, so that what is written and what is read cannot drift apart. Strict
// both ways: every field is always there, null for none; what is missing or of another kind is an error that names its
// place.
namespace dagitops {

// Which struct a Fields is for: `const T` when writing, `T` when reading.
template <class A, class B>
concept Same = std::same_as<std::remove_const_t<A>, B>;

// The words of an enum in files, by the order of its values.
template <class E>
using Words = std::vector<std::pair<E, std::string_view>>;

// Where reading stands, and the first thing that was wrong.
class Trail {
 public:
  // Goes one level down for as long as the object lives.
  class Step {
   public:
    Step(Trail& trail, std::string key) : trail_(trail) { trail_.path_.push_back(std::move(key)); }
    ~Step() { trail_.path_.pop_back(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Trail& trail_;
  };

  void Expected(std::string_view what, const boost::json::value* found);
  bool good() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }  // "locations.a.decision: expected one of …, found \"x\""

 private:
  std::vector<std::string> path_;
  std::string problem_;
};

template <class T>
boost::json::value ToJson(const T& value);
template <class T>
void FromJson(const boost::json::value& json, T& value, Trail& trail);

class JsonWriter {
 public:
  template <class T>
  void Field(std::string_view key, const T& value) {
    out_.emplace(key, ToJson(value));
  }
  // A field that files of an older version do not have.
  template <class T>
  void Added(std::string_view key, const T& value) {
    Field(key, value);
  }
  // Where "" or 0 means none: null in the file.
  template <class T>
  void OrNull(std::string_view key, const T& value) {
    out_.emplace(key, value == T{} ? boost::json::value(nullptr) : ToJson(value));
  }
  template <class E>
  void Word(std::string_view key, const E& value, const Words<E>& words) {
    for (const auto& [each, word] : words) {
      if (each == value) out_.emplace(key, word);
    }
  }
  boost::json::object Take() { return std::move(out_); }

 private:
  boost::json::object out_;
};

class JsonReader {
 public:
  JsonReader(const boost::json::object& in, Trail& trail) : in_(in), trail_(trail) {}

  template <class T>
  void Field(std::string_view key, T& value) {
    const Trail::Step step(trail_, std::string(key));
    if (const boost::json::value* json = Find(key)) FromJson(*json, value, trail_);
  }
  template <class T>
  void Added(std::string_view key, T& value) {
    if (in_.contains(key)) Field(key, value);
  }
  template <class T>
  void OrNull(std::string_view key, T& value) {
    const Trail::Step step(trail_, std::string(key));
    const boost::json::value* json = Find(key);
    if (json != nullptr && !json->is_null()) FromJson(*json, value, trail_);
  }
  template <class E>
  void Word(std::string_view key, E& value, const Words<E>& words) {
    const Trail::Step step(trail_, std::string(key));
    const boost::json::value* json = Find(key);
    if (json == nullptr) return;
    for (const auto& [each, word] : words) {
      if (json->is_string() && json->get_string() == word) {
        value = each;
        return;
      }
    }
    trail_.Expected("one of the known words", json);
  }

 private:
  const boost::json::value* Find(std::string_view key) {
    const boost::json::value* json = in_.if_contains(key);
    if (json == nullptr) trail_.Expected("a field of this name", nullptr);
    return json;
  }

  const boost::json::object& in_;
  Trail& trail_;
};

namespace json_archive {

template <class T>
struct Container : std::false_type {};
template <class T>
struct Container<std::optional<T>> : std::true_type {};
template <class T>
struct Container<Shared<T>> : std::true_type {};
template <class T>
struct Container<std::vector<T>> : std::true_type {};
template <class T>
struct Container<std::map<std::string, T>> : std::true_type {};

template <class T>
boost::json::value Write(const std::optional<T>& value) {
  return value ? ToJson(*value) : boost::json::value(nullptr);
}
template <class T>
boost::json::value Write(const Shared<T>& value) {
  return value ? ToJson(*value) : boost::json::value(nullptr);
}
template <class T>
boost::json::value Write(const std::vector<T>& values) {
  boost::json::array out;
  out.reserve(values.size());
  for (const T& value : values) out.push_back(ToJson(value));
  return out;
}
template <class T>
boost::json::value Write(const std::map<std::string, T>& values) {
  boost::json::object out;
  for (const auto& [key, value] : values) out.emplace(key, ToJson(value));
  return out;
}

template <class T>
void Read(const boost::json::value& json, std::optional<T>& value, Trail& trail) {
  value.reset();
  if (!json.is_null()) FromJson(json, value.emplace(), trail);
}
template <class T>
void Read(const boost::json::value& json, Shared<T>& value, Trail& trail) {
  std::optional<T> read;
  Read(json, read, trail);
  value.reset();
  if (read) value = *std::move(read);
}
template <class T>
void Read(const boost::json::value& json, std::vector<T>& values, Trail& trail) {
  if (!json.is_array()) return trail.Expected("a list", &json);
  for (const boost::json::value& element : json.get_array()) {
    const Trail::Step step(trail, std::to_string(values.size()));
    FromJson(element, values.emplace_back(), trail);
  }
}
template <class T>
void Read(const boost::json::value& json, std::map<std::string, T>& values, Trail& trail) {
  if (!json.is_object()) return trail.Expected("a record", &json);
  for (const auto& [key, element] : json.get_object()) {
    const Trail::Step step(trail, std::string(key));
    FromJson(element, values[std::string(key)], trail);
  }
}

void Read(const boost::json::value& json, std::string& value, Trail& trail);
void Read(const boost::json::value& json, bool& value, Trail& trail);
void Read(const boost::json::value& json, WallTime& value, Trail& trail);
void Read(const boost::json::value& json, Duration& value, Trail& trail);  // milliseconds
void Read(const boost::json::value& json, Value& value, Trail& trail);
std::optional<std::int64_t> ReadInteger(const boost::json::value& json);

}  // namespace json_archive

template <class T>
boost::json::value ToJson(const T& value) {
  if constexpr (std::same_as<T, std::string> || std::same_as<T, bool>) {
    return boost::json::value(value);
  } else if constexpr (std::integral<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::same_as<T, WallTime>) {
    return boost::json::value(TimeToText(value));
  } else if constexpr (std::same_as<T, Duration>) {
    return static_cast<std::int64_t>(value.count());
  } else if constexpr (std::same_as<T, Value>) {
    return ValueToJson(value);
  } else if constexpr (json_archive::Container<T>::value) {
    return json_archive::Write(value);
  } else {
    JsonWriter writer;
    Fields(writer, value);
    return writer.Take();
  }
}

template <class T>
void FromJson(const boost::json::value& json, T& value, Trail& trail) {
  if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    const auto number = json_archive::ReadInteger(json);
    if (!number || !std::in_range<T>(*number)) return trail.Expected("a whole number", &json);
    value = static_cast<T>(*number);
  } else if constexpr (std::same_as<T, std::string> || std::same_as<T, bool> || std::same_as<T, WallTime> ||
                       std::same_as<T, Duration> || std::same_as<T, Value> || json_archive::Container<T>::value) {
    json_archive::Read(json, value, trail);
  } else {
    if (!json.is_object()) return trail.Expected("a record", &json);
    JsonReader reader(json.get_object(), trail);
    Fields(reader, value);
  }
}

}  // namespace dagitops
