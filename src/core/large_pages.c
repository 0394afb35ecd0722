#include "core/large_pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)

enum {
  ROOM = 24 << 20,
  PAGE = 2 << 20,
  LARGEST_PIECE = 4 << 20,
  MOST = 32 << 20 /* of what glibc takes */
};

void *gchk_use_large_pages(void) {
  if (mallopt(M_MMAP_THRESHOLD, MOST) == 0 || mallopt(M_TRIM_THRESHOLD, MOST) == 0)
    return NULL;
  // The room is of the heap, and stays there when it is given back.
  unsigned char *room = malloc(ROOM);
  const uintptr_t place = (uintptr_t)room, before = PAGE - place % PAGE;
  if (room == NULL || madvise(room + before, ROOM - PAGE, MADV_HUGEPAGE) != 0) {
    free(room);
    room = NULL;
  }
  unsigned char *held = room != NULL ? realloc(room, before) : NULL;
  if ((uintptr_t)held != place) { // another heap than glibc's, which does not shorten a piece where it is
    free(held != NULL ? held : room);
    held = NULL;
  }
  (void)mallopt(M_MMAP_THRESHOLD, LARGEST_PIECE);
  return held;
}

#else

void *gchk_use_large_pages(void) {
  return NULL;
}

#endif
