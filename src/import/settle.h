#pragma once

#include <string>
#include <vector>

#include "import/found.h"

namespace dagitops::import {

// One fragment to be written.
struct Fragment {
  std::string name;  // of the file, and of the Service
  Value entry;       // without `name`; null when the chart runs nothing
  Value block;       // `dagitops:`; null when empty
  Position place;    // where it was found
};

// Brings together what the files say about the same location: a deployment and the server that Dagster knows it by.
// Gives every location a name of its own. What cannot be told apart is refused with both places, in
// `found.diagnostics`; what was decided for the reader is noted in `found.notes`.
std::vector<Fragment> Settle(Found& found);

// The chart-level values of all files; null when there are none. Two files that disagree are refused.
Value SettleChartValues(Found& found);

}  // namespace dagitops::import
