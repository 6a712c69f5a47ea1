# shellcheck shell=bash
# scripts/bench rollout. Prints Markdown; fails where a promise of docs/benchmarks.md is broken.

bench_rollout() {
  DAGITOPS_LONG=1 bench_cluster_test real test_kubernetes_latency \
    'push → loaded, median (s)=push_s' \
    'the bare steps by hand, median (s)=hand_s' \
    '**ratio of the two**=ratio<=1.3' \
    'the same steps with a rolling restart of webserver and daemon, median (s)=restart_s' \
    '**times faster than that**=times_faster>=3' \
    'locations added by each=rounds'
}
