/*
 * The callbacks by which compilers tell which code ran; their names and types are theirs (SanitizerCoverage of LLVM,
 * and -fsanitize-coverage of GCC). Both have -fsanitize-coverage=trace-pc, which calls one of them in each basic block;
 * clang's trace-pc-guard hands a guard over, which is left alone: the address that the call returns to says as much.
 *
 * They are weak, so that a fuzzer's own go before them where this is linked with one.
 */
#include "reach/trace.h"

#define CALLBACK __attribute__((weak, visibility("default")))

static struct {
  const gchk_traced *pieces;
  size_t count; // 0: nothing is traced
  const gchk_under_way *under_way;
  gchk_traced first; // of the pieces, which mostly is the only one
} here;

void gchk_trace_begin(const gchk_traced *pieces, size_t count, const gchk_under_way *under_way) {
  here.pieces = pieces;
  here.under_way = under_way;
  here.first = count > 0 ? pieces[0] : (gchk_traced){0};
  here.count = count;
}

void gchk_trace_end(void) {
  here.count = 0;
  here.first.size = 0;
}

// By its first letters: "forward", "backward", and not "bind".
static unsigned char callback_bit(void) {
  const volatile char *name = here.under_way->callback;
  if (name[0] == 'f')
    return GCHK_RAN_FORWARD;
  return name[0] == 'b' && name[1] == 'a' ? GCHK_RAN_BACKWARD : GCHK_RAN_ELSEWHERE;
}

// From whatever thread: a bit that is set twice is set.
static void note_at(unsigned char *ran) {
  const unsigned char bit = callback_bit();
  if ((__atomic_load_n(ran, __ATOMIC_RELAXED) & bit) == 0)
    (void)__atomic_fetch_or(ran, bit, __ATOMIC_RELAXED);
}

static __attribute__((noinline)) void note_elsewhere(uintptr_t place) {
  for (size_t i = 0; i < here.count; i++)
    if (place - here.pieces[i].start < here.pieces[i].size) {
      note_at(&here.pieces[i].ran[place - here.pieces[i].start]);
      return;
    }
}

// Called at each step of each loop: mostly all is in one piece, and was noted before.
static inline void note(uintptr_t place) {
  const uintptr_t offset = place - here.first.start;
  if (offset < here.first.size)
    note_at(&here.first.ran[offset]);
  else
    note_elsewhere(place);
}

CALLBACK void __sanitizer_cov_trace_pc(void);
CALLBACK void __sanitizer_cov_trace_pc_guard(uint32_t *guard);
CALLBACK void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);

void __sanitizer_cov_trace_pc(void) {
  note((uintptr_t)__builtin_return_address(0));
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard) {
  (void)guard;
  note((uintptr_t)__builtin_return_address(0));
}

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop) {
  (void)start;
  (void)stop;
}

const char *const gchk_trace_names[GCHK_TRACE_CALLBACKS] = {"__sanitizer_cov_trace_pc",
                                                            "__sanitizer_cov_trace_pc_guard"};

const uintptr_t *gchk_trace_addresses(void) {
  static uintptr_t addresses[GCHK_TRACE_CALLBACKS];
  addresses[0] = (uintptr_t)&__sanitizer_cov_trace_pc;
  addresses[1] = (uintptr_t)&__sanitizer_cov_trace_pc_guard;
  return addresses;
}
