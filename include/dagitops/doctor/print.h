#pragma once

#include <string>

#include "dagitops/doctor/check.h"

namespace dagitops::doctor {

// As people read it: a heading for each section, a line for each check, and below a warning or error what was expected
// and the lines that fix it; at the end how many there are. `colours`: the levels in colour.
std::string ToText(const Report& report, bool colours);

// The same as JSON, by schemas/doctor.json: a record, all fields always present, null for none.
std::string ToJson(const Report& report);

}  // namespace dagitops::doctor
