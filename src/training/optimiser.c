/* The table of optimisers, and their moments for the parameters of one instance. */
#include "training/optimiser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static void sgd(double *change, double *const *moment, const double *g, size_t count, const gchk_optimiser_step *step) {
  (void)moment;
  for (size_t i = 0; i < count; i++)
    change[i] = -step->rate * g[i];
}

static void momentum(double *change, double *const *moment, const double *g, size_t count,
                     const gchk_optimiser_step *step) {
  static const double kept = 0.9;
  double *v = moment[0];
  for (size_t i = 0; i < count; i++)
    change[i] = v[i] = kept * v[i] - step->rate * g[i];
}

static void adam(double *change, double *const *moment, const double *g, size_t count,
                 const gchk_optimiser_step *step) {
  static const double b1 = 0.9, b2 = 0.999, epsilon = 1e-8;
  double *m = moment[0], *s = moment[1];
  // The moments start at 0 and are too small by these factors.
  const double m_part = 1 - pow(b1, (double)step->number), s_part = 1 - pow(b2, (double)step->number);
  for (size_t i = 0; i < count; i++) {
    m[i] = b1 * m[i] + (1 - b1) * g[i];
    s[i] = b2 * s[i] + (1 - b2) * g[i] * g[i];
    change[i] = -step->rate * (m[i] / m_part) / (sqrt(s[i] / s_part) + epsilon);
  }
}

static const gchk_optimiser_kind kinds[] = {
    {.info = {.name = "sgd", .rate = 0.1, .formula = "w -= rate g"}, .moment_count = 0, .change = sgd},
    {.info = {.name = "momentum", .rate = 0.01, .formula = "v = 0.9 v - rate g, w += v"},
     .moment_count = 1,
     .change = momentum},
    {.info = {.name = "adam",
              .rate = 0.001,
              .formula = "m = 0.9 m + 0.1 g, s = 0.999 s + 0.001 g^2, "
                         "w -= rate (m/(1-0.9^k)) / (sqrt(s/(1-0.999^k)) + 1e-8)"},
     .moment_count = 2,
     .change = adam},
};

enum { KINDS = sizeof kinds / sizeof kinds[0], CHUNK = 512 };

const gchk_optimiser_kind *gchk_optimiser_kind_of(const char *name) {
  for (size_t i = 0; i < KINDS; i++)
    if (strcmp(kinds[i].info.name, name) == 0)
      return &kinds[i];
  return NULL;
}

const gchk_optimiser_info *gchk_optimiser_find(const char *name) {
  const gchk_optimiser_kind *kind = gchk_optimiser_kind_of(name);
  return kind == NULL ? NULL : &kind->info;
}

const gchk_optimiser_info *gchk_optimiser_at(size_t index) {
  return index < KINDS ? &kinds[index].info : NULL;
}

typedef struct state {
  size_t tensor; // of the instance
  double *moment[GCHK_MOST_MOMENTS];
} state;

struct gchk_optimiser {
  const gchk_optimiser_kind *kind;
  gchk_optimiser_step step;
  size_t count;
  state *states;
};

static bool is_trained(const gchk_instance *instance, size_t i) {
  return instance->t[i].role == GCHK_PARAMETER && gchk_instance_is_differentiable(instance, i);
}

gchk_status gchk_optimiser_new(gchk_optimiser **result, const gchk_optimiser_kind *kind, double rate,
                               const gchk_instance *instance, gchk_error *error) {
  *result = NULL;
  gchk_status status = GCHK_OK;
  gchk_optimiser *optimiser = gchk_calloc(1, sizeof *optimiser);
  if (optimiser == NULL)
    return gchk_fail_memory(error, "an optimiser");
  optimiser->kind = kind;
  optimiser->step.rate = rate > 0 ? rate : kind->info.rate;
  optimiser->states = gchk_calloc(instance->tensor_count, sizeof *optimiser->states);
  if (optimiser->states == NULL)
    status = gchk_fail_memory(error, "an optimiser");
  for (size_t i = 0; i < instance->tensor_count && status == GCHK_OK; i++) {
    if (!is_trained(instance, i))
      continue;
    state *s = &optimiser->states[optimiser->count++];
    s->tensor = i;
    for (size_t k = 0; k < kind->moment_count && status == GCHK_OK; k++) {
      s->moment[k] = gchk_calloc(instance->t[i].count, sizeof(double));
      if (s->moment[k] == NULL)
        status = gchk_fail_memory(error, "the moments of an optimiser");
    }
  }
  if (status == GCHK_OK && optimiser->count == 0)
    status = gchk_fail(error, GCHK_INVALID, "%s has no parameter with a gradient: there is nothing to train",
                       instance->layer->name);
  if (status != GCHK_OK) {
    gchk_optimiser_free(optimiser);
    return status;
  }
  *result = optimiser;
  return GCHK_OK;
}

void gchk_optimiser_free(gchk_optimiser *optimiser) {
  if (optimiser == NULL)
    return;
  for (size_t s = 0; s < optimiser->count; s++)
    for (size_t k = 0; k < GCHK_MOST_MOMENTS; k++)
      free(optimiser->states[s].moment[k]);
  free(optimiser->states);
  free(optimiser);
}

/* Elements from .. from+count-1 of one parameter; at most CHUNK of them. */
static void step_chunk(const gchk_optimiser *optimiser, const state *s, const gchk_tensor *t, double scale, size_t from,
                       size_t count) {
  double scaled[CHUNK] = {0}, change[CHUNK];
  double *moment[GCHK_MOST_MOMENTS] = {NULL};
  for (size_t k = 0; k < optimiser->kind->moment_count; k++)
    moment[k] = s->moment[k] + from;
  if (t->dtype == GCHK_F64) {
    const double *grad = (const double *)t->grad + from;
    double *w = (double *)t->value + from;
    for (size_t i = 0; scale != 1 && i < count; i++)
      scaled[i] = grad[i] / scale;
    optimiser->kind->change(change, moment, scale != 1 ? scaled : grad, count, &optimiser->step);
    for (size_t i = 0; i < count; i++)
      w[i] += change[i];
  } else {
    const float *grad = (const float *)t->grad + from;
    float *w = (float *)t->value + from;
    for (size_t i = 0; i < count; i++)
      scaled[i] = (double)grad[i] / scale;
    optimiser->kind->change(change, moment, scaled, count, &optimiser->step);
    for (size_t i = 0; i < count; i++)
      w[i] = (float)((double)w[i] + change[i]);
  }
}

void gchk_optimiser_step_once(gchk_optimiser *optimiser, gchk_instance *instance) {
  const double scale = gchk_grad_scale(instance->layer);
  optimiser->step.number++;
  for (size_t s = 0; s < optimiser->count; s++) {
    const gchk_tensor *t = &instance->t[optimiser->states[s].tensor];
    for (size_t from = 0; from < t->count; from += CHUNK)
      step_chunk(optimiser, &optimiser->states[s], t, scale, from, t->count - from < CHUNK ? t->count - from : CHUNK);
  }
}

double gchk_optimiser_rate(const gchk_optimiser *optimiser) {
  return optimiser->step.rate;
}
