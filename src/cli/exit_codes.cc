#include "cli/exit_codes.h"

#include "dagitops/cli/run.h"

namespace dagitops::cli {
namespace {

struct Meaning {
  ExitCode code;
  const char* text;
};

constexpr Meaning kMeanings[] = {
    {kDone, "done"},
    {kFailed, "failed; apply: also when a location is held, failed or cannot run; doctor: when there is an error"},
    {kUsage, "wrong usage"},
    {kInvalidInput, "faults in the repository or the settings, or no such revision, environment or folder"},
    {kChangesPending, "changes are pending (plan --exit-code)"},
    {kNeedsApproval, "a person has to decide (apply, plan --exit-code)"},
};

}  // namespace

std::string ExitCodesHelp() {
  std::string text = "Exit codes:\n";
  for (const Meaning& meaning : kMeanings) text += "  " + std::to_string(meaning.code) + "  " + meaning.text + "\n";
  return text;
}

}  // namespace dagitops::cli
