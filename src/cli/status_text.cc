#include "cli/status_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/text.h"

namespace dagitops::cli {
namespace {

struct PhaseWord {
  LocationPhase phase;
  std::string_view word;
  std::string_view colour;  // ANSI
};

constexpr std::array<PhaseWord, 10> kPhases{{{LocationPhase::kLoaded, "loaded", "\x1b[32m"},
                                             {LocationPhase::kProgressing, "progressing", "\x1b[36m"},
                                             {LocationPhase::kHeld, "held", "\x1b[33m"},
                                             {LocationPhase::kFailed, "failed", "\x1b[31m"},
                                             {LocationPhase::kPinned, "pinned", "\x1b[35m"},
                                             {LocationPhase::kPaused, "paused", "\x1b[35m"},
                                             {LocationPhase::kRemovalWaiting, "removal waiting", "\x1b[33m"},
                                             {LocationPhase::kRemoving, "removing", "\x1b[36m"},
                                             {LocationPhase::kNotRunnable, "not runnable", "\x1b[33m"},
                                             {LocationPhase::kUnknown, "unknown", "\x1b[33m"}}};

const PhaseWord& WordOf(LocationPhase phase) {
  return *std::find_if(kPhases.begin(), kPhases.end(), [&](const PhaseWord& word) { return word.phase == phase; });
}

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string RevisionText(const Revision& revision) {
  return revision.Short() + " \"" + Shorten(revision.subject, 60) + "\" by " + AuthorText(revision);
}

std::string FetchText(const FetchStatus& fetch) {
  return FormatTime(fetch.began) + (fetch.error.empty() ? "" : ", failed: " + fetch.error);
}

std::string_view TruthWord(Condition::Truth truth) {
  switch (truth) {
    case Condition::Truth::kTrue:
      return "yes";
    case Condition::Truth::kFalse:
      return "no";
    case Condition::Truth::kUnknown:
      return "unknown";
  }
  return "unknown";
}

// Name, phase, revision served, and below it why it is not as in git.
class Table {
 public:
  Table(const std::vector<LocationStatus>& locations, bool colours) : locations_(locations), colours_(colours) {
    for (const LocationStatus& location : locations) name_width_ = std::max(name_width_, location.name.size());
  }

  std::string Text() const {
    std::string text;
    for (const LocationStatus& location : locations_) text += Row(location);
    return text;
  }

 private:
  std::string Row(const LocationStatus& location) const {
    const PhaseWord& word = WordOf(location.phase);
    const std::string phase = Padded(std::string(word.word), kPhaseWidth);
    std::string row = "  " + Padded(location.name, name_width_) + "  ";
    row += colours_ ? std::string(word.colour) + phase + "\x1b[0m" : phase;
    row += "  " + Padded(location.revision.substr(0, 8), 8) + "  " + location.author + "\n";
    if (location.reason.empty()) return row;
    const bool other = !location.wanted_revision.empty() && location.wanted_revision != location.revision;
    return row + "      " + (other ? "at " + location.wanted_revision.substr(0, 8) + ": " : "") + location.reason +
           "\n";
  }

  static constexpr std::size_t kPhaseWidth = 15;

  const std::vector<LocationStatus>& locations_;
  bool colours_;
  std::size_t name_width_ = 0;
};

// Faults that belong to no location: no row of the table tells them.
std::string SharedFaults(const EnvironmentStatus& status) {
  std::string text;
  for (const Diagnostic& told : status.diagnostics) {
    if (told.severity != Severity::kFault || !told.location.empty()) continue;
    text += (text.empty() ? "faults      " : "            ") + told.Text() + "\n";
  }
  return text;
}

}  // namespace

std::string StatusText(const EnvironmentStatus& status, bool colours) {
  std::string text = "environment " + status.environment + (status.paused ? " (paused)" : "") + "\n";
  if (status.observed) text += "head        " + RevisionText(*status.observed) + "\n";
  if (status.fetched) text += "fetched     " + FetchText(*status.fetched) + "\n";
  if (status.applied) text += "applied     " + RevisionText(*status.applied) + "\n";
  for (const std::string& url : status.webservers) text += "webserver   " + url + "\n";
  for (const Condition& condition : status.conditions) {
    text += Padded(condition.type, 12) + std::string(TruthWord(condition.truth)) + ": " + condition.message + "\n";
  }
  text += SharedFaults(status);
  text += "updated     " + FormatTime(status.updated) + "\n";
  text += Table(status.locations, colours).Text();
  for (const std::string& note : status.notes) text += "note: " + note + "\n";
  if (!status.waiting_removals.empty()) {
    text += "Waiting for `dagitops approve`: " + Join(status.waiting_removals, ", ") + "\n";
  }
  return text;
}

std::string PhaseChanges(const std::vector<LocationStatus>& before, const std::vector<LocationStatus>& after) {
  std::map<std::string_view, LocationPhase> known;
  for (const LocationStatus& location : before) known[location.name] = location.phase;
  std::string text;
  for (const LocationStatus& location : after) {
    const auto was = known.find(location.name);
    const bool same = was != known.end() && was->second == location.phase;
    if (was != known.end()) known.erase(was);
    if (same) continue;
    text += location.name + ": " + std::string(WordOf(location.phase).word);
    text += location.reason.empty() ? "\n" : " (" + location.reason + ")\n";
  }
  for (const auto& [name, phase] : known) text += std::string(name) + ": gone\n";
  return text;
}

}  // namespace dagitops::cli
