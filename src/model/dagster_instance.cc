#include "dagitops/model/dagster_instance.h"

namespace dagitops {

bool KeepsRunsInside(std::string_view run_launcher) { return run_launcher == "DefaultRunLauncher"; }

}  // namespace dagitops
