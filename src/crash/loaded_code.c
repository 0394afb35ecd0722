/* The dynamic loader says in which object an address is. It knows the exported names only. */
#include "crash/loaded_code.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "crash/memory_limit.h"

void gchk_note_loaded(gchk_crash_box *box, const gchk_layer *layer) {
  Dl_info info = {0};
  const void *code;
  const gchk_callback forward = layer->forward;
  memcpy(&code, &forward, sizeof code); // ISO C converts no function pointer to an object's
  if (dladdr(code, &info) != 0 && info.dli_fname != NULL)
    (void)snprintf(box->layer_module, sizeof box->layer_module, "%s", info.dli_fname);
  if (box->is_loaded) // by a case before, whose memory counts as this one's
    return;
  box->sanitizers = gchk_sanitizers_loaded();
  gchk_memory_note_base(box);
  box->is_loaded = true;
}

static void note_module(gchk_box_frame *frame) {
  Dl_info info = {0};
  if (dladdr((const void *)frame->pc, &info) == 0)
    return;
  if (info.dli_fname != NULL) {
    (void)snprintf(frame->module, sizeof frame->module, "%s", info.dli_fname);
    frame->offset = frame->pc - (uintptr_t)info.dli_fbase;
  }
  if (frame->function[0] == '\0' && info.dli_sname != NULL)
    (void)snprintf(frame->function, sizeof frame->function, "%s", info.dli_sname);
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
