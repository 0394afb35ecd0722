/* Diagnosis: which rules are asked, in which order, and what they share. */
#include "diagnose/diagnose.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

enum { SENTENCE = 1024 };

// How many error bars two values may be apart to count as equal: more than the 3 of a verdict, as candidates inherit
// less well-known errors. A wrong candidate is off by very much more.
static const double bars = 6;

bool gchk_is_nearly_all(size_t some, size_t all) {
  return some > 0 && (all - some) * 50 <= all;
}

double gchk_diagnosis_error(const gchk_diagnosis *d, size_t draw, size_t element) {
  return d->tensor->bound[draw][element] + 32 * d->unit * fabs(d->tensor->analytic[draw][element]);
}

bool gchk_candidate_new(const gchk_diagnosis *d, gchk_candidate *candidate) {
  for (size_t draw = 0; draw < d->draws; draw++) {
    candidate->value[draw] = gchk_arena_alloc(d->arena, d->total, sizeof(double));
    candidate->slack[draw] = gchk_arena_alloc(d->arena, d->total, sizeof(double));
    if (candidate->value[draw] == NULL || candidate->slack[draw] == NULL)
      return false;
    for (size_t i = 0; i < d->total; i++)
      candidate->value[draw][i] = (double)NAN;
  }
  return true;
}

// 1 when the element equals the candidate in every draw, 0 when it does not, -1 when the candidate does not know: with
// a slack as wide as the mistake itself anything would equal it.
static int compare_element(const gchk_diagnosis *d, const gchk_candidate *c, size_t i) {
  bool is_telling = !d->fails[i];
  for (size_t draw = 0; draw < d->draws; draw++) {
    double a = d->tensor->analytic[draw][i];
    if (!isfinite(c->value[draw][i]) || !isfinite(c->slack[draw][i]))
      return -1;
    double tolerance = bars * c->slack[draw][i] + 64 * d->unit * fabs(a);
    if (!(fabs(a - c->value[draw][i]) <= tolerance))
      return 0;
    is_telling = is_telling || 3 * tolerance < fabs(a - d->tensor->numeric[draw][i]);
  }
  return is_telling ? 1 : -1;
}

bool gchk_candidate_holds(const gchk_diagnosis *d, const gchk_candidate *candidate, bool everywhere, size_t *matched) {
  size_t known = 0, same = 0, others = 0, same_others = 0;
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    size_t i = d->tensor->checked[k];
    int result = compare_element(d, candidate, i);
    if (d->fails[i]) {
      known += result >= 0;
      same += result == 1;
    } else if (isfinite(d->tensor->numeric[0][i])) {
      others += result >= 0;
      same_others += result == 1;
    }
  }
  if (matched != NULL)
    *matched = same;
  bool is_known_enough = 2 * known >= d->fail_count && known > 0;
  bool holds_elsewhere = !everywhere || others == 0 || gchk_is_nearly_all(same_others, others);
  return is_known_enough && gchk_is_nearly_all(same, known) && holds_elsewhere;
}

gchk_finding *gchk_diagnosis_add(gchk_diagnosis *d, const char *code, size_t explained, const char *format, ...) {
  char text[SENTENCE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  gchk_finding_list *list = &d->tensor->findings;
  gchk_finding *finding = gchk_finding_add(list, code, "%s", text);
  gchk_finding_number(list, finding, "explained", (double)explained);
  gchk_finding_number(list, finding, "failing", (double)(d->fail_count + d->bad_count));
  return finding;
}

const gchk_tensor *gchk_output_tensor(const gchk_diagnosis *d, size_t k, size_t *start, size_t *index) {
  const gchk_instance *instance = d->work->instance;
  *start = 0;
  if (instance->layer->loss != NULL)
    return NULL;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].role != GCHK_OUTPUT)
      continue;
    if (k-- == 0) {
      *index = i;
      return &instance->t[i];
    }
    *start += instance->t[i].count;
  }
  return NULL;
}

const char *gchk_axis_name(const gchk_diagnosis *d, size_t tensor, size_t axis, char *text, size_t size) {
  const char *at = d->work->instance->layer->tensors[tensor].shape;
  bool has_list = strstr(at, "...") != NULL;
  for (size_t k = 0; !has_list; k++) {
    at += strspn(at, " ");
    size_t length = strcspn(at, " ");
    if (length == 0)
      break;
    // A plain name says more than "axis 1"; a number does not.
    if (k == axis && length < size && strcspn(at, "0123456789") > 0) {
      (void)snprintf(text, size, "%.*s", (int)length, at);
      return text;
    }
    at += length;
  }
  (void)snprintf(text, size, "axis %zu", axis);
  return text;
}

size_t gchk_axis_stride(const gchk_shape *shape, size_t axis) {
  size_t stride = 1;
  for (size_t k = axis + 1; k < shape->rank; k++)
    stride *= shape->dim[k];
  return stride;
}

size_t gchk_axis_index(const gchk_shape *shape, size_t axis, size_t flat) {
  return flat / gchk_axis_stride(shape, axis) % shape->dim[axis];
}

typedef bool (*rule_fn)(gchk_diagnosis *d);

