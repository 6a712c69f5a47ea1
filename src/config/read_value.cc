#include "config/read_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include "dagitops/base/duration.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

namespace dagitops::config {
namespace {

constexpr std::size_t kShown = 60;

constexpr std::array<std::pair<std::string_view, long long>, 4> kUnits{
    {{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"B", 1}}};

std::optional<long long> ParseNumber(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<long long> ParseBytes(std::string_view text) {
  long long unit = 1;
  for (const auto& [name, size] : kUnits) {
    if (!text.ends_with(name)) continue;
    text.remove_suffix(name.size());
    unit = size;
    break;
  }
  const std::optional<long long> number = ParseNumber(text);
  if (!number || *number < 0 || *number > std::numeric_limits<long long>::max() / unit) return std::nullopt;
  return *number * unit;
}

ScalarType TypeOf(const Value& value) { return value.quoted() ? ScalarType::kString : ResolveScalar(value.text()); }

bool IsTrue(std::string_view text) {
  return text.find_first_of("yYtT") == 0 || text == "on" || text == "On" || text == "ON";
}

std::string DescribeFound(const Value& value) {
  if (value.is_null()) return "nothing";
  if (value.is_mapping()) return "a mapping";
  if (value.is_sequence()) return "a list";
  const std::string text = Shorten(Redact(value.text()), kShown);
  return value.quoted() ? Quoted(text) : text;
}

// A port from 1 to 65535 after the last colon; a host with colons of its own stands in brackets.
bool IsAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = text.substr(0, colon);
  const std::optional<long long> port = ParseNumber(text.substr(colon + 1));
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  return port && *port >= 1 && *port <= 65535 && (bracketed || host.find_first_of(":/ []") == std::string_view::npos);
}

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/: lower case letters, digits and, inside,
// '-'.
bool IsLabel(std::string_view text) {
  const auto edge = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto inside = [&](char c) { return edge(c) || c == '-'; };
  return !text.empty() && edge(text.front()) && edge(text.back()) && std::all_of(text.begin(), text.end(), inside);
}

// Labels with dots between them, as Kubernetes checks the names of its objects and Helm those of its releases.
bool IsSubdomain(std::string_view text) {
  const std::vector<std::string> labels = Split(text, '.');
  return std::all_of(labels.begin(), labels.end(), IsLabel);
}

bool IsNameOf(Kind kind, std::string_view text) {
  if (kind == Kind::kLabel) return text.size() <= 63 && IsLabel(text);
  return text.size() <= 253 && IsSubdomain(text);
}

bool IsNameKind(Kind kind) { return kind == Kind::kLabel || kind == Kind::kName; }

std::optional<Reading> ReadText(const Value& value, const Rule& rule) {
  const std::string& text = value.text();
  if (TypeOf(value) != ScalarType::kString && TypeOf(value) != ScalarType::kTimestamp) return std::nullopt;
  const bool absolute = text.starts_with('/');
  if (text.empty() || (rule.kind == Kind::kPath && !absolute)) return std::nullopt;
  if (rule.kind == Kind::kProgram && !absolute && text.find('/') != std::string::npos) return std::nullopt;
  if (rule.kind == Kind::kPrefix && (!absolute || text.ends_with('/'))) return std::nullopt;
  if (rule.kind == Kind::kAddress && !IsAddress(text)) return std::nullopt;
  if (IsNameKind(rule.kind) && !IsNameOf(rule.kind, text)) return std::nullopt;
  const bool known = std::find(rule.choices.begin(), rule.choices.end(), text) != rule.choices.end();
  if (rule.kind == Kind::kChoice && !known) return std::nullopt;
  return Reading{text, 0, false};
}

std::optional<Reading> ReadNumber(const Value& value, const Rule& rule) {
  std::optional<long long> number;
  if (rule.kind == Kind::kDuration) {
    const std::optional<Duration> duration = ParseDuration(value.text());
    if (duration) number = duration->count();
  } else if (rule.kind == Kind::kBytes) {
    number = ParseBytes(value.text());
  } else if (TypeOf(value) == ScalarType::kInteger) {
    number = ParseNumber(value.text());
  }
  if (!number || *number < rule.min || *number > rule.max) return std::nullopt;
  return Reading{"", *number, false};
}

std::optional<Reading> ReadNames(const Value& value) {
  if (!value.is_sequence()) return std::nullopt;
  Reading reading;
  for (const Value& item : value.items()) {
    if (!item.is_scalar() || TypeOf(item) != ScalarType::kString || !IsSubdomain(item.text())) return std::nullopt;
    reading.names.push_back(item.text());
  }
  return reading;
}

std::optional<Reading> Read(const Value& value, const Rule& rule) {
  if (rule.kind == Kind::kNames) return ReadNames(value);
  if (!value.is_scalar()) return std::nullopt;
  switch (rule.kind) {
    case Kind::kDuration:
    case Kind::kBytes:
    case Kind::kInteger:
      return ReadNumber(value, rule);
    case Kind::kBoolean:
      if (TypeOf(value) != ScalarType::kBool) return std::nullopt;
      return Reading{"", 0, IsTrue(value.text())};
    default:
      return ReadText(value, rule);
  }
}

std::string FixFor(const Value& value, const Rule& rule) {
  const std::string& text = value.text();
  if (rule.kind == Kind::kText && !text.empty() && !value.quoted()) return "write " + Quoted(Shorten(text, kShown));
  if (rule.kind == Kind::kDuration && ParseNumber(text) && Read(Value::String(text + "s"), rule)) {
    return "write " + text + "s";
  }
  const bool quotable = rule.kind == Kind::kChoice || IsNameKind(rule.kind);
  if (quotable && !value.quoted() && Read(Value::String(text), rule)) return "write " + Quoted(text);
  const auto meant = DidYouMean(text, rule.choices);
  if (rule.kind == Kind::kChoice && meant) return "did you mean " + *meant + "?";
  const bool unquote = value.quoted() && Read(Value::Scalar(text, false), rule);
  return unquote ? "write " + text + " without quotes" : "write " + DescribeRule(rule);
}

std::string Between(const std::string& min, const std::string& max) { return " from " + min + " to " + max; }

}  // namespace

std::string FormatBytes(long long bytes) {
  for (const auto& [name, size] : kUnits) {
    if (bytes != 0 && bytes % size == 0) return std::to_string(bytes / size) + std::string(name);
  }
  return std::to_string(bytes) + "B";
}

std::string DescribeRule(const Rule& rule) {
  switch (rule.kind) {
    case Kind::kText:
      return "a text";
    case Kind::kPath:
      return "an absolute path";
    case Kind::kProgram:
      return "an absolute path, or the name of a program";
    case Kind::kPrefix:
      return "a path such as /dagster";
    case Kind::kAddress:
      return "host:port, or :port for all addresses";
    case Kind::kDuration:
      return "a duration" + Between(FormatDuration(Duration(rule.min)), FormatDuration(Duration(rule.max)));
    case Kind::kBytes:
      return "a size" + Between(FormatBytes(rule.min), FormatBytes(rule.max));
    case Kind::kInteger:
      return "an integer" + Between(std::to_string(rule.min), std::to_string(rule.max));
    case Kind::kBoolean:
      return "true or false";
    case Kind::kLabel:
      return "a name: up to 63 lower case letters and digits, `-` inside";
    case Kind::kName:
      return "a name: up to 253 lower case letters and digits, `-` and `.` inside";
    case Kind::kNames:
      return "a list of names, such as [dagster]";
    case Kind::kChoice:
      break;
  }
  return "one of " + Join(rule.choices, ", ");
}

std::variant<Reading, Complaint> ReadValue(const Value& value, const Rule& rule) {
  if (std::optional<Reading> reading = Read(value, rule)) return *std::move(reading);
  return Complaint{DescribeFound(value), DescribeRule(rule), FixFor(value, rule)};
}

}  // namespace dagitops::config
