/*
 * What backward multiplies the upstream gradient of each output with. For every output j, over all elements i,
 *
 *     A_ij = f_j J_ij            f_j is a function of y_j, multiplied in once too often, or is 0 for some j alone
 *     A_ij != 0 = J_ij           for outputs j that no element moves, which are at the largest or least value: a clamp
 */
#include "routes/diagnose_output_factors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "evidence/pairs.h"

enum { FEWEST_OUTPUTS = 4 };

/* What backward does with the columns of the Jacobian. NaN: not known. */
typedef struct columns {
  gchk_diagnosis *d;
  const gchk_pairs *p;
  double *factor; /* of a column, where A is a multiple of J in it */
  double *error;  /* of that factor */
  size_t told;    /* columns with a factor */
  size_t zero, one, other;
} columns;

// The factor by least squares, where it leaves nothing, and is known well enough to be told from others: 0 from 1.
static void find_factor(columns *s, size_t c) {
  static const double well = 0.25;
  const gchk_pairs *p = s->p;
  double an = 0, nn = 0, error = 0;
  size_t used = 0;
  s->factor[c] = (double)NAN;
  for (size_t r = 0; r < p->rows; r++) {
    const size_t k = r * p->columns + c;
    if (!isfinite(p->numeric[k]) || !isfinite(p->analytic[k]) || !isfinite(p->error[r]))
      continue;
    an += p->analytic[k] * p->numeric[k];
    nn += p->numeric[k] * p->numeric[k];
    used += fabs(p->numeric[k]) > 3 * p->error[r];
    error = fmax(error, p->error[r]);
  }
  // Of one element alone any number would do; but for what is as it should be, or not there at all.
  const double f = used > 0 ? an / nn : (double)NAN;
  if (used == 0 || (used == 1 && fabs(f) > error / sqrt(nn) && fabs(f - 1) > error / sqrt(nn)))
    return;
  for (size_t r = 0; r < p->rows; r++) {
    const size_t k = r * p->columns + c;
    if (isfinite(p->numeric[k]) && isfinite(p->error[r]) &&
        !(fabs(p->analytic[k] - f * p->numeric[k]) <= p->error[r] * (1 + fabs(f))))
      return;
  }
  s->error[c] = 2 * error / sqrt(nn);
  s->factor[c] = s->error[c] <= well ? f : (double)NAN;
}

/*
 * Is it more than the shape of J that makes A a multiple of it here? Where all columns that move an element are
 * multiples of one, as where each output depends on a difference of two elements alone, any mistake that leaves that as
 * it is looks like a factor; but for one that several of them have alike.
 */
static bool is_told_by_others(const columns *s, size_t c) {
  enum { ALIKE = 2 };
  static const double parallel = 0.999, little = 1e-6;
  const gchk_pairs *p = s->p;
  size_t alike = 0;
  for (size_t step = 1; step < p->columns && alike < ALIKE; step++) {
    const size_t other = (c + step) % p->columns;
    double both = 0, here = 0, there = 0;
    for (size_t r = 0; r < p->rows; r++) {
      const double a = p->numeric[r * p->columns + c], b = p->numeric[r * p->columns + other];
      if (!gchk_pair_in_forward((gchk_pair_state)p->state[r * p->columns + c]) || !isfinite(b))
        continue;
      both += a * b;
      here += a * a;
      there += b * b;
    }
    if (!(there > little * here))
      continue;
    if (both * both < parallel * here * there)
      return true;
    alike += fabs(s->factor[c] - s->factor[other]) <= s->error[c] + s->error[other];
  }
  return alike == ALIKE;
}

static void forget_untold(columns *s) {
  bool *is_untold = gchk_arena_alloc(s->d->arena, s->p->columns, sizeof *is_untold);
  for (size_t c = 0; is_untold != NULL && c < s->p->columns; c++) {
    const double f = s->factor[c];
    const bool is_usual = fabs(f) <= s->error[c] || fabs(f - 1) <= s->error[c];
    is_untold[c] = !isnan(f) && !is_usual && !is_told_by_others(s, c);
  }
  for (size_t c = 0; is_untold != NULL && c < s->p->columns; c++)
    s->factor[c] = is_untold[c] ? (double)NAN : s->factor[c];
}

