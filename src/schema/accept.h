#pragma once

#include "dagitops/model/value.h"

#include "schema/shape.h"

namespace dagitops::schema {

// True only when `value` certainly keeps to the shape; false is no verdict. Nearly all values are valid, and this says
// so in a tenth of the time that the validator takes to look at them.
bool IsPlainlyValid(const Shape& shape, const Value& value);

}  // namespace dagitops::schema