// The first that holds names the mistake.
static const rule_fn rules[] = {
    gchk_diagnose_non_finite,    gchk_diagnose_mode,        gchk_diagnose_zero,        gchk_diagnose_ratio,
    gchk_diagnose_axes,          gchk_diagnose_upstream,    gchk_diagnose_slices,      gchk_diagnose_contributions,
    gchk_diagnose_other_tensor,  gchk_diagnose_derivative,  gchk_diagnose_terms,       gchk_diagnose_epsilon,
    gchk_diagnose_precision,     gchk_diagnose_other_point, gchk_diagnose_ties,        gchk_diagnose_region,
    gchk_diagnose_partial_ratio, gchk_diagnose_branches,    gchk_diagnose_permutation,
};

static void count_elements(gchk_diagnosis *d) {
  const gchk_tensor_work *w = d->tensor;
  for (size_t k = 0; k < w->checked_count; k++) {
    size_t i = w->checked[k];
    if (w->verdict[i] != GCHK_FAIL) {
      d->pass_count += w->verdict[i] == GCHK_PASS;
      continue;
    }
    bool is_known = true, is_finite = true;
    for (size_t draw = 0; draw < d->draws; draw++) {
      is_finite = is_finite && isfinite(w->analytic[draw][i]);
      is_known = is_known && isfinite(w->numeric[draw][i]) && isfinite(w->bound[draw][i]);
    }
    d->fails[i] = is_finite && is_known;
    d->fail_count += d->fails[i];
    d->bad_count += !is_finite;
  }
}

// A Jacobian that was kept gives the numeric gradients of the first draw again; else it is not used.
static bool is_jacobian_kept(const gchk_diagnosis *d) {
  if (d->tensor->jacobian == NULL)
    return false;
  for (size_t i = 0; i < d->total; i++) {
    double sum = 0;
    for (size_t j = 0; d->fails[i] && j < d->output_count; j++)
      sum += d->tensor->jacobian[i * d->output_count + j] * d->work->v[0][j];
    if (d->fails[i] && !(fabs(sum - d->tensor->numeric[0][i]) <= bars * gchk_diagnosis_error(d, 0, i)))
      return false;
  }
  return true;
}

// Ratio and size of the error, for a mistake that has no name.
static void add_unclassified(gchk_diagnosis *d) {
  const gchk_tensor_work *w = d->tensor;
  double low = (double)INFINITY, high = -(double)INFINITY, error = 0, largest = 0;
  for (size_t draw = 0; draw < d->draws; draw++) {
    for (size_t i = 0; i < d->total; i++) {
      if (!d->fails[i])
        continue;
      double a = w->analytic[draw][i], n = w->numeric[draw][i];
      low = fmin(low, a / n);
      high = fmax(high, a / n);
      error = fmax(error, fabs(a - n));
      largest = fmax(largest, fabs(n));
    }
  }
  gchk_finding *finding = gchk_diagnosis_add(d, "unclassified", d->fail_count,
                                             "%zu of %zu elements are wrong, by up to %.2g where the largest gradient "
                                             "is %.2g; analytic/numeric is from %.4g to %.4g and "
                                             "fits no known class",
                                             d->fail_count, w->checked_count, error, largest, low, high);
  gchk_finding_number(&d->tensor->findings, finding, "ratio_low", low);
  gchk_finding_number(&d->tensor->findings, finding, "ratio_high", high);
}

static void ask(gchk_diagnosis *d) {
  bool is_named = false, says_where = false;
  for (size_t k = 0; k < sizeof rules / sizeof rules[0] && !is_named; k++) {
    is_named = rules[k](d);
    // Zeros at some elements, and values that are not finite, are better understood with the place.
    says_where = is_named && rules[k] != gchk_diagnose_zero && rules[k] != gchk_diagnose_non_finite &&
                 rules[k] != gchk_diagnose_partial_ratio;
  }
  if (d->fail_count > 0 && !says_where)
    is_named = gchk_diagnose_place(d) || is_named;
  if (!is_named && d->fail_count > 0)
    add_unclassified(d);
}

gchk_status gchk_diagnose(gchk_case_work *work, gchk_tensor_work *tensor, gchk_error *error) {
  gchk_diagnosis d = {
      .work = work,
      .tensor = tensor,
      .t = &work->instance->t[tensor->index],
      .row = &work->instance->layer->tensors[tensor->index],
      .total = tensor->total,
      .draws = work->draw_count,
      .output_count = work->output_count,
  };
  // The f32 layer's own gradients are what is compared, even where its double twin is differenced.
  d.unit = ldexp(1, d.t->dtype == GCHK_F32 || work->single != NULL ? -24 : -53);
  d.arena = gchk_arena_new();
  if (d.arena == NULL)
    return gchk_fail_memory(error, "a diagnosis");
  gchk_status status = GCHK_OK;
  d.fails = gchk_arena_alloc(d.arena, d.total, sizeof *d.fails);
  if (d.fails == NULL) {
    status = gchk_fail_memory(error, "a diagnosis");
  } else {
    count_elements(&d);
    d.jacobian = is_jacobian_kept(&d) ? tensor->jacobian : NULL;
    if (d.fail_count + d.bad_count > 0)
      ask(&d);
  }
  gchk_arena_free(d.arena);
  return status;
}
