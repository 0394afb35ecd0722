/*
 * Trying open elements again.
 *
 * What hides a derivative at one point (a kink within the steps of float, values that cancel) is mostly somewhere else
 * at another. A tensor of which nothing is decided at a point where many were tried is given up: it is not the point.
 */
#include "measure/retry.h"

#include <stdlib.h>

#include "core/memory.h"
#include "measure/base_point.h"
#include "measure/decide.h"
#include "measure/other_point.h"
#include "measure/pilot.h"
#include "measure/tally.h"

enum { POINTS = 4, GIVE_UP = 64 };

typedef struct retry {
  gchk_case_work *work;
  bool *wanted; /* one a tensor: it has open elements, and was not given up */
  gchk_look *look;
  gchk_look *kept;
  uint64_t calls; /* evaluations at other points */
} retry;

static bool has_open(const gchk_tensor_work *tensor) {
  for (size_t k = 0; k < tensor->checked_count; k++)
    if (tensor->verdict[tensor->checked[k]] == GCHK_INCONCLUSIVE)
      return true;
  return false;
}

static bool choose(retry *r) {
  bool any = false;
  for (size_t k = 0; k < r->work->tensor_count; k++) {
    r->wanted[k] = r->wanted[k] && has_open(&r->work->tensors[k]);
    any = any || r->wanted[k];
  }
  return any;
}

/* At a kink of several units any of their slopes is right: what is right around it is no more than a kink there. */
static void take_over(retry *r, gchk_tensor_work *tensor, size_t element) {
  if (tensor->doubt[element] == GCHK_DOUBT_UNITS && r->look->verdict == GCHK_PASS)
    r->look->verdict = GCHK_KINK;
  gchk_look_keep(r->look, tensor, r->work->draw_count, element);
  if (r->kept != NULL && tensor == &r->work->tensors[0] && element == tensor->checked[0])
    *r->kept = *r->look;
}

static gchk_status try_tensor(retry *r, gchk_case_work *other, gchk_tensor_work *there, gchk_tensor_work *tensor,
                              bool *is_hopeless, gchk_error *error) {
  gchk_tensor_line l;
  size_t tried = 0, decided = 0;
  gchk_status status = gchk_tensor_line_open(&l, other, there, error);
  if (status == GCHK_OK)
    status = gchk_pilot(&l, error);
  for (size_t k = 0; k < tensor->checked_count && status == GCHK_OK && !l.is_out_of_reach; k++) {
    size_t e = tensor->checked[k];
    if (tensor->verdict[e] != GCHK_INCONCLUSIVE || (decided == 0 && tried >= GIVE_UP))
      continue;
    status = gchk_decide(&l, e, r->look, error);
    tried++;
    if (status != GCHK_OK || gchk_look_is_open(r->look))
      continue;
    decided++;
    take_over(r, tensor, e);
  }
  *is_hopeless = decided == 0 && tried >= GIVE_UP;
  gchk_tensor_line_close(&l);
  return status;
}

static gchk_status try_point(retry *r, unsigned number, gchk_error *error) {
  gchk_case spec;
  gchk_case_work other;
  gchk_status status = gchk_open_other_point(&other, &spec, r->work, number, r->wanted, error);
  for (size_t k = 0, i = 0; k < r->work->tensor_count && status == GCHK_OK; k++) {
    bool is_hopeless;
    if (!r->wanted[k])
      continue;
    status = try_tensor(r, &other, &other.tensors[i++], &r->work->tensors[k], &is_hopeless, error);
    r->wanted[k] = !is_hopeless;
  }
  r->calls += gchk_work_calls(&other);
  gchk_work_close(&other);
  // A point at which the layer cannot be evaluated tells nothing.
  return status == GCHK_NO_MEMORY ? status : GCHK_OK;
}

gchk_status gchk_retry_open_elements(gchk_case_work *work, gchk_look *kept, gchk_error *error) {
  gchk_error unused;
  retry r = {.work = work, .kept = kept};
  if (work->spec->step > 0 || work->options->step > 0)
    return GCHK_OK;
  r.wanted = gchk_arena_alloc(work->scratch, work->tensor_count, sizeof *r.wanted);
  r.look = gchk_arena_alloc(work->scratch, 1, sizeof *r.look);
  if (r.wanted == NULL || r.look == NULL)
    return gchk_fail_memory(error, "trying elements again");
  for (size_t k = 0; k < work->tensor_count; k++)
    r.wanted[k] = true;
  for (unsigned number = 1; number <= POINTS && choose(&r); number++)
    if (try_point(&r, number, &unused) == GCHK_NO_MEMORY)
      return gchk_fail_memory(error, "trying elements again");
  for (size_t k = 0; k < work->tensor_count; k++)
    gchk_tally_tensor(&work->tensors[k], work->draw_count);
  work->other_calls += r.calls;
  return GCHK_OK;
}