/* What a factor may be, of the output's own value. */
static double plain(double y) {
  return y;
}
static double inverse(double y) {
  return 1 / y;
}
static double squared(double y) {
  return y * y;
}
static double inverse_squared(double y) {
  return 1 / (y * y);
}
static double falling(double y) {
  return exp(-y);
}
static double one_less(double y) {
  return 1 - y;
}
static double one_more(double y) {
  return 1 + y;
}
static double of_tanh(double y) {
  return 1 - y * y;
}
static double of_sigmoid(double y) {
  return y * (1 - y);
}
static double reciprocal_of_tanh(double y) {
  return 1 / (1 - y * y);
}
static double reciprocal_of_sigmoid(double y) {
  return 1 / (y * (1 - y));
}
static double doubled(double y) {
  return 2 * y;
}

static const struct {
  double (*f)(double y);
  const char *name;
} functions[] = {{plain, "y"},
                 {inverse, "1/y"},
                 {squared, "y^2"},
                 {inverse_squared, "1/y^2"},
                 {exp, "exp(y)"},
                 {falling, "exp(-y)"},
                 {one_less, "1 - y"},
                 {one_more, "1 + y"},
                 {of_tanh, "1 - y^2"},
                 {of_sigmoid, "y (1 - y)"},
                 {reciprocal_of_tanh, "1/(1 - y^2)"},
                 {reciprocal_of_sigmoid, "1/(y (1 - y))"},
                 {doubled, "2 y"}};

static const char *name_of_factor(const columns *s) {
  for (size_t n = 0; n < sizeof functions / sizeof functions[0]; n++) {
    bool is_it = true;
    for (size_t c = 0; c < s->p->columns && is_it; c++) {
      const double f = functions[n].f(s->d->work->y[s->p->output[c]]);
      is_it = isnan(s->factor[c]) || fabs(s->factor[c] - f) <= s->error[c] + 8 * s->d->unit * fabs(f);
    }
    if (is_it)
      return functions[n].name;
  }
  return NULL;
}

// Is A a multiple of J for each output?
static bool find_factors(columns *s) {
  size_t moved = 0;
  for (size_t c = 0; c < s->p->columns; c++)
    find_factor(s, c);
  if (name_of_factor(s) == NULL) // what is a function of y for every output is more than the shape of J
    forget_untold(s);
  for (size_t c = 0; c < s->p->columns; c++) {
    bool is_moved = false;
    for (size_t r = 0; r < s->p->rows; r++) {
      const unsigned char state = s->p->state[r * s->p->columns + c];
      is_moved = is_moved || state > GCHK_PAIR_NONE;
    }
    moved += is_moved;
    if (isnan(s->factor[c]))
      continue;
    s->told++;
    const bool is_zero = fabs(s->factor[c]) <= s->error[c], is_one = fabs(s->factor[c] - 1) <= s->error[c];
    s->zero += is_zero;
    s->one += is_one;
    s->other += !is_zero && !is_one;
  }
  return s->told >= FEWEST_OUTPUTS && 2 * s->told >= moved;
}

// A factor that is f(y), or, where there is none, one that has no name.
static bool report_factor(columns *s, bool has_name) {
  double low = (double)INFINITY, high = -(double)INFINITY;
  for (size_t c = 0; c < s->p->columns; c++) {
    if (isnan(s->factor[c]))
      continue;
    low = fmin(low, s->factor[c]);
    high = fmax(high, s->factor[c]);
  }
  const char *name = name_of_factor(s);
  if (has_name != (name != NULL) || s->other < FEWEST_OUTPUTS || (!has_name && s->other <= s->told / 2) ||
      !(high - low > 0.1 * fabs(high)))
    return false;
  gchk_finding *finding = gchk_diagnosis_add(
      s->d, GCHK_CODE_OUTPUT_FACTOR, s->d->fail_count,
      "the contribution of each output y[j] is multiplied by a factor of its own, the same for all elements, from %.3g "
      "to %.3g (%zu outputs)%s%s%s",
      low, high, s->told, name != NULL ? ": it is " : ", that should not be there or is another in forward",
      name != NULL ? name : "", name != NULL ? ", multiplied in once too often, or its inverse lost" : "");
  if (name != NULL)
    gchk_finding_text(&s->d->tensor->findings, finding, "factor", "%s", name);
  return true;
}

