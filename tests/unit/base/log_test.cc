#include "dagitops/base/log.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace dagitops {
namespace {

// What `write` puts on standard error, without the time stamp, whose shape alone is checked.
class LogOutput : public testing::Test {
 protected:
  static std::string Of(LogLevel minimum, LogFormat format, const std::function<void()>& write) {
    ConfigureLog(minimum, format);
    testing::internal::CaptureStderr();
    write();
    return testing::internal::GetCapturedStderr();
  }

  static std::string Text(const std::function<void()>& write) {
    const std::string line = Of(LogLevel::kDebug, LogFormat::kText, write);
    EXPECT_GT(line.size(), 25U);
    EXPECT_EQ(line.substr(4, 1) + line.substr(10, 1) + line.substr(23, 2), "-TZ ") << line;
    return line.size() > 25 ? line.substr(25) : line;
  }

  static std::string Json(const std::function<void()>& write) {
    const std::string line = Of(LogLevel::kDebug, LogFormat::kJson, write);
    const std::size_t time = line.find(",\"time\":\"");
    EXPECT_EQ(line.size() - time, std::string(",\"time\":\"2026-11-22T13:20:05.000Z\"}\n").size()) << line;
    return line.substr(0, time);
  }
};

TEST_F(LogOutput, KeepsMessageAndValuesApart) {
  EXPECT_EQ(Text([] {
              Log(LogLevel::kInfo, "revision fetched", {{"revision", "1f2e"}, {"files", "3"}});
            }),
            "info revision fetched revision=1f2e files=3\n");
}

TEST_F(LogOutput, QuotesValuesThatWouldBreakTheLine) {
  EXPECT_EQ(Text([] {
              Log(LogLevel::kError, "failed", {{"a", "two words"}, {"b", "x\ny"}, {"c", ""}, {"d", "k=v"}});
            }),
            "error failed a=\"two words\" b=\"x\\ny\" c=\"\" d=\"k=v\"\n");
}

TEST_F(LogOutput, MasksSecrets) {
  EXPECT_EQ(Text([] {
              Log(LogLevel::kWarning, "x", {{"apiToken", "abc"}, {"url", "https://u:p@host/a"}});
            }),
            "warning x apiToken=*** url=https://host/a\n");
  EXPECT_EQ(Json([] {
              Log(LogLevel::kWarning, "x", {{"apiToken", "abc"}, {"url", "https://u:p@host/a"}});
            }),
            "{\"level\":\"warning\",\"message\":\"x\",\"apiToken\":\"***\",\"url\":\"https://host/a\"");
}

TEST_F(LogOutput, IsOneJsonObjectALine) {
  EXPECT_EQ(Json([] {
              Log(LogLevel::kDebug, "say \"hi\"", {{"text", "a\tb"}});
            }),
            "{\"level\":\"debug\",\"message\":\"say \\\"hi\\\"\",\"text\":\"a\\tb\"");
}

TEST_F(LogOutput, DropsWhatIsBelowTheLevel) {
  EXPECT_EQ(Of(LogLevel::kWarning, LogFormat::kText, [] { Log(LogLevel::kInfo, "quiet"); }), "");
  EXPECT_NE(Of(LogLevel::kWarning, LogFormat::kText, [] { Log(LogLevel::kWarning, "loud"); }), "");
}

TEST_F(LogOutput, TakesAValueWithFormatMarksAsItIs) {
  EXPECT_EQ(Text([] { Log(LogLevel::kInfo, "100%v {}", {{"x", "{}%v"}}); }), "info 100%v {} x={}%v\n");
}

}  // namespace
}  // namespace dagitops
