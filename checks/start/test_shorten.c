/*
 * Layers that divide by a norm with a floor. In the case "saturated" the rows are short, so that a backward that has
 * the derivative of the other branch there is wrong; what has no floor is saturated as ever.
 */
#include "start/shorten.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "start/case_instance.h"
#include "start_tests.h"

enum { SEEDS = 20, MOST_COLUMNS = 16 };

/* What a row is divided by. */
typedef enum norm { LARGER, ADDED, WHOLE, QUARTIC, DEVIATION, CLIP, PLAIN, PLAIN_OR_ZERO, QUARTIC_OR_ZERO, NORMS } norm;

static const char *const names[NORMS] = {
    "max(|x|, eps)", "|x| + eps", "max(|x|, eps) of all rows",     "max(|x|_4, eps)",        "max(sd, eps)",
    "clip by norm",  "|x|",       "|x|, where that is 0: nothing", "|x|_4, where 0: nothing"};

static const gchk_option_spec options[] = {
    {"norm", 0, 0, NORMS - 1, ""}, {"wrong", 0, 0, 1, ""}, {"digits", 12, 0, 30, ""}};

/* y = z/d of rows z = x, or x - mean, with d of n = |z|_p. Wrong: d' = 1 where d is the floor, or d for n in n'. */
#define NORMALISE(real, id, root_of, power_of)                                                                         \
  typedef struct id##_row {                                                                                            \
    real z[MOST_COLUMNS], n, d, slope;                                                                                 \
  } id##_row;                                                                                                          \
  static void id##_open(const gchk_call *c, const real *x, size_t count, id##_row *r) {                                \
    const norm kind = (norm)c->option[0];                                                                              \
    const real eps = power_of((real)10, (real)(-c->option[2])),                                                        \
               p = kind == QUARTIC || kind == QUARTIC_OR_ZERO ? 4 : 2;                                                 \
    real mean = 0, sum = 0;                                                                                            \
    for (size_t i = 0; i < count; i++)                                                                                 \
      mean += x[i] / (real)count;                                                                                      \
    for (size_t i = 0; i < count; i++) {                                                                               \
      r->z[i] = kind == DEVIATION ? x[i] - mean : x[i];                                                                \
      sum += p > 2 ? r->z[i] * r->z[i] * r->z[i] * r->z[i] : r->z[i] * r->z[i];                                        \
    }                                                                                                                  \
    sum /= kind == DEVIATION ? (real)count : 1;                                                                        \
    r->n = p > 2 ? root_of(root_of(sum)) : root_of(sum);                                                               \
    const bool has_floor = kind == LARGER || kind == WHOLE || kind == QUARTIC || kind == DEVIATION || kind == CLIP;    \
    const bool is_below = has_floor && r->n < eps;                                                                     \
    r->d = is_below ? eps : kind == ADDED ? r->n + eps : r->n;                                                         \
    r->slope = is_below && !(c->option[1] > 0) ? 0 : 1;                                                                \
    if (r->d == 0 && kind != PLAIN) {                                                                                  \
      r->d = 1;                                                                                                        \
      r->slope = 0;                                                                                                    \
    }                                                                                                                  \
  }                                                                                                                    \
  static size_t id##_width(const gchk_call *c) {                                                                       \
    return (norm)c->option[0] == WHOLE ? c->t[0].count : c->t[0].shape.dim[1];                                         \
  }                                                                                                                    \
  static gchk_status id##_forward(const gchk_call *c, gchk_error *error) {                                             \
    const size_t width = id##_width(c);                                                                                \
    const real *x = c->t[0].value;                                                                                     \
    real *y = c->t[1].value;                                                                                           \
    id##_row r;                                                                                                        \
    (void)error;                                                                                                       \
    for (size_t at = 0; at < c->t[0].count; at += width) {                                                             \
      id##_open(c, x + at, width, &r);                                                                                 \
      for (size_t i = 0; i < width; i++)                                                                               \
        y[at + i] = r.z[i] / r.d;                                                                                      \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  /* dz = dy/d - z/d (z/d . dy) d'(n) dn/dz / z; dn/dz = z/n, or (z/n)^3; of a deviation also its mean. */             \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    const size_t width = id##_width(c);                                                                                \
    const norm kind = (norm)c->option[0];                                                                              \
    const real *x = c->t[0].value, *dy = c->t[1].grad;                                                                 \
    real *dx = c->t[0].grad;                                                                                           \
    id##_row r;                                                                                                        \
    (void)error;                                                                                                       \
    for (size_t at = 0; at < c->t[0].count; at += width) {                                                             \
      id##_open(c, x + at, width, &r);                                                                                 \
      real dot = 0, mean = 0;                                                                                          \
      for (size_t i = 0; i < width; i++) {                                                                             \
        dot += dy[at + i] * (r.z[i] / r.d);                                                                            \
        mean += dy[at + i] / (real)width;                                                                              \
      }                                                                                                                \
      dot /= kind == DEVIATION ? (real)width : 1;                                                                      \
      const real other = c->option[1] > 0 && r.n < r.d ? r.d : r.n; /* the wrong one has d for n too */                \
      for (size_t i = 0; i < width; i++) {                                                                             \
        const real part = r.slope != 0 && other > 0 ? r.z[i] / other : 0;                                              \
        const real along = kind == QUARTIC || kind == QUARTIC_OR_ZERO ? part * part * part : part;                     \
        dx[at + i] = (dy[at + i] - (kind == DEVIATION ? mean : 0) - r.slope * dot * along) / r.d;                      \
      }                                                                                                                \
    }                                                                                                                  \
    return GCHK_OK;                                                                                                    \
  }

