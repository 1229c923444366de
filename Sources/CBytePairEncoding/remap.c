#define _GNU_SOURCE
#include "CBytePairEncoding.h"

#include <sys/mman.h>

void *tessera_remap(void *memory, size_t old_size, size_t new_size) {
#if defined(__linux__)
  return mremap(memory, old_size, new_size, MREMAP_MAYMOVE);
#else
  // Elsewhere: a new mapping, a copy, and the old one given back.
  void *moved = mmap(NULL, new_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (moved == MAP_FAILED) return MAP_FAILED;
  memcpy(moved, memory, old_size < new_size ? old_size : new_size);
  munmap(memory, old_size);
  return moved;
#endif
}
