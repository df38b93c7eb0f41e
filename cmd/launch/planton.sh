#!/bin/sh
# Starts planton: commands that only read from a start-up snapshot of node, the others, and these without a good snapshot,
# by launch.cjs, which also makes the snapshot (make-snapshot.ts). Node ends on a snapshot of another node, processor or
# content, so that whatever is not as it was when this one was made leads to launch.cjs.
version='PLANTON_VERSION'
build='PLANTON_BUILD'
# V8's flags of the snapshot, which it is made with as well. Compiling once more what was called a few times takes longer
# than a command that only reads runs on. Hash tables keep the seed that was drawn when it was made, which nobody else may
# read: another one costs a tenth of the start.
flags='--no-sparkplug --no-rehash-snapshot'

case "$#:${1-}" in
  1:version | 1:--version | 1:-v)
    trap '' PIPE
    echo "$version" 2>/dev/null && exit 0
    ;;
esac

set -f
IFS=:
node=
for folder in $PATH; do
  if [ -f "$folder/node" ] && [ -x "$folder/node" ]; then
    node=$folder/node
    break
  fi
done
unset IFS
if [ -z "$node" ]; then
  echo 'error: planton needs node 20.19 or newer, and there is no "node" on PATH' >&2
  exit 127
fi

mayUseSnapshot() {
  case "$#:${1-}" in
    0: | 1:help | 1:--help | 1:-h | *:validate | *:explain | *:kinds) ;;
    *) return 1 ;;
  esac
  case " $* " in *' --sandbox '*) return 1 ;; esac
  [ -z "${NODE_OPTIONS-}${NODE_V8_COVERAGE-}${PLANTON_CATALOG-}" ]
}

home=${PLANTON_HOME:-${HOME:+$HOME/.planton}}
snapshot=$home/cache/snapshot/$build
if [ -n "$home" ] && [ -r "$snapshot.stamp" ] && [ -r "$snapshot.blob" ] && mayUseSnapshot "$@"; then
  # Both are open before they are checked, and node reads what is open: what is removed or replaced meanwhile does no
  # harm. Only this user can have written the stamp, which contains the blob's inode, size and times, and node's.
  {
    {
      IFS= read -r expected <&8 &&
        IFS= read -r boot </proc/sys/kernel/random/boot_id &&
        [ -O /dev/fd/8 ] && [ -O /dev/fd/9 ] &&
        found=$(LC_ALL=C command -p stat -L --printf '%a %d:%i %s %.9Y %.9Z;' /dev/fd/8 /dev/fd/9 "$node") &&
        case $found in '600 '*) ;; *) false ;; esac &&
        [ "$boot;${found#*;}" = "$expected" ] &&
        exec "$node" $flags --snapshot-blob /dev/fd/9 planton "$@" 2>&7 7>&- 8<&-
    } 8<"$snapshot.stamp" 9<"$snapshot.blob"
  } 7>&2 2>/dev/null
fi

self=$0
case $self in */*) ;; *) self=./$self ;; esac
if [ -L "$self" ]; then
  # PATH may hold node alone.
  self=$(command -p readlink -f "$self" 2>/dev/null || "$node" -p 'fs.realpathSync(process.argv[1])' "$self")
fi
exec "$node" "${self%/*}/launch.cjs" "$@"
