#include "dagster/server_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dagitops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ReadRepositories, AListIsLoaded) {
  const auto answer = ReadRepositories(
      R"({"__class__": "ListRepositoriesResponse", "container_image": null, "repository_symbols": []})");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->loaded);
  EXPECT_EQ(answer->error, "");
}

TEST(ReadRepositories, AnErrorIsNotAndSaysWhy) {
  const auto answer = ReadRepositories(R"({"__class__": "SerializableErrorInfo", "cls_name": "DagsterImportError",
      "message": "dagster._core.errors.DagsterImportError: Encountered\n", "stack": [], "context": null,
      "cause": {"__class__": "SerializableErrorInfo", "cls_name": "ModuleNotFoundError", "cause": null,
                "message": "ModuleNotFoundError: No module named 'x'\n",
                "stack": ["  File \"/repo/defs.py\", line 2, in <module>\n    import x\n"]}})");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->loaded);
  EXPECT_EQ(answer->error, "ModuleNotFoundError: No module named 'x' (/repo/defs.py, line 2)");
}

TEST(ReadRepositories, AnErrorWithLessThanAllFieldsIsStillAnError) {
  const auto answer = ReadRepositories(R"({"__class__": "SerializableErrorInfo", "message": "boom", "stack": null})");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->loaded);
  EXPECT_EQ(answer->error, "boom");
}

TEST(ReadRepositories, AnEndlessChainOfCausesIsCut) {
  std::string json;
  for (int i = 0; i < 150; ++i) json += R"({"__class__": "SerializableErrorInfo", "message": "m", "cause": )";
  json += "null" + std::string(150, '}');
  const auto answer = ReadRepositories(json);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error, "m");
}

TEST(ReadCurrentRuns, GivesTheIds) {
  const auto runs = ReadCurrentRuns(
      R"({"__class__": "GetCurrentRunsResult", "current_runs": ["a", "b"], "serializable_error_info": null})");
  ASSERT_TRUE(runs);
  EXPECT_THAT(*runs, ElementsAre("a", "b"));
  const auto none = ReadCurrentRuns(R"({"__class__": "GetCurrentRunsResult", "current_runs": []})");
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, IsEmpty());
}

TEST(ReadShutdown, SaysWhetherItBegan) {
  EXPECT_TRUE(
      ReadShutdown(R"({"__class__": "ShutdownServerResult", "serializable_error_info": null, "success": true})"));
  const auto failed = ReadShutdown(R"({"__class__": "ShutdownServerResult", "success": false,
      "serializable_error_info": {"__class__": "SerializableErrorInfo", "message": "E: no"}})");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "code-server-shutdown");
  EXPECT_THAT(failed.error().message, HasSubstr("E: no"));
  EXPECT_EQ(ReadShutdown(R"({"__class__": "ShutdownServerResult", "success": false})").error().code,
            "code-server-shutdown");
}

class GarbageJson : public ::testing::TestWithParam<std::string> {};

TEST_P(GarbageJson, IsRefusedByAll) {
  for (const Error& error :
       {ReadRepositories(GetParam()).error(), ReadCurrentRuns(GetParam()).error(), ReadShutdown(GetParam()).error()}) {
    EXPECT_EQ(error.code, "code-server-garbage");
    EXPECT_EQ(error.kind, ErrorKind::kRetry);
    EXPECT_LT(error.Text().size(), 400u);
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, GarbageJson,
                         ::testing::Values("", "{", "null", "[]", "\"text\"", "{}", R"({"__class__": 7})",
                                           R"({"__class__": "Other"})", R"({"__class__": "GetCurrentRunsResult"})",
                                           R"({"__class__": "GetCurrentRunsResult", "current_runs": {}})",
                                           R"({"__class__": "GetCurrentRunsResult", "current_runs": [1]})",
                                           R"({"__class__": "ShutdownServerResult", "success": 1})",
                                           R"({"__class__": "ListRepositoriesResponse")", std::string(100'000, '['),
                                           "\xff\xfe" + std::string(5000, 'x')));

}  // namespace
}  // namespace dagitops
