/* A result with undecided elements: a tensor that passes with three of them, and one in which they fill a row. */
#include "report/sample_undecided.h"

#include <stdlib.h>

#include "core/arena.h"

static void leave_undecided(gchk_result *result, gchk_tensor_result *t, const size_t *flat, const gchk_doubt *doubts,
                            size_t count) {
  t->elements.pass -= count;
  t->elements.undecided = count;
  t->undecided = (gchk_undecided_result){.nonzero = t->checked,
                                         .decided = t->checked - count,
                                         .block = "",
                                         .borders_shown = 15,
                                         .caught = 1,
                                         .caught_wanted = 1,
                                         .error = "a wrong sign, a zero and a factor of 2",
                                         .lacks_twin = true,
                                         .is_only_lack = true,
                                         .why_not = "",
                                         .listed_count = count,
                                         .listed = gchk_arena_alloc(result->arena, count, sizeof *t->undecided.listed)};
  if (t->undecided.listed == NULL)
    abort();
  for (size_t i = 0; i < count; i++)
    t->undecided.listed[i] = (gchk_undecided_element){
        .flat = flat[i], .analytic = 0.125, .numeric = 0.125 + 1e-3, .bound = 0.02, .doubt = doubts[i]};
}

gchk_result *sample_undecided(void) {
  static const gchk_doubt doubts[] = {GCHK_DOUBT_ROUNDING, GCHK_DOUBT_KINK, GCHK_DOUBT_ROUNDING, GCHK_DOUBT_ROUNDING};
  gchk_result *result = sample_passing();
  gchk_case_result *net = &result->cases[0], *relu = &result->cases[1];
  net->target = relu->target = "./mine.so";
  net->dtype = relu->dtype = GCHK_F32;
  gchk_tensor_result *w = &net->tensors[1], *x = &relu->tensors[0];
  w->elements.exact_zero = 7;
  w->elements.flat = 2;
  w->elements.unresolved = 4;
  w->elements.below_resolution = 6;
  w->hidden = 3e-9;
  w->reference = (gchk_reference_result){.present = true,
                                         .source = "by hand",
                                         .rtol = 1e-5,
                                         .atol = 1e-8,
                                         .elements = w->checked,
                                         .max_abs_diff = 1e-9,
                                         .numeric_max_abs_diff = 2.5e-12,
                                         .covered = 0.999,
                                         .worst_bars = 1.1};
  leave_undecided(result, w, (const size_t[]){0, 7, 33}, doubts, 3);
  leave_undecided(result, x, (const size_t[]){12, 13, 14, 15}, doubts, 1 + 3);
  x->undecided.nonzero = 100; // of all its shapes, or they would be too many
  x->undecided.block = "row 3";
  x->verdict = GCHK_INCONCLUSIVE;
  gchk_result_summarise(result);
  return result;
}
