#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/doctor/facts.h"

namespace dagitops::kubernetes {

// Name and version of a chart out of its Chart.yaml; `file` is only named. kInvalid "chart-invalid" where one is
// missing.
Result<doctor::ChartFacts> ReadChartFile(std::string_view text, const std::string& file);

}  // namespace dagitops::kubernetes
