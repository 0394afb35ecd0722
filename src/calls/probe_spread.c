/* What a layer varies by itself from call to call, as the control of other probes. */
#include "calls/probe_spread.h"

#include <math.h>
#include <stdio.h>

#include "core/memory.h"
#include "start/case_instance.h"

enum { REPEATS = 8, HOW_OFTEN = 64 };

// In units of what rounding explains; what became NaN, or ceased to be, is beyond everything.
static double excess(const gchk_variation *change) {
  const double difference = fabs(change->found - change->clean);
  return !isfinite(difference) || change->limit == 0 ? (double)INFINITY : difference / change->limit;
}

// The first differing output, or gradient element, with these limits: NULL for none at all.
static void find_change(const gchk_probe *probe, const double *y, const gchk_gradients *gradients,
                        const unsigned char *except, const gchk_results *limits, gchk_variation *change) {
  const gchk_instance *instance = probe->instance;
  const double *clean = probe->work->y;
  *change = (gchk_variation){.is_there = false};
  for (size_t j = 0; y != NULL && j < probe->work->output_count; j++) {
    if ((except != NULL && except[j]) || gchk_first_beyond(&clean[j], &y[j], limits != NULL ? &limits->y[j] : NULL, 1))
      continue;
    *change =
        (gchk_variation){true, instance->tensor_count, j, clean[j], y[j], limits != NULL ? limits->y[j] : 0, 0, 0};
    return;
  }
  for (size_t i = 0; gradients != NULL && i < instance->tensor_count; i++) {
    const double *a = probe->base.of[i], *b = gradients->of[i];
    const double *limit = limits != NULL && a != NULL ? limits->gradient[i] : NULL;
    // A gradient that is left out is not compared.
    if (a == NULL || b == NULL || instance->t[i].grad == NULL)
      continue;
    const size_t k = gchk_first_beyond(a, b, limit, instance->t[i].count);
    if (k == instance->t[i].count)
      continue;
    *change = (gchk_variation){true, i, k, a[k], b[k], limit != NULL ? limit[k] : 0, 0, 0};
    return;
  }
}

// The largest of them, beyond limits that are known.
static void find_worst(const gchk_probe *probe, gchk_variation *worst) {
  const gchk_instance *instance = probe->instance;
  const gchk_results *limits = &probe->limits;
  gchk_variation now = {.is_there = false};
  for (size_t i = 0; i <= instance->tensor_count; i++) {
    const bool is_output = i == instance->tensor_count;
    const double *clean = is_output ? probe->work->y : probe->base.of[i];
    const double *found = is_output ? probe->y : probe->other.of[i], *limit = is_output ? limits->y : NULL;
    const size_t count = is_output ? probe->work->output_count : instance->t[i].count;
    if (clean == NULL || (!is_output && instance->t[i].grad == NULL))
      continue;
    limit = is_output ? limit : limits->gradient[i];
    for (size_t k = 0; k < count; k++) {
      if (gchk_first_beyond(&clean[k], &found[k], &limit[k], 1) == 1)
        continue;
      const gchk_variation one = {true, i, k, clean[k], found[k], limit[k], 0, 0};
      // What forward varies shows in the gradients too.
      if (!now.is_there || is_output > (now.tensor == instance->tensor_count) ||
          (is_output == (now.tensor == instance->tensor_count) && excess(&one) > excess(&now)))
        now = one;
    }
  }
  const size_t calls = worst->calls + 1, differing = worst->differing + now.is_there;
  const bool is_forward = now.is_there && now.tensor == instance->tensor_count;
  const bool was_forward = worst->is_there && worst->tensor == instance->tensor_count;
  if (now.is_there &&
      (!worst->is_there || is_forward > was_forward || (is_forward == was_forward && excess(&now) > excess(worst))))
    *worst = now;
  worst->calls = calls;
  worst->differing = differing;
}

/*
 * A sum that is zero by the nature of its terms, as the gradient of a bias that batch statistics take away again, stays
 * so however values are moved, and its limit says nothing of its terms. What is left of n of them, of the size of other
 * gradients, is n u of that: a gradient that is no larger has at least that limit, with the factors of reordering.h.
 */
static void allow_for_cancelling(const gchk_probe *probe, const gchk_instance *instance, const gchk_results *base,
                                 gchk_results *limits) {
  double largest = 0;
  for (size_t j = 0; j < probe->work->output_count; j++)
    largest = fmax(largest, fabs(probe->upstream[j]));
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; base->gradient[i] != NULL && k < instance->t[i].count; k++)
      if (isfinite(base->gradient[i][k]))
        largest = fmax(largest, fabs(base->gradient[i][k]));
  const double root = sqrt((double)probe->largest_count);
  const double floor = 3 * (8 + root) * root * probe->unit * largest;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; base->gradient[i] != NULL && limits->gradient[i] != NULL && k < instance->t[i].count; k++)
      if (fabs(base->gradient[i][k]) <= floor)
        limits->gradient[i][k] = fmax(limits->gradient[i][k], floor);
}

