/*
 * Probe: the same call twice.
 *
 * A forward that is not repeatable bit for bit makes every difference quotient meaningless: the case is refused. Fresh
 * copies of the layer tell why: where two of them agree on their first forward, the layer remembers earlier calls;
 * where they do not, there is something random in it. A backward must be repeatable too, and must not use up what it
 * needs.
 */
#include "probe/probe_repeat.h"

#include "core/memory.h"
#include "measure/case_instance.h"
#include "probe/probe_watch.h"

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

static gchk_status refuse(gchk_probe *probe, double before, double after, size_t j, double *first, gchk_error *error) {
  gchk_case_work *work = probe->work;
  size_t m = work->output_count;
  double *second = probe->v;
  gchk_status status = fresh_outputs(probe, first, error);
  if (status == GCHK_OK)
    status = fresh_outputs(probe, second, error);
  if (status == GCHK_NO_MEMORY)
    return status;
  bool is_history = status == GCHK_OK && gchk_first_difference(first, second, m, 0) == m;
  const char *cause =
      is_history ? "two fresh copies of the layer agree, so it depends on what earlier calls left; give the layer a "
                   "reset callback, or make the state an input"
                 : "two fresh copies of the layer differ too: random numbers without a seed (give the layer a "
                   "set_seed callback), memory that was never written, or unguarded threads";
  gchk_finding *finding = gchk_probe_report(
      probe, GCHK_CODE_FORWARD_NOT_REPEATABLE, NULL,
      "two forwards on the same values differ: output %zu is %.17g and then %.17g; %s", j, before, after, cause);
  gchk_finding_number(&work->findings, finding, "output", (double)j);
  gchk_finding_number(&work->findings, finding, "first", before);
  gchk_finding_number(&work->findings, finding, "second", after);
  gchk_finding_text(&work->findings, finding, "cause", "%s", is_history ? "earlier calls" : "randomness");
  work->refused = "forward is not repeatable: no difference of two of its results means anything";
  return GCHK_OK;
}

/*
 * A second backward after one forward is more than gradcheck asks for: that it differs is worth a note, as for the
 * training step whose backward changes the weights that forward loaded.
 */
static void report_spread(gchk_probe *probe, const gchk_gradients *again, gchk_code code, const char *calls,
                          bool is_note, bool *is_same) {
  const gchk_instance *instance = probe->instance;
  double tolerance = gchk_probe_tolerance(probe, instance, &probe->base);
  *is_same = true;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (again->of[i] == NULL)
      continue;
    const double *a = probe->base.of[i], *b = again->of[i];
    if (gchk_first_difference(a, b, t->count, 0) == t->count)
      continue;
    *is_same = false;
    // Another order of additions: worth a look, but not wrong.
    size_t k = gchk_first_difference(a, b, t->count, tolerance);
    if (k == t->count)
      continue;
    char index[GCHK_INDEX_TEXT];
    gchk_finding *finding = gchk_probe_report(
        probe, code, t->name,
        "%s gave different gradients: %s%s is %.9g and then %.9g, more than the order of additions explains (%.2g)",
        calls, t->name, gchk_index_format(&t->shape, k, index, sizeof index), a[k], b[k], tolerance);
    if (finding != NULL)
      finding->is_note = is_note;
    gchk_finding_list *list = &probe->work->findings;
    gchk_finding_number(list, finding, "index", (double)k);
    gchk_finding_number(list, finding, "first", a[k]);
    gchk_finding_number(list, finding, "second", b[k]);
  }
}

gchk_status gchk_probe_repeat(gchk_probe *probe, gchk_error *error) {
  gchk_case_work *work = probe->work;
  gchk_instance *instance = probe->instance;
  size_t m = work->output_count;
  enum { FORWARDS = 2 };
  for (int k = 0; k < FORWARDS; k++) {
    GCHK_TRY(gchk_probe_forward(probe, instance, "first forwards", error));
    GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
    size_t j = gchk_first_difference(work->y, probe->y, m, 0);
    if (j < m)
      return refuse(probe, work->y[j], probe->y[j], j, probe->y, error);
  }
  bool is_same;
  GCHK_TRY(gchk_probe_gradients(probe, instance, probe->upstream, "first backward", &probe->base, error));
  GCHK_TRY(
      gchk_probe_gradients(probe, instance, probe->upstream, "same forward and backward again", &probe->other, error));
  report_spread(probe, &probe->other, GCHK_CODE_BACKWARD_NOT_REPEATABLE,
                "two forwards and backwards on the same values", false, &probe->is_repeatable);
  if (!probe->is_repeatable)
    return GCHK_OK;
  GCHK_TRY(gchk_probe_backward(probe, instance, probe->upstream, NULL, "second backward after one forward", error));
  gchk_gradients_read(instance, &probe->other);
  report_spread(probe, &probe->other, GCHK_CODE_BACKWARD_CONSUMES_STATE, "two backwards after one forward", true,
                &is_same);
  return GCHK_OK;
}
