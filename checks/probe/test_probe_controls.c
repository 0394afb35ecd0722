/*
 * The controls of the probes, each from two sides: a right layer at a point where the probe's premise is an accident, or
 * whose sums come out otherwise at every call, and has no finding; and a wrong one at the same point, which has.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "probe_bench.h"

enum { RIGHT, WRONG };
static const char *const twin_names[] = {"right", "wrong"};

#define V(i)        ((double *)c->t[i].value)
#define G(i)        ((double *)c->t[i].grad)
#define IS_WRONG(c) ((c)->option[0] != 0)

static const gchk_option_spec wrong_option[] = {{"wrong", 0, 0, 1, ""}};

// The right and the wrong twin of a layer, probed with several seeds.
static void expect_twins(const gchk_layer *layer, const char *sizes, const char *code) {
  enum { SEEDS = 5 };
  for (int twin = RIGHT; twin <= WRONG; twin++) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const double wrong = twin;
      probe_bench *b = probe_bench_new(layer, sizes, &wrong, seed);
      probe_bench_expect(b, twin == WRONG ? code : NULL, twin_names[twin]);
      probe_bench_free(b);
    }
  }
}

/* ---- batches: outputs that agree by accident ---- */

#define BATCH_ROWS(name, ...)                                                                                          \
  static const gchk_tensor_spec name[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C", .fill = {__VA_ARGS__}),                  \
                                          GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
BATCH_ROWS(rows_of_ones, GCHK_FILL_CONSTANT, 1, 0, NULL, NULL, 0)
BATCH_ROWS(rows_of_zeros, GCHK_FILL_CONSTANT, 0, 0, NULL, NULL, 0)
BATCH_ROWS(rows_of_normals, GCHK_FILL_NORMAL, 0, 1, NULL, NULL, 0)

// y = (x - mean) r over the batch: 0 for equal rows, and for a batch of one.
GCHK_CALLBACK(norm_forward, {
  const size_t n = gchk_size(c, "N"), k = gchk_size(c, "C");
  for (size_t j = 0; j < k; j++) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
      mean += V(0)[i * k + j] / (double)n;
    for (size_t i = 0; i < n; i++)
      square += (V(0)[i * k + j] - mean) * (V(0)[i * k + j] - mean) / (double)n;
    for (size_t i = 0; i < n; i++)
      V(1)[i * k + j] = (V(0)[i * k + j] - mean) / sqrt(square + 1e-5);
  }
})

GCHK_CALLBACK(norm_backward, {
  const size_t n = gchk_size(c, "N"), k = gchk_size(c, "C");
  for (size_t j = 0; j < k; j++) {
    double mean = 0, square = 0, d = 0, dy = 0;
    for (size_t i = 0; i < n; i++)
      mean += V(0)[i * k + j] / (double)n;
    for (size_t i = 0; i < n; i++) {
      square += (V(0)[i * k + j] - mean) * (V(0)[i * k + j] - mean) / (double)n;
      d += G(1)[i * k + j] / (double)n;
      dy += G(1)[i * k + j] * V(1)[i * k + j] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
      G(0)[i * k + j] = (G(1)[i * k + j] - d - V(1)[i * k + j] * dy) / sqrt(square + 1e-5);
  }
})

START_TEST(equal_rows_are_no_independent_samples) {
  static const gchk_tensor_spec *const tables[] = {rows_of_ones, rows_of_zeros, rows_of_normals};
  static const char *const sizes[] = {"N=4 C=3", "N=1 C=3", "N=2 C=1", "N=7 C=2"};
  for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
    for (uint64_t seed = 0; seed < 5; seed++) {
      const gchk_layer layer = {.name = "batch norm",
                                .dtype = GCHK_F64,
                                .tensors = tables[_i],
                                .tensor_count = 2,
                                .forward = norm_forward,
                                .backward = norm_backward};
      probe_bench *b = probe_bench_new(&layer, sizes[s], NULL, seed);
      probe_bench_expect(b, NULL, sizes[s]);
      probe_bench_free(b);
    }
  }
}
END_TEST

