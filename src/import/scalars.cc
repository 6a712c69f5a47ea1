#include "import/scalars.h"

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

namespace dagitops::import {
namespace {

constexpr std::size_t kShown = 80;

}  // namespace

std::optional<std::string> AsString(const Value* value) {
  if (value == nullptr || !value->is_scalar()) return std::nullopt;
  if (!value->quoted() && ResolveScalar(value->text()) != ScalarType::kString) return std::nullopt;
  return value->text();
}

std::optional<int> AsInteger(const Value* value) {
  if (value == nullptr || !value->is_scalar() || value->quoted()) return std::nullopt;
  return PlainInteger(value->text());
}

std::optional<bool> AsBool(const Value* value) {
  if (value == nullptr || !value->is_scalar() || value->quoted()) return std::nullopt;
  if (ResolveScalar(value->text()) != ScalarType::kBool) return std::nullopt;
  const std::string& text = value->text();
  const char first = static_cast<char>(text.front() | 0x20);  // lower case
  return first == 't' || first == 'y' || (first == 'o' && text.size() == 2);
}

std::string Show(const Value* value) {
  if (value == nullptr || value->is_null()) return "nothing";
  if (value->is_mapping()) return "a mapping";
  if (value->is_sequence()) return "a list";
  if (value->quoted()) return Quoted(Shorten(value->text(), kShown));
  return value->text() + " (" + std::string(Describe(ResolveScalar(value->text()))) + ")";
}

}  // namespace dagitops::import
