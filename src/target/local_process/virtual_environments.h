#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

#include "target/local_process/interpreters.h"
#include "target/local_process/ledger.h"
#include "target/local_process/paths.h"
#include "target/local_process/process_keeper.h"

namespace dagitops::local_process {

// What a location's virtual environment is made from.
struct VenvRequest {
  std::string python;        // makes it
  std::string requirements;  // path inside the code folder
  std::string code_folder;   // absolute
  std::string tree_id;
};

struct Venv {
  std::string key;
  std::string python;    // its interpreter; empty while it is being made
  std::string progress;  // one line, for as long as it is being made
};

// Virtual environments, shared between locations and revisions by what they are made from. One is made at its final
// place, since it cannot be moved, by a process in the background, and counts only once a file in it says so.
class VirtualEnvironments {
 public:
  struct Parts {
    Disk& disk;
    const Clock& clock;
    Ledger& ledger;
    ProcessKeeper& keeper;
    Interpreters& interpreters;
    const Paths& paths;
    const std::map<std::string, std::string>& environment;
  };
  explicit VirtualEnvironments(Parts parts) : parts_(parts) {}

  // Finds it, or starts making it. kInvalid when it cannot be made; what pip or uv said is in the text.
  Result<Venv> Ensure(const VenvRequest& request);

  // Ends the making of those that nobody wants any more, and forgets what could not be made.
  void EndAllBut(const std::set<std::string>& keys);

  // Removes at most one environment that is not in `keys` and was not used for a week.
  Status Collect(const std::set<std::string>& keys);

 private:
  std::string MarkerOf(const std::string& key) const { return parts_.paths.Venv(key) + "/.dagitops-complete"; }
  std::string LogOf(const std::string& key) const { return parts_.paths.Log("venv-" + key + ".log"); }
  BuildRecord& Record(const std::string& key);
  void Erase(const std::string& key);
  Result<std::string> Follow(BuildRecord& build, const VenvRequest& request);
  Status Judge(BuildRecord& build);
  Status Start(BuildRecord& build, const VenvRequest& request);
  bool Room() const;
  std::string Said(const std::string& key);

  Parts parts_;
};

}  // namespace dagitops::local_process
