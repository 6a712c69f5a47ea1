#include "dagitops/model/history.h"

#include <gtest/gtest.h>

#include "support/case_name.h"

namespace dagitops {
namespace {

HistoryRecord Record(const std::map<std::string, std::string>& locations) {
  HistoryRecord record{"production", std::string(40, '1'), "0123456789abcdef", "", {}, ""};
  record.files[kHistoryDecisions] = "{}";
  for (const auto& [name, text] : locations) {
    record.files[HistoryRenderedPath(name)] = text;
    record.files[HistoryVersionPath(name)] = text;
  }
  return record;
}

TEST(History, TheFirstRecordSaysHowManyThereAre) {
  EXPECT_EQ(DescribeChange(nullptr, Record({{"a", "1"}})), "begin with 1 location");
  EXPECT_EQ(DescribeChange(nullptr, Record({})), "begin with 0 locations");
}

TEST(History, SaysWhatChangedWasAddedAndRemoved) {
  const HistoryRecord before = Record({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}, {"e", "1"}, {"gone", "1"}});
  const HistoryRecord after = Record({{"a", "2"}, {"b", "2"}, {"c", "2"}, {"d", "2"}, {"e", "2"}, {"new", "1"}});
  EXPECT_EQ(DescribeChange(&before, after), "a, b, c and 2 more changed, new added, gone removed");
  EXPECT_EQ(DescribeChange(&before, before), "as before");
}

TEST(History, SaysWhenOnlyAVersionDecisionsOrTheFileChanged) {
  const HistoryRecord before = Record({{"a", "1"}});
  HistoryRecord after = before;
  after.files[kHistoryWorkspace] = "load_from: []";
  EXPECT_EQ(DescribeChange(&before, after), "workspace.yaml changed");
  after.files[kHistoryDecisions] = "{1}";
  EXPECT_EQ(DescribeChange(&before, after), "decisions changed");
  after.files[HistoryVersionPath("a")] = "2";
  EXPECT_EQ(DescribeChange(&before, after), "a changed");
  after = before;
  after.files[kHistoryBase] = "x: 1";
  EXPECT_EQ(DescribeChange(&before, after), "what all share changed");
}

TEST(History, AMessageGoesThereAndBack) {
  HistoryRecord record = Record({});
  record.subject = "a changed";
  const std::string message = HistoryMessage(record);
  EXPECT_EQ(message.substr(0, message.find('\n')), "production: a changed [skip ci]");
  const HistoryEntry entry = ReadHistoryMessage(message);
  EXPECT_EQ(entry.subject, "a changed");
  EXPECT_EQ(entry.environment, record.environment);
  EXPECT_EQ(entry.source, record.source);
  EXPECT_EQ(entry.key, record.key);
}

TEST(History, OfAnotherMessageOnlyTheSubjectIsRead) {
  for (const char* message : {"", "hello", "hello\n\nworld\n"}) {
    const HistoryEntry entry = ReadHistoryMessage(message);
    EXPECT_EQ(entry.key + entry.source + entry.environment, "");
    EXPECT_EQ(entry.subject, *message == 0 ? "" : "hello");
  }
}

}  // namespace
}  // namespace dagitops
