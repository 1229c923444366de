#!/usr/bin/env bash
# The examples of docs/scale.md for real: Spark with separate executor processes, GNU parallel, and
# the Kubernetes manifest read by a YAML parser. `make test-spark` calls it. Takes a few minutes,
# 0.7 GB of disk, and installs Java, GNU parallel and pyspark where they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
tessera=$PWD/.build/release/tessera
home=${TESSERA_SPARK:-$PWD/.peers/spark}
missing=()
command -v java >/dev/null || missing+=(default-jre-headless)
command -v parallel >/dev/null || missing+=(parallel)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
[ -x "$home/bin/python" ] || python3 -m venv "$home"
"$home/bin/python" -c 'import pyspark, yaml' 2>/dev/null \
  || "$home/bin/pip" install --quiet 'pyspark==3.5.3' pyyaml setuptools

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
examples=$PWD/docs/scale
mkdir "$work/shards" "$work/captions"
export PATH="$(dirname "$tessera"):$PATH" PYSPARK_PYTHON="$home/bin/python"

# Five shards of pictures, one of them cut through, and five files of captions.
for shard in 0 1 2 3 4; do
  mkdir "$work/p"
  for picture in oranges.jpg mountains.webp specimen.png; do
    cp "Fixtures/pictures/$picture" "$work/p/$shard-$picture"
    cp "Fixtures/pictures/${picture%.*}.txt" "$work/p/$shard-${picture%.*}.txt"
  done
  tar -cf "$work/shards/0000$shard.tar" --sort=name --mtime=@0 -C "$work/p" .
  rm -r "$work/p"
  split -n "l/$((shard + 1))/5" Fixtures/yttm/train/text_en.txt > "$work/captions/$shard.txt"
done
echo 'no archive' > "$work/shards/00005.tar"
cd "$work"
set +e
tessera encode shards/*.tar --out plain --size 64 >/dev/null 2>&1
[ $? -eq 65 ] || { echo "the broken shard was not noticed"; exit 1; }
set -e

submit() {
  "$home/bin/spark-submit" --master 'local-cluster[2,1,512]' --conf spark.driver.host=127.0.0.1 \
    --conf spark.executor.memory=512m --conf spark.ui.enabled=false \
    "$examples/spark_shards.py" "$@" 2>spark.log || [ $? -eq 65 ] || { tail -40 spark.log; exit 1; }
}

echo "== Spark: encode, one task a shard"
submit 'shards/*.tar' tessera encode {} --out "$work/spark" --size 64 --resume --threads 1 > first
cat first
grep -q '^65 .*00005.tar' first
[ "$(grep -c '^0 ' first)" -eq 5 ]
diff -r plain spark
echo "== Spark: the same again, all done already"
before=$(stat -c %Y.%i spark/*.tessera)
submit 'shards/*.tar' tessera encode {} --out "$work/spark" --size 64 --resume --threads 1 >/dev/null
[ "$before" = "$(stat -c %Y.%i spark/*.tessera)" ]
echo "== Spark: words counted per shard, one model from the counts"
submit 'captions/*.txt' tessera bpe count --output {}.counts {} > counted
[ "$(grep -c '^0 ' counted)" -eq 5 ]
tessera bpe train --vocab-size 500 --counts captions/*.counts --output counted.model 2>/dev/null
tessera bpe train --vocab-size 500 --output plain.model captions/*.txt 2>/dev/null
cmp counted.model plain.model

echo "== GNU parallel"
parallel --will-cite --joblog encode.log --retries 3 --termseq TERM,120000,KILL,25 \
  tessera encode {} --out parallel --size 64 --resume --threads 1 ::: shards/*.tar >/dev/null 2>&1 || true
diff -r plain parallel

echo "== Kubernetes manifest"
"$home/bin/python" - "$examples/kubernetes.yaml" <<'CHECK'
import sys
import yaml
job = yaml.safe_load(open(sys.argv[1]))
spec, pod = job["spec"], job["spec"]["template"]["spec"]
assert job["kind"] == "Job" and spec["completionMode"] == "Indexed", job
assert pod["restartPolicy"] == "Never", "podFailurePolicy asks for it"
rules = spec["podFailurePolicy"]["rules"]
assert rules[1]["onExitCodes"]["values"] == [2, 3, 65], rules
assert rules[1]["onExitCodes"]["containerName"] == pod["containers"][0]["name"]
assert f'/{spec["completions"]}"' in pod["containers"][0]["args"][0], "as many shards as workers"
CHECK
echo "spark: every example did what docs/scale.md says"
