/*
 * D = (4 D(h/2) - D(h)) / 3 of central differences in long double, with h small enough that the one-sided slopes agree.
 * At h = 1e-4 truncation and rounding are near 1e-16 of the function's scale.
 */
#include "corpus/oracle.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gradcheck/random.h"

typedef struct machine {
  const gchk_layer *layer;
  gchk_tensor t[CORPUS_MAX_ROWS];
  gchk_call call;
} machine;

bool oracle_is_there(void) {
  return LDBL_MANT_DIG > DBL_MANT_DIG;
}

static void *make_buffer(size_t count, size_t size) {
  void *buffer = calloc(count, size);
  if (buffer == NULL)
    abort();
  return buffer;
}

static void machine_init(machine *m, const corpus_sample *sample, const gchk_layer *layer, size_t real_size) {
  *m = (machine){.layer = layer};
  const gchk_case c = {.name = "oracle", .layer = &sample->layer, .sizes = sample->size_text};
  for (size_t i = 0; i < layer->tensor_count; i++) {
    gchk_tensor *t = &m->t[i];
    const bool is_integer = sample->rows[i].role == GCHK_INDEX || sample->rows[i].dtype == GCHK_I32;
    *t = (gchk_tensor){.name = sample->rows[i].name, .role = sample->rows[i].role};
    t->dtype = is_integer ? GCHK_I32 : layer->dtype;
    gchk_error error;
    if (gchk_case_shape(&c, i, &t->shape, &error) != GCHK_OK ||
        gchk_shape_count(&t->shape, &t->count, &error) != GCHK_OK) {
      fprintf(stderr, "oracle: %s\n", error.message);
      abort();
    }
    t->value = make_buffer(t->count, is_integer ? sizeof(int32_t) : real_size);
    t->grad = make_buffer(t->count, real_size);
  }
  m->call = (gchk_call){.t = m->t,
                        .tensor_count = layer->tensor_count,
                        .sizes = &sample->sizes,
                        .layer = layer,
                        .threads = 1,
                        .option = layer->option_values};
}

static void machine_deinit(machine *m) {
  for (size_t i = 0; i < m->layer->tensor_count; i++) {
    free(m->t[i].value);
    free(m->t[i].grad);
  }
}

static double draw_value(const gchk_fill *fill, size_t e, gchk_random *random) {
  switch (fill->kind) {
  case GCHK_FILL_VALUES:
    return fill->values[e];
  case GCHK_FILL_CONSTANT:
    return fill->a;
  case GCHK_FILL_UNIFORM:
    return gchk_random_uniform(random, fill->a, fill->b);
  default:
    return fill->a + (fill->b > 0 ? fill->b : 1) * gchk_random_normal(random);
  }
}

static bool is_differentiable(gchk_role role) {
  return role == GCHK_INPUT || role == GCHK_PARAMETER;
}

// The same values into both machines; floats, which all precisions hold.
static void fill_machines(const corpus_sample *sample, machine *doubles, machine *longs, gchk_random *random) {
  for (size_t i = 0; i < doubles->layer->tensor_count; i++) {
    const gchk_role role = doubles->t[i].role;
    const gchk_fill *fill = &sample->rows[i].fill;
    for (size_t e = 0; e < doubles->t[i].count; e++) {
      if (role == GCHK_INDEX) {
        const size_t named = gchk_size(&doubles->call, fill->below);
        const size_t below = named > 0 ? named : (size_t)strtoul(fill->below, NULL, 10);
        ((int32_t *)doubles->t[i].value)[e] = (int32_t)gchk_random_below(random, below);
        ((int32_t *)longs->t[i].value)[e] = ((int32_t *)doubles->t[i].value)[e];
      } else if (is_differentiable(role)) {
        const double x = (double)(float)draw_value(fill, e, random);
        ((double *)doubles->t[i].value)[e] = x;
        ((long double *)longs->t[i].value)[e] = (long double)x;
      } else if (role == GCHK_OUTPUT) {
        const double v = gchk_random_signed(random);
        ((double *)doubles->t[i].grad)[e] = v;
        ((long double *)longs->t[i].grad)[e] = (long double)v;
      }
    }
  }
}

