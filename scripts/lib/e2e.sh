# shellcheck shell=bash disable=SC2154  # python and dagitops_root are scripts/test's
# Runs the end-to-end tests on the release build, with real Dagster. Those that need helm or a cluster skip themselves
# where the variables with their places are not set. Source common.sh, stages.sh and dagster.sh first.

# Seconds that one run of pytest may take.
e2e_limit=2700

# run_e2e NAME EXPRESSION: the tests whose markers fit the expression. NAME is that of the report.
run_e2e() {
  local code=0
  e2e_pytest "$@" || code=$?
  e2e_count "$1" "$code"
}

# run_e2e_lanes: every test but those marked `alone`, in two lanes side by side, for most of them wait most of the time.
# The output of each comes when it has ended, whole.
run_e2e_lanes() {
  local name code=0
  local -a pids=()
  dagster_venv >/dev/null || return 1 # made once, before both want it
  e2e_in_lane simulated 'kwok and not alone' &
  pids+=($!)
  { e2e_in_lane local 'not kwok and not node and not alone' && e2e_in_lane node 'node and not alone'; } &
  pids+=($!)
  # shellcheck disable=SC2064  # these processes, not later ones
  trap "kill -TERM ${pids[*]} 2>/dev/null; exit 130" INT TERM HUP
  wait "${pids[@]}"
  trap - INT TERM HUP
  for name in simulated local node; do
    e2e_count "$name" "$(cat "$(e2e_file "$name" code)" || true)" || code=1
  done
  return "$code"
}

# e2e_in_lane NAME EXPRESSION: as run_e2e, in a subshell: what there is to count comes through a file.
e2e_in_lane() {
  local code=0 log
  log=$(e2e_file "$1" log)
  rm -f "$(e2e_file "$1" code)"
  e2e_pytest "$@" 2>"$log" || code=$?
  cat "$log" >&2
  printf '%s\n' "$code" >"$(e2e_file "$1" code)"
}

# e2e_count NAME CODE: takes the report into account; CODE is how pytest ended.
e2e_count() {
  local counted
  counted=$("$python" scripts/lib/py/count_results.py pytest "${2:-1}" "$(e2e_file "$1" xml)") || return 1
  # shellcheck disable=SC2086  # three numbers
  count_results $counted
  [[ ${2:-1} == 0 ]]
}

e2e_pytest() {
  local venv report
  venv=$(dagster_venv) || return 1
  report=$(e2e_file "$1" xml)
  rm -f "$report"
  DAGITOPS_BIN=$dagitops_root/build/dagitops DAGITOPS_STANDIN=$dagitops_root/build/debug/standin_python \
    DAGITOPS_DAGSTER_VENV=$venv \
    run_limited "$e2e_limit" "$venv/bin/python" -B -m pytest -p no:cacheprovider -c tests/e2e/pytest.ini \
    --rootdir tests/e2e -m "$2" --junitxml "$report" tests/e2e >&2
}

e2e_file() { printf '%s\n' "$dagitops_root/build/e2e-$1.$2"; }
