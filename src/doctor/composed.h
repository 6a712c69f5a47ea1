#pragma once

#include <string>

#include "dagitops/doctor/facts.h"

namespace dagitops::doctor {

// What the repository has for an environment.
Check ComposedCheck(const std::string& environment, const Fact<ComposedFacts>& composed);

}  // namespace dagitops::doctor
