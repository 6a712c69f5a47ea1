#include "dagitops/doctor/print.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::doctor {
namespace {

Report Sample() {
  Section machine;
  machine.checks = {{Level::kOk, "source", "https://git.example.com/w.git", "at 01234567", "", {}}};
  Section production{"production",
                     "kubernetes",
                     {{Level::kError, "helm-too-old", "helm", "v3.12.3", "3.17.0 or newer", {"one line", "another"}},
                      {Level::kWarning, "webserver-read-only", "pod w", "no reload", "nothing", {}},
                      {Level::kNotLookedAt, "chart", "chart c", "it takes a helm", "", {}}},
                     {{{"apps", "deployments", "patch", "", "dry runs", Right::Use::kUsed}, true},
                      {{"", "leases", "get", "ours", "one", Right::Use::kGiven}, false}}};
  return {{machine, production}};
}

TEST(ToText, HasALineForEachCheckAndTheLinesThatFixIt) {
  EXPECT_EQ(ToText(Sample(), false),
            "this machine\n"
            "  ok            https://git.example.com/w.git: at 01234567\n"
            "production (kubernetes)\n"
            "  error         helm-too-old: helm\n"
            "      found     v3.12.3\n"
            "      expected  3.17.0 or newer\n"
            "      fix       one line\n"
            "      fix       another\n"
            "  warning       webserver-read-only: pod w\n"
            "      found     no reload\n"
            "      expected  nothing\n"
            "  not-looked-at chart c: it takes a helm\n"
            "1 error, 1 warning, 1 not looked at\n");
}

TEST(ToText, ColoursOnlyTheLevels) {
  EXPECT_NE(ToText(Sample(), true).find("\x1b[31merror        \x1b[0m helm-too-old"), std::string::npos);
}

TEST(ToJson, HasEveryFieldAlwaysAndNullForNone) {
  const boost::json::value report = boost::json::parse(ToJson(Sample()));
  EXPECT_EQ(report.at("schemaVersion"), 1);
  EXPECT_EQ(report.at("errors"), 1);
  EXPECT_EQ(report.at("warnings"), 1);
  EXPECT_EQ(report.at("notLookedAt"), 1);
  const auto& sections = report.at("sections").as_array();
  EXPECT_EQ(
      boost::json::serialize(sections[0]),
      R"({"environment":null,"target":null,"checks":[{"level":"ok","code":"source","where":"https://git.example.com/w.git",)"
      R"("found":"at 01234567","expected":null,"fix":[]}],"rights":[]})");
  EXPECT_EQ(boost::json::serialize(sections[1].at("checks").as_array()[0]),
            R"({"level":"error","code":"helm-too-old","where":"helm","found":"v3.12.3","expected":"3.17.0 or newer",)"
            R"("fix":["one line","another"]})");
  EXPECT_EQ(boost::json::serialize(sections[1].at("rights").as_array()[1]),
            R"({"group":"","resource":"leases","verb":"get","name":"ours","why":"one","use":"given","allowed":false})");
}

// JSON is YAML, so that the published schema can be held against it.
TEST(ToJson, KeepsToItsSchema) {
  for (const Report& report : {Sample(), Report{}}) {
    const yaml::Parsed parsed = yaml::Parse(ToJson(report), "doctor.json", Layer::kBuiltin);
    EXPECT_TRUE(schema::Validator(schema::Schema::kDoctor).Validate(parsed.root).empty());
  }
}

}  // namespace
}  // namespace dagitops::doctor
