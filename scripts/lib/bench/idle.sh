# shellcheck shell=bash
# scripts/bench idle. Prints Markdown; fails where a promise of docs/benchmarks.md is broken.

bench_idle() {
  bench_test test_soak \
    'locations=locations' \
    '**resident size of dagitops (MB)**=resident_mb<=25' \
    'resident size of the process kept ready to fetch, shared libraries included (MB)=fetcher_mb' \
    '**processor, its children included (% of a core)**=core_share_percent<=0.2' \
    'measured over (s)=seconds'
}
