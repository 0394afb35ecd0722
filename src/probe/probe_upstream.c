/*
 * Probe: backward is linear in the upstream gradient v, and zero at zero.
 *
 *     g(-2 v) = -2 g(v)          exactly: a power of two changes no rounding
 *     g(v + w) = g(v) + g(w)     within rounding
 *     g(0) = 0
 *
 * A loss whose backward takes the upstream gradient to be 1 declares GCHK_IGNORES_UPSTREAM, and is not asked.
 */
#include "probe/probe_upstream.h"

#include <math.h>
#include <stdio.h>

#include "calls/probe_rounding.h"
#include "calls/probe_spread.h"
#include "core/memory.h"

static void report(gchk_probe *probe, gchk_code code, size_t i, size_t element, double expected, double found,
                   const char *sentence) {
  const gchk_tensor *t = &probe->instance->t[i];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding =
      gchk_probe_report(probe, code, t->name, "the gradient of %s %s: at %s it is %.9g where %.9g is right", t->name,
                        sentence, gchk_index_format(&t->shape, element, index, sizeof index), found, expected);
  gchk_finding_number(&probe->work->findings, finding, "index", (double)element);
  gchk_finding_number(&probe->work->findings, finding, "expected", expected);
  gchk_finding_number(&probe->work->findings, finding, "found", found);
}

// What rounding leaves of a gradient that is 0 by construction is linear in nothing.
static bool is_asked(const gchk_probe *probe, size_t i) {
  return probe->base.of[i] != NULL && !probe->instance->layer->tensors[i].gradient_is_zero &&
         !gchk_probe_has(probe, GCHK_CODE_IGNORES_UPSTREAM, probe->instance->t[i].name);
}

// All of a tensor's gradient as it was, finite, and not all of it zero.
static bool is_unmoved(const gchk_probe *probe, size_t i) {
  size_t count = probe->instance->t[i].count;
  bool is_zero = true, is_finite = true;
  for (size_t k = 0; k < count; k++) {
    is_zero = is_zero && probe->base.of[i][k] == 0;
    is_finite = is_finite && isfinite(probe->base.of[i][k]);
  }
  return is_finite && !is_zero && gchk_first_difference(probe->base.of[i], probe->other.of[i], count, 0) == count;
}

/*
 * Is the difference at an element more than rounding explains? The terms of a gradient may be far larger than what is
 * left of them (y (dy - sum y dy) of softmax), which the limits of reordering know, or where no input moves them (two
 * rows that batch norm makes 1 and -1) rounding itself; |v|, |w| <= 2 |v| and |v + w| <= 2 |v| make five of them at the
 * most.
 */
static gchk_status is_explained(gchk_probe *probe, size_t i, size_t k, double difference, double tolerance,
                                bool *answer, gchk_error *error) {
  static const double limits = 5, times_rounding = 4;
  *answer = difference <= tolerance;
  if (*answer)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  *answer = difference <= limits * probe->limits.gradient[i][k];
  if (*answer)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_find_rounding(probe, error));
  *answer = difference <= limits * times_rounding * probe->rounding.gradient[i][k];
  return GCHK_OK;
}

// Is any element of other off factor g(v) by more than rounding explains? What is rounding alone may come out the same.
static gchk_status is_beyond_rounding(gchk_probe *probe, size_t i, double factor, double tolerance, bool *answer,
                                      gchk_error *error) {
  bool is_right = true;
  for (size_t k = 0; k < probe->instance->t[i].count && is_right; k++) {
    const double difference = fabs(probe->other.of[i][k] - factor * probe->base.of[i][k]);
    GCHK_TRY(is_explained(probe, i, k, difference, fmax(fabs(factor), 1) * tolerance, &is_right, error));
  }
  *answer = !is_right;
  return GCHK_OK;
}

