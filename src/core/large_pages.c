#include "core/large_pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)

enum { ROOM = 24 << 20, PAGE = 2 << 20, LARGEST_PIECE = 4 << 20, MOST = 32 << 20 /* of what glibc takes */ };

void gchk_use_large_pages(void) {
  // The room is of the heap, and stays there when it is given back.
  if (mallopt(M_MMAP_THRESHOLD, MOST) == 0 || mallopt(M_TRIM_THRESHOLD, MOST) == 0)
    return;
  unsigned char *room = malloc(ROOM);
  if (room != NULL)
    (void)madvise(room + (PAGE - (uintptr_t)room % PAGE), ROOM - PAGE, MADV_HUGEPAGE);
  free(room);
  (void)mallopt(M_MMAP_THRESHOLD, LARGEST_PIECE);
}

#else

void gchk_use_large_pages(void) {
}

#endif
