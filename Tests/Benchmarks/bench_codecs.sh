#!/bin/sh
# Times the codecs beside PyTorch and onnxruntime. Their Python packages go into .peers/, unless
# TESSERA_PEERS names an interpreter that has them already. Arguments go to bench_codecs.py.
set -eu
cd "$(dirname "$0")/../.."
python=${TESSERA_PEERS:-.peers/bin/python}
if ! [ -x "$python" ]; then
  echo "installing PyTorch and onnxruntime into .peers/ (some minutes, about 1 GB)" >&2
  python3 -m venv .peers
  .peers/bin/pip install --quiet numpy onnx onnxruntime torch \
    --extra-index-url https://download.pytorch.org/whl/cpu
fi
${SWIFT:-swift} build -c release --product Benchmarks
exec "$python" -W ignore Tests/Benchmarks/bench_codecs.py --accuracy "$@"
