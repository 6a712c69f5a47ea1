# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# etcd, API server, controller manager and scheduler, with certificates of a certificate authority of their own.

control_plane_start() {
  mkdir -p "$cluster_run"/{pki,log}
  make_authority
  make_users
  start_etcd
  [[ $cluster_node != real ]] || make_bridge # the API server listens on it
  start_apiserver
  wait_until 90 "the API server is ready" as_admin get --raw /readyz
  start_process controller-manager "$cluster_bin/kube-controller-manager" --kubeconfig "$cluster_run/controllers.kubeconfig" \
    --service-account-private-key-file="$cluster_run/pki/accounts.key" --root-ca-file="$cluster_run/pki/ca.crt" \
    --use-service-account-credentials --bind-address=127.0.0.1 --secure-port=$((cluster_port + 3)) \
    --leader-elect=false --kube-api-qps=200 --kube-api-burst=400
  start_process scheduler "$cluster_bin/kube-scheduler" --kubeconfig "$cluster_run/scheduler.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port=$((cluster_port + 4)) --leader-elect=false \
    --kube-api-qps=200 --kube-api-burst=400
}

make_authority() {
  local pki=$cluster_run/pki
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$pki/ca.key" -out "$pki/ca.crt" \
    -subj /CN=dagitops-test-cluster -days 30 2>/dev/null
  openssl genrsa -out "$pki/accounts.key" 2048 2>/dev/null
  openssl rsa -in "$pki/accounts.key" -pubout -out "$pki/accounts.pub" 2>/dev/null
}

# make_certificate FILE COMMON_NAME ORGANISATION [EXTENSION]
make_certificate() {
  local pki=$cluster_run/pki
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$pki/$1.key" -out "$pki/$1.csr" \
    -subj "/CN=$2/O=$3" 2>/dev/null
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 30 \
    -out "$pki/$1.crt" -extfile <(printf 'extendedKeyUsage=serverAuth,clientAuth\n%s' "${4:-}") 2>/dev/null
}

make_users() {
  local names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  make_certificate apiserver kube-apiserver x \
    "subjectAltName=IP:127.0.0.1,IP:10.96.0.1,IP:$cluster_bridge_address,$names"
  make_user admin admin system:masters
  make_user controllers system:kube-controller-manager x
  make_user scheduler system:kube-scheduler x
  make_user node system:node:node1 system:nodes "subjectAltName=IP:$cluster_bridge_address,DNS:node1"
}

# make_user NAME COMMON_NAME ORGANISATION [EXTENSION]: a certificate and a kubeconfig that uses it
make_user() {
  make_certificate "$@"
  cat >"$cluster_run/$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "https://$cluster_address:$cluster_port", certificate-authority: $cluster_run/pki/ca.crt}}]
users: [{name: $1, user: {client-certificate: $cluster_run/pki/$1.crt, client-key: $cluster_run/pki/$1.key}}]
contexts: [{name: test, context: {cluster: test, user: $1}}]
current-context: test
YAML
}

start_etcd() {
  local url=http://127.0.0.1:$cluster_etcd_port
  start_process etcd "$cluster_bin/etcd" --data-dir "$cluster_run/etcd" --listen-client-urls "$url" --advertise-client-urls "$url" \
    --listen-peer-urls "http://127.0.0.1:$((cluster_etcd_port + 1))" --unsafe-no-fsync
}

start_apiserver() {
  local pki=$cluster_run/pki
  start_process apiserver "$cluster_bin/kube-apiserver" --etcd-servers="http://127.0.0.1:$cluster_etcd_port" \
    --secure-port="$cluster_port" --bind-address="$cluster_address" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
    --service-account-key-file="$pki/accounts.pub" --service-account-signing-key-file="$pki/accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc --authorization-mode=Node,RBAC \
    --service-cluster-ip-range=10.96.0.0/16 --allow-privileged=true \
    --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate="$pki/admin.crt" --kubelet-client-key="$pki/admin.key" \
    --audit-policy-file="$dagitops_root/tests/cluster/audit-policy.yaml" --audit-log-path="$cluster_run/log/audit.jsonl"
}
