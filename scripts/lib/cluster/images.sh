# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# Container images of the real node, made on this machine and without any registry: a Debian root file system with
# Python and Postgres, on it Dagster in two versions, on that sample code (tests/cluster/images) in two versions.
# A layer is a file in the cache, named by a digest of all that it is made of. Source common.sh and dagster.sh first.

images_suite=bookworm
images_packages=(ca-certificates postgresql-15 python3)
images_postgres=/usr/lib/postgresql/15/bin
images_site=usr/local/lib/python3.11/dist-packages # where Debian's Python looks by itself
images_registry=registry.example.com
images_source=$dagitops_root/tests/cluster/images
images_dagster=(1.10 1.13)
images_code_versions=(1.0.0 1.1.0)

# Makes what is not there yet; one at a time over all processes. About three minutes from nothing, nothing after that.
images_make() {
  local home=$cluster_home/images
  images_list_layers
  if images_all_there; then return 0; fi
  ((EUID == 0)) || die "making the images of the real node needs root: it unpacks Debian and runs programs in it"
  install_missing images
  mkdir -p "$home"
  (
    flock -w 1800 9 || die "another process has been making images for half an hour; end it and run this again"
    images_make_layers
  ) 9>"$home/lock" || die "could not make the images; the lines above say why"
}

