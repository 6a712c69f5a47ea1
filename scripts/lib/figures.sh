# shellcheck shell=bash
# Benchmarks that are end-to-end tests: what they recorded, as Markdown. Source common.sh and dagster.sh first.
: "${dagitops_root:?}"

# bench_test TEST ROW...: builds, runs one file of tests/e2e on its own and prints the figures that it recorded; each ROW
# is "LABEL=FIGURE" or "LABEL=FIGURE<=PROMISE". Fails where the test does, or a promise is broken.
bench_test() {
  local test=$1 venv report=$dagitops_root/build/bench-$1.xml
  shift
  install_missing build test
  cmake --preset debug -DDAGITOPS_TESTS=ON >&2
  cmake --build build/debug --parallel "$(build_jobs)" --target standin_python crash_points >&2
  ./scripts/build >&2
  venv=$(dagster_venv)
  DAGITOPS_BIN=$dagitops_root/build/dagitops DAGITOPS_STANDIN=$dagitops_root/build/debug/standin_python \
    DAGITOPS_DAGSTER_VENV=$venv run_limited 3600 "$venv/bin/python" -B -m pytest -p no:cacheprovider -s \
    -c tests/e2e/pytest.ini --rootdir tests/e2e --junitxml "$report" "tests/e2e/$test.py" >&2 || true
  /usr/bin/python3 tests/bench/figures.py "$(machine)" "$report" "$@"
}

# bench_cluster_test NODE TEST ROW...: the same for a test that wants a cluster of scripts/cluster, kwok or real.
bench_cluster_test() {
  local node=$1
  shift
  "$dagitops_root/scripts/cluster" build >&2
  if [[ $node == real ]]; then
    "$dagitops_root/scripts/cluster" images >&2
    export DAGITOPS_REAL_NODE=yes
  fi
  # shellcheck source=scripts/lib/cluster/settings.sh
  . "$dagitops_root/scripts/lib/cluster/settings.sh"
  # shellcheck source=scripts/lib/cluster/programs.sh
  . "$dagitops_root/scripts/lib/cluster/programs.sh"
  cluster_settings "$node"
  export DAGITOPS_HELM=${DAGITOPS_HELM:-$cluster_bin/helm} DAGITOPS_CLUSTER_BIN=$cluster_bin
  bench_test "$@"
}
