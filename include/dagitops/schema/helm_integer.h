#pragma once

#include <optional>

#include "dagitops/model/value.h"

namespace dagitops::schema {

// The whole number that Helm makes of a scalar (sigs.k8s.io/yaml 1.4): 4_000 is 4000, 010 is 8, 1e3 is 1000. nullopt
// for what is no whole number, or none of 64 bits.
std::optional<long long> HelmInteger(const Value& value);

}  // namespace dagitops::schema
