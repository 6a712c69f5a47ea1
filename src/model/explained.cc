#include "dagitops/model/explained.h"

namespace dagitops {

std::string_view Describe(Layer layer) {
  switch (layer) {
    case Layer::kBuiltin:
      return "built-in default";
    case Layer::kDefaults:
      return "repository defaults";
    case Layer::kEnvironmentDefaults:
      return "environment defaults";
    case Layer::kFragment:
      return "fragment";
    case Layer::kOverlay:
      return "overlay";
  }
  return "";
}

}  // namespace dagitops
