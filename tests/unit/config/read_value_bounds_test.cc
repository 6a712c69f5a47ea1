// The first and the last value of every rule, what lies beside them, and that the advice of a complaint helps.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "dagitops/base/duration.h"
#include "dagitops/base/text.h"

#include "config/read_value.h"

namespace dagitops::config {
namespace {

constexpr long long kSecond = 1000;
constexpr long long kGiB = 1LL << 30;
constexpr long long kMost = std::numeric_limits<long long>::max();

Value Bare(const std::string& text) { return Value::Scalar(text, false); }

// The number that was read, or -1.
long long Number(const std::string& text, const Rule& rule) {
  const auto read = ReadValue(Bare(text), rule);
  const auto* reading = std::get_if<Reading>(&read);
  return reading == nullptr ? -1 : reading->number;
}

Complaint ComplaintOf(const Value& value, const Rule& rule) {
  const auto read = ReadValue(value, rule);
  EXPECT_TRUE(std::holds_alternative<Complaint>(read)) << value.text();
  return std::holds_alternative<Complaint>(read) ? std::get<Complaint>(read) : Complaint{};
}

TEST(ReadBytes, EndsAtItsBoundsWhateverTheUnit) {
  const Rule rule{Kind::kBytes, 1024, 64 * kGiB, {}};
  EXPECT_EQ(Number("1023", rule), -1);
  EXPECT_EQ(Number("1024", rule), 1024);
  EXPECT_EQ(Number("1KiB", rule), 1024);
  EXPECT_EQ(Number("64GiB", rule), 64 * kGiB);
  EXPECT_EQ(Number("65536MiB", rule), 64 * kGiB);
  EXPECT_EQ(Number("67108864KiB", rule), 64 * kGiB);
  EXPECT_EQ(Number("68719476736", rule), 64 * kGiB) << "a plain number of bytes goes as far as the rule";
  EXPECT_EQ(Number("68719476736B", rule), 64 * kGiB);
  EXPECT_EQ(Number("68719476737", rule), -1);
  EXPECT_EQ(Number("65GiB", rule), -1);
}

TEST(ReadBytes, DoesNotRunOver) {
  const Rule any{Kind::kBytes, 0, kMost, {}};
  EXPECT_EQ(Number("9223372036854775807", any), kMost);
  EXPECT_EQ(Number("9223372036854775808", any), -1);
  EXPECT_EQ(Number("8589934591GiB", any), 8589934591 * kGiB);
  EXPECT_EQ(Number("8589934592GiB", any), -1);
  EXPECT_EQ(Number("18014398509481984KiB", any), -1) << "2^64 bytes are not 0";
}

TEST(ReadBytes, TakesANumberAndOneOfFourUnits) {
  const Rule any{Kind::kBytes, 0, kMost, {}};
  for (const char* bad : {"B", "KiB", "-1", "-1B", "+1", "1 MiB", "1.5MiB", "1e3", "1MB", "1kib", "1KIB", "1K", "1TiB",
                          "1KiBB", "0x10", "1_000", "MiB1", "1B1", "x"}) {
    EXPECT_EQ(Number(bad, any), -1) << bad;
  }
  EXPECT_EQ(Number("0", any), 0);
  EXPECT_EQ(Number("0GiB", any), 0);
}

TEST(FormatBytes, IsReadBackToTheSameNumber) {
  const Rule any{Kind::kBytes, 0, kMost, {}};
  for (const long long unit : {1LL, 1LL << 10, 1LL << 20, kGiB}) {
    for (const long long count : {0LL, 1LL, 3LL, 1000LL, 1023LL, 1024LL, 1025LL}) {
      for (const long long more : {0LL, 1LL}) {
        const long long bytes = unit * count + more;
        EXPECT_EQ(Number(FormatBytes(bytes), any), bytes) << FormatBytes(bytes);
      }
    }
  }
}

TEST(ReadDuration, EndsAtItsBoundsWhateverTheUnit) {
  const Rule rule{Kind::kDuration, kSecond, 3600 * kSecond, {}};
  for (const char* good : {"1s", "1000ms", "0m1s", "60m", "1h", "59m60s", "3600s", "3600000ms"}) {
    EXPECT_NE(Number(good, rule), -1) << good;
  }
  for (const char* bad : {"999ms", "0s", "3601s", "1h1ms", "3600001ms", "61m", "1d", "s", "1", "1 s", "1S", "1.5s",
                          "1s-", "-1s", "1h 1s", "99999999999999999999s", "1e1s"}) {
    EXPECT_EQ(Number(bad, rule), -1) << bad;
  }
}

TEST(ReadInteger, EndsAtItsBoundsAndTakesOneNotationOnly) {
  const Rule rule{Kind::kInteger, -5, 1000, {}};
  EXPECT_EQ(Number("1000", rule), 1000);
  EXPECT_EQ(Number("0", rule), 0);
  EXPECT_EQ(std::get<Reading>(ReadValue(Bare("-5"), rule)).number, -5);
  for (const char* bad : {"1001", "-6", "999999999999999999", "9223372036854775808", "010", "0x5", "0b1", "+5", "1_0",
                          "5.0", "5e1", "1:30", "x", "5 ", "~"}) {
    EXPECT_TRUE(std::holds_alternative<Complaint>(ReadValue(Bare(bad), rule))) << bad;
  }
}

TEST(ReadBoolean, HasElevenWordsForEachSide) {
  const Rule rule{Kind::kBoolean, 0, 0, {}};
  for (const char* yes : {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"}) {
    EXPECT_TRUE(std::get<Reading>(ReadValue(Bare(yes), rule)).truth) << yes;
  }
  for (const char* no : {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"}) {
    EXPECT_FALSE(std::get<Reading>(ReadValue(Bare(no), rule)).truth) << no;
  }
  for (const char* bad : {"0", "1", "t", "f", "yEs", "true ", "oN", "enabled"}) {
    EXPECT_TRUE(std::holds_alternative<Complaint>(ReadValue(Bare(bad), rule))) << bad;
  }
}

TEST(ReadNames, IsAListOfNamesAsKubernetesHasThem) {
  const Rule rule{Kind::kNames, 0, 0, {}};
  const auto list = [](std::vector<Value> items) { return Value::List(std::move(items)); };
  const auto read = ReadValue(list({Bare("dagster"), Value::String("a-1.b")}), rule);
  ASSERT_TRUE(std::holds_alternative<Reading>(read));
  EXPECT_EQ(std::get<Reading>(read).names, (std::vector<std::string>{"dagster", "a-1.b"}));
  EXPECT_TRUE(std::holds_alternative<Reading>(ReadValue(list({}), rule)));
  for (const char* bad : {"", "Dagster", "a_b", "-a", "a-", "a b", "1", "yes"})
    EXPECT_TRUE(std::holds_alternative<Complaint>(ReadValue(list({Bare(bad)}), rule))) << bad;
  const auto complaint = std::get<Complaint>(ReadValue(Bare("dagster"), rule));
  EXPECT_EQ(complaint.expected, "a list of names, such as [dagster]");
}

// 63 and 64 letters.
constexpr char kLabel[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890";
constexpr char kLongLabel[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz012345678901";
static_assert(sizeof(kLabel) == 63 + 1 && sizeof(kLongLabel) == 64 + 1);

TEST(ReadText, OfANameIsAtMost253Letters) {
  const Rule name{Kind::kName, 0, 0, {}};
  EXPECT_TRUE(std::holds_alternative<Reading>(ReadValue(Bare(std::string(253, 'a')), name)));
  EXPECT_TRUE(std::holds_alternative<Complaint>(ReadValue(Bare(std::string(254, 'a')), name)));
}

TEST(ReadText, OfEachKindTakesItsFormAlone) {
  struct Row {
    Kind kind;
    std::vector<const char*> good;
    std::vector<const char*> bad;
  };
  const Row rows[] = {
      {Kind::kText, {"x", "a b", "/x", "1.2.3", "2024-01-31", "@x"}, {"", "1", "1.5", "yes", "0x1", ".inf", "12:30"}},
      {Kind::kPath, {"/", "/x", "/x y/", "//x", "/x/../y"}, {"", "x", "./x", "../x", "~/x", "x:/y", "1"}},
      {Kind::kProgram, {"python3", "/usr/bin/python3", "a b"}, {"", "bin/python", "./python", "~/python", "3", "3.12"}},
      {Kind::kPrefix, {"/x", "/x/y", "/-"}, {"", "/", "x", "/x/", "x/y", "//", "1"}},
      {Kind::kAddress,
       {"127.0.0.1:8585", ":8585", "[::1]:1", "[::]:65535", "some.host:80"},
       {"", "8585", "host", "host:", "host:0", "host:65536", "::1:80", "http://x:80", "a b:80", "h:80/x", "h:8o",
        "[::1]"}},
      {Kind::kLabel,
       {"x", "dagster", "team-a", "a--b", "1-x", "2024-01-31", kLabel},
       {"", "Foo_Bar", "Foo", "a_b", "a b", "a.b", "-a", "a-", "ä", "1", kLongLabel}},
      {Kind::kName,
       {"x", "none", "dagitops-workspace", "a.b", "a-1.b-2", "2024-01-31", kLongLabel},
       {"", "A b", "BAD_", "a..b", ".a", "a.", "a.-b", "a-.b", "a/b", "1.5"}},
  };
  for (const Row& row : rows) {
    const Rule rule{row.kind, 0, 0, {}};
    for (const char* good : row.good) {
      const auto read = ReadValue(Bare(good), rule);
      ASSERT_TRUE(std::holds_alternative<Reading>(read)) << DescribeRule(rule) << ": " << good;
      EXPECT_EQ(std::get<Reading>(read).text, good);
      EXPECT_TRUE(std::holds_alternative<Reading>(ReadValue(Value::String(good), rule))) << good;
    }
    for (const char* bad : row.bad) {
      EXPECT_TRUE(std::holds_alternative<Complaint>(ReadValue(Bare(bad), rule))) << DescribeRule(rule) << ": " << bad;
    }
  }
}

TEST(ReadValue, TakesNoListNoMappingAndNoNullForAnyKind) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kChoice); ++kind) {
    const Rule rule{static_cast<Kind>(kind), 0, kMost, {"a"}};
    EXPECT_EQ(ComplaintOf(Value::List({Bare("a")}), rule).found, "a list");
    EXPECT_EQ(ComplaintOf(Value::Map({{"a", {}, Bare("a")}}), rule).found, "a mapping");
    EXPECT_EQ(ComplaintOf(Value(), rule).found, "nothing");
    EXPECT_EQ(ComplaintOf(Value(), rule).expected, DescribeRule(rule));
  }
}

// Where a complaint says "write X", X is taken.
TEST(ReadValue, AdvisesOnlyWhatItTakes) {
  const Rule rules[] = {{Kind::kDuration, kSecond, 3600 * kSecond, {}},
                        {Kind::kBytes, 1024, kGiB, {}},
                        {Kind::kText, 0, 0, {}},
                        {Kind::kInteger, 1, 65535, {}},
                        {Kind::kBoolean, 0, 0, {}},
                        {Kind::kLabel, 0, 0, {}},
                        {Kind::kPath, 0, 0, {}}};
  const char* texts[] = {"0",   "1",  "90", "3600", "3601", "7200", "70000", "1.5",
                         "yes", "no", "-1", "-90",  "x",    "10MB", "",      "5s"};
  int advised = 0;
  for (const Rule& rule : rules) {
    for (const char* text : texts) {
      for (const bool quotes : {false, true}) {
        const auto read = ReadValue(Value::Scalar(text, quotes), rule);
        if (std::holds_alternative<Reading>(read)) continue;
        const std::string fix = std::get<Complaint>(read).fix;
        ASSERT_TRUE(fix.starts_with("write ")) << fix;
        const std::string advice = fix.substr(6);
        if (advice == DescribeRule(rule)) continue;
        ++advised;
        const std::string plain = advice.substr(0, advice.find(" without quotes"));
        const bool in_quotes = plain.starts_with('"');
        const Value again = Value::Scalar(in_quotes ? plain.substr(1, plain.size() - 2) : plain, in_quotes);
        EXPECT_TRUE(std::holds_alternative<Reading>(ReadValue(again, rule)))
            << DescribeRule(rule) << ": " << text << ": " << fix;
      }
    }
  }
  EXPECT_GT(advised, 10);
}

TEST(ReadValue, ShowsNoPasswordAndNoToken) {
  const Rule path{Kind::kPath, 0, 0, {}};
  for (const char* text :
       {"https://bot:hunter2@h/x", "ghp_hunter2", "glpat-hunter2", "password=hunter2", "Bearer hunter2"}) {
    for (const bool quotes : {false, true}) {
      const Complaint told = ComplaintOf(Value::Scalar(text, quotes), path);
      EXPECT_EQ((told.found + told.expected + told.fix).find("hunter2"), std::string::npos) << told.found;
    }
  }
}

TEST(DescribeRule, NamesTheBounds) {
  EXPECT_EQ(DescribeRule({Kind::kDuration, 0, 90'061'001, {}}), "a duration from 0s to 1d1h1m1s1ms");
  EXPECT_EQ(DescribeRule({Kind::kBytes, 0, 1536, {}}), "a size from 0B to 1536B");
  EXPECT_EQ(DescribeRule({Kind::kInteger, -1, 1, {}}), "an integer from -1 to 1");
  EXPECT_EQ(DescribeRule({Kind::kChoice, 0, 0, {"a", "b"}}), "one of a, b");
}

}  // namespace
}  // namespace dagitops::config
