# shellcheck shell=bash
# scripts/bench latency. Prints Markdown; fails where a promise of docs/benchmarks.md is broken.

bench_latency() {
  bench_test test_local_latency \
    'push → loaded, median (s)=push_to_loaded_median_s' \
    'wait for the poll + spawn to first answer, median (s)=unavoidable_median_s' \
    '**ratio of the two, median**=ratio_median<=1.2' \
    'ratio, the worst push=ratio_worst' \
    'pushes=pushes'
}
