/* An explanation of one element for people: a table of steps a draw, and the verdict in words. */
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "gradcheck/explain.h"
#include "report/explain_plot.h"
#include "report/explain_words.h"
#include "report/save.h"

/* A real as the table has it: padded to `width` columns (0: not). */
static void put_real(gchk_text *out, int width, int precision, double x) {
  char number[GCHK_REAL_SIZE];
  gchk_text_column(out, isnan(x) ? "nan" : gchk_format_real(number, sizeof number, 'g', precision, x), width);
}

static void put_number(gchk_text *out, const char *before, int precision, double x) {
  gchk_text_put(out, before);
  put_real(out, 0, precision, x);
}

static void put_steps(const gchk_explained_draw *draw, gchk_text *out) {
  gchk_text_format(out, "  %-10s %-24s %-12s %-12s %-12s %-10s %-10s %s\n", "step", "difference D", "|D-analytic|",
                   "slope +", "slope -", "truncation", "rounding", "bound E");
  for (size_t k = 0; k < draw->step_count; k++) {
    const gchk_explained_step *s = &draw->steps[k];
    const struct {
      double x;
      int width, precision;
    } cells[] = {{s->step, 10, 3},       {s->difference, 24, 17}, {fabs(s->difference - draw->analytic), 12, 3},
                 {s->slope_plus, 12, 6}, {s->slope_minus, 12, 6}, {s->truncation, 10, 3},
                 {s->rounding, 10, 3},   {s->bound, 0, 3}};
    gchk_text_put(out, s->is_chosen ? ">" : " ");
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
      gchk_text_put(out, " ");
      put_real(out, cells[i].width, cells[i].precision, cells[i].x);
    }
    gchk_text_put(out, "\n");
  }
}

/* The steps at which the function does not move. */
typedef struct stillness {
  size_t still, known;   /* of the steps that gave a difference */
  double largest;        /* nothing moves at this step and below; NaN: at the smallest it does */
  bool is_still_at_best; /* at the chosen step nothing moves */
} stillness;

static stillness stillness_of(const gchk_explained_draw *draw) {
  stillness s = {.largest = (double)NAN};
  bool is_still = true;
  for (size_t k = draw->step_count; k-- > 0;) {
    const gchk_explained_step *step = &draw->steps[k];
    if (isnan(step->difference))
      continue;
    const bool moves = step->slope_plus != 0 || step->slope_minus != 0;
    s.known++;
    s.still += !moves;
    s.is_still_at_best = s.is_still_at_best || (step->is_chosen && !moves);
    is_still = is_still && !moves;
    if (is_still)
      s.largest = step->step;
  }
  return s;
}

static bool is_flat(const stillness *s) {
  return s->known > 0 && s->still == s->known;
}

/* Nothing moves at several of the smallest steps, and it does at larger ones: a staircase, or hidden by rounding. */
static bool is_staircase(const stillness *s) {
  enum { FEWEST = 3 };
  return s->still >= FEWEST && s->still < s->known && !isnan(s->largest);
}

/* Do the differences of all steps agree, within their rounding? */
static bool is_linear(const gchk_explained_draw *draw) {
  static const double few = 4;
  size_t known = 0;
  for (size_t k = 0; k < draw->step_count; k++) {
    const gchk_explained_step *step = &draw->steps[k];
    if (isnan(step->difference))
      continue;
    known++;
    if (!(fabs(step->difference - draw->numeric) <= few * (step->rounding + draw->bound)))
      return false;
  }
  return known > 0;
}

static void put_order(const gchk_explanation *x, gchk_text *out) {
  const stillness s = stillness_of(&x->draws[0]);
  if (is_flat(&s)) {
    gchk_text_put(out, "  no output moves at any step\n");
    return;
  }
  if (is_staircase(&s)) {
    put_number(out, "  no output moves at steps up to ", 3, s.largest);
    gchk_text_put(out, ": rounding hides the function there, or it is a staircase\n");
  }
  if (isnan(x->order)) {
    if (is_linear(&x->draws[0]) && !is_staircase(&s))
      gchk_text_put(out, "  no truncation error shows: rounding rules at every step, as for a linear function\n");
    else
      gchk_text_put(out, "  no order of convergence shows\n");
    return;
  }
  gchk_text_put(out, "  order ");
  gchk_text_real(out, 'f', 2, x->order);
  gchk_text_put(out, " over ");
  gchk_text_real(out, 'f', 1, x->decades);
  gchk_text_put(out, " decades of the step\n");
}

static const char *smooth_words(const gchk_explained_draw *draw) {
  const stillness s = stillness_of(draw);
  if (is_flat(&s))
    return "flat here, as far as the steps reach";
  if (s.is_still_at_best)
    return "flat here at small steps, and moves at larger ones: on a tread of a staircase";
  return is_staircase(&s) ? "smooth as far as the larger steps tell" : "smooth here";
}

static const char *kind_words(const gchk_explained_draw *draw) {
  static const char *const words[] = {
      [GCHK_FUNCTION_KINKED] = "on a kink: the one-sided slopes stay apart, whatever the step",
      [GCHK_FUNCTION_ONE_SIDED] = "at the edge of its domain: one side is not finite",
      [GCHK_FUNCTION_UNDEFINED] = "without a derivative that any step could find",
  };
  return draw->kind == GCHK_FUNCTION_SMOOTH ? smooth_words(draw) : words[draw->kind];
}

