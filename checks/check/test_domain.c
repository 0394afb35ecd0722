/*
 * What a layer is called with: forward and backward see numbers, indices within their range and constants as they were
 * given, whatever is done to find out about them. The layer of this file looks at all that it gets, at every call, and
 * keeps the first that it should not have got. What is infinite by the user's own choice stays so.
 */
#include "main.h"
#include "sanitized.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/gradcheck.h"

enum { X, Z, W, MASK, HOT, LABEL, PLACE, Y, H, S, TENSORS };

typedef enum mistake { RIGHT, DW_ZERO, DX_SCALED, DX_SIGN, Z_FOR_X, FACTOR_NEAR_ZERO, MISTAKES } mistake;

typedef struct witness {
  size_t calls;
  char first[256]; /* what was wrong first */
} witness;

static double at(const gchk_tensor *t, const void *buffer, size_t k) {
  return gchk_tensor_get(t, buffer, k);
}

static void accuse(const gchk_call *c, const char *callback, const gchk_tensor *t, const char *what, size_t k,
                   double x) {
  witness *w = c->layer->user;
  if (w->first[0] == '\0')
    (void)snprintf(w->first, sizeof w->first, "%s, call %zu: %s of %s[%zu] is %g", callback, w->calls, what, t->name, k,
                   x);
}

static void look_at_numbers(const gchk_call *c, const char *callback, const gchk_tensor *t, const char *what,
                            const void *buffer) {
  for (size_t k = 0; k < t->count; k++)
    if (!isfinite(at(t, buffer, k)))
      accuse(c, callback, t, what, k, at(t, buffer, k));
}

// Every second element of the mask is -inf, and the others are 0.
static double mask_at(size_t k) {
  return k % 2 == 0 ? 0 : -(double)INFINITY;
}

static void look(const gchk_call *c, const char *callback, bool is_backward) {
  ((witness *)c->layer->user)->calls++;
  look_at_numbers(c, callback, &c->t[X], "value", c->t[X].value);
  look_at_numbers(c, callback, &c->t[Z], "value", c->t[Z].value);
  look_at_numbers(c, callback, &c->t[W], "value", c->t[W].value);
  for (size_t k = 0; k < c->t[MASK].count; k++)
    if (at(&c->t[MASK], c->t[MASK].value, k) != mask_at(k))
      accuse(c, callback, &c->t[MASK], "value", k, at(&c->t[MASK], c->t[MASK].value, k));
  for (size_t k = 0; k < c->t[HOT].count; k++) {
    const double hot = at(&c->t[HOT], c->t[HOT].value, k);
    if (hot != 0 && hot != 1)
      accuse(c, callback, &c->t[HOT], "value", k, hot);
  }
  for (size_t i = LABEL; i <= PLACE; i++) {
    for (size_t k = 0; k < c->t[i].count; k++) {
      const double index = at(&c->t[i], c->t[i].value, k);
      if (index < 0 || index >= (double)gchk_size(c, "N"))
        accuse(c, callback, &c->t[i], "value", k, index);
    }
  }
  if (!is_backward)
    return;
  look_at_numbers(c, callback, &c->t[Y], "value", c->t[Y].value);
  look_at_numbers(c, callback, &c->t[H], "value", c->t[H].value);
  look_at_numbers(c, callback, &c->t[Y], "upstream gradient", c->t[Y].grad);
}

/*
 * h = tanh x,   y_bi = h/8 + x/8 + |z|/8 + hot w_i/8 + w_label/8, and x_b,place/8 where the mask allows it. Bounded by
 * the largest number whatever x, z and w are.
 */
GCHK_CALLBACK(forward, {
  const gchk_tensor *t = c->t;
  const size_t n = gchk_size(c, "N");
  look(c, "forward", false);
  for (size_t k = 0; k < t[Y].count; k++) {
    const size_t b = k / n;
    const size_t label = (size_t)fmax(0, fmin((double)n - 1, at(&t[LABEL], t[LABEL].value, b)));
    const size_t place = (size_t)fmax(0, fmin((double)n - 1, at(&t[PLACE], t[PLACE].value, k % n)));
    const double x = at(&t[X], t[X].value, k);
    const double seen = mask_at(k % n) == 0 ? at(&t[X], t[X].value, b * n + place) : 0;
    gchk_tensor_set(&t[H], t[H].value, k, tanh(x));
    gchk_tensor_set(&t[S], t[S].value, k, x);
    const double y = tanh(x) / 8 + x / 8 + fabs(at(&t[Z], t[Z].value, k)) / 8 +
                     at(&t[HOT], t[HOT].value, k) * (at(&t[W], t[W].value, k % n) / 8) +
                     at(&t[W], t[W].value, label) / 8 + seen / 8;
    gchk_tensor_set(&t[Y], t[Y].value, k, y);
  }
})

