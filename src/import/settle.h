#pragma once

#include <string>
#include <vector>

#include "import/found.h"

namespace dagitops::import {

// One fragment to be written.
struct Fragment {
  std::string name;      // of the file, and of the Service
  Value entry;           // without `name`; null when the chart runs nothing
  Value block;           // `dagitops:`; null when empty
  Position place;        // where it was found
  std::size_t rank = 0;  // place in Dagster's list
};

// Brings together what the files say about the same location: a deployment and the server that Dagster knows it by.
// Gives every location a name of its own. What cannot be told apart is refused with both places, in
// `found.diagnostics`; what was decided for the reader is noted in `found.notes`.
std::vector<Fragment> Settle(Found& found);

// Puts the fragments into the order that Dagster has them in and sets `dagitops.order` where names alone would give
// another one. True when it had to: of two equal asset keys Dagster takes the first location's.
bool KeepOrder(std::vector<Fragment>& fragments);

// The chart-level values of all files; null when there are none. Two files that disagree are refused.
Value SettleChartValues(Found& found);

}  // namespace dagitops::import
