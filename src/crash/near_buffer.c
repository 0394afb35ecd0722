/*
 * What the address of a fault is near.
 *
 * Buffers lie side by side, so the nearest one need not be the one that was indexed. The index that an instruction uses
 * is mostly in a register while it does: a buffer in which the address lies at an index that a register holds is taken
 * before the nearest.
 */
#include "crash/near_buffer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

// Below it nothing is ever mapped (Linux's vm.mmap_min_addr); and how far from a buffer an address is still near it.
static const uintptr_t null_page = 65536, stack_reach = 65536;
static const uint64_t near = (uint64_t)1 << 20;

static bool has_register(const gchk_crash_box *box, uintptr_t value) {
  for (size_t i = 0; i < box->register_count; i++)
    if (box->registers[i] == value)
      return true;
  return false;
}

// Does a register hold the index, or the distance in bytes, at which the address lies in this buffer?
static bool is_indexed(const gchk_crash_box *box, const gchk_noted_buffer *b) {
  if (b->bytes == 0 || b->element_size == 0)
    return false;
  const intptr_t distance = (intptr_t)(box->address - b->data), index = distance / (intptr_t)b->element_size;
  return distance % (intptr_t)b->element_size == 0 &&
         (has_register(box, (uintptr_t)index) || has_register(box, (uintptr_t)distance) ||
          (index >= 0 && has_register(box, (uint32_t)index)));
}

static uint64_t distance_to(const gchk_noted_buffer *b, uintptr_t address) {
  if (address < b->data)
    return b->data - address;
  return address >= b->data + b->bytes ? address - (b->data + b->bytes) : 0;
}

// 0: nothing but where it lies; 1: an index in a register; 2: the buffer's address in another one too.
static int evidence(const gchk_crash_box *box, const gchk_noted_buffer *b) {
  const bool is_outside = box->address < b->data || box->address >= b->data + b->bytes;
  if (!is_outside || !is_indexed(box, b))
    return 0;
  return has_register(box, b->data) ? 2 : 1;
}

static const gchk_noted_buffer *choose(const gchk_crash_box *box, bool *is_sure) {
  const gchk_under_way *now = &box->under_way;
  const gchk_noted_buffer *best = NULL;
  int best_evidence = 0;
  uint64_t best_distance = UINT64_MAX;
  for (size_t i = 0; i < now->buffer_count; i++) {
    const gchk_noted_buffer *b = &now->buffers[i];
    const int e = evidence(box, b);
    const uint64_t d = distance_to(b, box->address);
    if (e < best_evidence || (e == best_evidence && d >= best_distance))
      continue;
    best = b;
    best_evidence = e;
    best_distance = d;
  }
  *is_sure = best_evidence > 0;
  return best;
}

static const char *null_pointer(gchk_arena *arena, const gchk_crash_box *box) {
  if (box->address == box->pc)
    return "a call through a null pointer";
  char what[64] = "a null pointer";
  if (box->address != 0)
    (void)snprintf(what, sizeof what, "a null pointer + %" PRIuPTR " bytes", box->address);
  if (box->null_count == 0)
    return gchk_arena_strdup(arena, what);
  char names[GCHK_BOX_NULLS * (GCHK_NOTED_NAME + 20)] = "";
  size_t length = 0;
  for (size_t i = 0; i < box->null_count && length < sizeof names; i++) {
    const int n = snprintf(names + length, sizeof names - length, "%sthe %s of %s", i > 0 ? ", " : "",
                           box->nulls[i].is_gradient ? "gradient" : "value", box->nulls[i].tensor);
    length += n > 0 ? (size_t)n : 0;
  }
  return gchk_arena_printf(arena, "%s; NULL in this call: %s", what, names);
}

static bool is_stack(const gchk_crash_box *box) {
  return box->signal == SIGSEGV && box->stack_pointer != 0 && box->address + stack_reach >= box->stack_pointer &&
         box->address <= box->stack_pointer + stack_reach;
}

static const char *say(gchk_arena *arena, const gchk_noted_buffer *b, uintptr_t address) {
  const char *what = b->is_gradient ? "gradient" : "value";
  const uint64_t distance = distance_to(b, address);
  const size_t size = b->element_size > 0 ? b->element_size : 1, count = b->bytes / size;
  if (distance == 0 && address >= b->data && address < b->data + b->bytes)
    return gchk_arena_printf(arena, "element %zu of the %s of %s, whose memory is no longer there: unmapped or freed?",
                             (address - b->data) / size, what, b->tensor);
  const bool is_before = address < b->data;
  // The first byte behind a buffer is at distance 0 from its end: there element `count` would be.
  return gchk_arena_printf(arena, "%" PRIu64 " bytes (%" PRIu64 " elements) %s of the %s of %s, which has %zu",
                           distance, distance / size, is_before ? "before the start" : "beyond the end", what,
                           b->tensor, count);
}

const char *gchk_near_buffer(gchk_arena *arena, const gchk_crash_box *box) {
  if (box->signal != SIGSEGV && box->signal != SIGBUS)
    return "";
  if (!box->has_address)
    return box->sender != 0 ? "" : "an address that the processor does not tell: a wild or a misaligned pointer";
  if (box->address < null_page)
    return null_pointer(arena, box);
  if (is_stack(box))
    return "the stack is used up: endless recursion, or a large local array";
  if (box->address == box->pc)
    return "a call through a pointer that is no function's";
  bool is_sure;
  const gchk_noted_buffer *b = choose(box, &is_sure);
  if (b == NULL)
    return "an address near no tensor's buffer";
  if (!is_sure && distance_to(b, box->address) > near)
    return gchk_arena_printf(
        arena, "an address near no tensor's buffer: the nearest, the %s of %s, ends %" PRIu64 " MiB from it",
        b->is_gradient ? "gradient" : "value", b->tensor, distance_to(b, box->address) >> 20);
  const char *text = say(arena, b, box->address);
  if (is_sure || text == NULL || distance_to(b, box->address) == 0)
    return text;
  return gchk_arena_printf(arena, "%s, the nearest buffer", text);
}
