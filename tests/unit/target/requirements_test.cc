#include "target/local_process/requirements.h"

#include <gtest/gtest.h>

#include <set>

#include "support/case_name.h"

namespace dagitops::local_process {
namespace {

struct LineCase {
  std::string name;
  std::string text;
  bool refers;
};

class Lines : public testing::TestWithParam<LineCase> {};

TEST_P(Lines, AreJudged) { EXPECT_EQ(RefersToFiles(GetParam().text), GetParam().refers); }

INSTANTIATE_TEST_SUITE_P(
    Requirements, Lines,
    testing::Values(LineCase{"Empty", "", false}, LineCase{"Names", "dagster==1.13.27\npandas>=2,<3  # ./no\n", false},
                    LineCase{"Comment", "# -r other.txt\n", false}, LineCase{"Extras", "uvicorn[standard]\n", false},
                    LineCase{"Marker", "tomli; python_version < '3.11'\n", false},
                    LineCase{"Url", "pkg @ https://example.com/a/pkg.whl\n", false},
                    LineCase{"Index", "--index-url https://example.com/simple\n", false},
                    LineCase{"Git", "git+https://example.com/a/b.git@main\n", false},
                    LineCase{"Other", "a\n-r base.txt\n", true},
                    LineCase{"OtherLong", "--requirement base.txt\n", true},
                    LineCase{"Constraint", "-c constraints.txt\n", true}, LineCase{"Editable", "  -e .\n", true},
                    LineCase{"Dot", ".\n", true}, LineCase{"DotExtras", ".[dev]\n", true},
                    LineCase{"RelativePath", "./lib\n", true}, LineCase{"ParentPath", "../lib\n", true},
                    LineCase{"Path", "libs/common\n", true}, LineCase{"Wheel", "common-1.0-py3-none-any.whl\n", true},
                    LineCase{"FileUrl", "common @ file:///srv/common.whl\n", true}),
    support::CaseName{});

TEST(VenvKey, DependsOnWhatDecidesTheEnvironment) {
  const VenvIngredients plain{"dagster\n", "python 3.11", "tree1", "requirements.txt"};
  EXPECT_EQ(VenvKey(plain).size(), 16u);
  EXPECT_EQ(VenvKey(plain), VenvKey({"dagster\n", "python 3.11", "tree2", "other.txt"}))
      << "the same packages, wherever the file lies";
  EXPECT_NE(VenvKey(plain), VenvKey({"dagster\n", "python 3.12", "tree1", "requirements.txt"}));
  EXPECT_NE(VenvKey(plain), VenvKey({"dagster==1\n", "python 3.11", "tree1", "requirements.txt"}));
}

TEST(VenvKey, DependsOnTheTreeWhereAFileOfItIsNamed) {
  const std::set<std::string> keys{VenvKey({"-e .\n", "3.11", "tree1", "requirements.txt"}),
                                   VenvKey({"-e .\n", "3.11", "tree2", "requirements.txt"}),
                                   VenvKey({"-e .\n", "3.11", "tree1", "sub/requirements.txt"})};
  EXPECT_EQ(keys.size(), 3u);
}

}  // namespace
}  // namespace dagitops::local_process
