#!/usr/bin/env bash
# usage: Tests/Campaigns/bad_disks.sh TESSERA [FILES] — what only a real file system can do: a disk
# that fills up, a folder of FILES (a million) pictures, links in circles, a shard that is cut or
# removed while it is read. Needs root for the small tmpfs; without, that part is left out.
set -euo pipefail
tessera=$(realpath "$1")
files=${2:-1000000}
cd "$(dirname "$0")/../.."
picture=$PWD/Fixtures/images/accept/420.jpg
work=$(mktemp -d)
cleanup() {
  mountpoint -q "$work/small" 2>/dev/null && umount "$work/small"
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
status() { "$@" >out 2>err && echo 0 || echo $?; }

if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=400k tmpfs small 2>/dev/null; then
  mkdir in
  cp "$picture" in/0000.jpg
  for number in $(seq -w 0001 1199); do ln in/0000.jpg "in/$number.jpg"; done
  # Tokens of 16 x 16 take 416 bytes a row: of 1,200 rows the first chunk of 512 fits.
  code=$(status "$tessera" encode in -o small/x.tessera --size 128)
  [ "$code" -eq 75 ] || { echo "a full disk: status $code"; cat err; exit 1; }
  [ "$(wc -l <err)" -eq 1 ]
  message=$(cat err)
  mount -o remount,size=2m small
  code=$(status "$tessera" encode in -o small/x.tessera --size 128 --resume)
  [ "$code" -eq 0 ] || { cat err; exit 1; }
  grep -q "of an earlier run kept" out
  "$tessera" encode in -o x.tessera --size 128 >/dev/null
  cmp x.tessera small/x.tessera
  echo "a full disk: status 75, \"$message\"; resumed to the bytes of an undisturbed run"
  umount small
  rm -rf in x.tessera
fi

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
  # Root may read everything, so somebody else tries.
  mkdir -p closed/folder
  for name in closed/1 closed/2 closed/3 closed/folder/4; do cp "$picture" "$name.jpg"; done
  echo "a caption" >closed/3.txt
  chmod 000 closed/2.jpg closed/3.txt closed/folder
  cp "$tessera" closed-tessera
  mkdir closed-out
  chmod 777 . closed-out
  setpriv --reuid 65534 --regid 65534 --clear-groups \
    ./closed-tessera encode closed -o closed-out/x.tessera --size 16 >out 2>err
  grep -q "4 inputs, 1 row, 3 rejects" out
  for reason in list read caption; do grep -q "rejected 1: $reason/permission-denied" out; done
  echo "a picture, a caption and a folder that may not be read: a reject each, the rest encoded"
fi

mkdir -p loop/a/b
cp "$picture" loop/a/b/1.jpg
ln -s .. loop/a/b/up
ln -s "$work/loop" loop/a/round
ln -s self loop/self
"$tessera" encode loop -o loop.tessera --size 16 >out 2>err
grep -q "1 input, 1 row, 0 rejects" out
echo "links in circles: 1 input, $(grep -c 'not followed' err) links noted"

mkdir shards members
for number in $(seq -w 000 299); do cp "$picture" "members/$number.jpg"; done
for shard in a b c; do tar -C members -cf "shards/$shard.tar" .; done
"$tessera" encode shards -o encoded --size 64 --threads 1 >out 2>err &
worker=$!
until [ -e encoded/a.tessera.partial ] || [ -e encoded/a.tessera ]; do sleep 0.02; done
rm shards/c.tar
truncate -s 200k shards/b.tar
wait $worker && code=0 || code=$?
[ "$code" -eq 65 ]
grep -q "c.tar: no such file" err
grep -q "rejected .*: read/truncated-archive" out
[ -e encoded/a.json ] && [ -e encoded/b.json ] && [ ! -e encoded/c.json ]
echo "a shard that vanishes and one that is cut while another is read: status 65, the others finished"
rm -rf members shards encoded

python3 - "$picture" "$files" <<'PYTHON'
import os, sys
picture, count = open(sys.argv[1], "rb").read(), int(sys.argv[2])
os.mkdir("many")
# File systems bound the links to one file, so a picture is shared by thirty thousand names.
for number in range(count):
    name = f"many/{number:07d}.jpg"
    if number % 30000 == 0:
        with open(name, "wb") as file:
            file.write(picture)
        first = name
    else:
        os.link(first, name)
PYTHON
/usr/bin/time -f "%e s, %M kB" "$tessera" encode many -o many.tessera --dry-run >out 2>err
echo "a folder of $files pictures, listed and planned: $(tail -1 err)"
cat out
