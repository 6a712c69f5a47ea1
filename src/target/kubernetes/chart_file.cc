#include "dagitops/target/kubernetes/chart_file.h"

#include "dagitops/yaml/parse.h"

namespace dagitops::kubernetes {

Result<doctor::ChartFacts> ReadChartFile(std::string_view text, const std::string& file) {
  const Value root = yaml::Parse(text, "Chart.yaml", Layer::kBuiltin).root;
  const Value* name = root.Find("name");
  const Value* version = root.Find("version");
  if (name != nullptr && version != nullptr) return doctor::ChartFacts{name->text(), version->text()};
  return Error{ErrorKind::kInvalid, "chart-invalid", file, "it has no name or no version",
               "name a chart as kubernetes.chart.path"};
}

}  // namespace dagitops::kubernetes
