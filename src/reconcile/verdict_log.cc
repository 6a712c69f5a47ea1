#include "reconcile/verdict_log.h"

#include <map>
#include <string_view>

#include "dagitops/base/log.h"

namespace dagitops::reconcile {

void LogVerdicts(const Effective& effective, const std::vector<decide::Verdict>& verdicts,
                 const EnvironmentState& judged) {
  std::map<std::string_view, const EffectiveLocation*> candidates;
  for (const EffectiveLocation& location : effective.locations) {
    if (location.candidate) candidates.emplace(location.name, &location);
  }
  for (const decide::Verdict& verdict : verdicts) {
    const auto candidate = candidates.find(verdict.location);
    if (candidate == candidates.end() || verdict.kind == decide::Verdict::Kind::kPending) continue;
    const Version& version = *candidate->second->candidate;
    const bool good = verdict.kind == decide::Verdict::Kind::kProven;
    const auto& record = judged.locations.at(verdict.location);
    Log(good ? LogLevel::kInfo : LogLevel::kWarning, good ? "location loaded" : "location held",
        {{"environment", effective.environment},
         {"location", verdict.location},
         {"revision", version.revision.Short()},
         {"author", record.failed ? record.failed->author : AuthorText(version.changed_in)},
         {"reason", verdict.reason}});
  }
}

}  // namespace dagitops::reconcile
