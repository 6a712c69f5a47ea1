#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/digest.h"
#include "dagitops/source/history_writer.h"

#include "support/faults.h"

namespace dagitops::support {

// A history in memory, with a remote that may be out of reach. Remembers every record, and how often it was asked.
class FakeHistory final : public HistoryWriter {
 public:
  Result<std::vector<HistoryEntry>> List(std::size_t limit) override {
    if (failing) return *failing;
    std::vector<HistoryEntry> entries;
    for (auto record = records.rbegin(); record != records.rend() && entries.size() < limit; ++record) {
      const auto index = static_cast<std::size_t>(records.rend() - record) - 1;
      entries.push_back({record->commit, record->environment, record->source, record->key, record->subject,
                         static_cast<std::int64_t>(1000 + index), index < pushed});
    }
    return entries;
  }
  Result<HistoryRecord> Read(std::string_view name, std::string_view only) override {
    if (failing) return *failing;
    for (const HistoryRecord& record : records) {
      const bool latest = name == "latest" && &record == &records.back();
      if (!latest && !record.commit.starts_with(name)) continue;
      if (only.empty()) return record;
      const auto file = record.files.find(std::string(only));
      if (file == record.files.end()) break;
      HistoryRecord part = record;
      part.files = {*file};
      return part;
    }
    return Error{ErrorKind::kInvalid, "history-unknown", std::string(name), "the history has no such record", ""};
  }
  Result<std::string> Append(const HistoryRecord& record) override {
    if (failing) return *failing;
    records.push_back(record);
    records.back().commit = Sha256Hex("history" + std::to_string(records.size())).substr(0, 40);
    return records.back().commit;
  }
  Status Fetch(Duration) override {
    ++fetches;
    if (remote_failing) return *remote_failing;
    records.insert(records.begin(), remote.begin(), remote.end());
    pushed += remote.size();
    remote.clear();
    return Ok();
  }
  Status Push(Duration) override {
    ++pushes;
    if (remote_failing) return *remote_failing;
    pushed = records.size();
    return Ok();
  }

  std::vector<HistoryRecord> records;   // oldest first
  std::vector<HistoryRecord> remote;    // what the next Fetch brings
  std::size_t pushed = 0;               // how many of `records` the remote has
  std::optional<Error> failing;         // what List, Read and Append give while set
  std::optional<Error> remote_failing;  // what Fetch and Push give while set
  int fetches = 0;
  int pushes = 0;
};

// Another history whose calls can be made to fail one by one.
class FailingHistory final : public HistoryWriter {
 public:
  FailingHistory(HistoryWriter& inner, Faults& faults) : inner_(inner), faults_(faults) {}
  Result<std::vector<HistoryEntry>> List(std::size_t limit) override {
    return faults_.Around("List", [&] { return inner_.List(limit); });
  }
  Result<HistoryRecord> Read(std::string_view name, std::string_view only) override {
    return faults_.Around("Read", [&] { return inner_.Read(name, only); });
  }
  Result<std::string> Append(const HistoryRecord& record) override {
    return faults_.Around("Append", [&] { return inner_.Append(record); });
  }
  Status Fetch(Duration deadline) override {
    return faults_.Around("FetchHistory", [&] { return inner_.Fetch(deadline); });
  }
  Status Push(Duration deadline) override {
    return faults_.Around("Push", [&] { return inner_.Push(deadline); });
  }

 private:
  HistoryWriter& inner_;
  Faults& faults_;
};

}  // namespace dagitops::support
