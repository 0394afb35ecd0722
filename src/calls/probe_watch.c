/*
 * A call with every buffer watched: guard zones, and what the call may not write, compared bit for bit.
 *
 * Forward may write outputs, caches and scratch; backward gradients and scratch. What a call changed against the rules
 * is put back, so that the probes after it start from the same point. Forward may also clear the gradient of an output
 * or a cache (libraries that set the loss's delta in forward do), but not touch the gradient of an input or a parameter
 * that is accumulated into: it would lose what earlier backwards put there. What a layer declares to use up, or to
 * change in place, is put back before it is looked at (instance/conventions.h).
 */
#include "calls/probe_watch.h"

#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "instance/roles.h"

// A thread that starts and ends at once takes 10 us.
static const double noticeable_s = 5e-6;

typedef enum called { FORWARD, BACKWARD } called;

static const char *const call_names[] = {[FORWARD] = "forward", [BACKWARD] = "backward"};

typedef struct watched {
  gchk_probe *probe;
  gchk_instance *instance;
  called call;
  const char *when;
  size_t i; /* the tensor */
} watched;

static void check_guard(const watched *w, gchk_buffer *buffer, const char *kind) {
  ptrdiff_t offset;
  if (gchk_buffer_is_whole(buffer, &offset))
    return;
  gchk_buffer_mend(buffer);
  const gchk_tensor *t = &w->instance->t[w->i];
  bool is_behind = offset >= 0;
  gchk_finding *finding = gchk_probe_report(
      w->probe, GCHK_CODE_GUARD_ZONE, t->name,
      "%s wrote %s the %s of %s: at byte %td of a buffer of %zu bytes (%zu elements of %s), in the %s",
      call_names[w->call], is_behind ? "behind" : "before", kind, t->name, offset, buffer->bytes, t->count,
      gchk_dtype_name(t->dtype), w->when);
  gchk_finding_list *list = &w->probe->work->findings;
  gchk_finding_text(list, finding, "buffer", "%s", kind);
  gchk_finding_number(list, finding, "offset", (double)offset);
  gchk_finding_text(list, finding, "call", "%s, %s", call_names[w->call], w->when);
}

static void report_write(const watched *w, gchk_code code, const char *kind, size_t element, const char *rule) {
  const gchk_tensor *t = &w->instance->t[w->i];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(w->probe, code, t->name, "%s changed the %s of %s %s at %s, in the %s: %s",
                                            call_names[w->call], kind, gchk_role_name(t->role), t->name,
                                            gchk_index_format(&t->shape, element, index, sizeof index), w->when, rule);
  gchk_finding_list *list = &w->probe->work->findings;
  gchk_finding_text(list, finding, "buffer", "%s", kind);
  gchk_finding_number(list, finding, "index", (double)element);
  gchk_finding_text(list, finding, "call", "%s, %s", call_names[w->call], w->when);
}

// The first element that differs, or the count.
static size_t first_changed(const gchk_tensor *t, const void *now, const unsigned char *before) {
  size_t size = gchk_dtype_size(t->dtype);
  if (memcmp(now, before, t->count * size) == 0)
    return t->count;
  size_t i = 0;
  while (i < t->count && memcmp((const unsigned char *)now + i * size, before + i * size, size) == 0)
    i++;
  return i;
}

// With the field that declares it, where there is one.
static const char *may_only_be_read(gchk_role role, called call) {
  if (role == GCHK_INPUT && call == FORWARD)
    return "it may only be read; an output that lies in its buffer declares .in_place_of";
  if (role == GCHK_INPUT)
    return "it may only be read; a copy in a cache may be worked in by a layer that declares GCHK_CONSUMES_CACHE";
  if (role == GCHK_PARAMETER && call == BACKWARD)
    return "it may only be read; a training step declares .learning_rate";
  return "it may only be read";
}

static void check_value(const watched *w, const unsigned char *before) {
  const gchk_tensor *t = &w->instance->t[w->i];
  bool is_forward = w->call == FORWARD;
  bool is_written_by_forward = t->role == GCHK_OUTPUT || t->role == GCHK_CACHE;
  if (t->role == GCHK_SCRATCH || (is_forward && is_written_by_forward))
    return;
  size_t element = first_changed(t, t->value, before);
  if (element == t->count)
    return;
  if (is_written_by_forward)
    report_write(
        w, GCHK_CODE_WRITES_CACHE, "value", element,
        "a second backward, or whoever reads it next, finds another value; a buffer to work in has the role scratch, "
        "and a layer whose backward comes once after each forward may declare GCHK_CONSUMES_CACHE");
  else
    report_write(w, GCHK_CODE_WRITES_INPUT, "value", element, may_only_be_read(t->role, w->call));
  memcpy(t->value, before, w->instance->values[w->i].bytes);
}

