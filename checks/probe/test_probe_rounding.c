/*
 * Probes at gradients that are what rounding leaves of terms that cancel.
 *
 * Batch norm in float, y = (x - mean)/sqrt(var + 1e-5): over two rows y is 1 and -1 but for its rounding, and what is
 * left of its gradient is not linear in the upstream gradient, by rounding. The wrong one's is not by a hundredth of it there, and by a ten thousandth
 * of what other rows leave.
 */
#include "calls/probe_rounding.h"

#include <math.h>

#include "gradcheck/gradcheck.h"
#include "probe_bench.h"

enum { SEEDS = 30 };

#define V(i) ((float *)c->t[i].value)
#define G(i) ((float *)c->t[i].grad)

static const gchk_option_spec bends_option[] = {{"bends", 0, 0, 1, "part of |dy| in the gradient"}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C"),
                                        GCHK_TENSOR("r", GCHK_CACHE, "C")};

GCHK_CALLBACK(norm_forward, {
  const size_t n = gchk_size(c, "N"), k = gchk_size(c, "C");
  for (size_t j = 0; j < k; j++) {
    float mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
      mean += V(0)[i * k + j];
    mean /= (float)n;
    for (size_t i = 0; i < n; i++)
      square += (V(0)[i * k + j] - mean) * (V(0)[i * k + j] - mean);
    V(2)[j] = 1 / sqrtf(square / (float)n + 1e-5F);
    for (size_t i = 0; i < n; i++)
      V(1)[i * k + j] = (V(0)[i * k + j] - mean) * V(2)[j];
  }
})

GCHK_CALLBACK(norm_backward, {
  const size_t n = gchk_size(c, "N"), k = gchk_size(c, "C");
  for (size_t j = 0; j < k; j++) {
    float d = 0, dy = 0;
    for (size_t i = 0; i < n; i++) {
      d += G(1)[i * k + j];
      dy += G(1)[i * k + j] * V(1)[i * k + j];
    }
    for (size_t i = 0; i < n; i++) {
      const float right = V(2)[j] * (G(1)[i * k + j] - d / (float)n - V(1)[i * k + j] * dy / (float)n);
      G(0)[i * k + j] = right * (1 + (float)c->option[0] * fabsf(G(1)[i * k + j]));
    }
  }
})

static const gchk_layer norm = {.name = "norm",
                                .dtype = GCHK_F32,
                                GCHK_TENSORS(rows),
                                .forward = norm_forward,
                                .backward = norm_backward,
                                GCHK_OPTION_TABLE(bends_option)};

START_TEST(what_rounding_leaves_is_linear_in_nothing) {
  static const char *const sizes[] = {"N=2 C=17", "N=3 C=5", "N=40 C=3"};
  static const double much[] = {1e-2, 1e-4, 1e-4};
  const double bends[] = {0, much[_i]};
  for (int wrong = 0; wrong < 2; wrong++)
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      probe_bench *b = probe_bench_new(&norm, sizes[_i], &bends[wrong], seed);
      probe_bench_expect(b, wrong ? "not-linear-in-upstream" : NULL, sizes[_i]);
      probe_bench_free(b);
    }
}
END_TEST

/*
 * y = x + (z - mean_n z)/1e4, z = x + b, in double, db added up in place, term by term: the terms of two rows are 0
 * exactly onto zeros, and 0 or a rounding onto what was there.
 */
enum { ADDS, DOUBLES, OVERWRITES };
static const gchk_option_spec habit_option[] = {{"habit", ADDS, ADDS, OVERWRITES, "what b's gradient becomes"}};
static const gchk_tensor_spec centred_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"),
                                                GCHK_TENSOR("b", GCHK_PARAMETER, "C", .grad = GCHK_GRAD_ACCUMULATE),
                                                GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

#define DV(i) ((double *)c->t[i].value)
#define DG(i) ((double *)c->t[i].grad)

GCHK_CALLBACK(centred_forward, {
  const size_t n = gchk_size(c, "N"), k = gchk_size(c, "C");
  for (size_t j = 0; j < k; j++) {
    double mean = 0;
    for (size_t i = 0; i < n; i++)
      mean += (DV(0)[i * k + j] + DV(1)[j]) / (double)n;
    for (size_t i = 0; i < n; i++)
      DV(2)[i * k + j] = DV(0)[i * k + j] + (DV(0)[i * k + j] + DV(1)[j] - mean) / 1e4;
  }
})

GCHK_CALLBACK(centred_backward, {
  const size_t n = gchk_size(c, "N"), k = gchk_size(c, "C");
  for (size_t j = 0; j < k; j++) {
    double mean = 0;
    for (size_t i = 0; i < n; i++)
      mean += DG(2)[i * k + j] / (double)n;
    DG(1)[j] *= c->option[0] == DOUBLES ? 2 : c->option[0] == OVERWRITES ? 0 : 1;
    for (size_t i = 0; i < n; i++) {
      DG(0)[i * k + j] = DG(2)[i * k + j] + (DG(2)[i * k + j] - mean) / 1e4;
      DG(1)[j] += (DG(2)[i * k + j] - mean) / 1e4;
    }
  }
})

static const gchk_layer centred = {.name = "centred",
                                   .dtype = GCHK_F64,
                                   GCHK_TENSORS(centred_rows),
                                   .forward = centred_forward,
                                   .backward = centred_backward,
                                   GCHK_OPTION_TABLE(habit_option)};

START_TEST(what_rounding_leaves_is_added_where_some_of_it_is_lost) {
  static const char *const codes[] = {
      [ADDS] = NULL, [DOUBLES] = "reads-gradient", [OVERWRITES] = "overwrites-gradient"};
  const double habit = _i;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    probe_bench *b = probe_bench_new(&centred, "N=2 C=131", &habit, seed);
    probe_bench_expect(b, codes[_i], "N=2 C=131");
    probe_bench_free(b);
  }
}
END_TEST

static TCase *rounding_tests(void) {
  TCase *tests = tcase_create("probe_rounding");
  tcase_add_loop_test(tests, what_rounding_leaves_is_linear_in_nothing, 0, 3);
  tcase_add_loop_test(tests, what_rounding_leaves_is_added_where_some_of_it_is_lost, 0, OVERWRITES + 1);
  return tests;
}

TEST_MAIN("probe_rounding", rounding_tests)
