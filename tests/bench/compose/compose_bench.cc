// Measures the way from a revision of a repository to its rendered locations, and the same after a commit that changes
// one fragment. The repository is made by generate.py: branch `main`, and branch `next` one commit further.
//
// usage: compose_bench REPOSITORY     prints one line of JSON; seconds of wall time (cpu: of the processor), sizes in
// MB
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "dagitops/render/chart_values.h"
#include "dagitops/source/git/work_tree.h"
#include "dagitops/workspace/composer.h"
#include "dagitops/yaml/parse.h"

namespace dagitops {
namespace {

constexpr int kCommits = 21;

double Seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Of this process: says more than wall time where other programs share the machine.
double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Values of one location's release, as the kubernetes target applies them.
std::string Render(const CodeLocation& location, const Value& chart_values) {
  return render::LocationValues(location, chart_values, "dagster-user-code").value();
}

struct Times {
  double read = 0;
  double compose = 0;
  double render = 0;
};

// What a daemon holds between passes.
class Bench {
 public:
  explicit Bench(const std::string& path) : source_(git::OpenWorkTree(path).value()) {}

  Times Run(const std::string& branch) {
    Times times;
    const Revision revision = source_->Resolve(branch).value();
    double from = Seconds();
    tree_ = source_->ReadTree(revision, {}).value();
    times.read = Seconds() - from;

    from = Seconds();
    Composition composition = composer_.Compose(tree_, "production");
    times.compose = Seconds() - from;

    from = Seconds();
    RenderChanged(composition);
    times.render = Seconds() - from;
    composition_ = std::move(composition);
    return times;
  }

  // Reading the texts alone, for the record; not part of any other figure.
  double ParseAgain() const {
    const double from = Seconds();
    for (const auto& file : tree_.files) yaml::Parse(file->text, file->path, Layer::kFragment);
    return Seconds() - from;
  }

  std::size_t locations() const { return composition_.locations.size(); }
  std::size_t rendered() const { return rendered_count_; }
  const Diagnostics& diagnostics() const { return composition_.diagnostics; }

 private:
  // A location that did not change is the same object as before.
  void RenderChanged(const Composition& composition) {
    rendered_.resize(composition.locations.size());
    rendered_count_ = 0;
    for (std::size_t i = 0; i < composition.locations.size(); ++i) {
      const auto& location = composition.locations[i];
      if (i < composition_.locations.size() && composition_.locations[i] == location) continue;
      rendered_[i] = Render(*location, composition.chart_values);
      ++rendered_count_;
    }
  }

  std::unique_ptr<git::RepositorySource> source_;
  workspace::Composer composer_;
  SourceTree tree_;
  Composition composition_;
  std::vector<std::string> rendered_;
  std::size_t rendered_count_ = 0;
};

int Main(const std::string& path) {
  Bench bench(path);
  const double cpu_before = CpuSeconds();
  const Times cold = bench.Run("main");
  const double cpu = CpuSeconds() - cpu_before;
  const std::size_t rendered = bench.rendered();
  if (!bench.diagnostics().empty()) {
    std::fprintf(stderr, "%s\n", bench.diagnostics().front().Text().c_str());
    return 1;
  }
  const double peak = PeakMegabytes();
  std::vector<double> read;
  std::vector<double> compose;
  std::vector<double> render;
  std::vector<double> total;
  for (int i = 0; i < kCommits; ++i) {
    const Times times = bench.Run(i % 2 == 0 ? "next" : "main");
    if (bench.rendered() != 1) return 1;
    read.push_back(times.read);
    compose.push_back(times.compose);
    render.push_back(times.render);
    total.push_back(times.read + times.compose + times.render);
  }
  const double peak_later = PeakMegabytes();
  std::printf(
      "{\"locations\": %zu, \"rendered\": %zu, \"read\": %.4f, \"compose\": %.4f, \"render\": %.4f, \"total\": %.4f, "
      "\"cpu\": %.4f, "
      "\"parse_alone\": %.4f, \"peak_mb\": %.0f, \"peak_after_commits_mb\": %.0f, \"commit_read_ms\": %.2f, "
      "\"commit_compose_ms\": %.2f, \"commit_render_ms\": %.2f, \"commit_total_ms\": %.2f, \"commit_worst_ms\": "
      "%.2f}\n",
      bench.locations(), rendered, cold.read, cold.compose, cold.render, cold.read + cold.compose + cold.render, cpu,
      bench.ParseAgain(), peak, peak_later, Median(read) * 1e3, Median(compose) * 1e3, Median(render) * 1e3,
      Median(total) * 1e3, *std::max_element(total.begin(), total.end()) * 1e3);
  return 0;
}

}  // namespace
}  // namespace dagitops

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compose_bench REPOSITORY\n");
    return 2;
  }
  return dagitops::Main(argv[1]);
}
