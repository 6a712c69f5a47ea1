# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# One node that runs containers: containerd, kubelet, kube-proxy, CoreDNS, on a bridge of its own. Needs root.

node_real_start() {
  write_containerd_config
  write_pod_network
  start_containerd
  write_kubelet_config
  start_process kubelet "$cluster_bin/kubelet" --config "$cluster_run/kubelet.yaml" \
    --kubeconfig "$cluster_run/node.kubeconfig" --hostname-override=node1 --node-ip="$cluster_bridge_address" \
    --root-dir="$cluster_run/kubelet"
  start_process kube-proxy "$cluster_bin/kube-proxy" --kubeconfig "$cluster_kubeconfig" --hostname-override=node1 \
    --proxy-mode=iptables --cluster-cidr=10.244.0.0/24 --bind-address="$cluster_bridge_address" \
    --metrics-bind-address="127.0.0.1:$((cluster_port + 6))" --healthz-bind-address="127.0.0.1:$((cluster_port + 7))"
  start_dns
}

start_containerd() {
  local root=$cluster_run/containerd/root kept=yes
  images_take_kept "$root" || kept=
  start_process containerd containerd --config "$cluster_run/containerd/config.toml"
  wait_until 20 "containerd answers" in_containerd version
  [[ -z $kept ]] || return 0
  load_pause_image
  images_load
  images_keep "$root" "$(sed -n 's/^containerd //p' "$cluster_run/pids")" || warn "the loaded images could not be kept"
}

# Prints why this machine cannot have such a node; nothing where it can. The packages must be there.
node_real_obstacle() {
  local folder
  if ((EUID != 0)); then
    printf 'running containers needs root\n'
  elif ! unshare --net ip link add dagitops-try type bridge 2>/dev/null; then
    printf 'this machine lets its root make no network of its own\n'
  else
    folder=$(mktemp -d "$cluster_home/try-XXXXXX") && mkdir "$folder"/{lower,upper,work,all}
    unshare --mount mount -t overlay overlay "$folder/all" \
      -o "lowerdir=$folder/lower,upperdir=$folder/upper,workdir=$folder/work" 2>/dev/null ||
      printf 'overlay file systems cannot be mounted in %s\n' "$cluster_home"
    rm -rf "$folder"
  fi
}

in_containerd() { ctr -a "$cluster_containerd/containerd.sock" -n k8s.io "$@"; }

make_bridge() {
  ip link show "$cluster_bridge" >/dev/null 2>&1 || ip link add "$cluster_bridge" type bridge
  ip addr replace "$cluster_bridge_address/24" dev "$cluster_bridge"
  ip link set "$cluster_bridge" up
  sysctl -q -w net.ipv4.ip_forward=1
  # A Docker daemon on the same machine sets the policy of FORWARD to DROP: pods must still reach each other.
  local direction
  for direction in -i -o; do
    iptables -C FORWARD "$direction" "$cluster_bridge" -j ACCEPT 2>/dev/null ||
      iptables -I FORWARD "$direction" "$cluster_bridge" -j ACCEPT
  done
}

# restrict_oom_score_adj: inside a container without CAP_SYS_RESOURCE runc fails with "EOF" otherwise.
write_containerd_config() {
  mkdir -p "$cluster_run/containerd/cni"
  cat >"$cluster_run/containerd/config.toml" <<TOML
version = 2
root = "$cluster_run/containerd/root"
state = "$cluster_containerd"
[grpc]
  address = "$cluster_containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$cluster_run/containerd/cni"
TOML
}

# Without ipMasq: pods reach each other and this machine, and nothing beyond it.
write_pod_network() {
  cat >"$cluster_run/containerd/cni/10-bridge.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "dagitops", "plugins": [
  {"type": "bridge", "bridge": "$cluster_bridge", "isGateway": true, "ipMasq": false, "ipam": {
    "type": "host-local", "dataDir": "$cluster_run/addresses",
    "ranges": [[{"subnet": "10.244.0.0/24", "rangeStart": "10.244.0.10"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
JSON
}

load_pause_image() {
  ! in_containerd images ls -q | grep -qx localhost/pause:1 || return 0
  local folder=$cluster_run/pause
  mkdir -p "$folder/root"
  cc -static -O1 -o "$folder/root/pause" "$dagitops_root/tests/cluster/pause.c"
  pack_image localhost/pause:1 "$folder/root" '["/pause"]' | in_containerd images import - >/dev/null
}

# pack_image NAME ROOT ENTRYPOINT_JSON: prints an archive, as `docker save` writes one, of an image with one layer.
pack_image() {
  local work sum
  work=$(mktemp -d)
  tar -C "$2" -cf "$work/layer.tar" .
  sum=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  printf '{"architecture": "amd64", "os": "linux", "config": {"Entrypoint": %s}, "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}' \
    "$3" "$sum" >"$work/config.json"
  printf '[{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]' "$1" >"$work/manifest.json"
  tar -C "$work" -c .
  rm -rf "$work"
}

write_kubelet_config() {
  local pki=$cluster_run/pki
  cat >"$cluster_run/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
failSwapOn: false
failCgroupV1: false
containerRuntimeEndpoint: unix://$cluster_containerd/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
address: $cluster_bridge_address
tlsCertFile: $pki/node.crt
tlsPrivateKeyFile: $pki/node.key
evictionHard: {memory.available: 100Mi, nodefs.available: "1%", imagefs.available: "1%"}
clusterDomain: cluster.local
clusterDNS: [$cluster_bridge_address]
resolvConf: ""
YAML
}

start_dns() {
  cat >"$cluster_run/Corefile" <<COREFILE
.:53 {
  bind $cluster_bridge_address
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $cluster_kubeconfig
  }
}
COREFILE
  start_process coredns "$cluster_bin/coredns" -conf "$cluster_run/Corefile"
}