# images_file: the layers by name, each with its file. A key covers the layers below as well.
images_list_layers() {
  local home=$cluster_home/images key minor version
  declare -gA images_file=()
  key=$({ declare -p images_suite images_packages images_postgres && declare -f images_make_base; } | images_key)
  images_file[base]=$home/base-$key.tar
  for minor in "${images_dagster[@]}"; do
    key=$({ echo "${images_file[base]##*/} $images_site" && declare -f images_make_dagster &&
      cat "$images_source/requirements-$minor.txt"; } | images_key)
    images_file[dagster-$minor]=$home/dagster-$minor-$key.tar
  done
  for version in "${images_code_versions[@]}"; do
    key=$({ echo "$images_site $version" && declare -f images_make_code && cat "$images_source"/acme/*.py; } | images_key)
    images_file[code-$version]=$home/code-$version-$key.tar
  done
}
images_key() { sha256sum | cut -c1-16; }

# Whether they are; they count as used then.
images_all_there() {
  local file
  for file in "${images_file[@]}"; do [[ -f $file && -f $file.sha256 ]] || return 1; done
  touch "${images_file[@]}" "${images_file[@]/%/.sha256}"
}

images_make_layers() {
  local home=$cluster_home/images minor version
  rm -rf --one-file-system "$home"/attempt-*
  images_layer base images_make_base || return 1
  for minor in "${images_dagster[@]}"; do
    images_layer "dagster-$minor" images_make_dagster "$minor" || return 1
  done
  for version in "${images_code_versions[@]}"; do
    images_layer "code-$version" images_make_code "$version" || return 1
  done
  images_all_there
  # Of requirements and code that nobody asked for since.
  find "$home" -mindepth 1 -maxdepth 1 -name '*-*' -mtime +3 -exec rm -rf --one-file-system {} +
}

# images_layer NAME FUNCTION [ARGUMENT]: FUNCTION fills a folder and says which part of it is the layer (images_part). The
# file gets its name when it is whole.
images_layer() {
  local name=$1 file=${images_file[$1]} work=$cluster_home/images/attempt-$$
  [[ ! -f $file || ! -f $file.sha256 ]] || return 0
  step "making the layer $name of the images"
  mkdir -p "$work/root"
  "$2" "$work" "${@:3}" &&
    tar -C "$work/root" --sort=name --numeric-owner -cf "$work/layer.tar" "$images_part" &&
    sha256sum "$work/layer.tar" | cut -d' ' -f1 >"$file.sha256" &&
    mv "$work/layer.tar" "$file" && rm -rf "$work"
}

# Debian as small as Python and Postgres allow. libLLVM is for queries compiled at run time, which stays off. The database
# is laid out here, so that one is there as soon as its container is.
images_make_base() {
  local root=$1/root names excluded
  local -a without=()
  for excluded in doc man locale info lintian i18n; do without+=("--dpkgopt=path-exclude=/usr/share/$excluded/*"); done
  names=$(IFS=, && echo "${images_packages[*]}")
  # With mounts of its own, so that none stays behind when it is killed.
  run_limited 600 unshare --mount mmdebstrap --mode=root --variant=minbase --format=directory --aptopt='APT::Install-Recommends "false"' \
    --aptopt='Acquire::Retries "3"' --include="$names" "${without[@]}" \
    "$images_suite" "$root" ${DAGITOPS_DEBIAN_MIRROR:+"$DAGITOPS_DEBIAN_MIRROR"} >&2 || return 1
  rm -rf "$root"/usr/lib/*/libLLVM* "$root"/usr/lib/*/libz3.so* "$root"/usr/lib/postgresql/*/lib/bitcode \
    "$root"/var/lib/postgresql/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/*.log
  mkdir "$root/var/lib/postgresql/data" && chroot "$root" chown -R postgres: /var/lib/postgresql
  run_limited 120 chroot --userspec=postgres:postgres "$root" "$images_postgres/initdb" --pgdata=/var/lib/postgresql/data \
    --username=test --auth=trust --no-sync --encoding=UTF8 --locale=C --wal-segsize=1 >&2 || return 1
  echo "host all all all trust" >>"$root/var/lib/postgresql/data/pg_hba.conf"
  images_part=.
}

# images_make_dagster WORK MINOR: pip of this machine's Python, whatever its version, for the image's.
images_make_dagster() {
  local work=$1 minor=$2 root=$1/root python
  python=$(dagster_python) || return 1
  tar -C "$root" -xf "${images_file[base]}" && "$python" -m venv "$work/tool" >&2 || return 1
  run_limited 600 "$work/tool/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
    --python-version 3.11 --cache-dir "$work/pip" --target "$root/$images_site" \
    -r "$images_source/requirements-$minor.txt" >&2 || return 1
  mv "$root/$images_site"/bin/dagster* "$root/usr/local/bin" && rm -rf "${root:?}/${images_site:?}/bin"
  sed -i '1s|^#!.*|#!/usr/bin/python3|' "$root"/usr/local/bin/*
  find "$root/$images_site" \( -name '*.map' -o -name '*.mp4' \) -delete # of the web pages, which no test looks at
  run_limited 300 chroot "$root" python3 -m compileall -q -j 2 "/$images_site" >&2 || return 1
  run_limited 60 chroot "$root" dagster --version >&2 || return 1
  images_part=usr/local
}

# images_make_code WORK VERSION
images_make_code() {
  local package=$1/root/$images_site/acme
  mkdir -p "$package"
  cp "$images_source"/acme/*.py "$package" && printf '%s\n' "$2" >"$package/VERSION"
  images_part=usr/local
}

# Prints the images, each as: NAME KIND LAYER...
images_list() {
  local minor version code
  echo "$images_registry/dagster/postgres:15 postgres base"
  for minor in "${images_dagster[@]}"; do
    version=$(sed -n 's/^dagster==//p' "$images_source/requirements-$minor.txt")
    echo "$images_registry/dagster/dagster:$version python base dagster-$minor"
    for code in "${images_code_versions[@]}"; do
      echo "$images_registry/acme/code-$minor:$code python base dagster-$minor code-$code"
    done
  done
}

# Puts the images into the node's containerd.
images_load() {
  local work code=0
  work=$(mktemp -d)
  images_write_archive "$work"
  tar -C "$work" -c --dereference . | timeout 300 ctr -a "$cluster_containerd/containerd.sock" -n k8s.io images import - \
    >/dev/null || code=$? # as in_containerd, which timeout cannot run
  rm -rf "$work"
  ((code == 0)) || die "the images could not be loaded into containerd"
}

# Loading takes containerd longer than all else that starts a node, so what it makes of the images is kept: files that never
# change again, which the folder of another node can share by links, and its databases, which are copied.
images_kept() { { containerd --version && cat "$dagitops_root/tests/cluster/pause.c" && images_list && cat "${images_file[@]/%/.sha256}"; } | images_key; }

# images_take_kept ROOT: fails where there is nothing to be taken.
images_take_kept() {
  local kept
  kept=$cluster_home/images/loaded-$(images_kept)
  [[ -d $kept ]] && images_link "$kept" "$1" && touch "$kept"
}

# images_keep ROOT: of a containerd whose id is the second argument; it stands still meanwhile.
images_keep() {
  local kept attempt=$cluster_home/images/attempt-$$ code=0
  kept=$cluster_home/images/loaded-$(images_kept)
  rm -rf "$attempt"
  kill -STOP "$2"
  images_link "$1" "$attempt" || code=$?
  kill -CONT "$2"
  ((code == 0)) && mv -T "$attempt" "$kept"
}

images_link() {
  cp -al "$1" "$2" && (cd "$1" && find . -name '*.db' -exec cp --remove-destination --parents {} "$2" \;)
}

# images_write_archive FOLDER: all images as `docker save` would lay them out, the layers as links.
images_write_archive() {
  local work=$1 name kind layers separator=
  for name in "${!images_file[@]}"; do ln -s "${images_file[$name]}" "$work/$name.tar"; done
  while read -r name kind layers; do
    # shellcheck disable=SC2086  # names without spaces
    images_write_config "$kind" $layers >"$work/${name//\//_}.json"
    printf '%s{"Config": "%s.json", "RepoTags": ["%s"], "Layers": ["%s.tar"]}\n' "$separator" "${name//\//_}" "$name" \
      "${layers// /.tar\", \"}"
    separator=,
  done < <(images_list) >"$work/entries"
  { echo "[" && cat "$work/entries" && echo "]"; } >"$work/manifest.json"
  rm "$work/entries"
}

# images_write_config KIND LAYER...
images_write_config() {
  local kind=$1 layer sums=
  shift
  for layer in "$@"; do sums+=${sums:+, }"\"sha256:$(cat "${images_file[$layer]}.sha256")\""; done
  local path=$images_postgres:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  local config="\"Env\": [\"PATH=$path\", \"LANG=C.UTF-8\", \"PYTHONDONTWRITEBYTECODE=1\", \"PYTHONUNBUFFERED=1\"]"
  [[ $kind != postgres ]] || config+=', "User": "postgres", "Entrypoint": ["postgres", "-D", "/var/lib/postgresql/data",
    "-c", "listen_addresses=*", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "jit=off"]'
  printf '{"architecture": "%s", "os": "linux", "config": {%s}, "rootfs": {"type": "layers", "diff_ids": [%s]}}' \
    "$(dpkg --print-architecture)" "$config" "$sums"
}