// y = x + x^2 + 1, whose samples are independent; the wrong one takes d of the first row for all.
GCHK_CALLBACK(square_forward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    V(1)[i] = V(0)[i] + V(0)[i] * V(0)[i] + 1;
})

GCHK_CALLBACK(square_backward, {
  const size_t k = gchk_size(c, "C");
  for (size_t i = 0; i < c->t[0].count; i++)
    G(0)[i] = (1 + 2 * V(0)[i]) * G(1)[IS_WRONG(c) ? i % k : i];
})

START_TEST(equal_rows_do_not_hide_a_mistake) {
  static const gchk_tensor_spec *const tables[] = {rows_of_ones, rows_of_zeros, rows_of_normals};
  const gchk_layer layer = {.name = "square",
                            .dtype = GCHK_F64,
                            .tensors = tables[_i],
                            .tensor_count = 2,
                            .forward = square_forward,
                            .backward = square_backward,
                            GCHK_OPTION_TABLE(wrong_option)};
  expect_twins(&layer, "N=4 C=3", "batch-inconsistent");
}
END_TEST

// L = mean over the batch of x + x^2: 0 where x is 0, as is the sum. The wrong one forgets all samples but the first.
static const gchk_tensor_spec loss_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C", .fill = {GCHK_FILL_CONSTANT, 0, 0, NULL, NULL, 0}),
    GCHK_TENSOR("L", GCHK_OUTPUT, "")};

GCHK_CALLBACK(loss_forward, {
  V(1)[0] = 0;
  for (size_t i = 0; i < c->t[0].count; i++)
    V(1)[0] += (V(0)[i] + V(0)[i] * V(0)[i]) / (double)gchk_size(c, "N");
})

GCHK_CALLBACK(loss_backward, {
  for (size_t i = 0; i < c->t[0].count; i++)
    G(0)[i] = IS_WRONG(c) && i >= gchk_size(c, "C") ? 0 : (1 + 2 * V(0)[i]) / (double)gchk_size(c, "N") * G(1)[0];
})

START_TEST(a_loss_of_zero_is_no_sum) {
  const gchk_layer layer = {.name = "loss",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(loss_rows),
                            .forward = loss_forward,
                            .backward = loss_backward,
                            GCHK_OPTION_TABLE(wrong_option)};
  expect_twins(&layer, "N=3 C=2", "batch-inconsistent");
}
END_TEST

/* ---- batches: outputs that agree to within rounding ---- */

/*
 * Of l_n = mean over C of x^2, in float: its mean; its mean weighted by a weight that each sample has; the root of its
 * mean, and exp of it. Only the first is the mean of its samples; the others come near it, by chance or because l_n are
 * alike. The wrong one has 1 % less of all samples but the first.
 */
typedef enum reduction { MEAN, WEIGHTED, ROOT, EXPONENTIAL, REDUCTIONS } reduction;

#define F(i) ((float *)c->t[i].value)

static float weight_of(size_t n) {
  return 0.5F + (float)(n * 7 % 10) / 10;
}

static float mean_of(const gchk_call *c, reduction kind, float *weights) {
  const size_t k = gchk_size(c, "C");
  float sum = 0;
  *weights = 0;
  for (size_t n = 0; n < gchk_size(c, "N"); n++) {
    // The weight goes with the sample, and not with its place in the batch: it is found from a number that it has.
    const float weight = kind == WEIGHTED ? weight_of((size_t)F(1)[n]) : 1;
    float of_sample = 0;
    for (size_t j = 0; j < k; j++)
      of_sample += F(0)[n * k + j] * F(0)[n * k + j] / (float)k;
    sum += weight * of_sample;
    *weights += weight;
  }
  return sum / *weights;
}

static const gchk_option_spec reduction_options[] = {{"wrong", 0, 0, 1, ""}, {"reduction", 0, 0, REDUCTIONS, ""}};
static const gchk_tensor_spec reduction_rows[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"),
    GCHK_TENSOR("number", GCHK_CONSTANT, "N", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0, .b = 1000}),
    GCHK_TENSOR("L", GCHK_OUTPUT, "")};