gchk_status gchk_probe_find_limits(gchk_probe *probe, gchk_error *error) {
  if (probe->limits.y != NULL)
    return GCHK_OK;
  const gchk_results base = {probe->work->y, probe->base.of};
  // What a probe painted or left out is not what the limits are of.
  gchk_snapshot *now = gchk_snapshot_new(probe->instance, GCHK_SNAPSHOT_ALL);
  if (now == NULL)
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  gchk_probe_restore(probe);
  // A stream of its own: the probe that asks first draws the same as when it asks again.
  gchk_random random = gchk_random_stream(probe->instance->call.seed, "limits of probes");
  gchk_status status =
      gchk_reordering_limits(probe->lasting, probe->instance, probe->upstream, &base, &random, &probe->limits, error);
  if (status == GCHK_OK)
    allow_for_cancelling(probe, probe->instance, &base, &probe->limits);
  gchk_snapshot_restore(now, probe->instance);
  gchk_snapshot_free(now);
  return status;
}

gchk_status gchk_probe_compare(gchk_probe *probe, const double *y, const gchk_gradients *gradients,
                               const unsigned char *except, gchk_variation *change, gchk_error *error) {
  find_change(probe, y, gradients, except, NULL, change);
  if (!change->is_there)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_find_limits(probe, error));
  find_change(probe, y, gradients, except, &probe->limits, change);
  return GCHK_OK;
}

gchk_status gchk_probe_call(gchk_probe *probe, const char *when, gchk_gradients *gradients, gchk_error *error) {
  GCHK_TRY(gchk_probe_forward(probe, probe->instance, when, error));
  GCHK_TRY(gchk_instance_outputs(probe->instance, probe->y, error));
  GCHK_TRY(gchk_probe_backward(probe, probe->instance, probe->upstream, NULL, when, error));
  gchk_gradients_read(probe->instance, gradients);
  return GCHK_OK;
}

gchk_status gchk_probe_count_call(gchk_probe *probe, gchk_variation *worst, gchk_error *error) {
  gchk_variation any;
  GCHK_TRY(gchk_probe_compare(probe, probe->y, &probe->other, NULL, &any, error));
  if (any.is_there)
    find_worst(probe, worst);
  else
    worst->calls++;
  return GCHK_OK;
}

gchk_status gchk_probe_control(gchk_probe *probe, gchk_variation *change, gchk_error *error) {
  *change = (gchk_variation){.is_there = false};
  for (size_t n = 0; n <= REPEATS; n++) {
    gchk_probe_restore(probe);
    GCHK_TRY(gchk_probe_call(probe, "same forward and backward again", &probe->other, error));
    // The first call after others, on other values, shows what was kept of them.
    if (n > 0)
      GCHK_TRY(gchk_probe_count_call(probe, change, error));
  }
  return GCHK_OK;
}

// The largest change of each element among some calls on the same values, on top of what is in `allowed`.
static gchk_status add_spread(gchk_probe *probe, gchk_instance *instance, const gchk_results *base,
                              gchk_results *allowed, gchk_error *error) {
  enum { CALLS = 4 };
  gchk_results again, spread;
  const size_t m = gchk_instance_output_count(instance);
  GCHK_TRY(gchk_results_new(probe->arena, instance, &again, error));
  GCHK_TRY(gchk_results_new(probe->arena, instance, &spread, error));
  for (int n = 0; n < CALLS; n++) {
    GCHK_TRY(gchk_results_take(instance, probe->upstream, &again, error));
    for (size_t j = 0; j < m; j++)
      spread.y[j] = fmax(spread.y[j], fabs(again.y[j] - base->y[j]));
    for (size_t i = 0; i < instance->tensor_count; i++)
      for (size_t k = 0; spread.gradient[i] != NULL && k < instance->t[i].count; k++)
        spread.gradient[i][k] = fmax(spread.gradient[i][k], fabs(again.gradient[i][k] - base->gradient[i][k]));
  }
  for (size_t j = 0; j < m; j++)
    allowed->y[j] += spread.y[j];
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t k = 0; spread.gradient[i] != NULL && k < instance->t[i].count; k++)
      allowed->gradient[i][k] += spread.gradient[i][k];
  return GCHK_OK;
}

gchk_status gchk_probe_allowed_at(gchk_probe *probe, gchk_instance *instance, const gchk_results *base,
                                  gchk_results *allowed, gchk_error *error) {
  GCHK_TRY(gchk_reordering_limits(probe->arena, instance, probe->upstream, base, &probe->random, allowed, error));
  allow_for_cancelling(probe, instance, base, allowed);
  return add_spread(probe, instance, base, allowed, error);
}

