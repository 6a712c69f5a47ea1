#include "config/reference.h"

#include <gtest/gtest.h>

#include <string>

#include <boost/json/parse.hpp>

#include "dagitops/config/settings.h"
#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "support/shared_data.h"

namespace dagitops::config {
namespace {

const std::string kRoot = DAGITOPS_SOURCE_DIR;

TEST(SettingsReference, IsWhatTheDocumentShows) {
  const std::string document = support::FileText(kRoot + "/docs/settings.md");
  const std::string begin = "<!-- settings:begin -->\n";
  const std::size_t start = document.find(begin);
  const std::size_t end = document.find("<!-- settings:end -->");
  ASSERT_NE(start, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t from = start + begin.size();
  EXPECT_EQ(document.substr(from, end - from), SettingsReference()) << "copy this table into docs/settings.md";
}

TEST(SettingsReference, ExplainsEveryCodeOfItsOwn) {
  const std::string document = support::FileText(kRoot + "/docs/settings.md");
  for (const char* code : {"unknown-setting", "bad-setting", "secret-in-settings", "not-in-this-version"}) {
    EXPECT_NE(document.find("`" + std::string(code) + "`"), std::string::npos) << code;
  }
}

TEST(SettingsSchema, IsTheFile) {
  const boost::json::value file = boost::json::parse(support::FileText(kRoot + "/schemas/settings.json"));
  EXPECT_EQ(file, boost::json::parse(SettingsSchema())) << "write this into schemas/settings.json:\n"
                                                        << SettingsSchema();
}

// The schema is for editors; the reader is stricter about ranges of durations and sizes, and about keys that need or
// exclude each other.
TEST(SettingsSchema, AgreesWithTheReader) {
  const char* documents[] = {"",
                             "source: {url: x, interval: 1m30s}",
                             "source: {interval: 30}",
                             "source: {nope: 1}",
                             "stateDir: relative",
                             "stateDir: /x",
                             "environments: {a: {}, b: }",
                             "environments: {a: {nope: 1}}",
                             "environments: {a: {target: local_process}}",
                             "environments: {a: {target: kubernetes, kubernetes: {namespace: ns, chart: {path: /c}}}}",
                             "environments: {a: {target: docker_compose}}",
                             "environments: {a: {kubernetes: {parallel: 0}}}",
                             "environments: {a: {kubernetes: {chart: {path: c}}}}",
                             "environments: {a: {kubernetes: {chart: {version: 1.12.19}}}}",
                             "environments: {a: {chartVersion: \"1.10\"}}",
                             "environments: {a: {chartVersion: \"1.11\"}}",
                             "environments: {a: {chartVersion: 1.12}}",
                             "environments: {a: {local_process: {restartLimit: 5, logs: {maxBytes: 10MiB, keep: 3}}}}",
                             "environments: {a: {local_process: {restartLimit: -1}}}",
                             "environments: {a: {dagster: {webserver: {port: 3000, pathPrefix: /x}}}}",
                             "environments: {a: {dagster: {webserver: {port: 70000}}}}",
                             "environments: {a: {dagster: {webserver: {pathPrefix: x/}}}}",
                             "environments: {a: {dagster: {daemon: {start: maybe}}}}",
                             "limits: {fileBytes: 1MiB, files: 5, depth: 5}",
                             "log: {level: info, format: json}",
                             "log: {level: loud}",
                             "[]"};
  schema::Validator validator(schema::Schema::kSettings);
  for (const char* document : documents) {
    const Value value = yaml::Parse(document, "f", Layer::kBuiltin).root;
    EXPECT_EQ(validator.Validate(value).empty(), ParseSettings(document, "f").diagnostics.empty()) << document;
  }
}

}  // namespace
}  // namespace dagitops::config
