#include "dagitops/render/chart_values.h"

#include <optional>

#include "dagitops/yaml/emit.h"

namespace dagitops::render {
namespace {

Error Invalid(std::string message, std::string hint) {
  return {ErrorKind::kInvalid, "chart-values", "user-deployments.yaml", std::move(message), std::move(hint)};
}

Status Check(const Value& chart_values) {
  if (!chart_values.is_null() && !chart_values.is_mapping()) {
    return Invalid("holds no mapping of chart values",
                   "write one key a line, such as `serviceAccount: {create: true}`");
  }
  if (chart_values.Find("deployments") != nullptr) {
    return Invalid("holds `deployments`", "write each of them as a file below locations/");
  }
  return Ok();
}

Status CheckPerLocation(const Value& chart_values) {
  DAGITOPS_TRY(Check(chart_values));
  const auto is_set = [&](const char* key) {
    const Value* name = chart_values.FindPath(key);
    return name != nullptr && !name->text().empty();
  };
  if (!is_set("fullnameOverride") && !is_set("global.fullnameOverride")) return Ok();
  return Invalid("holds `fullnameOverride`, which all releases of this environment would share",
                 "remove it, or set `release: single` for this environment in dagitops.yaml");
}

std::string Emit(const Value& chart_values, Value::Sequence deployments) {
  return yaml::Emit(chart_values.With("deployments", Value::List(std::move(deployments))));
}

}  // namespace

Locations WantedLocations(const Effective& effective) {
  Locations wanted;
  for (const EffectiveLocation& location : effective.locations) {
    const Shared<Version>& version = location.candidate ? location.candidate : location.serving;
    if (version) wanted.push_back(std::make_shared<const CodeLocation>(version->location));
  }
  return wanted;
}

bool HasDeployment(const CodeLocation& location) {
  return !location.settings.external && location.entry.FindPath("image.repository") != nullptr;
}

Result<std::string> UserDeploymentsValues(const Locations& locations, const Value& chart_values) {
  DAGITOPS_TRY(Check(chart_values));
  Value::Sequence deployments;
  for (const auto& location : locations) {
    if (HasDeployment(*location)) deployments.push_back(location->entry);
  }
  return Emit(chart_values, std::move(deployments));
}

Result<std::string> EntryValues(const CodeLocation& location, const Value& chart_values) {
  DAGITOPS_TRY(Check(chart_values));
  return Emit(Value(), {location.entry});
}

Result<std::string> LocationValues(const CodeLocation& location, const Value& chart_values,
                                   const std::string& base_service_account) {
  DAGITOPS_TRY(CheckPerLocation(chart_values));
  if (!HasDeployment(location)) {
    return Error{ErrorKind::kInvalid, "chart-values", "location " + location.name, "has nothing the chart can run",
                 "give it an image"};
  }
  const Value account =
      Value::Map({{"create", {}, Value::Bool(false)}, {"name", {}, Value::String(base_service_account)}});
  return Emit(
      chart_values.Without("extraManifests").With("serviceAccount", account).With("rbacEnabled", Value::Bool(false)),
      {location.entry});
}

Result<std::string> BaseValues(const Value& chart_values) {
  DAGITOPS_TRY(CheckPerLocation(chart_values));
  return Emit(chart_values, {});
}

}  // namespace dagitops::render
