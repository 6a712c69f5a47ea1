#include "store/json_archive.h"

#include <boost/json/serialize.hpp>

#include "dagitops/base/text.h"

namespace dagitops {

void Trail::Expected(std::string_view what, const boost::json::value* found) {
  if (!good()) return;  // what follows the first is mostly its consequence
  problem_ = (path_.empty() ? "the file" : Join(path_, ".")) + ": expected " + std::string(what) + ", found " +
             (found == nullptr ? "nothing" : Shorten(boost::json::serialize(*found), 80));
}

namespace json_archive {

void Read(const boost::json::value& json, std::string& value, Trail& trail) {
  if (!json.is_string()) return trail.Expected("a text", &json);
  value = json.get_string();
}

void Read(const boost::json::value& json, bool& value, Trail& trail) {
  if (!json.is_bool()) return trail.Expected("true or false", &json);
  value = json.get_bool();
}

void Read(const boost::json::value& json, WallTime& value, Trail& trail) {
  const auto time = json.is_string() ? TimeFromText(std::string(json.get_string())) : std::nullopt;
  if (!time) return trail.Expected("a time like 2026-11-22T13:20:05.123Z", &json);
  value = *time;
}

void Read(const boost::json::value& json, Duration& value, Trail& trail) {
  const auto number = ReadInteger(json);
  if (!number) return trail.Expected("a number of milliseconds", &json);
  value = Duration(*number);
}

void Read(const boost::json::value& json, Value& value, Trail& trail) {
  auto read = ValueFromJson(json);
  if (!read) return trail.Expected("a YAML value as JSON", &json);
  value = std::move(*read);
}

std::optional<std::int64_t> ReadInteger(const boost::json::value& json) {
  if (json.is_int64()) return json.get_int64();
  return std::nullopt;  // the parser makes uint64 only of what int64 cannot hold
}

}  // namespace json_archive
}  // namespace dagitops