GCHK_CALLBACK(reduction_forward, {
  const reduction kind = (reduction)c->option[1];
  float weights;
  const float mean = mean_of(c, kind, &weights);
  F(2)[0] = kind == ROOT ? sqrtf(mean) : kind == EXPONENTIAL ? expf(mean) : mean;
})

GCHK_CALLBACK(reduction_backward, {
  const reduction kind = (reduction)c->option[1];
  const size_t k = gchk_size(c, "C");
  float weights;
  const float mean = mean_of(c, kind, &weights);
  const float outer = kind == ROOT ? 0.5F / sqrtf(mean) : kind == EXPONENTIAL ? expf(mean) : 1;
  for (size_t i = 0; i < c->t[0].count; i++) {
    const float weight = IS_WRONG(c) && i >= k ? 0.99F : kind == WEIGHTED ? weight_of((size_t)F(1)[i / k]) : 1;
    ((float *)c->t[0].grad)[i] = ((float *)c->t[2].grad)[0] * outer * 2 * weight * F(0)[i] / ((float)k * weights);
  }
})

static void probe_reduction(reduction kind, bool is_wrong, const char *sizes, uint64_t seed, const char *code) {
  const gchk_layer layer = {.name = "reduction",
                            .dtype = GCHK_F32,
                            GCHK_TENSORS(reduction_rows),
                            .forward = reduction_forward,
                            .backward = reduction_backward,
                            GCHK_OPTION_TABLE(reduction_options)};
  const double options[] = {is_wrong, kind};
  probe_bench *b = probe_bench_new(&layer, sizes, options, seed);
  probe_bench_expect(b, code, sizes);
  probe_bench_free(b);
}

static const char *const reduction_sizes[] = {"N=131 C=3", "N=2 C=1000", "N=16 C=64"};

START_TEST(a_loss_that_is_near_the_mean_of_its_samples_is_not_it) {
  for (uint64_t seed = 0; seed < 30; seed++)
    for (int kind = MEAN; kind < REDUCTIONS; kind++)
      probe_reduction((reduction)kind, false, reduction_sizes[_i], seed, NULL);
}
END_TEST

START_TEST(a_mean_in_float_is_that_of_its_samples) {
  for (uint64_t seed = 0; seed < 5; seed++)
    probe_reduction(MEAN, true, reduction_sizes[_i], seed, "batch-inconsistent");
}
END_TEST

/* ---- earlier calls: another point, and copies that differ from the first call on ---- */

