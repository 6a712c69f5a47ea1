# shellcheck shell=bash disable=SC2034  # the arrays are read by whoever sources this file
# The Debian 12 packages that dagitops needs, by purpose. Every script takes its packages from here, and nothing else
# installs any. Keep each list sorted; a package that two purposes need stands in both.

# To compile the program.
packages_build=(
  build-essential
  ca-certificates
  ccache
  cmake
  git
  libboost-json1.81-dev
  libboost-url1.81-dev
  libboost1.81-dev
  libcli11-dev
  libcurl4-openssl-dev
  libgit2-dev
  libspdlog-dev
  libssl-dev
  libvalijson-dev
  libyaml-dev
  ninja-build
  pkg-config
  prometheus-cpp-dev
  zlib1g-dev
)

# To run the program on a machine that did not compile it (the image). git is not for the program: CI jobs that lint a
# repository in the image check it out there.
packages_run=(
  ca-certificates
  git
  libboost-json1.81.0
  libboost-url1.81.0
  libcurl4
  libgit2-1.5
  libprometheus-cpp-core1.0
  libspdlog1.10
  libssl3
  libyaml-0-2
  zlib1g
)

# To run scripts/test: GoogleTest, libFuzzer, sshd for the git tests, Python for the end-to-end tests,
# the shells whose completion is tried.
packages_test=(
  clang-16
  fish
  libbenchmark-dev
  libclang-rt-16-dev
  libgmock-dev
  libgtest-dev
  libnghttp2-dev
  llvm-16
  openssh-client
  openssh-server
  python3
  python3-venv
  zsh
)

# To run scripts/bench: PyYAML with its C loader, as the yardstick.
packages_bench=(
  python3
  python3-yaml
)

# To run scripts/check and scripts/format.
packages_check=(
  clang-format-16
  clang-tidy-16
  python3
  shellcheck
  systemd
)

# To run Dagster on a developer's machine (scripts/demo, scripts/bench, the end-to-end tests).
packages_dagster=(
  ca-certificates
  python3
  python3-venv
)

# To run scripts/cluster: what a real node is made of. The compiler for the rest is Go 1.24 or newer, which Debian 12
# does not have.
packages_cluster=(
  conntrack
  containerd
  containernetworking-plugins
  iproute2
  iptables
  openssl
  procps
  runc
  socat
)

# To make the container images of the real node.
packages_images=(
  mmdebstrap
  python3
  python3-venv
)
