#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/cli/services.h"
#include "dagitops/model/value.h"
#include "dagitops/source/history_writer.h"

#include "cli/options.h"
#include "cli/view.h"

namespace dagitops::cli {

// One side: each location's entry, with its code and how Dagster shows it beside the fields of the chart, and the
// values that are no location's.
struct Side {
  std::string name;                          // "01234567 of the history"
  std::map<std::string, Value> locations;    // by name
  std::vector<std::string> workspace_order;  // names in Dagster
  std::map<std::string, Value> values;       // of the whole environment, by the file that has them; null: none
};

// Reads sides by the names of commits, of the history where it has such a record, else of the repository, which is only
// opened then. `options` and `services` outlive it.
class Sides {
 public:
  Sides(const CommonOptions& options, const Services& services) : options_(options), services_(services) {}

  Result<Side> Read(const std::string& name);

 private:
  Status OpenHistoryOnce();

  const CommonOptions& options_;
  const Services& services_;
  std::string environment_;
  std::unique_ptr<HistoryWriter> history_;
  std::optional<View> view_;
};

}  // namespace dagitops::cli
