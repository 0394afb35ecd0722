/*
 * Probe: what forward leaves in scratch means nothing to backward.
 *
 * Between forward and backward every scratch tensor gets other values, and the gradients must stay what they are. The
 * values are such as forward itself might have left: those of other elements, halves of them, and zeros. So what is
 * multiplied by 0 stays 0, and a backward that takes them for indices stays within its buffers.
 */
#include "probe/probe_scratch.h"

#include <math.h>

#include "calls/probe_spread.h"
#include "core/memory.h"

enum { PATTERNS = 2 };

// What scratch holds after forward.
typedef struct contents {
  double *value;
  double largest;
  bool is_whole; /* whole numbers alone: indices, counts or flags, for which a sign would not do */
} contents;

static void read_contents(const gchk_tensor *t, contents *c) {
  c->largest = 0;
  c->is_whole = true;
  for (size_t k = 0; k < t->count; k++) {
    const double x = gchk_tensor_get(t, t->value, k);
    c->value[k] = isfinite(x) ? x : 0;
    c->largest = fmax(c->largest, fabs(c->value[k]));
    c->is_whole = c->is_whole && c->value[k] == nearbyint(c->value[k]);
  }
}

// Another value for element k: of the next element, with the other sign, or none at all.
static double other_value(const gchk_tensor *t, const contents *c, size_t k, int pattern) {
  const bool is_integer = t->dtype == GCHK_I32;
  const double x = c->value[k];
  const double other = pattern == 0 ? (c->is_whole ? 1 : -1) * c->value[(k + 1) % t->count] : 0;
  if (other != x)
    return other;
  if (x != 0)
    return is_integer ? 0 : x / 2;
  return is_integer || c->largest > 0 ? c->largest : 0.5;
}

static void disturb(const gchk_tensor *t, contents *c, int pattern) {
  read_contents(t, c);
  for (size_t k = 0; k < t->count; k++)
    gchk_tensor_set(t, t->value, k, other_value(t, c, k, pattern));
}

// A tensor that forward leaves unwritten, and backward reads, has a finding already.
static bool is_asked(const gchk_probe *probe, size_t i) {
  const gchk_tensor *t = &probe->instance->t[i];
  return t->role == GCHK_SCRATCH && !gchk_probe_has(probe, GCHK_CODE_READS_UNWRITTEN, t->name);
}

// The gradients with other values in tensor `only` (tensor_count: in all that are asked about).
static gchk_status call_disturbed(gchk_probe *probe, contents *c, size_t only, int pattern, gchk_variation *change,
                                  gchk_error *error) {
  gchk_instance *instance = probe->instance;
  GCHK_TRY(gchk_probe_forward(probe, instance, "forward before scratch is overwritten", error));
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (is_asked(probe, i) && (only == i || only == instance->tensor_count))
      disturb(&instance->t[i], c, pattern);
  GCHK_TRY(gchk_probe_backward(probe, instance, probe->upstream, NULL, "backward with other values in scratch", error));
  gchk_gradients_read(instance, &probe->other);
  return gchk_probe_compare(probe, NULL, &probe->other, NULL, change, error);
}

static void report(gchk_probe *probe, const gchk_variation *change, size_t scratch) {
  const gchk_tensor *t = &probe->instance->t[change->tensor];
  const char *name = scratch < probe->instance->tensor_count ? probe->instance->t[scratch].name : NULL;
  char index[GCHK_INDEX_TEXT];
  (void)gchk_index_format(&t->shape, change->element, index, sizeof index);
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_READS_SCRATCH, name,
      "backward reads what forward left in scratch%s%s: the gradient of %s%s is %.9g, and %.9g with "
      "other values there; what backward needs of forward has the role cache",
      name != NULL ? " " : "", name != NULL ? name : "", t->name, index, change->clean, change->found);
  gchk_finding_list *list = &probe->work->findings;
  gchk_finding_text(list, finding, "result", "the gradient of %s%s", t->name, index);
  gchk_finding_number(list, finding, "clean", change->clean);
  gchk_finding_number(list, finding, "found", change->found);
  gchk_finding_text(list, finding, "calls", "forward, other values into scratch, backward");
}

static gchk_status find_tensor(gchk_probe *probe, contents *c, int pattern, const gchk_variation *all,
                               gchk_error *error) {
  const size_t count = probe->instance->tensor_count;
  for (size_t i = 0; i < count; i++) {
    gchk_variation change;
    if (!is_asked(probe, i))
      continue;
    GCHK_TRY(call_disturbed(probe, c, i, pattern, &change, error));
    if (!change.is_there)
      continue;
    report(probe, &change, i);
    return GCHK_OK;
  }
  report(probe, all, count);
  return GCHK_OK;
}

gchk_status gchk_probe_scratch(gchk_probe *probe, gchk_error *error) {
  const gchk_instance *instance = probe->instance;
  contents c = {.value = NULL};
  bool is_wanted = false;
  for (size_t i = 0; i < instance->tensor_count; i++)
    is_wanted = is_wanted || is_asked(probe, i);
  if (!is_wanted || !probe->is_repeatable)
    return GCHK_OK;
  c.value = gchk_arena_alloc(probe->arena, probe->largest_count, sizeof *c.value);
  if (c.value == NULL)
    return gchk_fail_memory(error, "the probes");
  for (int pattern = 0; pattern < PATTERNS; pattern++) {
    gchk_variation change;
    GCHK_TRY(call_disturbed(probe, &c, instance->tensor_count, pattern, &change, error));
    if (change.is_there)
      return find_tensor(probe, &c, pattern, &change, error);
  }
  return GCHK_OK;
}