// y = (big + 3 e^x) - big, of which differences are mostly rounding. The wrong one keeps the first x for ever.
static gchk_status memory_create(const gchk_call *call, void **state, gchk_error *error) {
  *state = calloc(2 + call->t[0].count, sizeof(double));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

GCHK_CALLBACK(noise_forward, {
  double *kept = c->state;
  for (size_t i = 0; i < c->t[0].count; i++) {
    const volatile double sum = 1e6 + 3 * exp(V(0)[i]) * (double)(1 + i);
    V(1)[i] = sum - 1e6;
  }
  if (kept[0] == 0)
    memcpy(&kept[2], V(0), c->t[0].count * sizeof(double));
  kept[0] = 1;
})

GCHK_CALLBACK(noise_backward, {
  const double *x = IS_WRONG(c) ? (const double *)c->state + 2 : V(0);
  for (size_t i = 0; i < c->t[0].count; i++)
    G(0)[i] = G(1)[i] * 3 * exp(x[i]) * (double)(1 + i);
})

#define NOISE(id, at)                                                                                                  \
  static const gchk_tensor_spec id##_rows[] = {                                                                        \
      GCHK_TENSOR("x", GCHK_INPUT, "D", .fill = {GCHK_FILL_CONSTANT, at, 0, NULL, NULL, 0}),                           \
      GCHK_TENSOR("y", GCHK_OUTPUT, "D")};                                                                             \
  static const gchk_layer id = {.name = #id,                                                                           \
                                .dtype = GCHK_F64,                                                                     \
                                GCHK_TENSORS(id##_rows),                                                               \
                                .forward = noise_forward,                                                              \
                                .backward = noise_backward,                                                            \
                                .create = memory_create,                                                               \
                                .destroy = free,                                                                       \
                                GCHK_OPTION_TABLE(wrong_option)};
NOISE(noise_at_zero, 0)
NOISE(noise_at_half, 0.5)

START_TEST(values_that_are_all_zero_are_no_other_point) {
  for (uint64_t seed = 0; seed < 30; seed++) {
    const double right = 0;
    probe_bench *b = probe_bench_new(&noise_at_zero, "D=3", &right, seed);
    probe_bench_expect(b, NULL, "all values are zero");
    probe_bench_free(b);
  }
  expect_twins(&noise_at_half, "D=3", "stale-state");
}
END_TEST

/*
 * y = a x^2 with a of the copy's own, as of weights that create draws. The wrong one uses the x of the call before. Its
 * state: whether there was one, a, x of the call before, x of the last call.
 */
static gchk_status own_create(const gchk_call *call, void **state, gchk_error *error) {
  static double next = 1;
  *state = calloc(2 + 2 * call->t[0].count, sizeof(double));
  if (*state == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  ((double *)*state)[1] = next += 0.37;
  return GCHK_OK;
}

GCHK_CALLBACK(own_forward, {
  const size_t n = c->t[0].count;
  double *kept = c->state, *before = kept + 2, *last = before + n;
  for (size_t i = 0; i < n; i++)
    V(1)[i] = kept[1] * V(0)[i] * V(0)[i];
  memcpy(before, kept[0] == 0 ? V(0) : last, n * sizeof *last);
  memcpy(last, V(0), n * sizeof *last);
  kept[0] = 1;
})

GCHK_CALLBACK(own_backward, {
  const double *kept = c->state, *x = IS_WRONG(c) ? kept + 2 : V(0);
  for (size_t i = 0; i < c->t[0].count; i++)
    G(0)[i] = kept[1] * 2 * x[i] * G(1)[i];
})

START_TEST(copies_that_differ_from_the_first_call_on_are_not_stale) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "D"), GCHK_TENSOR("y", GCHK_OUTPUT, "D")};
  const gchk_layer layer = {.name = "own weights",
                            .dtype = GCHK_F64,
                            GCHK_TENSORS(rows),
                            .forward = own_forward,
                            .backward = own_backward,
                            .create = own_create,
                            .destroy = free,
                            GCHK_OPTION_TABLE(wrong_option)};
  expect_twins(&layer, "D=5", "stale-state");
}
END_TEST

/* ---- sums of terms that cancel, in another order at every call ---- */

/*
 * y_n = x_n + b - mean(x + b), in float. db is what is left of terms that cancel: rounding, and other rounding at
 * every call. Added to b's gradient in place or stored, whatever is declared; x's gradient may be left out.
 */
enum { ACCUMULATES, COUPLES, LOSES, CENTRED_OPTIONS };
static const gchk_option_spec centred_options[CENTRED_OPTIONS] = {
    {"accumulates", 0, 0, 1, ""}, {"couples", 0, 0, 1, ""}, {"loses", 0, 0, 1, ""}};

#define F(i)  ((float *)c->t[i].value)
#define FG(i) ((float *)c->t[i].grad)

GCHK_CALLBACK(centred_forward, {
  const size_t n = c->t[0].count;
  float mean = 0;
  for (size_t i = 0; i < n; i++)
    mean += (F(0)[i] + F(1)[0]) / (float)n;
  for (size_t i = 0; i < n; i++)
    F(2)[i] = F(0)[i] + F(1)[0] - mean;
})

