/* Of functions the dynamic loader knows the exported names only. */
#include "crash/loaded_code.h"

#include <stdio.h>

#include "core/code_object.h"
#include "crash/memory_limit.h"

void gchk_note_loaded(gchk_crash_box *box, const gchk_layer *layer) {
  gchk_code_object code;
  if (gchk_find_code_of(&code, (void (*)(void))layer->forward))
    (void)snprintf(box->layer_module, sizeof box->layer_module, "%s", code.name);
  if (box->is_loaded) // by a case before, whose memory counts as this one's
    return;
  box->sanitizers = gchk_sanitizers_loaded();
  gchk_memory_note_base(box);
  box->is_loaded = true;
}

static void note_module(gchk_box_frame *frame) {
  gchk_code_object code;
  if (!gchk_find_code(&code, (const void *)frame->pc))
    return;
  (void)snprintf(frame->module, sizeof frame->module, "%s", code.name);
  frame->offset = code.offset;
  if (frame->function[0] == '\0' && code.symbol != NULL)
    (void)snprintf(frame->function, sizeof frame->function, "%s", code.symbol);
}

void gchk_note_modules(gchk_crash_box *box) {
  if (box->frame_count == 0)
    for (size_t i = 0; i < box->pc_count && i < GCHK_BOX_FRAMES; i++) {
      box->frames[i].pc = box->pcs[i];
      box->frame_count = i + 1;
    }
  for (size_t i = 0; i < box->frame_count; i++)
    note_module(&box->frames[i]);
}
