#include "dagitops/target/kubernetes/measured_helm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/base/prometheus_metrics.h"

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"

namespace dagitops::kubernetes {
namespace {

using support::FakeCommandRunner;
using testing::HasSubstr;

TEST(MeasuredHelm, CountsByOperationAndResult) {
  support::FakeClock clock;
  PrometheusMetrics metrics;
  FakeCommandRunner inner;
  MeasuredHelm helm("production", {inner, metrics, clock});
  Command upgrade;
  upgrade.arguments = {"helm", "upgrade", "--install", "sales"};

  inner.answer = [&](const Command&) {
    clock.Advance(std::chrono::milliseconds(600));
    return FakeCommandRunner::Said("fine");
  };
  EXPECT_EQ(helm.Run(upgrade)->output, "fine");
  EXPECT_EQ(inner.commands.front().arguments, upgrade.arguments);
  inner.answer = [](const Command&) { return CommandResult{1, 0, false, "", "no"}; };
  helm.Run(upgrade);
  inner.answer = [](const Command&) { return CommandResult{-1, 9, true, "", ""}; };
  helm.Run(upgrade);
  inner.answer = [](const Command&) -> Result<CommandResult> {
    return Error{ErrorKind::kInvalid, "command-missing", "helm", "not there", ""};
  };
  EXPECT_FALSE(helm.Run({}));

  const std::string text = metrics.Text();
  const std::string of = "dagitops_helm_total{environment=\"production\",operation=\"";
  EXPECT_THAT(text, HasSubstr(of + "upgrade\",result=\"success\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(of + "upgrade\",result=\"error\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(of + "upgrade\",result=\"timeout\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(of + "none\",result=\"error\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("dagitops_helm_duration_seconds_sum{environment=\"production\",operation=\"upgrade\"} 0.6\n"));
}

}  // namespace
}  // namespace dagitops::kubernetes