// The first forward of a fresh instance at the base point.
static gchk_status fresh_outputs(gchk_probe *probe, double *y, gchk_error *error) {
  const gchk_case_work *work = probe->work;
  gchk_instance *fresh = NULL;
  GCHK_TRY(gchk_case_instance(work->spec, work->options != NULL ? work->options->seed : 0, &fresh, error));
  gchk_instance_copy_given(fresh, probe->instance);
  gchk_status status = gchk_instance_forward(fresh, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(fresh, y, error);
  gchk_instance_free(fresh);
  return status;
}

// "; 3 of 8 repeats differed": nothing where there was one.
static const char *how_often(const gchk_variation *change, char *text, size_t size) {
  (void)snprintf(text, size, "; %zu of %zu repeats differed by more", change->differing, change->calls);
  return change->calls > 1 ? text : "";
}

static const char shared_sum[] = "threads of its own ran during the calls: a += on memory that they share is a race";

static void add_evidence(gchk_probe *probe, gchk_finding *finding, const gchk_variation *change, const char *call) {
  gchk_finding_list *list = &probe->work->findings;
  gchk_finding_text(list, finding, "call", "%s", call);
  gchk_finding_number(list, finding, "first", change->clean);
  gchk_finding_number(list, finding, "second", change->found);
  gchk_finding_number(list, finding, "spread", fabs(change->found - change->clean));
  gchk_finding_number(list, finding, "limit", change->limit);
}

static gchk_status report_forward(gchk_probe *probe, const gchk_variation *change, gchk_error *error) {
  gchk_case_work *work = probe->work;
  const size_t m = work->output_count, j = change->element;
  double *first = probe->y, *second = probe->v;
  char often[HOW_OFTEN];
  gchk_status status = fresh_outputs(probe, first, error);
  if (status == GCHK_OK)
    status = fresh_outputs(probe, second, error);
  if (status == GCHK_NO_MEMORY)
    return status;
  const bool is_threaded = gchk_probe_has_company(probe);
  const bool is_history = !is_threaded && status == GCHK_OK && gchk_first_beyond(first, second, NULL, m) == m;
  const char *cause =
      is_threaded  ? shared_sum
      : is_history ? "two fresh copies of the layer agree, so it depends on what earlier calls left; give the layer a "
                     "reset callback, or make the state an input"
                   : "two fresh copies of the layer differ too: random numbers without a seed (give the layer a "
                     "set_seed callback), memory that was never written, or unguarded threads";
  gchk_finding *finding =
      gchk_probe_report(probe, GCHK_CODE_FORWARD_NOT_REPEATABLE, NULL,
                        "two forwards on the same values differ: output %zu is %.17g and then "
                        "%.17g, more than rounding explains (%.2g)%s; %s",
                        j, change->clean, change->found, change->limit, how_often(change, often, sizeof often), cause);
  gchk_finding_number(&work->findings, finding, "output", (double)j);
  add_evidence(probe, finding, change, "forward");
  gchk_finding_text(&work->findings, finding, "cause", "%s",
                    is_threaded  ? "threads"
                    : is_history ? "earlier calls"
                                 : "randomness");
  work->refused = "forward is not repeatable: no difference of two of its results means anything";
  return GCHK_OK;
}

static const char backward_refused[] =
    "backward is not repeatable: no comparison with one of its results means anything";

static void report_backward(gchk_probe *probe, const gchk_variation *change) {
  const gchk_tensor *t = &probe->instance->t[change->tensor];
  char index[GCHK_INDEX_TEXT], often[HOW_OFTEN];
  const bool is_threaded = gchk_probe_has_company(probe);
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_BACKWARD_NOT_REPEATABLE, t->name,
      "two forwards and backwards on the same values gave different gradients: %s%s is %.9g and then "
      "%.9g, more than the order of additions explains (%.2g)%s%s%s",
      t->name, gchk_index_format(&t->shape, change->element, index, sizeof index), change->clean, change->found,
      change->limit, how_often(change, often, sizeof often), is_threaded ? "; " : "", is_threaded ? shared_sum : "");
  gchk_finding_number(&probe->work->findings, finding, "index", (double)change->element);
  add_evidence(probe, finding, change, "backward");
  probe->work->refused = backward_refused;
}

gchk_status gchk_probe_report_variation(gchk_probe *probe, const gchk_variation *change, gchk_error *error) {
  probe->is_repeatable = false;
  if (change->tensor == probe->instance->tensor_count)
    return report_forward(probe, change, error);
  report_backward(probe, change);
  return GCHK_OK;
}

void gchk_probe_report_passing(gchk_probe *probe, const char *what) {
  probe->is_repeatable = false;
  (void)gchk_probe_report(probe, GCHK_CODE_BACKWARD_NOT_REPEATABLE, NULL,
                          "calls on the same values differ now and then, by more than rounding: what was found once, "
                          "and not again, was: %s",
                          what);
  probe->work->refused = backward_refused;
}
