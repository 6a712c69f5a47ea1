#include "config/read_value.h"

#include <gtest/gtest.h>

#include <string>

#include "dagitops/yaml/parse.h"

namespace dagitops::config {
namespace {

// What became of `yaml` under a rule: "=text", "=number" or "found | expected | fix".
std::string Outcome(const std::string& yaml, const Rule& rule) {
  const Value root = yaml::Parse("a: " + yaml + "\n", "f", Layer::kBuiltin).root;
  const auto read = ReadValue(*root.Find("a"), rule);
  if (const auto* complaint = std::get_if<Complaint>(&read)) {
    return complaint->found + " | " + complaint->expected + " | " + complaint->fix;
  }
  const Reading& reading = std::get<Reading>(read);
  if (rule.kind == Kind::kBoolean) return reading.truth ? "=true" : "=false";
  return "=" + (reading.text.empty() ? std::to_string(reading.number) : reading.text);
}

TEST(ReadValue, KeepsToTheRule) {
  const Rule text{Kind::kText, 0, 0, {}};
  const Rule path{Kind::kPath, 0, 0, {}};
  const Rule program{Kind::kProgram, 0, 0, {}};
  const Rule prefix{Kind::kPrefix, 0, 0, {}};
  const Rule seconds{Kind::kDuration, 1000, 3'600'000, {}};
  const Rule from_zero{Kind::kDuration, 0, 3'600'000, {}};
  const Rule bytes{Kind::kBytes, 1024, 1 << 20, {}};
  const Rule port{Kind::kInteger, 1, 65535, {}};
  const Rule boolean{Kind::kBoolean, 0, 0, {}};
  const Rule level{Kind::kChoice, 0, 0, {"debug", "info"}};
  const Rule version{Kind::kChoice, 0, 0, {"1.10", "1.12"}};
  const struct {
    const char* yaml;
    const Rule& rule;
    const char* outcome;
  } rows[] = {
      {"main", text, "=main"},
      {"\"1.10\"", text, "=1.10"},
      {"1.10", text, "1.10 | a text | write \"1.10\""},
      {"no", text, "no | a text | write \"no\""},
      {"2024-01-31", text, "=2024-01-31"},
      {"\"\"", text, "\"\" | a text | write a text"},
      {"[a]", text, "a list | a text | write a text"},
      {"{a: b}", text, "a mapping | a text | write a text"},
      {"/run/secrets/git", path, "=/run/secrets/git"},
      {"secrets/git", path, "secrets/git | an absolute path | write an absolute path"},
      {"~/git", path, "~/git | an absolute path | write an absolute path"},
      {"python3.12", program, "=python3.12"},
      {"/opt/venv/bin/python", program, "=/opt/venv/bin/python"},
      {"venv/bin/python", program,
       "venv/bin/python | an absolute path, or the name of a program | write an absolute path, or the name of a "
       "program"},
      {"/dagster", prefix, "=/dagster"},
      {"dagster", prefix, "dagster | a path such as /dagster | write a path such as /dagster"},
      {"/dagster/", prefix, "/dagster/ | a path such as /dagster | write a path such as /dagster"},
      {"\"1.10\"", version, "=1.10"},
      {"1.10", version, "1.10 | one of 1.10, 1.12 | write \"1.10\""},
      {"\"1.1\"", version, "\"1.1\" | one of 1.10, 1.12 | did you mean 1.10?"},
      {"90s", seconds, "=90000"},
      {"1m30s", seconds, "=90000"},
      {"\"90s\"", seconds, "=90000"},
      {"90", seconds, "90 | a duration from 1s to 1h | write 90s"},
      {"500ms", seconds, "500ms | a duration from 1s to 1h | write a duration from 1s to 1h"},
      {"2h", seconds, "2h | a duration from 1s to 1h | write a duration from 1s to 1h"},
      {"1h", seconds, "=3600000"},
      {"soon", seconds, "soon | a duration from 1s to 1h | write a duration from 1s to 1h"},
      {"0s", from_zero, "=0"},
      {"-5s", from_zero, "-5s | a duration from 0s to 1h | write a duration from 0s to 1h"},
      {"1KiB", bytes, "=1024"},
      {"1MiB", bytes, "=1048576"},
      {"2048", bytes, "=2048"},
      {"4096B", bytes, "=4096"},
      {"1GiB", bytes, "1GiB | a size from 1KiB to 1MiB | write a size from 1KiB to 1MiB"},
      {"10MB", bytes, "10MB | a size from 1KiB to 1MiB | write a size from 1KiB to 1MiB"},
      {"99999999999999999999GiB", bytes,
       "99999999999999999999GiB | a size from 1KiB to 1MiB | write a size from 1KiB to 1MiB"},
      {"9000000000000000000GiB", bytes,
       "9000000000000000000GiB | a size from 1KiB to 1MiB | write a size from 1KiB to 1MiB"},
      {"3000", port, "=3000"},
      {"65535", port, "=65535"},
      {"0", port, "0 | an integer from 1 to 65535 | write an integer from 1 to 65535"},
      {"65536", port, "65536 | an integer from 1 to 65535 | write an integer from 1 to 65535"},
      {"\"3000\"", port, "\"3000\" | an integer from 1 to 65535 | write 3000 without quotes"},
      {"0x10", port, "0x10 | an integer from 1 to 65535 | write an integer from 1 to 65535"},
      {"3000.0", port, "3000.0 | an integer from 1 to 65535 | write an integer from 1 to 65535"},
      {"true", boolean, "=true"},
      {"Yes", boolean, "=true"},
      {"on", boolean, "=true"},
      {"off", boolean, "=false"},
      {"no", boolean, "=false"},
      {"1", boolean, "1 | true or false | write true or false"},
      {"\"true\"", boolean, "\"true\" | true or false | write true without quotes"},
      {"info", level, "=info"},
      {"inof", level, "inof | one of debug, info | did you mean info?"},
      {"verbose", level, "verbose | one of debug, info | write one of debug, info"},
  };
  for (const auto& row : rows) EXPECT_EQ(Outcome(row.yaml, row.rule), row.outcome) << row.yaml;
}

TEST(ReadValue, CutsLongTexts) {
  EXPECT_LT(Outcome(std::string(5000, 'x'), Rule{Kind::kInteger, 1, 2, {}}).size(), 200U);
}

TEST(FormatBytes, IsTheShortestForm) {
  const struct {
    long long bytes;
    const char* text;
  } rows[] = {{0, "0B"},           {1, "1B"},           {1000, "1000B"}, {1024, "1KiB"},
              {10 << 20, "10MiB"}, {1LL << 30, "1GiB"}, {1536, "1536B"}};
  for (const auto& row : rows) EXPECT_EQ(FormatBytes(row.bytes), row.text);
}

}  // namespace
}  // namespace dagitops::config
