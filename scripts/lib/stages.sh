# shellcheck shell=bash
# Named stages with a time limit each, their seconds, and one count of what passed and failed. Source common.sh first.

stage_passed=0
stage_failed=0
stage_skipped=0
stage_report=()

# stage NAME COMMAND...: runs COMMAND (a function or a program) and notes its seconds. The command adds what it counted
# with count_results; one that fails without having counted a failure counts as one itself.
stage() {
  local name=$1 started=$SECONDS failed_before=$stage_failed passed_before=$stage_passed code=0
  shift
  step "$name"
  "$@" || code=$?
  ((code == 130)) && exit 130
  if ((code != 0 && stage_failed == failed_before)); then
    count_results 0 1
  fi
  local seconds=$((SECONDS - started)) passed=$((stage_passed - passed_before)) failed=$((stage_failed - failed_before))
  stage_report+=("$(printf '%-28s %5d passed %3d failed %5d s' "$name" "$passed" "$failed" "$seconds")")
  ((failed == 0)) || complain "$name: $failed failed"
}

# count_results PASSED FAILED [SKIPPED]
count_results() {
  stage_passed=$((stage_passed + $1))
  stage_failed=$((stage_failed + $2))
  stage_skipped=$((stage_skipped + ${3:-0}))
}

# Prints the seconds of each stage, then on standard output the one line that others read. Fails where anything
# failed, and where nothing ran at all.
finish_stages() {
  local line
  say ""
  for line in "${stage_report[@]}"; do say "  $line"; done
  ((stage_skipped == 0)) || say "  ($stage_skipped skipped)"
  printf '%d passed, %d failed\n' "$stage_passed" "$stage_failed"
  ((stage_failed == 0 && stage_passed > 0))
}
