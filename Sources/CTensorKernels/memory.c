// Memory from the system in whole pages; what the arena and the packed weights live in.
#define _DEFAULT_SOURCE  // madvise, MAP_ANONYMOUS
#include <stdlib.h>
#include <sys/mman.h>

#include "common.h"

const char *tk_forced_name(void) {
  const char *name = getenv("TESSERA_ISA");
  return name && *name ? name : 0;
}

// The size is kept in front, one cache line before the memory handed out.
#define HEADER 64
#define LARGE_PAGE (2u << 20)

void *tk_allocate(size_t size) {
  const size_t whole = size + HEADER;
  void *memory = mmap(0, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
#if defined(MADV_HUGEPAGE)
  if (whole >= 2 * LARGE_PAGE) madvise(memory, whole, MADV_HUGEPAGE);
#endif
  *(size_t *)memory = whole;
  return (char *)memory + HEADER;
}

void tk_free(void *memory) {
  if (!memory) return;
  char *start = (char *)memory - HEADER;
  munmap(start, *(size_t *)start);
}
