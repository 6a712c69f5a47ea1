#pragma once

#include <string>

#include "dagitops/model/code_location.h"

namespace dagitops::kubernetes {

inline constexpr char kTrialPod[] = "dagitops-doctor";  // never made: it is only for dry runs

// A pod with what a policy may ask for of a location's server: image, security, resources, volumes, labels. YAML.
std::string TrialPod(const CodeLocation& location);

}  // namespace dagitops::kubernetes
