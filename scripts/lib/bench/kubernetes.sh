# shellcheck shell=bash
# scripts/bench kubernetes. Prints Markdown; fails where a promise of docs/benchmarks.md is broken.

bench_kubernetes() {
  local size
  local -a rows=()
  for size in 10 100 500; do
    rows+=("$size locations: push → new image in the API, median (s)=visible_s_$size"
      "$size locations: push → loaded, median (s)=loaded_s_$size"
      "$size locations: found by the poll → loaded, median (s)=own_s_$size"
      "$size locations: API calls of dagitops for a change=our_calls_$size<=30"
      "$size locations: API calls of helm for it=helm_calls_$size"
      "$size locations: sent and received for a change, helm's included (kB)=kb_$size"
      "$size locations: the same of a bare helm upgrade (kB)=helm_kb_$size"
      "$size locations: API calls while idle, watches left out=idle_calls_$size<=0"
      "$size locations: a bare helm upgrade, median (s)=helm_s_$size"
      "$size locations: resident size of dagitops right after the changes (MB)=changed_mb_$size"
      "**$size locations: the same at rest (MB)**=resident_mb_$size<=50"
      "$size locations from nothing, all loaded (s)=begin_s_$size")
  done
  rows+=("**found → loaded, the slowest of the three numbers against the fastest**=flatness<=1.3"
    "500 releases by a shell loop of helm, four at once, all ready (s)=loop_s"
    "**500 locations from nothing against that loop**=begin_ratio<=1.2")
  DAGITOPS_LONG=1 bench_cluster_test kwok test_numbers "${rows[@]}"
}
