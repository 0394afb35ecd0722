/* The callbacks of -fsanitize-coverage=trace-cmp, by the compilers' names; trace.c has those of trace-pc. */
#include "reach/compare_trace.h"

#include <math.h>
#include <string.h>

#define CALLBACK __attribute__((weak, visibility("default")))

static gchk_compare_trace *here; // NULL: nobody wants to know

void gchk_compare_trace_into(gchk_compare_trace *trace) {
  here = trace;
}

void gchk_compare_trace_empty(gchk_compare_trace *trace) {
  trace->count = 0;
  memset(trace->place_in_list, 0, sizeof trace->place_in_list);
}

static gchk_compared_values *find(gchk_compare_trace *trace, uintptr_t place) {
  enum { MASK = GCHK_MOST_COMPARED - 1, ODD = 0x9e37 };
  for (size_t i = (place * ODD >> 3) & MASK;; i = (i + 1) & MASK) { // half of it stays free
    const unsigned short known = trace->place_in_list[i];
    if (known != 0 && trace->list[known - 1].place == place)
      return &trace->list[known - 1];
    if (known != 0)
      continue;
    if (trace->count == GCHK_MOST_COMPARED / 2)
      return NULL;
    trace->list[trace->count] =
        (gchk_compared_values){.place = place, .low = (double)INFINITY, .high = -(double)INFINITY};
    trace->place_in_list[i] = (unsigned short)++trace->count;
    return &trace->list[trace->count - 1];
  }
}

static void note(uintptr_t place, double a, double b, bool is_whole) {
  gchk_compare_trace *trace = here;
  gchk_compared_values *c = trace != NULL && !isnan(a) && !isnan(b) ? find(trace, place) : NULL;
  if (c == NULL)
    return;
  const bool is_new = c->low > c->high;
  const double difference = a - b;
  c->is_whole = is_whole;
  c->a_varies = c->a_varies || (!is_new && a < c->a) || (!is_new && a > c->a);
  c->b_varies = c->b_varies || (!is_new && b < c->b) || (!is_new && b > c->b);
  if (is_new) {
    c->a = a;
    c->b = b;
  }
  c->low = fmin(c->low, difference);
  c->high = fmax(c->high, difference);
}

#define RETURN_ADDRESS ((uintptr_t)__builtin_return_address(0))

// Compilers do not say which whole numbers have a sign: in layers sizes are small, and others have one.
#define OF_NUMBERS(name, type, as, is_whole)                                                                           \
  CALLBACK void name(type a, type b);                                                                                  \
  void name(type a, type b) {                                                                                          \
    if (here != NULL)                                                                                                  \
      note(RETURN_ADDRESS, (double)(as)a, (double)(as)b, is_whole);                                                    \
  }

OF_NUMBERS(__sanitizer_cov_trace_cmp1, uint8_t, int8_t, true)
OF_NUMBERS(__sanitizer_cov_trace_cmp2, uint16_t, int16_t, true)
OF_NUMBERS(__sanitizer_cov_trace_cmp4, uint32_t, int32_t, true)
OF_NUMBERS(__sanitizer_cov_trace_cmp8, uint64_t, int64_t, true)
OF_NUMBERS(__sanitizer_cov_trace_const_cmp1, uint8_t, int8_t, true)
OF_NUMBERS(__sanitizer_cov_trace_const_cmp2, uint16_t, int16_t, true)
OF_NUMBERS(__sanitizer_cov_trace_const_cmp4, uint32_t, int32_t, true)
OF_NUMBERS(__sanitizer_cov_trace_const_cmp8, uint64_t, int64_t, true)
OF_NUMBERS(__sanitizer_cov_trace_cmpf, float, float, false)
OF_NUMBERS(__sanitizer_cov_trace_cmpd, double, double, false)

CALLBACK void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases);

// cases: how many there are, of how many bits the value is, and the cases.
void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases) {
  for (uint64_t k = 0; here != NULL && k < cases[0]; k++)
    note(RETURN_ADDRESS + k, (double)(int64_t)value, (double)(int64_t)cases[2 + k], true);
}