static void put_pass(const gchk_explained_draw *draw, double size, gchk_text *out) {
  if (draw->terms > 0) {
    put_number(out, "  PASS: no output moves, however far the element does, and terms of the size ", 2, draw->terms);
    gchk_text_put(out, " cancel to what rounding leaves of them\n");
    return;
  }
  if (draw->below_resolution) {
    put_number(out, "  PASS: consistent, but below resolution: beside the largest gradient of the tensor, ", 3,
               draw->largest);
    gchk_text_put(out, ", it cannot be told from zero\n");
    return;
  }
  gchk_text_put(out, "  PASS: the difference is within the error bound, and the bound verifies ");
  gchk_text_real(out, 'f', 1, draw->bound > 0 ? -log10(draw->bound / size) : 17.0);
  gchk_text_put(out, " digits\n");
}

static void put_verdict(const gchk_explained_draw *draw, gchk_text *out) {
  const double size = fmax(fabs(draw->analytic), fabs(draw->numeric));
  switch (draw->verdict) {
  case GCHK_PASS:
    put_pass(draw, size, out);
    break;
  case GCHK_KINK:
    gchk_text_put(out, "  KINK: the analytic value is one of the slopes that a kink allows; that is weaker than a "
                       "pass\n");
    break;
  case GCHK_INCONCLUSIVE:
    gchk_text_put(out, "  INCONCLUSIVE: nothing contradicts it, but the error bound is ");
    gchk_text_real(out, 'f', 1, 100 * draw->bound / size);
    gchk_text_put(out, " % of the gradient\n");
    break;
  case GCHK_SKIPPED:
  case GCHK_FAIL:
  case GCHK_ERROR:
    gchk_text_put(out, "  FAIL: the difference is far outside the error bound");
    if (fabs(draw->numeric) > draw->bound)
      put_number(out, "; analytic/numeric = ", 10, draw->analytic / draw->numeric);
    else
      gchk_text_put(out, ", and numeric is 0 within it");
    gchk_text_put(out, "\n");
    break;
  }
}

static void put_comparison(const gchk_explained_draw *draw, gchk_text *out) {
  put_number(out, "  analytic  ", 17, draw->analytic);
  put_number(out, "\n  numeric   ", 17, draw->numeric);
  if (draw->is_extrapolated)
    gchk_text_put(out, "  extrapolated from the chosen step and the next larger one");
  put_number(out, "\n  |difference| ", 3, fabs(draw->analytic - draw->numeric));
  put_number(out, " = ", 3, draw->error_bars);
  put_number(out, " error bars of ", 3, draw->bound);
  if (draw->slack > 0.01 * draw->bound) {
    put_number(out, " (", 3, draw->slack);
    gchk_text_put(out, " of them rounding inside backward)");
  }
  gchk_text_format(out, "\n  the function is %s\n", kind_words(draw));
  if (draw->kind == GCHK_FUNCTION_KINKED) {
    put_number(out, "  slopes from ", 6, draw->slope_low);
    put_number(out, " to ", 6, draw->slope_high);
    gchk_text_put(out, ": any gradient between them is right\n");
  }
}

/* What decided, where the first steps did not, and what is in doubt where nothing did. */
static void put_look(const gchk_explanation *x, gchk_text *out) {
  switch (x->look) {
  case GCHK_LOOK_SHORT:
    break;
  case GCHK_LOOK_WHOLE:
    gchk_text_put(out, "the first steps did not pass: all steps were taken anew, and judge it\n");
    break;
  case GCHK_LOOK_OUTPUTS:
    gchk_text_put(out,
                  "its outputs were differentiated one by one, and those with a kink within the steps are left out of "
                  "the upstream gradient\n");
    break;
  }
  if (x->point > 0)
    gchk_text_format(
        out, "decided at another base point (number %u), with the figures below: at its own it stays open\n", x->point);
  if (x->verdict == GCHK_INCONCLUSIVE) {
    const gchk_doubt_doc *doubt = gchk_doubt_find(x->doubt);
    gchk_text_format(out, "undecided, here and at other base points: %s; %s\n", doubt->meaning,
                     gchk_doubt_remedy(x->doubt, x->dtype == GCHK_F32 && !x->uses_twin));
  }
}

static void put_heading(const gchk_explanation *x, gchk_text *out) {
  char shape[256];
  gchk_text_format(out, "%s:%s, element %zu of shape %s, %s, value ", x->case_name, x->tensor, x->flat,
                   gchk_shape_format(&x->shape, shape, sizeof shape), gchk_dtype_name(x->dtype));
  put_real(out, 0, 17, x->value);
  gchk_text_put(out, "\n");
  if (x->uses_twin)
    gchk_text_put(out, "differences are those of the layer's double twin at the same values\n");
  put_look(x, out);
}

gchk_status gchk_explanation_print(const gchk_explanation *x, FILE *out, gchk_error *error) {
  gchk_text text = {0};
  put_heading(x, &text);
  for (size_t k = 0; k < x->draw_count; k++) {
    const gchk_explained_draw *draw = &x->draws[k];
    gchk_text_format(&text, "\nupstream gradient %zu of %zu; noise of the projected outputs ", k + 1, x->draw_count);
    put_real(&text, 0, 3, draw->noise);
    gchk_text_put(&text, "\n");
    put_steps(draw, &text);
    if (k == 0)
      put_order(x, &text);
    put_comparison(draw, &text);
    put_verdict(draw, &text);
  }
  gchk_put_step_plot(&text, gchk_telling_draw(x));
  gchk_put_in_short(&text, x);
  return gchk_write_text(out, "explanation", &text, error);
}
