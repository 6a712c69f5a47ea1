#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/location_settings.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

inline constexpr std::size_t kLayers = 5;  // of enum Layer

// Repository paths of the files a value may come from, by Layer; "" where a layer has none. Always kLayers long.
using Sources = std::vector<std::string>;

// The three texts of a diagnostic.
struct Words {
  std::string found;
  std::string expected;
  std::string fix;
};

// What is shown of a file goes through Redact.
Diagnostic Fault(std::string code, Position position, Words words);
Diagnostic Warning(std::string code, Position position, Words words);

// Where a value stands. A value that no file holds (a default of ours) is at the fragment as a whole.
Position At(const Sources& sources, const Mark& mark);

// Whether a location's `lint.ignore` names the code with a reason; for what is told after ApplyIgnores.
bool IsIgnored(const std::vector<LintIgnore>& ignores, std::string_view code);

// Sets the location of those that have none.
void SetLocation(Diagnostics& diagnostics, const std::string& name);

void Append(Diagnostics& to, Diagnostics from);

}  // namespace dagitops::workspace
