"""Runs one command per shard on a Spark cluster, and tells how each of them ended.

    spark-submit spark_shards.py 'shards/*.tar' tessera encode {} --out tokens --resume --threads 1
    spark-submit spark_shards.py 'captions/*.tsv' tessera bpe count --format tsv {} -o {}.counts
"""
import glob
import os
import subprocess
import sys

from pyspark.sql import SparkSession

# Statuses that another try on another machine would not change.
PERMANENT = (2, 3, 65)


def work(shard, command):
    words = [word.replace("{}", shard) for word in command]
    ended = subprocess.run(words, capture_output=True, text=True)
    lines = ended.stderr.strip().splitlines()
    if ended.returncode != 0 and ended.returncode not in PERMANENT:
        raise RuntimeError(f"{shard}: status {ended.returncode}: {lines[-1:]}")  # Spark tries again
    return shard, ended.returncode, lines[-1] if ended.returncode else ""


def main(pattern, command):
    shards = sorted(os.path.abspath(path) for path in glob.glob(pattern))
    context = SparkSession.builder.appName("tessera").getOrCreate().sparkContext
    results = context.parallelize(shards, max(1, len(shards))).map(
        lambda shard: work(shard, command)).collect()
    for shard, status, message in results:
        print(status, shard, message)
    return max((status for _, status, _ in results), default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