// other holds g(factor v); expected is factor g(v).
static gchk_status compare_scaled(gchk_probe *probe, double factor, double tolerance, const char *upstream,
                                  gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (!is_asked(probe, i))
      continue;
    if (is_unmoved(probe, i)) {
      bool is_beyond;
      GCHK_TRY(is_beyond_rounding(probe, i, factor, tolerance, &is_beyond, error));
      if (!is_beyond)
        continue;
      report(probe, GCHK_CODE_IGNORES_UPSTREAM, i, 0, factor * probe->base.of[i][0], probe->other.of[i][0],
             "stays as it is when the upstream gradient changes; a loss that takes it to be 1 declares "
             "GCHK_IGNORES_UPSTREAM");
      continue;
    }
    for (size_t k = 0; k < instance->t[i].count; k++) {
      double expected = factor * probe->base.of[i][k], found = probe->other.of[i][k];
      bool is_right = !isfinite(expected);
      if (!is_right)
        GCHK_TRY(
            is_explained(probe, i, k, fabs(found - expected), fmax(fabs(factor), 1) * tolerance, &is_right, error));
      if (is_right)
        continue;
      char sentence[GCHK_INDEX_TEXT];
      (void)snprintf(sentence, sizeof sentence, "is not linear in the upstream gradient (%s)", upstream);
      report(probe, GCHK_CODE_NOT_LINEAR_IN_UPSTREAM, i, k, expected, found, sentence);
      break;
    }
  }
  return GCHK_OK;
}

// base holds g(v), other g(w), sum g(v + w).
static gchk_status compare_sum(gchk_probe *probe, const gchk_gradients *sum, double tolerance, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (!is_asked(probe, i))
      continue;
    for (size_t k = 0; k < instance->t[i].count; k++) {
      double expected = probe->base.of[i][k] + probe->other.of[i][k], found = sum->of[i][k];
      bool is_right = !isfinite(expected);
      if (!is_right)
        GCHK_TRY(is_explained(probe, i, k, fabs(found - expected), tolerance, &is_right, error));
      if (is_right)
        continue;
      report(probe, GCHK_CODE_NOT_LINEAR_IN_UPSTREAM, i, k, expected, found,
             "is not linear in the upstream gradient (the sum of two of them)");
      break;
    }
  }
  return GCHK_OK;
}

static gchk_status probe_multiple(gchk_probe *probe, double factor, const char *upstream, gchk_error *error) {
  for (size_t j = 0; j < probe->work->output_count; j++)
    probe->v[j] = factor * probe->upstream[j];
  GCHK_TRY(gchk_probe_gradients(probe, probe->instance, probe->v, "backward for a multiple of the upstream gradient",
                                &probe->other, error));
  // A sum that adds the same numbers in another order for another v is still right.
  double tolerance = gchk_probe_tolerance(probe, probe->instance, &probe->base);
  return compare_scaled(probe, factor, tolerance, upstream, error);
}

// w = r v with r one of 1, -2, -1/2 at each element, so that v + w = (1 + r) v is exact in every real type.
static gchk_status probe_sum(gchk_probe *probe, gchk_error *error) {
  static const double ratios[] = {1, -2, -0.5};
  const double *v = probe->upstream;
  size_t m = probe->work->output_count;
  gchk_gradients sum;
  GCHK_TRY(gchk_gradients_new(probe, probe->instance, &sum, error));
  for (size_t j = 0; j < m; j++)
    probe->v[j] = ratios[gchk_random_below(&probe->random, 3)] * v[j];
  GCHK_TRY(gchk_probe_gradients(probe, probe->instance, probe->v, "backward for a second upstream gradient",
                                &probe->other, error));
  for (size_t j = 0; j < m; j++)
    probe->v[j] += v[j];
  GCHK_TRY(gchk_probe_gradients(probe, probe->instance, probe->v, "backward for the sum of two upstream gradients",
                                &sum, error));
  double tolerance = gchk_probe_tolerance(probe, probe->instance, &probe->base) +
                     gchk_probe_tolerance(probe, probe->instance, &probe->other);
  return compare_sum(probe, &sum, tolerance, error);
}

// A loss from a callback, without an output tensor: there is no upstream gradient to look at.
static bool has_output(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].role == GCHK_OUTPUT && instance->t[i].grad != NULL)
      return true;
  return false;
}

gchk_status gchk_probe_upstream(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  if (!probe->is_repeatable || !has_output(instance) || (instance->layer->flags & GCHK_IGNORES_UPSTREAM) != 0)
    return GCHK_OK;
  GCHK_TRY(probe_multiple(probe, -2, "times -2", error));
  GCHK_TRY(probe_multiple(probe, 0, "zero", error));
  return probe->work->output_count > 1 ? probe_sum(probe, error) : GCHK_OK;
}
