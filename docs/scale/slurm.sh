#!/bin/bash
# sbatch slurm.sh SHARDS OUT: encodes the tar shards of a folder, one array task for every 64th.
#SBATCH --job-name=tessera
#SBATCH --array=0-63%16
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=08:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
tessera encode "$1"/*.tar --out "$2" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
  --threads "$SLURM_CPUS_PER_TASK" --resume --json &
worker=$!

# Slurm's signal reaches this shell, which hands it on; that ends the first `wait` early.
stopping=
trap 'stopping=1; kill -TERM "$worker"' TERM
wait "$worker"
status=$?
if [ -n "$stopping" ]; then
  wait "$worker"
  status=$?
fi

case $status in
  75 | 143) scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" ;;  # out of time or space
esac
exit "$status"
