#pragma once

#include "dagitops/base/shared.h"

namespace dagitops::support {

// Sets a changed copy, as `change` makes it of what is there, or of nothing.
template <class T, class Change>
void Edit(Shared<T>& value, const Change& change) {
  T copy = value ? *value : T();
  change(copy);
  value = std::move(copy);
}

}  // namespace dagitops::support
