#include "dagitops/base/text.h"
#include "dagitops/doctor/examine.h"

#include "doctor/checks.h"

namespace dagitops::doctor {
namespace {

Check StateFolder(const MachineFacts& facts) {
  const Result<bool>& folder = *facts.state_folder;
  if (!folder) {
    return Failed(folder.error(), facts.state_dir, "a folder that this user may write to",
                  {"stateDir: /var/lib/dagitops  # settings; a folder of this user's"});
  }
  return Fine("state-folder", facts.state_dir, *folder ? "may be written" : "will be made");
}

Check Holder(const MachineFacts& facts) {
  const Result<std::string>& holder = *facts.holder;
  const std::string where = "lock of " + facts.state_dir;
  if (!holder) return Failed(holder.error(), where, "a lock that can be read");
  return Fine("state-lock", where, holder->empty() ? "free" : "held by " + *holder);
}

Check Source(const MachineFacts& facts) {
  const std::string where = facts.source + ", branch " + facts.branch;
  if (!facts.revision) return NotLookedAt("source", where, "without a state folder there is nowhere to fetch to");
  if (*facts.revision) return Fine("source", where, "at " + **facts.revision);
  const Error& error = facts.revision->error();
  return Failed(error, where, "a repository with that branch, and credentials that may read it");
}

Check Workspace(const MachineFacts& facts) {
  const char* const where = "dagitops.yaml";
  if (!facts.workspace) return NotLookedAt("workspace", where, "the repository could not be read");
  if (!*facts.workspace) return Failed(facts.workspace->error(), where, "a workspace repository that can be read");
  const WorkspaceFacts& workspace = **facts.workspace;
  if (workspace.faults.empty()) return Fine("workspace", where, "names " + Join(workspace.environments, ", "));
  return {Level::kError,
          "workspace-invalid",
          where,
          Join(workspace.faults, "; "),
          "a file without faults",
          {"dagitops lint " + facts.source}};
}

}  // namespace

Section ExamineMachine(const MachineFacts& facts) {
  return {"", "", {StateFolder(facts), Holder(facts), Source(facts), Workspace(facts)}, {}};
}

Report SettingsUnreadable(const Error& error) {
  Section section;
  section.checks.push_back(Failed(error, error.subject, "settings without faults"));
  section.checks.push_back(NotLookedAt("environments", "everything else", "the settings could not be read"));
  return {{section}};
}

}  // namespace dagitops::doctor
