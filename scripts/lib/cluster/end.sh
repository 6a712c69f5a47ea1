# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# Ends a cluster: the processes by the ids that `up` wrote down, then what they left in the kernel and on the disk.

# end_cluster [--keep]
end_cluster() {
  end_processes
  [[ ${1:-} == --keep ]] || rm -rf "$cluster_run"
}

end_processes() {
  if [[ -f $cluster_run/pids ]]; then
    if [[ $cluster_node == real && -S $cluster_containerd/containerd.sock ]]; then
      signal_processes KILL kubelet # which would start the containers anew while they are ended
      end_containers
    fi
    signal_processes TERM
    # The API server waits for those who watch it; nothing is lost where it does not get to its end.
    wait_until 5 "all of them ended" no_process_left 2>/dev/null || signal_processes KILL
  fi
  if [[ $cluster_node == real && $EUID == 0 ]]; then
    end_shims
    remove_node_traces
  fi
  rm -f "$cluster_run/pids"
}

# signal_processes SIGNAL [NAME]: all of them, or one. In reverse: what depends on others first. An id that was given to
# another program since is left alone.
signal_processes() {
  local name pid
  tac "$cluster_run/pids" | while read -r name pid; do
    if [[ $name == "${2:-$name}" ]] && is_ours "$pid"; then kill "-$1" "$pid" 2>/dev/null || true; fi
  done
}
is_ours() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q -F -e "$cluster_run" -e "$cluster_home"; }
no_process_left() {
  local pid
  while read -r _ pid; do ! is_ours "$pid" || return 1; done <"$cluster_run/pids"
}

# Containers with the process that holds each, and the networks that their pods had.
end_containers() {
  local container network
  in_containerd tasks ls -q >"$cluster_run/containers" 2>/dev/null || true
  while read -r container; do
    in_containerd containers info "$container" 2>/dev/null | grep -o '/var/run/netns/cni-[0-9a-f-]*' || true
  done <"$cluster_run/containers" | sort -u >"$cluster_run/networks"
  xargs -r -P 4 -n 1 timeout 20 ctr -a "$cluster_containerd/containerd.sock" -n k8s.io tasks delete --force \
    <"$cluster_run/containers" >/dev/null 2>&1 || true
  while read -r network; do ip netns delete "${network##*/}" 2>/dev/null || true; done <"$cluster_run/networks"
}

# What containerd left running, as where it was killed before it could end it.
end_shims() {
  local shim
  for shim in $(pgrep -f "^[^ ]*containerd-shim.* -address $cluster_containerd/containerd.sock"); do
    pkill -KILL -P "$shim" || true
    kill -KILL "$shim" 2>/dev/null || true
  done
}

remove_node_traces() {
  local direction
  mount | awk -v run="$cluster_run/" -v state="$cluster_containerd/" \
    'index($3, run) == 1 || index($3, state) == 1 { print $3 }' | tac | xargs -r umount 2>/dev/null || true
  for direction in -i -o; do
    iptables -D FORWARD "$direction" "$cluster_bridge" -j ACCEPT 2>/dev/null || true
  done
  ip link del "$cluster_bridge" 2>/dev/null || true
  [[ ! -d $cluster_run/kubelet ]] || timeout 20 "$cluster_bin/kube-proxy" --cleanup >/dev/null 2>&1 || true
  rm -rf "$cluster_containerd"
}