// sum_j v_j y_j with one element moved to `x`.
static long double projected_at(machine *m, size_t tensor, size_t e, long double x) {
  ((long double *)m->t[tensor].value)[e] = x;
  if (m->layer->forward(&m->call, NULL) != GCHK_OK)
    abort();
  long double sum = 0;
  for (size_t i = 0; i < m->layer->tensor_count; i++)
    for (size_t k = 0; m->t[i].role == GCHK_OUTPUT && k < m->t[i].count; k++)
      sum += ((long double *)m->t[i].grad)[k] * ((long double *)m->t[i].value)[k];
  return sum;
}

/* The derivative, or NaN at a kink. Slopes of a smooth function differ by h f'', those of a kink by all of it. */
static long double derivative(machine *m, size_t tensor, size_t e) {
  const long double x = ((long double *)m->t[tensor].value)[e];
  const long double base = projected_at(m, tensor, e, x);
  for (long double h = 1e-4L; h > 1e-9L; h /= 100) {
    const long double plus = projected_at(m, tensor, e, x + h), minus = projected_at(m, tensor, e, x - h);
    const long double half_plus = projected_at(m, tensor, e, x + h / 2);
    const long double half_minus = projected_at(m, tensor, e, x - h / 2);
    (void)projected_at(m, tensor, e, x);
    const long double whole = (plus - minus) / (2 * h), half = (half_plus - half_minus) / h;
    const long double apart = fabsl((plus - base) / h - (base - minus) / h);
    if (apart <= 2e-2L * (fabsl(whole) + 1e-3L) && fabsl(whole - half) <= 1e-5L * (fabsl(whole) + 1e-3L))
      return (4 * half - whole) / 3;
  }
  return (long double)NAN;
}

static void compare_tensor(machine *doubles, machine *longs, size_t tensor, size_t limit, oracle_count *count) {
  const gchk_tensor *t = &doubles->t[tensor];
  const double *analytic = t->grad;
  const size_t first = t->count > limit ? t->count - limit : 0; // with the last one, where loops end too early
  long double *exact = make_buffer(t->count, sizeof *exact);
  long double largest = 0;
  for (size_t e = first; e < t->count; e++) {
    exact[e] = derivative(longs, tensor, e);
    if (!isnan(exact[e]))
      largest = fmaxl(largest, fabsl(exact[e]));
  }
  for (size_t e = first; e < t->count; e++) {
    count->elements++;
    if (isnan(exact[e])) {
      count->kinked++;
      continue;
    }
    const long double difference = fabsl((long double)analytic[e] - exact[e]);
    if (!(difference <= 1e-9L * largest + 1e-12L)) // a double backward's own rounding is within 1e-10 of the tensor
      count->wrong++;
    count->worst = fmax(count->worst, (double)(difference / (largest > 0 ? largest : 1)));
  }
  free(exact);
}

oracle_count oracle_compare(const corpus_sample *sample, size_t limit) {
  oracle_count count = {0};
  machine doubles, longs;
  gchk_random random = gchk_random_stream(sample->seed, "oracle");
  machine_init(&doubles, sample, &sample->twin, sizeof(double));
  machine_init(&longs, sample, &sample->oracle, sizeof(long double));
  fill_machines(sample, &doubles, &longs, &random);
  if (doubles.layer->forward(&doubles.call, NULL) != GCHK_OK || doubles.layer->backward(&doubles.call, NULL) != GCHK_OK)
    abort();
  for (size_t i = 0; i < doubles.layer->tensor_count; i++)
    if (is_differentiable(doubles.t[i].role))
      compare_tensor(&doubles, &longs, i, limit, &count);
  machine_deinit(&doubles);
  machine_deinit(&longs);
  return count;
}
