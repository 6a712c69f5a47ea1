#include "dagitops/schema/schemas.h"

#include <algorithm>
#include <array>

#include "schema/embedded.h"

namespace dagitops::schema {
namespace {

// In the order of enum Schema and of src/schema/CMakeLists.txt.
constexpr std::array<std::string_view, 10> kFiles{"chart-entry-1.10.json",
                                                  "chart-entry-1.12.json",
                                                  "fragment.json",
                                                  "repository.json",
                                                  "settings.json",
                                                  "status.json",
                                                  "plan.json",
                                                  "state.json",
                                                  "chart-values.json",
                                                  "doctor.json"};

}  // namespace

std::string_view SchemaText(Schema schema) { return EmbeddedText(static_cast<std::size_t>(schema)); }

std::string_view SchemaFile(Schema schema) { return kFiles[static_cast<std::size_t>(schema)]; }

std::optional<Schema> FindSchema(std::string_view file) {
  const auto* const found = std::find(kFiles.begin(), kFiles.end(), file);
  if (found == kFiles.end()) return std::nullopt;
  return static_cast<Schema>(found - kFiles.begin());
}

std::vector<std::string> ChartVersions() { return {"1.10", "1.12"}; }

std::optional<Schema> ChartEntrySchema(std::string_view chart_version) {
  if (chart_version == "1.10") return Schema::kChartEntry110;
  if (chart_version == "1.12") return Schema::kChartEntry112;
  return std::nullopt;
}

}  // namespace dagitops::schema
