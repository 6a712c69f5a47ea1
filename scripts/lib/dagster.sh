# shellcheck shell=bash
# Real Dagster for the demo, the benchmarks and the end-to-end tests. Source common.sh first.
: "${dagitops_root:?}"

# Prints the Python that virtual environments are made with: DAGITOPS_PYTHON, else Debian's, else the first on PATH.
dagster_python() {
  local python=${DAGITOPS_PYTHON:-/usr/bin/python3}
  [[ -x $python ]] || python=$(command -v python3) || die "no python3 found; install python3 or set DAGITOPS_PYTHON"
  printf '%s\n' "$python"
}

# Prints the key of the environment: it changes with the requirements and with the Python they are installed for.
dagster_venv_key() {
  local python
  python=$(dagster_python)
  {
    cat "$dagitops_root/scripts/lib/dagster-requirements.txt"
    "$python" -c 'import sys; print(sys.executable, sys.version)'
  } | sha256sum | cut -c1-16
}

# dagster_venv: prints the path of a virtual environment with the pinned Dagster, webserver, uv and pytest; makes it
# first where it is not there yet (about a minute and the network; afterwards neither).
#
# A virtual environment cannot be moved once made, so each attempt has a folder of its own and a link with the key's
# name is put in place by rename when the attempt is whole. What has no link is half made and is removed.
dagster_venv() {
  local home link
  home=$(cache_dir)/dagster
  mkdir -p "$home"
  link=$home/$(dagster_venv_key)
  [[ -x $link/bin/dagster ]] && printf '%s\n' "$link" && return 0
  (
    flock -w 900 9 || die "another process has been making $link for 15 minutes; end it and run this again"
    [[ -x $link/bin/dagster ]] && exit 0 # somebody else made it while this waited
    make_dagster_venv "$link"
  ) 9>"$home/lock" || die "could not make the Python environment with Dagster; the lines above say why"
  printf '%s\n' "$link"
}

# make_dagster_venv LINK: the slow part of dagster_venv, with the lock held.
make_dagster_venv() {
  local link=$1 attempt python
  install_missing dagster
  python=$(dagster_python)
  rm -rf "$link".attempt-*
  attempt=$link.attempt-$$
  step "making a Python environment with $(grep -m1 '^dagster==' "$dagitops_root/scripts/lib/dagster-requirements.txt") (about a minute, once)"
  {
    "$python" -m venv "$attempt" &&
      "$attempt/bin/python" -m pip install --quiet --disable-pip-version-check \
        -r "$dagitops_root/scripts/lib/dagster-requirements.txt" &&
      "$attempt/bin/dagster" --version
  } >&2 || return 1
  ln -s "$(basename "$attempt")" "$link.new" && mv -T "$link.new" "$link"
}
