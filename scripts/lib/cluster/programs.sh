# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# The programs of the cluster, compiled once and kept. Source common.sh first.

kubernetes_version=v1.34.4 # the one that tests/cluster/tools/go.mod pins
helm_version=v3.19.0
helm4_version=v4.3.2 # needs Go 1.26; without it the tests with this one are left out
registry_version=v0.22.1
kwok_version=v0.8.0
coredns_version=v1.12.1

# Changes with every version that is compiled.
programs_key() {
  {
    cat "$dagitops_root/tests/cluster/tools/go.mod"
    printf '%s\n' "$helm_version" "$helm4_version" "$registry_version" "$kwok_version" "$coredns_version"
  } | sha256sum | cut -c1-16
}

# Prints the Go compiler; Debian's own is too old for these programs.
programs_go() {
  local go
  for go in "${DAGITOPS_GO:-}" "$(command -v go || true)" /usr/local/go/bin/go; do
    if [[ -n $go && -x $go ]] && go_is_at_least 1.24 "$go"; then printf '%s\n' "$go" && return 0; fi
  done
  die "compiling the test cluster needs Go 1.24 or newer on PATH (or DAGITOPS_GO=/path/to/go)"
}
# go_is_at_least VERSION GO
go_is_at_least() {
  local version
  version=$("$2" env GOVERSION 2>/dev/null) || return 1
  [[ $(printf '%s\n' "go$1" "$version" | sort -V | head -n 1) == "go$1" ]]
}

# Compiles what is not there yet; one at a time over all processes.
programs_build() {
  install_missing cluster
  [[ ! -f $cluster_bin/complete ]] || return 0
  mkdir -p "$cluster_bin"
  (
    flock -w 3600 9 || die "another process has been compiling the cluster for an hour; end it and run this again"
    [[ -f $cluster_bin/complete ]] || programs_compile
  ) 9>"$cluster_bin/lock"
}

programs_compile() {
  local go program
  go=$(programs_go)
  step "compiling Kubernetes $kubernetes_version, etcd, helm, kwok and CoreDNS (about 14 minutes, once)"
  export CGO_ENABLED=0 GOTOOLCHAIN=local
  for program in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do
    compile_kubernetes "$go" "$program"
  done
  compile_pinned "$go" etcd go.etcd.io/etcd/server/v3
  compile_module "$go" helm "helm.sh/helm/v3/cmd/helm@$helm_version"
  if go_is_at_least 1.26 "$go"; then
    compile_module "$go" helm4 "helm.sh/helm/v4/cmd/helm@$helm4_version"
  else
    warn "leaving out helm $helm4_version, which needs Go 1.26"
  fi
  compile_module "$go" registry "github.com/google/go-containerregistry/cmd/registry@$registry_version"
  compile_module "$go" kwok "sigs.k8s.io/kwok/cmd/kwok@$kwok_version"
  compile_module "$go" coredns "github.com/coredns/coredns@$coredns_version"
  write_kwok_stages "$go"
  touch "$cluster_bin/complete"
}

# compile_kubernetes GO PROGRAM: one of Kubernetes' own, which tells its version.
compile_kubernetes() {
  local version=k8s.io/component-base/version minor=${kubernetes_version#v1.}
  compile_pinned "$1" "$2" "k8s.io/kubernetes/cmd/$2" \
    "-X $version.gitVersion=$kubernetes_version -X $version.gitMajor=1 -X $version.gitMinor=${minor%%.*}"
}

# compile_pinned GO PROGRAM PACKAGE [LINKER_FLAGS]: in the version that tests/cluster/tools/go.mod pins.
compile_pinned() {
  [[ ! -x $cluster_bin/$2 ]] || return 0
  say "    $2"
  (cd "$dagitops_root/tests/cluster/tools" &&
    run_limited 1800 "$1" build -trimpath -ldflags "-s -w ${4:-}" -o "$cluster_bin/$2" "$3") >&2
}

# compile_module GO PROGRAM PACKAGE@VERSION: Go names the program after its package's folder, we may name it otherwise.
compile_module() {
  local go=$1 program=$2 module=$3 made
  [[ ! -x $cluster_bin/$program ]] || return 0
  say "    $program"
  GOBIN=$cluster_bin/made run_limited 1800 "$go" install -trimpath -ldflags '-s -w' "$module" >&2
  made=${module%@*}
  mv "$cluster_bin/made/${made##*/}" "$cluster_bin/$program"
}

# How kwok's simulated pods and nodes behave: the stages that come with it, without its kustomization files.
write_kwok_stages() {
  local stages file
  stages=$("$1" mod download -json "sigs.k8s.io/kwok@$kwok_version" | sed -n 's/.*"Dir": "\(.*\)",/\1/p')/kustomize/stage
  for file in "$stages"/node/{fast,heartbeat}/*.yaml "$stages"/pod/fast/*.yaml; do
    [[ $file == *kustomization.yaml ]] || { echo --- && cat "$file"; }
  done >"$cluster_bin/kwok-stages.yaml"
}