static void check_gradient(const watched *w, const unsigned char *before) {
  const gchk_tensor *t = &w->instance->t[w->i];
  const gchk_tensor_spec *row = &w->instance->layer->tensors[w->i];
  bool is_forward = w->call == FORWARD;
  bool is_result = gchk_role_is_moved(t->role);
  if (t->grad == NULL)
    return;
  size_t element = first_changed(t, t->grad, before);
  if (element == t->count)
    return;
  bool may_write = (w->instance->layer->flags & GCHK_UPSTREAM_AFTER_FORWARD) != 0;
  if (is_forward && is_result && row->grad == GCHK_GRAD_ACCUMULATE && !may_write)
    report_write(w, GCHK_CODE_FORWARD_WRITES_GRADIENT, "gradient", element,
                 "what earlier backwards accumulated there is lost; where callers zero it after forward in any case, "
                 "declare GCHK_UPSTREAM_AFTER_FORWARD");
  if (!is_forward && t->role == GCHK_OUTPUT && !row->upstream_clobbered)
    report_write(
        w, GCHK_CODE_WRITES_UPSTREAM, "gradient", element,
        "whoever else reads this upstream gradient gets a wrong one; declare upstream_clobbered if it is meant");
}

static void compare(watched *w, const gchk_snapshot *before) {
  for (w->i = 0; w->i < w->instance->tensor_count; w->i++) {
    check_guard(w, &w->instance->values[w->i], "value");
    check_guard(w, &w->instance->grads[w->i], "gradient");
    check_value(w, gchk_snapshot_value(before, w->i));
    check_gradient(w, gchk_snapshot_gradient(before, w->i));
  }
}

static double seconds_of(clockid_t id) {
  struct timespec t;
  return clock_gettime(id, &t) == 0 ? (double)t.tv_sec + 1e-9 * (double)t.tv_nsec : 0;
}

// The CPU time of the other threads: at most, and at least, for this one uses some between two clocks.
static double others_at_most(void) {
  const double own = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID) - own;
}

static double others_at_least(void) {
  const double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  return all - seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

bool gchk_probe_has_company(const gchk_probe *probe) {
  return probe->accompanied > 0;
}

/* What the instance holds. Of the probes' own there is one, taken again and again: a copy of much memory is dear. */
static gchk_snapshot *take(const watched *w) {
  const bool is_own = w->instance == w->probe->instance;
  if (is_own && w->probe->watched != NULL) {
    gchk_snapshot_retake(w->probe->watched, w->instance);
    return w->probe->watched;
  }
  gchk_snapshot *taken = gchk_snapshot_new(w->instance, GCHK_SNAPSHOT_ALL);
  if (is_own)
    w->probe->watched = taken;
  return taken;
}

static gchk_status watch(watched *w, gchk_error *error) {
  gchk_snapshot *before = take(w);
  if (before == NULL)
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  const double others = others_at_most();
  gchk_status status =
      w->call == FORWARD ? gchk_instance_forward(w->instance, error) : gchk_instance_backward(w->instance, error);
  w->probe->accompanied += others_at_least() - others > noticeable_s;
  if (status == GCHK_OK)
    compare(w, before);
  if (before != w->probe->watched)
    gchk_snapshot_free(before);
  return status;
}

gchk_status gchk_probe_forward(gchk_probe *probe, gchk_instance *instance, const char *when, gchk_error *error) {
  watched w = {probe, instance, FORWARD, when, 0};
  return watch(&w, error);
}

// Gradients that are compared take the prefill; the others, work space among them, stay zero.
static void prefill_gradients(gchk_instance *instance, const gchk_gradients *prefill) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t k = 0; prefill->of[i] != NULL && t->grad != NULL && k < t->count; k++)
      gchk_tensor_set(t, t->grad, k, prefill->of[i][k]);
  }
}

gchk_status gchk_probe_backward(gchk_probe *probe, gchk_instance *instance, const double *v,
                                const gchk_gradients *prefill, const char *when, gchk_error *error) {
  watched w = {probe, instance, BACKWARD, when, 0};
  gchk_instance_start_backward(instance, v);
  if (prefill != NULL)
    prefill_gradients(instance, prefill);
  return watch(&w, error);
}

gchk_status gchk_probe_gradients(gchk_probe *probe, gchk_instance *instance, const double *v, const char *when,
                                 gchk_gradients *gradients, gchk_error *error) {
  GCHK_TRY(gchk_probe_forward(probe, instance, when, error));
  GCHK_TRY(gchk_probe_backward(probe, instance, v, NULL, when, error));
  gchk_gradients_read(instance, gradients);
  return GCHK_OK;
}
