#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagitops::schema {

// The files of schemas/, built into the binary. All are JSON Schema draft 7, the newest that valijson and editors
// share.
enum class Schema {
  kChartEntry110,  // one item of `deployments`, chart dagster-user-deployments 1.10
  kChartEntry112,  // the same for 1.12
  kFragment,       // a fragment or overlay as an editor sees it: chart entry and `dagitops` block, all optional
  kRepository,     // dagitops.yaml
  kSettings,       // the daemon's settings
  kStatus,         // `dagitops status --output json`
  kPlan,           // `dagitops plan --output json`
  kState,          // what is remembered between passes
  kChartValues,    // environments/<env>/user-deployments.yaml
  kDoctor,         // `dagitops doctor --output json`
};

// The schema's JSON, as in the file.
std::string_view SchemaText(Schema schema);

// "fragment.json": the file's name, by which schemas refer to each other.
std::string_view SchemaFile(Schema schema);

// By file name; nullopt for a name that is none of ours.
std::optional<Schema> FindSchema(std::string_view file);

// The versions of the chart that have a schema of their own, oldest first.
std::vector<std::string> ChartVersions();

// The chart entry schema for one of these, nullopt for other versions.
std::optional<Schema> ChartEntrySchema(std::string_view chart_version);

}  // namespace dagitops::schema
