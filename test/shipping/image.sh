#!/usr/bin/env bash
# Builds the image from the Dockerfile and lets it carry an invoice to paid, on a machine that has no container
# registry: the base image is made here, under the same name, of Debian's packages and the `bun` that runs this.
# Needs root, buildah and debootstrap (apt-get install buildah debootstrap), and some 2 GB of disk.
#   sudo test/shipping/image.sh
# Everything lies in one temporary directory and in a mount namespace of its own, so nothing is left behind.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

if [ "${IN_NAMESPACE:-}" != yes ]; then
  for tool in buildah debootstrap bun; do
    command -v "$tool" > /dev/null || { echo "$tool is not installed" >&2; exit 2; }
  done
  work=$(mktemp -d /var/tmp/bridge-image-XXXXXX)
  trap 'rm -rf --one-file-system "$work"' EXIT
  IN_NAMESPACE=yes WORK=$work unshare --mount --propagation private bash "$0" "$@"
  exit
fi

work=$WORK
base=$(sed -n 's/^FROM \(oven\/bun:[^ @]*\)[@ ].*/\1/p' "$root/Dockerfile")
# What is made here cannot have the digest of what is published.
sed 's/@sha256:[0-9a-f]*//' "$root/Dockerfile" > "$work/Dockerfile"
image=localhost/lago-dodo-bridge
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs CONTAINERS_REGISTRIES_CONF=$work/registries.conf
echo 'unqualified-search-registries = ["docker.io"]' > "$CONTAINERS_REGISTRIES_CONF"
buildah() { command buildah --root "$work/storage" --runroot "$work/runroot" "$@"; }

if [ "oven/bun:$(bun --version)" != "$base" ]; then
  echo "the Dockerfile builds on $base, and this is bun $(bun --version)" >&2
  exit 2
fi

echo "== making $base of Debian's packages"
debootstrap --variant=minbase bookworm "$work/debian" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" > "$work/debootstrap.log"
install -m 755 "$(readlink -f "$(command -v bun)")" "$work/debian/usr/local/bin/bun"
container=$(buildah from scratch)
buildah add --quiet "$container" "$work/debian" / > /dev/null
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  buildah copy --quiet "$container" "$NODE_EXTRA_CA_CERTS" /etc/ssl/extra.crt > /dev/null
  buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/extra.crt "$container"
fi
buildah commit --quiet --rm "$container" "docker.io/$base" > /dev/null
rm -rf "$work/debian"

echo "== building the Dockerfile"
buildah bud --format docker --pull-never --layers=false --quiet --file "$work/Dockerfile" --tag "$image" "$root" > /dev/null
buildah push --quiet "$image" "oci:$work/oci:latest"
bytes=$(bun -e "
  const read = async path => JSON.parse(await Bun.file(path).text())
  const index = await read('$work/oci/index.json')
  const manifest = await read('$work/oci/blobs/sha256/' + index.manifests[0].digest.slice(7))
  console.log(manifest.layers.reduce((sum, layer) => sum + layer.size, 0))")

echo "== running it as its own user on a read-only root"
container=$(buildah from --pull-never "$image")
rootfs=$(buildah mount "$container")
mkdir -p "$rootfs/proc" "$rootfs/dev"
mkdir "$work/root"
mount --bind "$rootfs" "$work/root"
mount -o remount,bind,ro "$work/root"
mount -t proc proc "$work/root/proc"
mount -t tmpfs -o mode=755 tmpfs "$work/root/dev"
for device in null zero random urandom; do
  touch "$work/root/dev/$device"
  mount --bind "/dev/$device" "$work/root/dev/$device"
done
buildah inspect --type image "$image" > "$work/image.json"
IMAGE_ROOT=$work/root IMAGE_CONFIG=$work/image.json IMAGE_BYTES=$bytes bun "$root/test/shipping/image.ts"
