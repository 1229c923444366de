#!/bin/sh
# Compiles the kernels for arm64 where no arm64 machine is at hand: the baseline file becomes NEON.
# Needs a clang with the AArch64 back end (Swift's toolchain has one) and this machine's C headers.
set -eu
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# glibc's headers of another architecture ask for this one; it lists missing functions, none here.
mkdir "$scratch/gnu"
: > "$scratch/gnu/stubs-32.h"
for source in Sources/CTensorKernels/*.c; do
  ${CC:-clang} --target=aarch64-linux-gnu -std=c2x -O2 -Wall -Wextra -Werror \
    -I "$scratch" -idirafter "/usr/include/$(uname -m)-linux-gnu" -I Sources/CTensorKernels/include \
    -c "$source" -o "$scratch/$(basename "$source").o"
done
# A fused multiply-add over vectors proves that the loops became NEON.
llvm=$(dirname "$(command -v "${CC:-clang}")")
count=$("$llvm/llvm-objdump" -d "$scratch/baseline.c.o" 2>/dev/null | grep -c 'fmla.*v[0-9]*\.4s' || true)
echo "arm64: every kernel compiles; $count vector multiply-adds"
