#include "doctor/composed.h"

#include "dagitops/base/text.h"

#include "doctor/checks.h"

namespace dagitops::doctor {

Check ComposedCheck(const std::string& environment, const Fact<ComposedFacts>& composed) {
  const std::string where = "environment " + environment;
  if (!composed) return NotLookedAt("locations", where, "the repository could not be read");
  if (!*composed) return Failed(composed->error(), where, "an environment that dagitops.yaml names");
  const ComposedFacts& facts = **composed;
  const std::vector<std::string> lint{"dagitops lint --env " + environment};
  if (!facts.usable) {
    return {Level::kError,
            "environment-invalid",
            where,
            "its defaults have faults, so nothing of it is applied",
            "files without faults",
            lint};
  }
  if (facts.invalid.empty()) return Fine("locations", where, "composed without faults");
  return {Level::kWarning,
          "locations-invalid",
          where,
          "held for their faults: " + Join(facts.invalid, ", "),
          "files without faults",
          lint};
}

}  // namespace dagitops::doctor
