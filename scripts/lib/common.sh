# shellcheck shell=bash
# What every script shares: the project's root, messages, packages, the cache, commands with a deadline.
# Source it; it sets shell options of nobody and starts nothing.

dagitops_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/lib/packages.sh
. "$dagitops_root/scripts/lib/packages.sh"

# Colours only on a terminal, and never where NO_COLOR asks for none.
if [[ -t 2 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  colour_bold=$'\e[1m' colour_red=$'\e[31m' colour_green=$'\e[32m' colour_yellow=$'\e[33m' colour_off=$'\e[0m'
else
  colour_bold='' colour_red='' colour_green='' colour_yellow='' colour_off=''
fi

# Messages go to standard error, so that what a script answers on standard output stays clean.
say() { printf '%s\n' "$*" >&2; }
step() { printf '%s==> %s%s\n' "$colour_bold" "$*" "$colour_off" >&2; }
good() { printf '%s%s%s\n' "$colour_green" "$*" "$colour_off" >&2; }
warn() { printf '%swarning: %s%s\n' "$colour_yellow" "$*" "$colour_off" >&2; }
complain() { printf '%serror: %s%s\n' "$colour_red" "$*" "$colour_off" >&2; }
die() {
  complain "$*"
  exit 1
}
die_usage() {
  complain "$*"
  exit 2
}

# Prints the leading comment of a script, which is its help text.
print_help() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$1"; }

# Prints (and makes) the folder for what may be thrown away and made again.
cache_dir() {
  local dir=${XDG_CACHE_HOME:-$HOME/.cache}/dagitops
  mkdir -p "$dir"
  printf '%s\n' "$dir"
}

# project_files PATTERN...: prints the files that git tracks or would add, so build folders never count.
project_files() {
  local file
  git -C "$dagitops_root" ls-files --cached --others --exclude-standard -- "$@" | sort -u |
    while IFS= read -r file; do [[ ! -f $dagitops_root/$file ]] || printf '%s\n' "$file"; done
}

# How many compilers may run at once: DAGITOPS_JOBS, else one per core.
build_jobs() { printf '%s\n' "${DAGITOPS_JOBS:-$(nproc)}"; }

# Runs a command as root: directly, or by sudo; says what is missing where neither is possible.
need_root_or_sudo() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root: run as root or install sudo, or have somebody run: $*"
  fi
}

# Prints those of the named Debian packages that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
  done
}

# install_missing PURPOSE...: installs what the lists of scripts/lib/packages.sh name and this machine lacks.
# Where all is there it asks the package database only: no network, no root, well under a second.
install_missing() {
  local purpose missing
  local -a wanted=()
  for purpose in "$@"; do
    local -n list=packages_$purpose
    wanted+=("${list[@]}")
  done
  if ! command -v dpkg-query >/dev/null; then
    warn "this is not a Debian system; the Debian names of what is needed: ${wanted[*]}"
    return 0
  fi
  mapfile -t missing < <(missing_packages "${wanted[@]}" | sort -u)
  ((${#missing[@]})) || return 0
  step "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
    -o Dpkg::Use-Pty=0)
  # Standard output belongs to the caller's answer, so apt's goes with the messages.
  need_root_or_sudo "${apt[@]}" update >&2 ||
    warn "apt-get update failed; going on with the package lists that are here"
  need_root_or_sudo "${apt[@]}" install --no-install-recommends "${missing[@]}" >&2 ||
    die "could not install: ${missing[*]}. Check the network and /etc/apt, then run this again"
}

# run_limited SECONDS COMMAND...: runs COMMAND with a deadline, in a process group of its own that is ended with it.
# Exit code 124 (137 where it had to be killed) means the deadline passed. Ctrl-C ends the command as well.
# Job control is switched on for the start, since a background job of a script would otherwise ignore SIGINT for ever.
run_limited() {
  local limit=$1 pid code=0
  shift
  set -m
  timeout --kill-after=20 "$limit" "$@" </dev/null &
  pid=$!
  set +m
  # shellcheck disable=SC2064  # the id of this command, not of a later one
  trap "kill -TERM $pid 2>/dev/null; exit 130" INT TERM HUP
  wait "$pid" || code=$?
  trap - INT TERM HUP
  if ((code == 124 || code == 137)); then
    complain "ended after its time limit of $limit s: $*"
  fi
  return "$code"
}