static void add(const gchk_tensor *t, size_t k, double x) {
  gchk_tensor_set(t, t->grad, k, at(t, t->grad, k) + x);
}

GCHK_CALLBACK(backward, {
  const gchk_tensor *t = c->t;
  const size_t n = gchk_size(c, "N");
  const mistake wrong = (mistake)c->option[0];
  look(c, "backward", true);
  for (size_t k = 0; k < t[Y].count; k++) {
    const size_t b = k / n;
    const size_t label = (size_t)fmax(0, fmin((double)n - 1, at(&t[LABEL], t[LABEL].value, b)));
    const size_t place = (size_t)fmax(0, fmin((double)n - 1, at(&t[PLACE], t[PLACE].value, k % n)));
    const double d = at(&t[Y], t[Y].grad, k) / 8, z = at(&t[Z], t[Z].value, k), x = at(&t[X], t[X].value, k);
    const double h = wrong == Z_FOR_X ? tanh(z) : at(&t[H], t[H].value, k);
    double factor = wrong == DX_SCALED && k % 2 == 0 ? 1.5 : wrong == DX_SIGN ? -1 : 1;
    factor = wrong == FACTOR_NEAR_ZERO ? 1 + 0.01 / (1 + x * x) : factor;
    add(&t[X], k, factor * d * (2 - h * h));
    add(&t[Z], k, d * (z > 0 ? 1 : z < 0 ? -1 : 0));
    if (mask_at(k % n) == 0)
      add(&t[X], b * n + place, d);
    if (wrong == DW_ZERO)
      continue;
    add(&t[W], k % n, d * at(&t[HOT], t[HOT].value, k));
    add(&t[W], label, d);
  }
})

static const gchk_option_spec options[] = {{"mistake", RIGHT, 0, 0, "what backward gets wrong"}};

/* One way to fill x, z and w. `largest`: of the dtype. */
typedef struct filling {
  const char *name;
  gchk_fill x, w;
} filling;

static const double near_the_largest[] = {1}; // times the largest number
static const filling fillings[] = {
    {"default", {.kind = GCHK_FILL_DEFAULT}, {.kind = GCHK_FILL_DEFAULT}},
    {"uniform", {.kind = GCHK_FILL_UNIFORM, .a = -1.3, .b = 1.3}, {.kind = GCHK_FILL_CONSTANT, .a = 0}},
    {"positive", {.kind = GCHK_FILL_POSITIVE}, {.kind = GCHK_FILL_CONSTANT, .a = 1}},
    {"distinct", {.kind = GCHK_FILL_DISTINCT}, {.kind = GCHK_FILL_NORMAL, .a = 1e30, .b = 1e30}},
    {"zero", {.kind = GCHK_FILL_CONSTANT, .a = 0}, {.kind = GCHK_FILL_CONSTANT, .a = 0}},
    {"denormal", {.kind = GCHK_FILL_CONSTANT, .a = 1e-45}, {.kind = GCHK_FILL_UNIFORM, .a = -1e-40, .b = 1e-40}},
    {"largest",
     {.kind = GCHK_FILL_VALUES, .values = near_the_largest, .value_count = 1},
     {.kind = GCHK_FILL_VALUES, .values = near_the_largest, .value_count = 1}},
};
enum { FILLINGS = sizeof fillings / sizeof fillings[0] };

typedef struct trial {
  witness seen;
  double mask[64], largest, set;
  gchk_tensor_spec rows[TENSORS];
  gchk_layer layer, twin;
  char sizes[32];
} trial;

static gchk_fill scaled(const trial *t, gchk_fill fill) {
  if (fill.kind == GCHK_FILL_VALUES)
    fill.values = &t->largest;
  return fill;
}

