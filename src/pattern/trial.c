/* Trials. */
#include "pattern/trial.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "instance/move.h"
#include "measure/variable.h"

gchk_status gchk_trial_open(gchk_trial *trial, gchk_case_work *work, const gchk_tensor *t, const gchk_index_bits *bits,
                            gchk_error *error) {
  *trial = (gchk_trial){.work = work, .t = t};
  trial->word = gchk_calloc(t->count, sizeof *trial->word);
  trial->x = gchk_calloc(t->count, sizeof *trial->x);
  trial->moved = gchk_calloc(t->count, sizeof *trial->moved);
  trial->y = gchk_calloc(work->output_count, sizeof *trial->y);
  if (trial->word == NULL || trial->x == NULL || trial->moved == NULL || trial->y == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  for (size_t e = 0; e < t->count; e++) {
    trial->word[e] = gchk_index_bits_of(bits, e);
    trial->x[e] = gchk_tensor_get(t, t->value, e);
  }
  return GCHK_OK;
}

void gchk_trial_close(gchk_trial *trial) {
  free(trial->word);
  free(trial->x);
  free(trial->moved);
  free(trial->y);
}

/* Up or down. */
static double sign_of(gchk_perturbation kind, gchk_random *random) {
  const double sign = copysign(1, gchk_random_uniform(random, -1, 1));
  return kind == GCHK_UP ? 1 : kind == GCHK_DOWN ? -1 : kind == GCHK_DOWN_OR_UP ? -sign : sign;
}

void gchk_trial_perturb(gchk_trial *trial, gchk_perturbation kind, gchk_random *random) {
  const gchk_tensor *t = trial->t;
  const double rms = gchk_root_mean_square(t);
  bool is_positive = true, is_negative = true;
  for (size_t e = 0; e < t->count; e++) {
    is_positive = is_positive && trial->x[e] >= 0;
    is_negative = is_negative && trial->x[e] <= 0;
  }
  trial->is_far = kind != GCHK_NEAR;
  for (size_t e = 0; e < t->count; e++) {
    const double x = trial->x[e], size = gchk_scale_of(x, rms);
    const double much =
        kind < GCHK_PERTURBATIONS ? gchk_random_uniform(random, 4, 8) : gchk_random_uniform(random, 64, 128);
    const double sign = sign_of(kind, random);
    const bool shrinks = (sign < 0 && is_positive) || (sign > 0 && is_negative);
    const double near = x + sign * size * much / 0x1p7, far = shrinks ? x / (much * much) : x + sign * much * size;
    trial->moved[e] = kind == GCHK_NEAR ? near : far;
    if (!gchk_tensor_holds(t, trial->moved[e]))
      trial->moved[e] = x;
  }
}

static void set_all(const gchk_trial *trial, const gchk_trial_set *set, const double *value) {
  for (size_t e = 0; e < trial->t->count; e++)
    if (set->has(set->context, trial->word[e]))
      gchk_tensor_set(trial->t, trial->t->value, e, value[e]);
}

gchk_status gchk_trial_run(gchk_trial *trial, const gchk_trial_set *set, bool *done, gchk_error *error) {
  gchk_case_work *work = trial->work;
  gchk_error *of_layer = trial->is_far ? NULL : error;
  set_all(trial, set, trial->moved);
  gchk_status status = gchk_instance_forward(work->instance, of_layer);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(work->instance, trial->y, of_layer);
  set_all(trial, set, trial->x);
  if (work->stage != NULL)
    work->stage(work->stage_context, trial->t->name, work->elements_done);
  *done = status == GCHK_OK;
  if (status == GCHK_NO_MEMORY)
    return gchk_fail_memory(error, "the pattern of a tensor");
  return trial->is_far ? GCHK_OK : status;
}

bool gchk_trial_moved(const gchk_trial *trial, size_t output) {
  return trial->y[output] != trial->work->y[output];
}
