#include "dagitops/decide/path_names.h"

#include <cstddef>

#include "dagitops/model/value.h"

namespace dagitops::decide {

void RememberPaths(EnvironmentState& state, const std::string& name, const std::vector<std::string>& sources) {
  for (const Layer layer : {Layer::kFragment, Layer::kOverlay}) {
    const auto index = static_cast<std::size_t>(layer);
    if (index < sources.size() && !sources[index].empty()) state.path_names[sources[index]] = name;
  }
}

}  // namespace dagitops::decide
