#include "dagitops/model/history.h"

#include <algorithm>
#include <set>
#include <vector>

#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr std::string_view kRendered = "locations/";
constexpr std::string_view kRenderedEnd = ".yaml";
constexpr std::string_view kVersions = "versions/";
constexpr std::string_view kVersionsEnd = ".json";
constexpr std::string_view kSkip = " [skip ci]";
constexpr std::string_view kEnvironmentTrailer = "Dagitops-Environment: ";
constexpr std::string_view kSourceTrailer = "Dagitops-Source: ";
constexpr std::string_view kKeyTrailer = "Dagitops-Key: ";
constexpr std::size_t kNamesShown = 3;  // of each kind of change

// The location whose file it is; "" when it is none of a location.
std::string LocationOf(std::string_view path) {
  for (const auto& [folder, end] : {std::pair(kRendered, kRenderedEnd), std::pair(kVersions, kVersionsEnd)}) {
    if (!path.starts_with(folder) || !path.ends_with(end)) continue;
    return std::string(path.substr(folder.size(), path.size() - folder.size() - end.size()));
  }
  return "";
}

std::set<std::string> LocationsIn(const HistoryRecord& record) {
  std::set<std::string> names;
  for (const auto& [path, text] : record.files) {
    if (std::string name = LocationOf(path); !name.empty()) names.insert(std::move(name));
  }
  return names;
}

const std::string* FileOf(const HistoryRecord& record, const std::string& path) {
  const auto file = record.files.find(path);
  return file == record.files.end() ? nullptr : &file->second;
}

bool SameFile(const HistoryRecord& a, const HistoryRecord& b, const std::string& path) {
  const std::string* in_a = FileOf(a, path);
  const std::string* in_b = FileOf(b, path);
  return (in_a == nullptr) == (in_b == nullptr) && (in_a == nullptr || *in_a == *in_b);
}

bool SameLocation(const HistoryRecord& a, const HistoryRecord& b, const std::string& name) {
  return SameFile(a, b, HistoryRenderedPath(name)) && SameFile(a, b, HistoryVersionPath(name));
}

void Tell(std::vector<std::string> names, const std::string& what, std::vector<std::string>& parts) {
  if (names.empty()) return;
  const std::size_t all = names.size();
  names.resize(std::min(all, kNamesShown));
  const std::string more = all > kNamesShown ? " and " + std::to_string(all - kNamesShown) + " more" : "";
  parts.push_back(Join(names, ", ") + more + " " + what);
}

}  // namespace

std::string HistoryRenderedPath(const std::string& location) {
  return std::string(kRendered) + location + std::string(kRenderedEnd);
}

std::string HistoryVersionPath(const std::string& location) {
  return std::string(kVersions) + location + std::string(kVersionsEnd);
}

std::string DescribeChange(const HistoryRecord* before, const HistoryRecord& after) {
  const std::set<std::string> now = LocationsIn(after);
  if (before == nullptr) {
    return "begin with " + std::to_string(now.size()) + (now.size() == 1 ? " location" : " locations");
  }
  const std::set<std::string> then = LocationsIn(*before);
  std::vector<std::string> changed;
  std::vector<std::string> added;
  std::vector<std::string> removed;
  for (const std::string& name : now) {
    if (!then.contains(name)) {
      added.push_back(name);
    } else if (!SameLocation(*before, after, name)) {
      changed.push_back(name);
    }
  }
  std::set_difference(then.begin(), then.end(), now.begin(), now.end(), std::back_inserter(removed));
  std::vector<std::string> parts;
  Tell(std::move(changed), "changed", parts);
  Tell(std::move(added), "added", parts);
  Tell(std::move(removed), "removed", parts);
  if (!SameFile(*before, after, kHistoryBase)) parts.emplace_back("what all share changed");
  if (!SameFile(*before, after, kHistorySystem)) parts.emplace_back("Dagster itself changed");
  if (!parts.empty()) return Join(parts, ", ");
  if (!SameFile(*before, after, kHistoryDecisions)) return "decisions changed";
  return SameFile(*before, after, kHistoryWorkspace) ? "as before" : "workspace.yaml changed";
}

std::string HistoryMessage(const HistoryRecord& record) {
  return record.environment + ": " + OnOneLine(record.subject) + std::string(kSkip) + "\n\n" +
         std::string(kEnvironmentTrailer) + record.environment + "\n" + std::string(kSourceTrailer) + record.source +
         "\n" + std::string(kKeyTrailer) + record.key + "\n";
}

HistoryEntry ReadHistoryMessage(std::string_view message) {
  HistoryEntry entry;
  const std::vector<std::string> lines = Split(message, '\n');
  for (const std::string& line : lines) {
    for (const auto& [trailer, field] :
         {std::pair(kEnvironmentTrailer, &HistoryEntry::environment), std::pair(kSourceTrailer, &HistoryEntry::source),
          std::pair(kKeyTrailer, &HistoryEntry::key)}) {
      if (line.starts_with(trailer)) entry.*field = Trim(std::string_view(line).substr(trailer.size()));
    }
  }
  entry.subject = lines.front();
  if (entry.subject.ends_with(kSkip)) entry.subject.resize(entry.subject.size() - kSkip.size());
  const std::string prefix = entry.environment + ": ";
  if (!entry.environment.empty() && entry.subject.starts_with(prefix)) entry.subject.erase(0, prefix.size());
  return entry;
}

}  // namespace dagitops