NORMALISE(double, in_double, sqrt, pow)
NORMALISE(float, in_float, sqrtf, powf)

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
static const gchk_tensor_spec of_parameters[] = {GCHK_TENSOR("x", GCHK_PARAMETER, "N C"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
static const gchk_tensor_spec kept_away[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C", .keep_away = 1e-3),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};

static const gchk_layer doubles = {.name = "normalise",
                                   .dtype = GCHK_F64,
                                   GCHK_TENSORS(rows),
                                   .forward = in_double_forward,
                                   .backward = in_double_backward,
                                   GCHK_OPTION_TABLE(options)};
static const gchk_layer floats = {.name = "normalise",
                                  .dtype = GCHK_F32,
                                  GCHK_TENSORS(rows),
                                  .forward = in_float_forward,
                                  .backward = in_float_backward,
                                  GCHK_OPTION_TABLE(options)};
static const gchk_layer twins = {.name = "normalise",
                                 .dtype = GCHK_F32,
                                 GCHK_TENSORS(rows),
                                 .forward = in_float_forward,
                                 .backward = in_float_backward,
                                 .twin = &doubles,
                                 GCHK_OPTION_TABLE(options)};
static const gchk_layer *const precisions[] = {&doubles, &floats, &twins};
enum { PRECISIONS = sizeof precisions / sizeof precisions[0] };

static gchk_case case_of(const gchk_layer *layer, const double *chosen) {
  return (gchk_case){.name = "normalise",
                     .layer = layer,
                     .sizes = "N=4 C=3",
                     .options = chosen,
                     .auxiliary = GCHK_VARIED,
                     .planted = GCHK_PLANT_SATURATED};
}

/* What is wrong below a floor alone is said to be so, and what differences see above it too is not. */
static void check_name(const gchk_case_result *c, bool is_floor, uint64_t seed) {
  for (size_t t = 0; t < c->tensor_count; t++) {
    const gchk_tensor_result *tensor = &c->tensors[t];
    if (tensor->verdict != GCHK_FAIL)
      continue;
    ck_assert_uint_gt(tensor->finding_count, 0);
    const gchk_finding *f = &tensor->findings[0];
    const bool is_said = strcmp(f->code, "wrong-in-region") == 0 && strstr(f->text, "a floor in between") != NULL;
    ck_assert_msg(is_said == is_floor, "seed %d: %s", (int)seed, f->text);
  }
}

static gchk_verdict check(const gchk_layer *layer, norm kind, bool is_wrong, double digits, uint64_t seed) {
  const double chosen[] = {kind, is_wrong, digits};
  const gchk_case c = case_of(layer, chosen);
  gchk_options how = GCHK_OPTIONS_INIT;
  how.seed = seed;
  gchk_result *result = NULL;
  gchk_error error;
  ck_assert_msg(gchk_check_cases(&c, 1, &how, &result, &error) == GCHK_OK, "%s", error.message);
  const gchk_verdict verdict = result->verdict;
  if (kind != ADDED && kind != CLIP)
    check_name(&result->cases[0], true, seed);
  else if (kind == CLIP || (digits < 10 && layer->dtype == GCHK_F64)) // an eps that is added is there above it too
    check_name(&result->cases[0], false, seed);
  gchk_result_free(result);
  return verdict;
}

static void expect(norm kind, bool is_wrong, double digits) {
  for (size_t p = 0; p < PRECISIONS; p++)
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const gchk_verdict found = check(precisions[p], kind, is_wrong, digits, seed);
      ck_assert_msg(found == (is_wrong ? GCHK_FAIL : GCHK_PASS), "%s%s, eps 1e-%g, %s, seed %d: %s", names[kind],
                    is_wrong ? ", wrong" : "", digits,
                    p == 0   ? "double"
                    : p == 1 ? "float"
                             : "with a twin",
                    (int)seed, gchk_verdict_name(found));
    }
}

/* eps as it is written, in F.normalize, in cosines, in variances. */
static const double digits[] = {12, 8, 6};
enum { DIGITS = sizeof digits / sizeof digits[0] };
static const norm with_floor[] = {LARGER, ADDED, WHOLE, DEVIATION};
enum { WITH_FLOOR = sizeof with_floor / sizeof with_floor[0] };

START_TEST(the_branch_of_short_rows_is_checked) {
  const norm kind = with_floor[_i / DIGITS];
  expect(kind, false, digits[_i % DIGITS]);
  expect(kind, true, digits[_i % DIGITS]);
}
END_TEST

START_TEST(the_branch_of_short_parameters_is_checked) {
  gchk_layer layer = *precisions[_i], twin = doubles;
  layer.tensors = twin.tensors = of_parameters;
  layer.twin = layer.twin == NULL ? NULL : &twin;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    ck_assert_int_eq(check(&layer, LARGER, false, 12, seed), GCHK_PASS);
    ck_assert_int_eq(check(&layer, LARGER, true, 12, seed), GCHK_FAIL);
  }
}
END_TEST

/* Rows beyond the norm at every seed: those within it are the short ones. */
START_TEST(rows_that_are_not_clipped_are_checked) {
  expect(CLIP, false, 2);
  expect(CLIP, true, 2);
}
END_TEST

START_TEST(what_has_no_floor_stays_right) {
  static const norm without[] = {PLAIN, PLAIN_OR_ZERO, QUARTIC_OR_ZERO, QUARTIC};
  expect(without[_i], false, 12);
}
END_TEST

/* Values of the case, filled as it says, and again shortened. */
typedef struct rows_of {
  gchk_instance *instance;
  double before[MOST_COLUMNS], after[MOST_COLUMNS];
  bool is_shorter;
} rows_of;

static rows_of shorten(const gchk_layer *layer, norm kind, double eps_digits, uint64_t seed) {
  const double chosen[] = {kind, 0, eps_digits};
  gchk_case c = case_of(layer, chosen);
  rows_of r = {.instance = NULL};
  c.planted = GCHK_PLANT_NOTHING;
  ck_assert_int_eq(gchk_case_instance(&c, seed, &r.instance, NULL), GCHK_OK);
  const gchk_tensor *t = &r.instance->t[0];
  for (size_t e = 0; e < t->count; e++)
    r.before[e] = gchk_tensor_get(t, t->value, e);
  ck_assert_int_eq(gchk_shorten(r.instance, 0, &r.is_shorter, NULL), GCHK_OK);
  for (size_t e = 0; e < t->count; e++)
    r.after[e] = gchk_tensor_get(t, t->value, e);
  gchk_instance_free(r.instance);
  return r;
}

/* By one power of two, to where the rows are below the floor: of all, between a quarter and a half of it. */
START_TEST(rows_are_as_short_as_the_floor_wants) {
  const gchk_layer *layer = precisions[_i % 2];
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const rows_of r = shorten(layer, WHOLE, digits[_i / 2], seed);
    double squares = 0;
    int first, other;
    ck_assert(r.is_shorter);
    const double part = frexp(r.after[0] / r.before[0], &first);
    ck_assert(part == 0.5);
    for (size_t e = 0; e < 12; e++) {
      squares += r.after[e] * r.after[e];
      ck_assert(frexp(r.after[e] / r.before[e], &other) == 0.5 && other == first);
    }
    const double of_floor = sqrt(squares) / pow(10, -digits[_i / 2]);
    ck_assert_msg(of_floor > 0.2499 && of_floor <= 0.5001, "%g of the floor", of_floor);
  }
}
END_TEST