/* Indices of one output from low to high along each axis. */
typedef struct box {
  const gchk_tensor *output;
  size_t index; /* of the output */
  size_t low[GCHK_MAX_RANK], high[GCHK_MAX_RANK];
} box;

static bool is_dropped(const columns *s, size_t c) {
  return !isnan(s->factor[c]) && fabs(s->factor[c]) <= s->error[c];
}

// The smallest box that holds the outputs that do not contribute; false: they lie in several tensors.
static bool find_box(const columns *s, box *b) {
  for (size_t c = 0; c < s->p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *t = gchk_output_of(s->d, s->p->output[c], &index, &flat);
    if (t == NULL || !is_dropped(s, c))
      continue;
    if (b->output != NULL && b->output != t)
      return false;
    for (size_t k = 0; k < t->shape.rank; k++) {
      const size_t at = gchk_axis_index(&t->shape, k, flat);
      b->low[k] = b->output == NULL || at < b->low[k] ? at : b->low[k];
      b->high[k] = b->output == NULL || at > b->high[k] ? at : b->high[k];
    }
    b->output = t;
    b->index = index;
  }
  return b->output != NULL;
}

// Is it the head or the tail of axes, and does all in it not contribute?
static bool is_end_of_axes(const columns *s, const box *b) {
  for (size_t k = 0; k < b->output->shape.rank; k++)
    if (b->low[k] > 0 && b->high[k] + 1 < b->output->shape.dim[k])
      return false;
  for (size_t c = 0; c < s->p->columns; c++) {
    size_t index, flat;
    const gchk_tensor *t = gchk_output_of(s->d, s->p->output[c], &index, &flat);
    bool is_inside = t == b->output;
    for (size_t k = 0; is_inside && k < t->shape.rank; k++) {
      const size_t at = gchk_axis_index(&t->shape, k, flat);
      is_inside = at >= b->low[k] && at <= b->high[k];
    }
    if (is_inside && !isnan(s->factor[c]) && !is_dropped(s, c))
      return false;
  }
  return true;
}

static void name_box(const columns *s, const box *b, char *text, size_t size) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t k = 0; k < b->output->shape.rank && used < size; k++) {
    char axis[GCHK_AXIS_TEXT];
    if (b->high[k] - b->low[k] + 1 == b->output->shape.dim[k])
      continue;
    used += (size_t)snprintf(text + used, size - used, "%s%zu", used == 0 ? "" : " and ", b->low[k]);
    if (b->high[k] > b->low[k] && used < size)
      used += (size_t)snprintf(text + used, size - used, " to %zu", b->high[k]);
    if (used < size)
      used +=
          (size_t)snprintf(text + used, size - used, " of %s", gchk_axis_name(s->d, b->index, k, axis, sizeof axis));
  }
}