GCHK_CALLBACK(centred_backward, {
  const size_t n = c->t[0].count;
  size_t *calls = c->state;
  const size_t start = 7 * ++*calls % n;
  float mean = 0;
  float sum = 0;
  for (size_t i = 0; i < n; i++)
    mean += FG(2)[(i + start) % n] / (float)n;
  for (size_t i = 0; i < n && FG(0) != NULL; i++)
    FG(0)[i] = FG(2)[i] - mean;
  if (c->option[ACCUMULATES] != 0)
    sum = FG(1)[0];
  // In every third call a term is lost, as by threads that add unguarded.
  for (size_t i = c->option[LOSES] != 0 && *calls % 3 == 0; i < n; i++)
    sum += FG(2)[(i + start) % n] - mean;
  FG(1)[0] = sum + (c->option[COUPLES] != 0 && FG(0) == NULL ? 1 : 0);
})

static gchk_status count_create(const gchk_call *call, void **state, gchk_error *error) {
  (void)call;
  *state = calloc(1, sizeof(size_t));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

#define CENTRED(id, rule)                                                                                              \
  static const gchk_tensor_spec id##_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "D", .grad_may_be_null = true),            \
                                               GCHK_TENSOR("b", GCHK_PARAMETER, "1", .grad = (rule)),                  \
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "D")};                                    \
  static const gchk_layer id = {.name = #id,                                                                           \
                                .dtype = GCHK_F32,                                                                     \
                                GCHK_TENSORS(id##_rows),                                                               \
                                .forward = centred_forward,                                                            \
                                .backward = centred_backward,                                                          \
                                .create = count_create,                                                                \
                                .destroy = free,                                                                       \
                                GCHK_OPTION_TABLE(centred_options)};
CENTRED(centred_detected, GCHK_GRAD_DETECT)
CENTRED(centred_overwrites, GCHK_GRAD_OVERWRITE)
CENTRED(centred_accumulates, GCHK_GRAD_ACCUMULATE)

START_TEST(what_is_left_of_terms_that_cancel_has_a_rule) {
  static const struct {
    const gchk_layer *layer;
    double accumulates, couples, loses;
    const char *code;
  } rows[] = {
      {&centred_detected, 0, 0, 0, NULL},
      {&centred_detected, 1, 0, 0, NULL},
      {&centred_overwrites, 0, 0, 0, NULL},
      {&centred_accumulates, 1, 0, 0, NULL},
      {&centred_overwrites, 1, 0, 0, "accumulates-gradient"},
      {&centred_accumulates, 0, 0, 0, "overwrites-gradient"},
      {&centred_detected, 0, 1, 0, "null-gradient"},
      {&centred_detected, 0, 0, 1, "backward-not-repeatable"},
  };
  static const char *const sizes[] = {"D=5", "D=50", "D=501"};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    for (uint64_t seed = 0; seed < 10; seed++) {
      const double set[CENTRED_OPTIONS] = {
          [ACCUMULATES] = rows[k].accumulates, [COUPLES] = rows[k].couples, [LOSES] = rows[k].loses};
      probe_bench *b = probe_bench_new(rows[k].layer, sizes[_i], set, seed);
      probe_bench_expect(b, rows[k].code, rows[k].layer->name);
      probe_bench_free(b);
    }
  }
}
END_TEST

static TCase *control_tests(void) {
  TCase *tests = tcase_create("probe_controls");
  tcase_add_loop_test(tests, equal_rows_are_no_independent_samples, 0, 3);
  tcase_add_loop_test(tests, equal_rows_do_not_hide_a_mistake, 0, 3);
  tcase_add_test(tests, a_loss_of_zero_is_no_sum);
  tcase_add_loop_test(tests, a_loss_that_is_near_the_mean_of_its_samples_is_not_it, 0, 3);
  tcase_add_loop_test(tests, a_mean_in_float_is_that_of_its_samples, 0, 3);
  tcase_add_test(tests, values_that_are_all_zero_are_no_other_point);
  tcase_add_test(tests, copies_that_differ_from_the_first_call_on_are_not_stale);
  tcase_add_loop_test(tests, what_is_left_of_terms_that_cancel_has_a_rule, 0, 3);
  return tests;
}

TEST_MAIN("probe_controls", control_tests)
