#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace dagitops {

// Where what stands in a record (docs/history.md). Paths are relative to the root of the history's branch.
inline constexpr char kHistoryWorkspace[] = "workspace.yaml";
inline constexpr char kHistoryBase[] = "base.yaml";      // kubernetes alone
inline constexpr char kHistorySystem[] = "system.yaml";  // likewise, where Dagster itself is a release
inline constexpr char kHistoryDecisions[] = "decisions.json";
inline constexpr char kHistoryStatus[] = "status.json";
std::string HistoryRenderedPath(const std::string& location);  // "locations/<name>.yaml"
std::string HistoryVersionPath(const std::string& location);   // "versions/<name>.json"

// Path -> bytes.
using HistoryFiles = std::map<std::string, std::string>;

// One state of an environment, whole: what was rendered, what was decided, how it stood. The same state gives the same
// bytes, so there is no clock in the files.
struct HistoryRecord {
  std::string environment;
  std::string source;   // id of the revision that was applied
  std::string key;      // 16 hex digits of what was rendered and decided; texts that only explain do not count
  std::string subject;  // what changed, one line
  HistoryFiles files;
  std::string commit;  // where it is kept; "" for one that is not yet

  friend bool operator==(const HistoryRecord&, const HistoryRecord&) = default;
};

// A record as a list shows it.
struct HistoryEntry {
  std::string commit;  // 40 hex digits
  std::string environment;
  std::string source;
  std::string key;
  std::string subject;
  std::int64_t time = 0;  // when it was written, seconds since 1970 UTC
  bool pushed = false;    // the remote has it, as far as is known

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

// What changed from one record to the next, one line: "analytics changed, omega added". `before` nullptr: the first
// one.
std::string DescribeChange(const HistoryRecord* before, const HistoryRecord& after);

// The message of the commit that keeps a record: its subject with "[skip ci]", then trailers that say the rest.
std::string HistoryMessage(const HistoryRecord& record);

// What such a message says; of another message, all is empty but the subject.
HistoryEntry ReadHistoryMessage(std::string_view message);

}  // namespace dagitops
