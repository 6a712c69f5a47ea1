# shellcheck shell=bash
# scripts/bench compose. Prints Markdown; fails where a promise of docs/benchmarks.md is broken.

bench_compose() {
  local size work
  install_missing build bench
  step "building"
  cmake --preset release -DDAGITOPS_BENCH=ON >&2
  cmake --build build/release --parallel "$(build_jobs)" --target compose_bench >&2
  work=$(mktemp -d)
  for size in 1000 10000; do
    step "$size fragments"
    run_limited 120 /usr/bin/python3 tests/bench/compose/generate.py "$work/$size.git" "$size"
    # Three runs of each, in turn, so that neither has the quieter machine.
    for _ in 1 2 3; do
      run_limited 300 build/release/compose_bench "$work/$size.git" >>"$work/ours"
      run_limited 300 /usr/bin/python3 tests/bench/compose/load_yaml.py "$work/$size.git" >>"$work/python"
    done
  done
  local code=0
  /usr/bin/python3 tests/bench/compose/report.py "$(machine)" "$work/ours" "$work/python" || code=$?
  rm -rf "$work"
  return "$code"
}
