/*
 * The stack, by libbacktrace: the library that GCC keeps for its own runtimes, and that every Debian libgcc-dev brings.
 *
 * It is made for signal handlers: it takes memory by mmap and never by malloc, whose heap may be what broke; it reads
 * DWARF itself, compressed or in files of its own; and it walks the stack with the unwinder that C++ exceptions use,
 * which knows signal frames and so goes on from an alternate stack to the one that overflowed. libunwind knows no
 * source lines, and elfutils' libdw allocates with malloc.
 *
 * Where the build found no libbacktrace there is the address of the fault alone.
 */
#include "crash/stack_trace.h"

#include <stdio.h>

#if GCHK_HAS_BACKTRACE
#include <backtrace.h>

typedef struct tracing {
  gchk_crash_box *box;
  uintptr_t pc;     // of the frame whose names are looked for
  bool is_on_stack; // the faulting instruction was met: what came before is the handler
} tracing;

static void ignore(void *data, const char *message, int number) {
  (void)data;
  (void)message;
  (void)number;
}

static int take_pc(void *data, uintptr_t pc) {
  tracing *t = data;
  gchk_crash_box *box = t->box;
  if (pc == UINTPTR_MAX || pc == 0)
    return 1;
  if (!t->is_on_stack && pc == box->pc) {
    t->is_on_stack = true;
    box->pc_count = 0;
  }
  if (box->pc_count >= GCHK_BOX_FRAMES)
    return 1;
  box->pcs[box->pc_count] = pc;
  box->pc_count = box->pc_count + 1;
  return 0;
}

static void copy_text(char *to, size_t size, const char *from) {
  (void)snprintf(to, size, "%s", from != NULL ? from : "");
}

static void take_symbol(void *data, uintptr_t pc, const char *name, uintptr_t value, uintptr_t size) {
  gchk_box_frame *frame = data;
  (void)pc;
  (void)value;
  (void)size;
  copy_text(frame->function, sizeof frame->function, name);
}

static int take_frame(void *data, uintptr_t pc, const char *file, int line, const char *function) {
  tracing *t = data;
  gchk_crash_box *box = t->box;
  if (box->frame_count >= GCHK_BOX_FRAMES)
    return 1;
  gchk_box_frame *frame = &box->frames[box->frame_count];
  frame->pc = t->pc;
  frame->line = line;
  (void)pc;
  copy_text(frame->file, sizeof frame->file, file);
  copy_text(frame->function, sizeof frame->function, function);
  box->frame_count = box->frame_count + 1;
  return 0;
}

// A call through a bad pointer: there is no function to unwind from, but the address to return to is at hand.
static void use_return_address(gchk_crash_box *box) {
  uintptr_t back = 0;
#if defined(__x86_64__)
  if (box->stack_pointer != 0)
    back = *(const uintptr_t *)box->stack_pointer;
#elif defined(__aarch64__)
  back = box->registers[30];
#endif
  box->pc_count = 0;
  box->pcs[0] = back > 0 ? back - 1 : box->pc; // within the call
  box->pc_count = 1;
}

void gchk_stack_trace(gchk_crash_box *box, int skip) {
  struct backtrace_state *state = backtrace_create_state(NULL, 0, ignore, NULL);
  tracing t = {.box = box};
  if (state == NULL)
    return;
  (void)backtrace_simple(state, 1 + skip, take_pc, ignore, &t);
  if (!t.is_on_stack && box->has_address && box->address == box->pc)
    use_return_address(box);
  for (size_t i = 0; i < box->pc_count; i++) {
    const size_t before = box->frame_count;
    t.pc = box->pcs[i];
    (void)backtrace_pcinfo(state, t.pc, take_frame, ignore, &t);
    if (box->frame_count == before)
      (void)take_frame(&t, t.pc, NULL, 0, NULL);
    if (box->frame_count == before)
      return;
    gchk_box_frame *last = &box->frames[box->frame_count - 1];
    if (last->function[0] == '\0') // no debugging information: the name is in the symbol table
      (void)backtrace_syminfo(state, t.pc, take_symbol, ignore, last);
  }
}

#else

void gchk_stack_trace(gchk_crash_box *box, int skip) {
  (void)skip;
  if (box->pc == 0)
    return;
  box->pcs[0] = box->pc;
  box->pc_count = 1;
}

#endif
