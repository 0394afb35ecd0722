/* Memory that a process shares with the children that it forks. */
#include "crash/crash_box.h"

#include <string.h>
#include <sys/mman.h>

#include "core/memory.h"

gchk_crash_box *gchk_crash_box_new(void) {
  void *memory = mmap(NULL, sizeof(gchk_crash_box), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

void gchk_crash_box_free(gchk_crash_box *box) {
  if (box != NULL)
    (void)munmap(box, sizeof *box);
}

static size_t at_most(size_t count, size_t limit) {
  return count < limit ? count : limit;
}

// A byte that is neither 0 nor 1 is no bool.
static bool is_set(const bool *flag) {
  unsigned char byte;
  memcpy(&byte, flag, 1);
  return byte != 0;
}

void gchk_crash_box_renew(gchk_crash_box *box) {
  box->under_way.callback[0] = box->under_way.step[0] = '\0';
  box->under_way.call = NULL;
  box->under_way.buffer_count = 0;
}

gchk_sanitizers gchk_box_sanitizers(const gchk_crash_box *box) {
  const gchk_sanitizers *there = &box->sanitizers;
  return (gchk_sanitizers){is_set(&there->any), is_set(&there->undefined), is_set(&there->threads)};
}

#define END(text) ((text)[sizeof(text) - 1] = '\0')

gchk_crash_box *gchk_crash_box_copy(const gchk_crash_box *box) {
  gchk_crash_box *copy = gchk_calloc(1, sizeof *copy);
  if (copy == NULL)
    return NULL;
  memcpy(copy, box, sizeof *copy);
  copy->register_count = at_most(copy->register_count, GCHK_BOX_REGISTERS);
  copy->null_count = at_most(copy->null_count, GCHK_BOX_NULLS);
  copy->pc_count = at_most(copy->pc_count, GCHK_BOX_FRAMES);
  copy->frame_count = at_most(copy->frame_count, GCHK_BOX_FRAMES);
  copy->under_way.buffer_count = at_most(copy->under_way.buffer_count, GCHK_NOTED_BUFFERS);
  copy->under_way.call = NULL; // of the child's memory
  copy->sanitizers = gchk_box_sanitizers(box);
  END(copy->under_way.callback);
  END(copy->under_way.step);
  END(copy->layer_module);
  for (size_t i = 0; i < GCHK_BOX_NULLS; i++)
    END(copy->nulls[i].tensor);
  for (size_t i = 0; i < GCHK_BOX_FRAMES; i++) {
    END(copy->frames[i].function);
    END(copy->frames[i].file);
    END(copy->frames[i].module);
  }
  for (size_t i = 0; i < copy->under_way.buffer_count; i++)
    END(copy->under_way.buffers[i].tensor);
  return copy;
}
