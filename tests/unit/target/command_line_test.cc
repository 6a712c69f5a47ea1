#include "target/local_process/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"

namespace dagitops::local_process {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::Pair;

struct ArgumentsCase {
  std::string name;
  std::vector<std::string> given;
  std::vector<std::string> wanted;  // behind what every server gets
};

class Arguments : public testing::TestWithParam<ArgumentsCase> {};

TEST_P(Arguments, GetAbsolutePaths) {
  ProcessSpec spec;
  spec.arguments = GetParam().given;
  const auto arguments = ServerArguments({spec, "shown", "/venv/bin/python", "/run/x.sock", "/tree", "id-1"});
  ASSERT_GE(arguments.size(), 10u);
  EXPECT_THAT(std::vector(arguments.begin(), arguments.begin() + 10),
              ElementsAre("/venv/bin/python", "-m", "dagster", "api", "grpc", "--socket", "/run/x.sock",
                          "--location-name", "shown", "--use-python-environment-entry-point"));
  EXPECT_THAT(std::vector(arguments.begin() + 10, arguments.end()), ElementsAreArray(GetParam().wanted));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Arguments,
    testing::Values(
        ArgumentsCase{"Module", {"-m", "a.b"}, {"-m", "a.b", "-d", "/tree"}},
        ArgumentsCase{"File", {"-f", "defs.py"}, {"-f", "/tree/defs.py", "-d", "/tree"}},
        ArgumentsCase{"FileLong", {"--python-file", "a/defs.py"}, {"--python-file", "/tree/a/defs.py", "-d", "/tree"}},
        ArgumentsCase{"FileEquals", {"--python-file=defs.py"}, {"--python-file=/tree/defs.py", "-d", "/tree"}},
        ArgumentsCase{"FileJoined", {"-fdefs.py"}, {"-f/tree/defs.py", "-d", "/tree"}},
        ArgumentsCase{"FileWithDot", {"-f", "./defs.py"}, {"-f", "/tree/defs.py", "-d", "/tree"}},
        ArgumentsCase{"FileAbsolute", {"-f", "/opt/defs.py"}, {"-f", "/opt/defs.py", "-d", "/tree"}},
        ArgumentsCase{"Directory", {"-m", "a", "-d", "sub"}, {"-m", "a", "-d", "/tree/sub"}},
        ArgumentsCase{"DirectoryIsTheFolder", {"-m", "a", "-d", "."}, {"-m", "a", "-d", "/tree"}},
        ArgumentsCase{"DirectoryLong", {"--working-directory", "sub"}, {"--working-directory", "/tree/sub"}},
        ArgumentsCase{"DirectoryEquals", {"--working-directory=sub"}, {"--working-directory=/tree/sub"}},
        ArgumentsCase{"DirectoryJoined", {"-dsub"}, {"-d/tree/sub"}},
        ArgumentsCase{"DirectoryAbsolute", {"-d", "/opt"}, {"-d", "/opt"}},
        ArgumentsCase{
            "NoDirectoryAtAll", {"-m", "a", "--empty-working-directory"}, {"-m", "a", "--empty-working-directory"}},
        ArgumentsCase{"Attribute", {"-m", "a", "-a", "defs"}, {"-m", "a", "-a", "defs", "-d", "/tree"}},
        ArgumentsCase{"ValueThatLooksLikeAFlag", {"-f", "-f"}, {"-f", "/tree/-f", "-d", "/tree"}},
        ArgumentsCase{"Package", {"--package-name", "p"}, {"--package-name", "p", "-d", "/tree"}},
        ArgumentsCase{
            "Autoload", {"--autoload-defs-module-name", "m"}, {"--autoload-defs-module-name", "m", "-d", "/tree"}}),
    support::CaseName{});

TEST(ServerArguments, OfACodeServerStartItUnderAnIdThatAReloadDoesNotChange) {
  ProcessSpec spec;
  spec.code_server = true;
  spec.arguments = {"-m", "a"};
  const auto arguments = ServerArguments({spec, "shown", "python3", "/s", "/tree", "id-1"});
  EXPECT_THAT(arguments, ElementsAre("python3", "-m", "dagster", "code-server", "start", "--socket", "/s",
                                     "--location-name", "shown", "--use-python-environment-entry-point",
                                     "--fixed-server-id", "id-1", "-m", "a", "-d", "/tree"));
}

TEST(BaseEnvironment, PutsTheInterpretersFolderFirst) {
  EXPECT_THAT(BaseEnvironment({{"PATH", "/usr/bin"}, {"LANG", "C"}}, "/home/d", "/venv/bin/python"),
              ElementsAre(Pair("DAGSTER_HOME", "/home/d"), Pair("LANG", "C"), Pair("PATH", "/venv/bin:/usr/bin"),
                          Pair("PYTHONUNBUFFERED", "1")));
}

TEST(BaseEnvironment, OfAnInterpreterByNameLeavesPathAlone) {
  EXPECT_EQ(BaseEnvironment({{"PATH", "/usr/bin"}}, "/d", "python3").at("PATH"), "/usr/bin");
  EXPECT_FALSE(BaseEnvironment({}, "/d", "python3").contains("PATH"));
  EXPECT_EQ(BaseEnvironment({}, "/d", "/v/bin/python").at("PATH"), "/v/bin:/usr/local/bin:/usr/bin:/bin");
}

}  // namespace
}  // namespace dagitops::local_process