static void build(trial *t, const filling *f, gchk_dtype dtype, mistake wrong, size_t n, bool has_twin) {
  // The thread probe holds writes for some milliseconds each, in a process that has other threads: once is enough.
  const bool uses_threads = f == fillings && wrong == RIGHT;
  *t = (trial){.set = wrong, .largest = dtype == GCHK_F32 ? (double)FLT_MAX : DBL_MAX};
  for (size_t k = 0; k < n; k++)
    t->mask[k] = mask_at(k);
  const gchk_tensor_spec rows[TENSORS] = {
      GCHK_TENSOR("x", GCHK_INPUT, "B N", .fill = scaled(t, f->x)),
      GCHK_TENSOR("z", GCHK_INPUT, "B N", .fill = f->x.kind == GCHK_FILL_VALUES ? scaled(t, f->x) : (gchk_fill){0}),
      GCHK_TENSOR("w", GCHK_PARAMETER, "N", .fill = scaled(t, f->w)),
      GCHK_TENSOR("mask", GCHK_CONSTANT, "N", .fill = {.kind = GCHK_FILL_VALUES, .values = t->mask, .value_count = n}),
      GCHK_TENSOR("hot", GCHK_CONSTANT, "B N", .fill = {.kind = GCHK_FILL_ONE_HOT}),
      GCHK_TENSOR("label", GCHK_INDEX, "B", .fill = {.kind = GCHK_FILL_LABELS, .below = "N"}),
      GCHK_TENSOR("place", GCHK_INDEX, "N", .fill = {.kind = GCHK_FILL_INDICES, .below = "N"}),
      GCHK_TENSOR("y", GCHK_OUTPUT, "B N"),
      GCHK_TENSOR("h", GCHK_CACHE, "B N"),
      GCHK_TENSOR("s", GCHK_SCRATCH, "B N")};
  memcpy(t->rows, rows, sizeof rows);
  (void)snprintf(t->sizes, sizeof t->sizes, "B=3 N=%zu", n);
  t->layer = (gchk_layer){.name = "domain",
                          GCHK_HERE,
                          .dtype = dtype,
                          .tensors = t->rows,
                          .tensor_count = TENSORS,
                          .forward = forward,
                          .backward = backward,
                          GCHK_OPTION_TABLE(options),
                          .option_values = &t->set,
                          .flags = GCHK_HAS_MODES | (uses_threads ? GCHK_HAS_THREADS : 0),
                          .sizes = t->sizes,
                          .user = &t->seen};
  t->twin = t->layer;
  t->twin.dtype = GCHK_F64;
  if (has_twin)
    t->layer.twin = &t->twin;
}

static void expect_nothing_else(trial *t, const char *what, uint64_t seed, uint64_t budget) {
  gchk_options check = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  check.seed = seed;
  check.budget = budget;
  ck_assert_msg(gchk_check_layer(&t->layer, &check, &result, &error) == GCHK_OK, "%s", error.message);
  ck_assert_uint_gt(t->seen.calls, 100);
  ck_assert_msg(t->seen.first[0] == '\0', "%s, %s, mistake %g, seed %d, %s: %s", what, gchk_dtype_name(t->layer.dtype),
                t->set, (int)seed, t->sizes, t->seen.first);
  gchk_result_free(result);
}

static void try_all(const filling *f, mistake wrong, size_t n, uint64_t budget) {
  trial t;
  // Other seeds are for other mistakes: these are the ways that a check can go.
  for (uint64_t seed = wrong; seed < (wrong == RIGHT ? REPEATED(3, 1) : wrong + 1); seed++) {
    build(&t, f, GCHK_F64, wrong, n, false);
    expect_nothing_else(&t, f->name, seed, budget);
    build(&t, f, GCHK_F32, wrong, n, false);
    expect_nothing_else(&t, f->name, seed, budget);
    build(&t, f, GCHK_F32, wrong, n, true);
    expect_nothing_else(&t, f->name, seed, budget);
  }
}

START_TEST(a_layer_sees_only_numbers_and_what_it_was_given) {
  for (mistake wrong = RIGHT; wrong < MISTAKES; wrong++)
    try_all(&fillings[_i], wrong, 5, 0);
}
END_TEST

START_TEST(screening_does_not_leave_the_numbers_either) {
  try_all(&fillings[_i], DX_SCALED, 30, 12);
}
END_TEST

static TCase *domain_tests(void) {
  TCase *tests = tcase_create("domain");
  tcase_set_timeout(tests, 300);
  tcase_add_loop_test(tests, a_layer_sees_only_numbers_and_what_it_was_given, 0, FILLINGS);
  tcase_add_loop_test(tests, screening_does_not_leave_the_numbers_either, 0, FILLINGS);
  return tests;
}

TEST_MAIN("domain", domain_tests)
