/*
 * What may stay undecided: scattered elements, but no row, column, border, sample or region where a mistake could hide.
 *
 * y = tanh(x) + offset, element by element. Where the offset is so large that half a unit of y in its last place is as
 * large as what x can do to it, no difference decides; elsewhere it is 0.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/check.h"
#include "gradcheck/random.h"
#include "main.h"

enum { B = 21, H = 5, W = 5, COUNT = B * H * W };

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B H W"),
                                        GCHK_TENSOR("offset", GCHK_CONSTANT, "B H W"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "B H W")};

/* Where backward has the wrong sign, and where the offset is large. */
typedef struct places {
  bool is_wrong[COUNT], is_large[COUNT];
} places;

#define ELEMENTWISE(real, tangent, forward, backward)                                                                  \
  GCHK_CALLBACK(forward, real *x = c->t[0].value; real *offset = c->t[1].value; real *y = c->t[2].value;               \
                for (size_t i = 0; i < c->t[0].count; i++) y[i] = tangent(x[i]) + offset[i])                           \
  GCHK_CALLBACK(                                                                                                       \
      backward, real *x = c->t[0].value; real *dx = c->t[0].grad; real *dy = c->t[2].grad;                             \
      const places *p = c->layer->user; for (size_t i = 0; i < c->t[0].count; i++) {                                   \
        const real d = dy[i] * (1 - tangent(x[i]) * tangent(x[i]));                                                    \
        dx[i] = p->is_wrong[i] ? -d : d;                                                                               \
      })
ELEMENTWISE(double, tanh, forward64, backward64)
ELEMENTWISE(float, tanhf, forward32, backward32)

typedef bool (*block)(size_t b, size_t h, size_t w);
static bool row(size_t b, size_t h, size_t w) {
  return b == 7 && h == 2 && w < W;
}
static bool sample(size_t b, size_t h, size_t w) {
  return b == 13 && h < H && w < W;
}
static bool last_sample(size_t b, size_t h, size_t w) {
  return b == B - 1 && h < H && w < W;
}
static bool region(size_t b, size_t h, size_t w) { // 4 x 4 pixels of one sample
  return b == 3 && h > 0 && w > 0;
}
static bool column_of_a_sample(size_t b, size_t h, size_t w) {
  return b == 3 && h < H && w == W - 1;
}
static bool border_of_a_sample(size_t b, size_t h, size_t w) {
  return b == 5 && (h == 0 || w == 0 || h == H - 1 || w == W - 1);
}
static const block blocks[] = {row, sample, last_sample, region, column_of_a_sample, border_of_a_sample};
enum { BLOCKS = sizeof blocks / sizeof blocks[0] };

static void fill_block(block in, places *p) {
  for (size_t i = 0; i < COUNT; i++)
    p->is_large[i] = in(i / (H * W), i / W % H, i % W);
}

static void fill_scattered(places *p) {
  gchk_random random = gchk_random_seeded(3);
  memset(p->is_large, 0, sizeof p->is_large);
  for (size_t k = 0; k < COUNT / 30; k++)
    p->is_large[gchk_random_below(&random, COUNT)] = true;
}

static gchk_result *check(const places *p, gchk_dtype dtype, double *offset) {
  for (size_t i = 0; i < COUNT; i++)
    offset[i] = p->is_large[i] ? (dtype == GCHK_F32 ? 0x1p21 : 0x1p50) : 0;
  const bool is_float = dtype == GCHK_F32;
  gchk_layer layer = {.name = "offset",
                      .dtype = dtype,
                      GCHK_TENSORS(rows),
                      .sizes = "B=21 H=5 W=5",
                      .forward = is_float ? forward32 : forward64,
                      .backward = is_float ? backward32 : backward64};
  places own = *p;
  layer.user = &own;
  gchk_tensor_setting setting = {
      .size = sizeof setting, .name = "offset", .fill = {GCHK_FILL_VALUES, .values = offset, .value_count = COUNT}};
  gchk_case c = {.size = sizeof c, .name = "offset", .layer = &layer, .settings = &setting, .setting_count = 1};
  gchk_options options = GCHK_OPTIONS_INIT;
  options.probes = false; // batches of other sizes have no such places
  gchk_result *result = NULL;
  gchk_error error;
  ck_assert_msg(gchk_check_cases(&c, 1, &options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

static int exit_code(const places *p, gchk_dtype dtype) {
  double offset[COUNT];
  gchk_result *result = check(p, dtype, offset);
  const int code = result->exit_code;
  gchk_result_free(result);
  return code;
}

// The wrong twin of each block: its mistake fills what cannot be decided.
START_TEST(a_mistake_cannot_hide_in_an_undecided_block) {
  places p;
  fill_block(blocks[_i / 2], &p);
  memcpy(p.is_wrong, p.is_large, sizeof p.is_wrong);
  ck_assert_int_ne(exit_code(&p, _i % 2 == 0 ? GCHK_F32 : GCHK_F64), 0);
}
END_TEST

START_TEST(scattered_undecided_elements_are_tolerated_and_counted) {
  places p;
  double offset[COUNT];
  fill_scattered(&p);
  memset(p.is_wrong, 0, sizeof p.is_wrong);
  gchk_result *result = check(&p, _i == 0 ? GCHK_F32 : GCHK_F64, offset);
  ck_assert_int_eq(result->exit_code, 0);
  ck_assert_uint_eq(result->summary.with_undecided, 1);
  ck_assert_uint_gt(result->summary.elements_undecided, 0);
  gchk_result_free(result);
}
END_TEST

// The same scattered elements beside mistakes where differences decide.
START_TEST(undecided_elements_excuse_no_wrong_one) {
  places p;
  fill_scattered(&p);
  for (size_t i = 0; i < COUNT; i++)
    p.is_wrong[i] = !p.is_large[i] && i / (H * W) == 7;
  ck_assert_int_eq(exit_code(&p, _i == 0 ? GCHK_F32 : GCHK_F64), 1);
}
END_TEST

// The blocks decide nothing even when nothing is large there: the same mistake is then found.
START_TEST(the_mistakes_are_found_where_differences_decide) {
  places p;
  fill_block(blocks[_i / 2], &p);
  memcpy(p.is_wrong, p.is_large, sizeof p.is_wrong);
  memset(p.is_large, 0, sizeof p.is_large);
  ck_assert_int_eq(exit_code(&p, _i % 2 == 0 ? GCHK_F32 : GCHK_F64), 1);
}
END_TEST

static TCase *undecided_tests(void) {
  TCase *tests = tcase_create("undecided");
  tcase_add_loop_test(tests, a_mistake_cannot_hide_in_an_undecided_block, 0, 2 * BLOCKS);
  tcase_add_loop_test(tests, the_mistakes_are_found_where_differences_decide, 0, 2 * BLOCKS);
  tcase_add_loop_test(tests, scattered_undecided_elements_are_tolerated_and_counted, 0, 2);
  tcase_add_loop_test(tests, undecided_elements_excuse_no_wrong_one, 0, 2);
  return tests;
}

TEST_MAIN("undecided", undecided_tests)
