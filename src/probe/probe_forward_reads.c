/*
 * Probe: forward computes its outputs from what it is given.
 *
 * Forward runs once more, onto what it wrote before and with numbers in all gradients. Where outputs and caches are
 * bit for bit what they were that is all. Where they are not, two mistakes have names:
 *
 *     y(onto p) = y(onto zeros) + p                    it adds to its output
 *     it changes with the gradients, and only so       it reads a gradient
 *
 * Each is told from a layer that varies by itself by calls that must agree with each other.
 */
#include "probe/probe_forward_reads.h"

#include <math.h>
#include <string.h>

#include "calls/probe_watch.h"
#include "core/memory.h"
#include "instance/precision.h"

static bool is_compared(const gchk_tensor *t) {
  return t->role == GCHK_OUTPUT || t->role == GCHK_CACHE;
}

// Numbers into the gradient of tensor `only` (tensor_count: into all of them), zeros into the others.
static void fill_gradients(gchk_probe *probe, size_t only) {
  const gchk_instance *instance = probe->instance;
  gchk_random random = gchk_random_seeded(probe->work->instance->call.seed + 1);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; t->grad != NULL && k < t->count; k++) {
      const double x = gchk_random_signed(&random);
      gchk_tensor_set(t, t->grad, k, only == i || only == instance->tensor_count ? x : 0);
    }
  }
}

static void clear_gradients(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].grad != NULL)
      memset(instance->t[i].grad, 0, instance->grads[i].bytes);
}

static gchk_status forward_and_keep(gchk_probe *probe, gchk_snapshot **made, gchk_error *error) {
  GCHK_TRY(gchk_probe_forward(probe, probe->instance, "forward with values in outputs and gradients", error));
  *made = gchk_snapshot_new(probe->instance, GCHK_SNAPSHOT_MADE);
  return *made != NULL ? GCHK_OK : gchk_fail_memory(error, "a copy of the layer's buffers");
}

static bool is_same_bits(const gchk_instance *instance, const gchk_snapshot *a, const gchk_snapshot *b) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (is_compared(&instance->t[i]) &&
        memcmp(gchk_snapshot_value(a, i), gchk_snapshot_value(b, i), instance->values[i].bytes) != 0)
      return false;
  return true;
}

// ---- adding to an output

static double element_of(const gchk_snapshot *made, const gchk_tensor *t, size_t i, size_t k) {
  return gchk_tensor_get(t, gchk_snapshot_value(made, i), k);
}

static double largest_of(const gchk_tensor *t) {
  double largest = 0;
  for (size_t k = 0; k < t->count; k++) {
    const double x = gchk_tensor_get(t, t->value, k);
    largest = isfinite(x) ? fmax(largest, fabs(x)) : largest;
  }
  return largest > 0 ? largest : 1;
}

// Zeros, or random numbers of the size of what is there, into all outputs.
static void fill_outputs(gchk_probe *probe, bool with_zeros) {
  const gchk_instance *instance = probe->instance;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_OUTPUT)
      continue;
    const double size = with_zeros ? 0 : largest_of(t);
    for (size_t k = 0; k < t->count; k++)
      gchk_tensor_set(t, t->value, k, size * gchk_random_signed(&probe->random));
  }
}

// How many elements of output i hold what was there before, added to what the same call makes of zeros.
static size_t count_added(const gchk_instance *instance, size_t i, const gchk_snapshot *before,
                          const gchk_snapshot *onto_zeros, const gchk_snapshot *after) {
  static const double roundings = 16;
  const gchk_tensor *t = &instance->t[i];
  size_t added = 0;
  for (size_t k = 0; k < t->count; k++) {
    const double p = element_of(before, t, i, k), y = element_of(onto_zeros, t, i, k);
    const double found = element_of(after, t, i, k);
    const double slack = roundings * gchk_tensor_unit(instance, i) * (fabs(p) + fabs(y));
    added += fabs(found - (y + p)) <= slack && fabs(p) > 2 * slack;
  }
  return added;
}

static void report_added(gchk_probe *probe, size_t i, size_t added) {
  const gchk_tensor *t = &probe->instance->t[i];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_ADDS_TO_OUTPUT, t->name,
      "forward adds to its output %s: %zu of %zu elements are what was there before plus the result; write = for the "
      "first term, or clear it",
      t->name, added, t->count);
  gchk_finding_number(&probe->work->findings, finding, "elements", (double)added);
  gchk_finding_text(&probe->work->findings, finding, "calls", "forward onto zeros, and onto numbers");
  probe->work->refused = "forward adds to its output: what it gives depends on the call before";
}

static gchk_status look_for_adding(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  gchk_snapshot *onto_zeros = NULL, *before = NULL, *after = NULL;
  clear_gradients(instance);
  fill_outputs(probe, true);
  gchk_status status = forward_and_keep(probe, &onto_zeros, error);
  if (status == GCHK_OK) {
    fill_outputs(probe, false);
    before = gchk_snapshot_new(instance, GCHK_SNAPSHOT_MADE);
    status = before != NULL ? forward_and_keep(probe, &after, error) : gchk_fail_memory(error, "a copy of the outputs");
  }
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++) {
    const size_t added = instance->t[i].role == GCHK_OUTPUT ? count_added(instance, i, before, onto_zeros, after) : 0;
    if (added > 0)
      report_added(probe, i, added);
  }
  gchk_snapshot_free(onto_zeros);
  gchk_snapshot_free(before);
  gchk_snapshot_free(after);
  return status;
}