/* Nothing to find, nothing that zeros lead to, or only what underflows. */
START_TEST(others_keep_their_values) {
  static const norm without[] = {PLAIN, PLAIN_OR_ZERO, QUARTIC_OR_ZERO};
  for (size_t p = 0; p < 2; p++)
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
      const rows_of r = shorten(precisions[p], without[_i], 12, seed);
      ck_assert(!r.is_shorter && memcmp(r.before, r.after, sizeof r.before) == 0);
    }
}
END_TEST

static bool has_seen_infinity;

static gchk_status watched(const gchk_call *c, gchk_error *error) {
  for (size_t e = 0; e < c->t[0].count; e++)
    has_seen_infinity = has_seen_infinity || !isfinite(((const float *)c->t[0].value)[e]);
  return in_float_forward(c, error);
}

/* Twice the largest floats are none. */
START_TEST(no_number_is_infinite) {
  const gchk_tensor_spec large[] = {
      GCHK_TENSOR("x", GCHK_INPUT, "N C", .fill = {.kind = GCHK_FILL_NORMAL, .b = 1.5e38}),
      GCHK_TENSOR("y", GCHK_OUTPUT, "N C")};
  gchk_layer layer = floats;
  layer.tensors = large;
  layer.forward = watched;
  size_t tried = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const double chosen[] = {LARGER, 0, 12};
    gchk_case c = case_of(&layer, chosen);
    gchk_instance *instance = NULL;
    bool is_shorter;
    c.planted = GCHK_PLANT_NOTHING;
    ck_assert_int_eq(gchk_case_instance(&c, seed, &instance, NULL), GCHK_OK);
    bool is_infinite = false;
    for (size_t e = 0; e < instance->t[0].count; e++)
      is_infinite = is_infinite || !isfinite(gchk_tensor_get(&instance->t[0], instance->t[0].value, e));
    if (!is_infinite) {
      tried++;
      ck_assert_int_eq(gchk_shorten(instance, 0, &is_shorter, NULL), GCHK_OK);
    }
    gchk_instance_free(instance);
  }
  ck_assert(tried > 0 && !has_seen_infinity);
}
END_TEST

