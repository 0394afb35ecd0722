/*
 * A call with every buffer watched: guard zones, and what the call may not write, compared bit for bit.
 *
 * Forward may write outputs, caches and scratch; backward gradients and scratch. What a call changed against the rules
 * is put back, so that the probes after it start from the same point. Forward may also clear the gradient of an output
 * or a cache (libraries that set the loss's delta in forward do), but not touch the gradient of an input or a parameter
 * that is accumulated into: it would lose what earlier backwards put there.
 */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "probe/probe.h"

typedef struct snapshot {
  unsigned char *bytes; /* value, gradient, value, gradient ... of all tensors */
} snapshot;

static gchk_status snapshot_take(snapshot *s, const gchk_instance *instance, gchk_error *error) {
  size_t bytes = 0;
  for (size_t i = 0; i < instance->tensor_count; i++)
    bytes += instance->values[i].bytes + instance->grads[i].bytes;
  s->bytes = gchk_calloc(bytes, 1);
  if (s->bytes == NULL)
    return gchk_fail_memory(error, "a copy of the layer's buffers");
  unsigned char *at = s->bytes;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    memcpy(at, instance->values[i].data, instance->values[i].bytes);
    at += instance->values[i].bytes;
    if (instance->grads[i].data != NULL)
      memcpy(at, instance->grads[i].data, instance->grads[i].bytes);
    at += instance->grads[i].bytes;
  }
  return GCHK_OK;
}

typedef struct watched {
  gchk_probe *probe;
  gchk_instance *instance;
  const char *call; /* "forward" or "backward" */
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
      w->probe, "guard-zone", t->name,
      "%s wrote %s the %s of %s: at byte %td of a buffer of %zu bytes (%zu elements of %s), in the %s", w->call,
      is_behind ? "behind" : "before", kind, t->name, offset, buffer->bytes, t->count, gchk_dtype_name(t->dtype),
      w->when);
  gchk_finding_list *list = &w->probe->work->findings;
  gchk_finding_text(list, finding, "buffer", "%s", kind);
  gchk_finding_number(list, finding, "offset", (double)offset);
  gchk_finding_text(list, finding, "call", "%s, %s", w->call, w->when);
}

static void report_write(const watched *w, const char *code, const char *kind, size_t element, const char *rule) {
  const gchk_tensor *t = &w->instance->t[w->i];
  char index[GCHK_INDEX_TEXT];
  gchk_finding *finding = gchk_probe_report(w->probe, code, t->name, "%s changed the %s of %s %s at %s, in the %s: %s",
                                            w->call, kind, gchk_role_name(t->role), t->name,
                                            gchk_index_format(&t->shape, element, index, sizeof index), w->when, rule);
  gchk_finding_list *list = &w->probe->work->findings;
  gchk_finding_text(list, finding, "buffer", "%s", kind);
  gchk_finding_number(list, finding, "index", (double)element);
  gchk_finding_text(list, finding, "call", "%s, %s", w->call, w->when);
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

static void check_value(const watched *w, const unsigned char *before) {
  const gchk_tensor *t = &w->instance->t[w->i];
  bool is_forward = w->call[0] == 'f';
  bool is_written_by_forward = t->role == GCHK_OUTPUT || t->role == GCHK_CACHE;
  if (t->role == GCHK_SCRATCH || (is_forward && is_written_by_forward))
    return;
  size_t element = first_changed(t, t->value, before);
  if (element == t->count)
    return;
  if (is_written_by_forward)
    report_write(
        w, "writes-cache", "value", element,
        "a second backward, or whoever reads it next, finds another value; a buffer to work in has the role scratch");
  else
    report_write(w, "writes-input", "value", element, "it may only be read");
  memcpy(t->value, before, w->instance->values[w->i].bytes);
}

static void check_gradient(const watched *w, const unsigned char *before) {
  const gchk_tensor *t = &w->instance->t[w->i];
  const gchk_tensor_spec *row = &w->instance->layer->tensors[w->i];
  bool is_forward = w->call[0] == 'f';
  bool is_result = t->role == GCHK_INPUT || t->role == GCHK_PARAMETER;
  if (t->grad == NULL)
    return;
  size_t element = first_changed(t, t->grad, before);
  if (element == t->count)
    return;
  if (is_forward && is_result && row->grad == GCHK_GRAD_ACCUMULATE)
    report_write(w, "forward-writes-gradient", "gradient", element, "what earlier backwards accumulated there is lost");
  if (!is_forward && t->role == GCHK_OUTPUT && !row->upstream_clobbered)
    report_write(
        w, "writes-upstream", "gradient", element,
        "whoever else reads this upstream gradient gets a wrong one; declare upstream_clobbered if it is meant");
}

static void compare(watched *w, const snapshot *s) {
  const unsigned char *at = s->bytes;
  for (w->i = 0; w->i < w->instance->tensor_count; w->i++) {
    check_guard(w, &w->instance->values[w->i], "value");
    check_guard(w, &w->instance->grads[w->i], "gradient");
    check_value(w, at);
    at += w->instance->values[w->i].bytes;
    check_gradient(w, at);
    at += w->instance->grads[w->i].bytes;
  }
}

typedef gchk_status (*call_fn)(gchk_instance *instance, gchk_error *error);

static gchk_status watch(watched *w, call_fn call, gchk_error *error) {
  snapshot s = {NULL};
  GCHK_TRY(snapshot_take(&s, w->instance, error));
  gchk_status status = call(w->instance, error);
  if (status == GCHK_OK)
    compare(w, &s);
  free(s.bytes);
  return status;
}

gchk_status gchk_probe_forward(gchk_probe *probe, gchk_instance *instance, const char *when, gchk_error *error) {
  watched w = {probe, instance, "forward", when, 0};
  return watch(&w, gchk_instance_forward, error);
}

// Gradients that are compared take the prefill; the others, work space among them, are zero.
static void prepare_gradients(gchk_instance *instance, const gchk_gradients *prefill) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role == GCHK_OUTPUT || t->grad == NULL)
      continue;
    memset(t->grad, 0, instance->grads[i].bytes);
    for (size_t k = 0; prefill != NULL && prefill->of[i] != NULL && k < t->count; k++)
      gchk_tensor_set(t, t->grad, k, prefill->of[i][k]);
  }
}

gchk_status gchk_probe_backward(gchk_probe *probe, gchk_instance *instance, const double *v,
                                const gchk_gradients *prefill, const char *when, gchk_error *error) {
  watched w = {probe, instance, "backward", when, 0};
  gchk_instance_set_upstream(instance, v);
  prepare_gradients(instance, prefill);
  return watch(&w, gchk_instance_backward, error);
}