// ---- reading a gradient

typedef struct place {
  bool is_there;
  size_t tensor, element;
  double clean, found;
} place;

enum { ROUNDS = 4 }; // of a layer that drops one of three elements at random, none too many agree

/* Forward with zeros in the gradients and with numbers in that of `only`, in turns. */
typedef struct turns {
  gchk_snapshot *clean[ROUNDS], *filled[ROUNDS];
} turns;

static void turns_free(turns *t) {
  for (size_t r = 0; r < ROUNDS; r++) {
    gchk_snapshot_free(t->clean[r]);
    gchk_snapshot_free(t->filled[r]);
  }
}

static gchk_status take_turns(gchk_probe *probe, size_t only, turns *t, gchk_error *error) {
  for (size_t r = 0; r < ROUNDS; r++) {
    gchk_probe_restore(probe);
    clear_gradients(probe->instance);
    GCHK_TRY(forward_and_keep(probe, &t->clean[r], error));
    gchk_probe_restore(probe);
    fill_gradients(probe, only);
    GCHK_TRY(forward_and_keep(probe, &t->filled[r], error));
  }
  return GCHK_OK;
}

// Do these calls agree at every element of tensor i?
static bool agree(const gchk_tensor *t, size_t i, gchk_snapshot *const made[ROUNDS], double slack) {
  for (size_t r = 1; r < ROUNDS; r++) {
    for (size_t k = 0; k < t->count; k++) {
      const double a = element_of(made[0], t, i, k), b = element_of(made[r], t, i, k);
      if (!gchk_is_same(a, b) && !(fabs(a - b) <= slack))
        return false;
    }
  }
  return true;
}

// Where all clean calls agree, and all others agree, and the two are apart. Not where the layer varies by itself.
static place find_place(const gchk_probe *probe, const turns *t) {
  const gchk_instance *instance = probe->instance;
  place first = {.is_there = false};
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *tensor = &instance->t[i];
    if (!is_compared(tensor))
      continue;
    const double slack = gchk_probe_reordering(probe) * largest_of(tensor);
    if (!agree(tensor, i, t->clean, slack) || !agree(tensor, i, t->filled, slack))
      return (place){.is_there = false};
    for (size_t k = 0; k < tensor->count && !first.is_there; k++) {
      const double clean = element_of(t->clean[0], tensor, i, k), found = element_of(t->filled[0], tensor, i, k);
      if (!gchk_is_same(clean, found) && !(fabs(clean - found) <= 4 * slack))
        first = (place){true, i, k, clean, found};
    }
  }
  return first;
}

static gchk_status ask_gradient(gchk_probe *probe, size_t only, place *found, gchk_error *error) {
  turns t = {{NULL}, {NULL}};
  gchk_status status = take_turns(probe, only, &t, error);
  if (status == GCHK_OK)
    *found = find_place(probe, &t);
  turns_free(&t);
  return status;
}

static void report_read(gchk_probe *probe, const place *at, size_t gradient) {
  const gchk_instance *instance = probe->instance;
  const gchk_tensor *t = &instance->t[at->tensor];
  const char *name = gradient < instance->tensor_count ? instance->t[gradient].name : NULL;
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_FORWARD_READS_GRADIENT, name,
      "forward reads %s%s: %s %s%s is %.9g with zeros there and %.9g with other values; forward runs before there is a "
      "gradient",
      name != NULL ? "the gradient of " : "the gradients", name != NULL ? name : "", gchk_role_name(t->role), t->name,
      gchk_index_format(&t->shape, at->element, index, sizeof index), at->clean, at->found);
  gchk_finding_list *list = &probe->work->findings;
  gchk_finding_number(list, finding, "zeros", at->clean);
  gchk_finding_number(list, finding, "values", at->found);
  gchk_finding_text(list, finding, "calls", "forward with zeros in the gradients, and with numbers");
  probe->work->refused = "forward reads a gradient: what it gives depends on the backward before";
}

static gchk_status look_for_gradients(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  const size_t count = instance->tensor_count;
  place all, one;
  GCHK_TRY(ask_gradient(probe, count, &all, error));
  if (!all.is_there)
    return GCHK_OK;
  for (size_t i = 0; i < count; i++) {
    if (instance->t[i].grad == NULL)
      continue;
    GCHK_TRY(ask_gradient(probe, i, &one, error));
    if (!one.is_there)
      continue;
    report_read(probe, &one, i);
    return GCHK_OK;
  }
  report_read(probe, &all, count);
  return GCHK_OK;
}

gchk_status gchk_probe_forward_reads(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  gchk_snapshot *again = NULL;
  fill_gradients(probe, instance->tensor_count);
  gchk_status status = forward_and_keep(probe, &again, error);
  const bool is_clean = status == GCHK_OK && is_same_bits(instance, probe->initial, again);
  gchk_snapshot_free(again);
  if (status == GCHK_OK && !is_clean)
    status = look_for_adding(probe, error);
  if (status == GCHK_OK && !is_clean && probe->work->refused == NULL)
    status = look_for_gradients(probe, error);
  gchk_probe_restore(probe);
  clear_gradients(instance);
  return status;
}
