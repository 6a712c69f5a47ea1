# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# Ends a cluster: the processes by the ids that `up` wrote down, then what they left in the kernel and on the disk.

# end_cluster [--keep]
end_cluster() {
  end_processes
  [[ ${1:-} == --keep ]] || rm -rf "$cluster_run"
}

end_processes() {
  [[ $cluster_node != real || ! -S $cluster_containerd/containerd.sock ]] || end_containers
  if [[ -f $cluster_run/pids ]]; then
    signal_processes TERM
    wait_until 5 "all of them ended" no_process_left || signal_processes KILL
  fi
  [[ $cluster_node != real || $EUID != 0 ]] || remove_node_traces
  rm -f "$cluster_run/pids"
}

# In reverse: what depends on others first. An id that was given to another program since is left alone.
signal_processes() {
  local pid
  tac "$cluster_run/pids" | while read -r _ pid; do
    ! is_ours "$pid" || kill "-$1" "$pid" 2>/dev/null || true
  done
}
is_ours() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -q -F -e "$cluster_run" -e "$cluster_home"; }
no_process_left() {
  local pid
  while read -r _ pid; do ! is_ours "$pid" || return 1; done <"$cluster_run/pids"
}

end_containers() {
  local task
  for task in $(in_containerd tasks ls -q 2>/dev/null); do
    in_containerd tasks kill -s SIGKILL "$task" >/dev/null 2>&1 || true
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
  rm -rf "$cluster_containerd"
}
