# shellcheck shell=bash disable=SC2154  # shared by the parts of scripts/cluster
# dagitops as an image of the real node: what the Dockerfile makes, without Docker. On the Debian root file system of
# images.sh, a layer with the program, helm, and the libraries that Debian's packages have beyond that.

# own_image_load BINARY: puts it into the node's containerd, where it is not there yet, and prints its name.
own_image_load() {
  local binary=$1 work code=0
  [[ -x $binary ]] || die "$binary is not there; run scripts/build"
  images_list_layers
  work=$(mktemp -d)
  own_image_make "$binary" "$work" || code=$?
  ((code == 0)) && own_image_import "$work" || code=1
  rm -rf "$work"
  ((code == 0)) || die "the image of dagitops could not be loaded into containerd"
}

own_image_make() {
  local binary=$1 work=$2 library target
  mkdir -p "$work/root/usr/local/bin"
  install -m 755 "$binary" "$work/root/usr/local/bin/dagitops" && strip "$work/root/usr/local/bin/dagitops" || return 1
  install -m 755 "$cluster_bin/helm" "$work/root/usr/local/bin/helm"
  tar -tf "${images_file[base]}" >"$work/base"
  while read -r library; do
    target=/usr${library#/usr} # /lib is a link to /usr/lib there
    grep -qxF ".$target" "$work/base" || install -D -m 644 "$library" "$work/root$target"
  done < <(ldd "$binary" | awk '/=> \// {print $3}')
  tar -C "$work/root" --sort=name --numeric-owner --owner=0 --group=0 --mtime=@0 -cf "$work/own.tar" .
  ln -s "${images_file[base]}" "$work/base.tar"
}

own_image_import() {
  local work=$1 sum name
  sum=$(sha256sum "$work/own.tar" | cut -d' ' -f1)
  name=$images_registry/dagitops/dagitops:${sum:0:12}
  if ! in_containerd images ls -q | grep -qxF "$name"; then
    printf '{"architecture": "%s", "os": "linux", "config": {%s}, "rootfs": {"type": "layers", "diff_ids": ["sha256:%s", "sha256:%s"]}}' \
      "$(dpkg --print-architecture)" '"Entrypoint": ["dagitops"], "User": "10001:10001", "WorkingDir": "/var/lib/dagitops",
      "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]' "$(cat "${images_file[base]}.sha256")" "$sum" >"$work/config.json"
    printf '[{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["base.tar", "own.tar"]}]' "$name" >"$work/manifest.json"
    tar -C "$work" -c --dereference config.json manifest.json base.tar own.tar |
      timeout 300 ctr -a "$cluster_containerd/containerd.sock" -n k8s.io images import - >/dev/null || return 1
  fi
  printf '%s\n' "$name"
}
