# shellcheck shell=bash disable=SC2034,SC2154  # shared by the parts of scripts/cluster
# Where a cluster of either kind lives and listens, and small helpers of the parts. Source common.sh first.

# cluster_settings NODE
cluster_settings() {
  local node=$1 port
  cluster_node=$node
  cluster_home=$(cache_dir)/cluster
  cluster_run=$cluster_home/$node
  cluster_bin=$cluster_home/programs/$(programs_key)
  cluster_kubeconfig=$cluster_run/admin.kubeconfig
  # Two clusters side by side: two ranges of ports. On the real node the API server listens on the bridge, where pods
  # can reach it; nothing outside this machine can.
  if [[ $node == real ]]; then
    port=${DAGITOPS_CLUSTER_PORT:-26443} cluster_address=10.244.0.1
  else
    port=${DAGITOPS_CLUSTER_PORT:-16443} cluster_address=127.0.0.1
  fi
  cluster_port=$port
  cluster_etcd_port=$((port + 1))
  cluster_bridge=dagitops0
  cluster_bridge_address=10.244.0.1
  cluster_containerd=/run/dagitops-cluster
}

is_up() { [[ -f $cluster_run/pids ]] && as_admin get --raw /readyz >/dev/null 2>&1; }

as_admin() { "$cluster_bin/kubectl" --kubeconfig "$cluster_kubeconfig" --request-timeout 20s "$@"; }

node_is_ready() { as_admin get node node1 2>/dev/null | grep -q ' Ready'; }

# start_process NAME COMMAND...: in the background, with its log, and its id written down for `down`.
start_process() {
  local name=$1
  shift
  setsid "$@" >"$cluster_run/log/$name.log" 2>&1 </dev/null &
  printf '%s %s\n' "$name" "$!" >>"$cluster_run/pids"
}

# wait_until SECONDS WHAT COMMAND...
wait_until() {
  local limit=$1 what=$2 deadline=$((SECONDS + $1))
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || { complain "after $limit s it is still not so that $what" && return 1; }
    sleep 0.2
  done
}
