#include "dagitops/schema/violation.h"

#include "dagitops/base/text.h"

namespace dagitops::schema {

std::string PathText(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (step.index >= 0) {
      text += '[' + std::to_string(step.index) + ']';
      continue;
    }
    if (!text.empty()) text += '.';
    const bool plain = !step.key.empty() && step.key.find_first_of(".[] \t\r\n\"") == std::string::npos;
    text += plain ? step.key : Quoted(step.key);
  }
  return text;
}

const Value* At(const Value& root, const Path& path) {
  const Value* value = &root;
  for (const PathStep& step : path) {
    const auto index = static_cast<std::size_t>(step.index);
    if (step.index < 0) {
      value = value->Find(step.key);
    } else {
      value = index < value->items().size() ? &value->items()[index] : nullptr;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

}  // namespace dagitops::schema
