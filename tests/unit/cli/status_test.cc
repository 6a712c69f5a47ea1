#include <gtest/gtest.h>

#include "dagitops/schema/schemas.h"
#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

class StatusCommand : public Commands {
 protected:
  StatusCommand() {
    EnvironmentStatus status;
    status.environment = "production";
    store.status = status;
  }

  void ExpectValid() const {
    const yaml::Parsed parsed = yaml::Parse(out.str(), "status.json", Layer::kBuiltin);
    schema::Validator validator(schema::Schema::kStatus);
    EXPECT_TRUE(validator.Validate(parsed.root).empty()) << out.str();
  }
};

TEST_F(StatusCommand, JsonNamesWhoKeepsItInLine) {
  holder = LockHolder{42, "2026-11-22T13:20:05Z", "serve"};
  EXPECT_EQ(Run({"status", "--output", "json"}), kDone) << err.str();
  EXPECT_NE(out.str().find(R"("serving":{"pid":42,"since":"2026-11-22T13:20:05Z","command":"serve"})"),
            std::string::npos)
      << out.str();
  ExpectValid();
}

TEST_F(StatusCommand, JsonSaysThatNobodyKeepsItInLine) {
  EXPECT_EQ(Run({"status", "--output", "json"}), kDone) << err.str();
  EXPECT_NE(out.str().find(R"("serving":null)"), std::string::npos) << out.str();
  ExpectValid();
}

}  // namespace
}  // namespace dagitops::cli