START_TEST(what_keeps_away_from_zero_does) {
  const double chosen[] = {LARGER, 0, 12};
  gchk_layer layer = doubles;
  layer.tensors = kept_away;
  const gchk_case c = case_of(&layer, chosen);
  gchk_instance *instance;
  ck_assert_int_eq(gchk_case_instance(&c, 0, &instance, NULL), GCHK_OK);
  for (size_t e = 0; e < instance->t[0].count; e++)
    ck_assert_double_ge(fabs(gchk_tensor_get(&instance->t[0], instance->t[0].value, e)), 1e-3);
  gchk_instance_free(instance);
}
END_TEST

TCase *shorten_tests(void) {
  TCase *tests = tcase_create("shorten");
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, the_branch_of_short_rows_is_checked, 0, WITH_FLOOR * DIGITS);
  tcase_add_loop_test(tests, the_branch_of_short_parameters_is_checked, 0, PRECISIONS);
  tcase_add_test(tests, rows_that_are_not_clipped_are_checked);
  tcase_add_loop_test(tests, what_has_no_floor_stays_right, 0, 4);
  tcase_add_loop_test(tests, rows_are_as_short_as_the_floor_wants, 0, 2 * DIGITS);
  tcase_add_loop_test(tests, others_keep_their_values, 0, 3);
  tcase_add_test(tests, no_number_is_infinite);
  tcase_add_test(tests, what_keeps_away_from_zero_does);
  return tests;
}