static bool report_dropped(columns *s) {
  char place[160];
  box b = {0};
  if (s->zero == 0 || s->other > 0 || s->one < FEWEST_OUTPUTS || s->p->count[GCHK_PAIR_LEAKED] > 0 ||
      s->p->count[GCHK_PAIR_CHANGED] > 0 || !find_box(s, &b) || !is_end_of_axes(s, &b))
    return false;
  name_box(s, &b, place, sizeof place);
  // All of an output is dropped: it has no path of its own.
  if (place[0] == '\0') {
    gchk_finding *lost =
        gchk_diagnosis_add(s->d, GCHK_CODE_PATH_LOST, s->d->fail_count,
                           "the contribution of output %s is missing, and the rest is as it should be", b.output->name);
    gchk_finding_text(&s->d->tensor->findings, lost, "output", "%s", b.output->name);
    return true;
  }
  gchk_finding *finding = gchk_diagnosis_add(
      s->d, GCHK_CODE_UPSTREAM_DROPPED, s->d->fail_count,
      "the upstream gradient of output %s at %s does not contribute, and the rest does as it should: the end of an "
      "axis is left out or masked",
      b.output->name, place);
  gchk_finding_text(&s->d->tensor->findings, finding, "output", "%s", b.output->name);
  gchk_finding_text(&s->d->tensor->findings, finding, "where", "%s", place);
  return true;
}

// Outputs that no element moves, and that contribute in backward; where they lie among the values of their tensor.
static bool find_clamped(const columns *s, size_t *count, double *low, double *high) {
  const gchk_pairs *p = s->p;
  const double *y = s->d->work->y;
  double least = (double)INFINITY, largest = -(double)INFINITY;
  *count = 0;
  *low = *high = (double)NAN;
  for (size_t j = 0; j < s->d->output_count; j++) {
    least = fmin(least, y[j]);
    largest = fmax(largest, y[j]);
  }
  for (size_t c = 0; c < p->columns; c++) {
    bool leaks = false, moves = false;
    for (size_t r = 0; r < p->rows; r++) {
      const unsigned char state = p->state[r * p->columns + c];
      leaks = leaks || state == GCHK_PAIR_LEAKED;
      moves = moves || gchk_pair_in_forward((gchk_pair_state)state);
    }
    if (!leaks)
      continue;
    const double value = y[p->output[c]];
    if (moves || (value != least && value != largest))
      return false;
    *low = value == least ? value : *low;
    *high = value == largest ? value : *high;
    ++*count;
  }
  return *count > 0;
}

static bool report_clamp(columns *s) {
  size_t clamped;
  double low, high;
  if (s->p->count[GCHK_PAIR_LEAKED] == 0 || s->p->count[GCHK_PAIR_LOST] > 0 || s->p->count[GCHK_PAIR_CHANGED] > 0 ||
      s->p->count[GCHK_PAIR_SAME] == 0 || !find_clamped(s, &clamped, &low, &high))
    return false;
  char bounds[80];
  if (isnan(low) || isnan(high))
    (void)snprintf(bounds, sizeof bounds, "%.4g", isnan(low) ? high : low);
  else
    (void)snprintf(bounds, sizeof bounds, "%.4g or %.4g", low, high);
  (void)gchk_diagnosis_add(s->d, GCHK_CODE_GATE_IGNORED, s->d->fail_count,
                           "%zu outputs that are at their bound, %s, and that no element moves contribute in "
                           "backward; all others are right: forward clamps there, and backward does not know",
                           clamped, bounds);
  return true;
}

static bool open_columns(gchk_diagnosis *d, columns *s) {
  const gchk_pairs *p = d->fail_count > 0 ? gchk_pairs_of(d, d->tensor) : NULL;
  if (p == NULL)
    return false;
  *s = (columns){.d = d, .p = p, .factor = gchk_arena_alloc(d->arena, p->columns, sizeof(double))};
  s->error = gchk_arena_alloc(d->arena, p->columns, sizeof(double));
  return s->factor != NULL && s->error != NULL;
}

bool gchk_diagnose_dropped_outputs(gchk_diagnosis *d) {
  columns s;
  return open_columns(d, &s) && find_factors(&s) && report_dropped(&s);
}

bool gchk_diagnose_output_factors(gchk_diagnosis *d) {
  columns s;
  return open_columns(d, &s) && (report_clamp(&s) || (find_factors(&s) && report_factor(&s, true)));
}

bool gchk_diagnose_own_factors(gchk_diagnosis *d) {
  columns s;
  return open_columns(d, &s) && find_factors(&s) && report_factor(&s, false);
}
