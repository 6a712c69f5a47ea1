# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# One simulated node: its pods are ready about a second after they were scheduled, and nothing runs.

node_kwok_start() {
  start_process kwok "$cluster_bin/kwok" --kubeconfig "$cluster_kubeconfig" --config "$cluster_bin/kwok-stages.yaml" \
    --config "$dagitops_root/tests/cluster/kwok-pods.yaml" \
    --manage-all-nodes=true --server-address="127.0.0.1:$((cluster_port + 5))"
  as_admin apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Node
metadata: {name: node1, labels: {kubernetes.io/hostname: node1, type: kwok}, annotations: {kwok.x-k8s.io/node: fake}}
status: {allocatable: {cpu: "512", memory: 1Ti, pods: "5000"}, capacity: {cpu: "512", memory: 1Ti, pods: "5000"}}
YAML
}
