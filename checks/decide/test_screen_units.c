/* What is screened is what is differenced: the double twin of a float layer, however coarse and unsteady that is. */
#include "decide/look.h"
#include "decide_tests.h"
#include "instance/precision.h"
#include "measure/tensor_work.h"
#include "measure/work_fixture.h"
#include "screen/screen_case.h"

/*
 * y = x^2, of which float stores bf16 numbers, or varies in its last bits from call to call; its double twin does neither.
 * dx is wrong at one element, or is right (-1).
 */
enum { N = 40 };
static const gchk_option_spec options[] = {{"wrong", -1, -1, N, ""}};
static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N", .grad = GCHK_GRAD_OVERWRITE),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static unsigned calls;

static float bf16(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  u = (u + 0x7fffU + ((u >> 16) & 1)) & 0xffff0000U;
  memcpy(&x, &u, sizeof x);
  return x;
}

static gchk_status coarse_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value;
  float *y = c->t[1].value;
  for (size_t i = 0; i < N; i++)
    y[i] = bf16(x[i] * x[i]);
  return GCHK_OK;
}

static gchk_status coarse_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *dy = c->t[1].grad;
  float *dx = c->t[0].grad;
  for (size_t i = 0; i < N; i++)
    dx[i] = bf16(((double)i == c->option[0] ? -20 : 2) * bf16(x[i] * dy[i]));
  return GCHK_OK;
}

/* As sums in another order do: some units of the outputs. */
static gchk_status unsteady_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value;
  float *y = c->t[1].value;
  calls++;
  for (size_t i = 0; i < N; i++)
    y[i] = x[i] * x[i] * (1 + 0x1p-20F * (float)((calls * 7 + i) % 5));
  return GCHK_OK;
}

static gchk_status unsteady_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const float *x = c->t[0].value, *dy = c->t[1].grad;
  float *dx = c->t[0].grad;
  for (size_t i = 0; i < N; i++)
    dx[i] = ((double)i == c->option[0] ? 2.02F : 2) * x[i] * dy[i];
  return GCHK_OK;
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < N; i++)
    y[i] = x[i] * x[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < N; i++)
    dx[i] = 2 * x[i] * dy[i];
  return GCHK_OK;
}

#define TABLE(id, type, of_outputs, f, b, in_double)                                                                   \
  {                                                                                                                    \
    .name = id, .dtype = type, GCHK_TENSORS(rows), .forward = f, .backward = b, .sizes = "N=40",                       \
    GCHK_OPTION_TABLE(options), .unit = of_outputs, .twin = in_double                                                  \
  }
enum { COARSE, UNSTEADY, LAYERS };
static const gchk_layer twins[LAYERS] = {TABLE("coarse", GCHK_F64, GCHK_UNIT_OF_BF16, forward, backward, NULL),
                                         TABLE("unsteady", GCHK_F64, 0, forward, backward, NULL)};
static const gchk_layer layers[LAYERS] = {
    TABLE("coarse", GCHK_F32, GCHK_UNIT_OF_BF16, coarse_forward, coarse_backward, &twins[0]),
    TABLE("unsteady", GCHK_F32, 0, unsteady_forward, unsteady_backward, &twins[1])};

START_TEST(a_twin_is_screened_as_exactly_as_it_computes) {
  static const int wrong[] = {-1, 0, 13, N - 1};
  for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
    const double set = wrong[k];
    const gchk_fill fill = {.kind = GCHK_FILL_UNIFORM, .a = 1, .b = 2};
    const gchk_tensor_setting setting = {.name = "x", .fill = fill};
    const gchk_case spec = {
        .name = "screened", .layer = &layers[_i], .options = &set, .settings = &setting, .setting_count = 1};
    work_fixture f;
    gchk_error error = {GCHK_OK, ""};
    work_fixture_open(&f, &spec, NULL);
    gchk_tensor_work *x = &f.work.tensors[0];
    ck_assert_ptr_nonnull(f.work.single);
    x->checked_count = 0;
    ck_assert_msg(gchk_screen_case_tensor(&f.work, x, &error) == GCHK_OK, "%s", error.message);
    ck_assert_msg((x->along[0] > 0) == (set >= 0), "%s, wrong at %g", layers[_i].name, set);
    ck_assert_msg(x->checked_count == (set >= 0), "%s, wrong at %g: %zu culprits", layers[_i].name, set,
                  x->checked_count);
    if (set >= 0)
      ck_assert_uint_eq(x->checked[0], (size_t)set);
    work_fixture_close(&f);
  }
}
END_TEST

/* A twin computes as double does, and varies as it does; float that is differenced itself is what it declares. */
START_TEST(noise_is_that_of_what_is_differenced) {
  for (size_t with_twin = 0; with_twin < 2; with_twin++) {
    gchk_layer layer = layers[_i];
    layer.twin = with_twin ? layer.twin : NULL;
    const double set = -1, noise[GCHK_MAX_DRAWS] = {1e-3, 1e-4};
    const gchk_case spec = {.name = "noise", .layer = &layer, .options = &set};
    work_fixture f;
    gchk_tensor_line l;
    work_fixture_open(&f, &spec, NULL);
    gchk_tensor_work *x = &f.work.tensors[0];
    ck_assert_int_eq(f.work.variation[0] > 0, _i == UNSTEADY);
    ck_assert_int_eq(gchk_tensor_line_open_plain(&l, &f.work, x, NULL), GCHK_OK);
    for (size_t d = 0; d < f.work.draw_count; d++)
      x->sigma[d] = noise[d];
    gchk_tensor_line_aim(&l, 0);
    ck_assert_double_eq(l.line.output_unit, with_twin        ? GCHK_UNIT_F64
                                            : _i == UNSTEADY ? GCHK_UNIT_F32
                                                             : GCHK_UNIT_OF_BF16);
    for (size_t d = 0; d < f.work.draw_count; d++)
      ck_assert_double_eq(l.line.sigma[d], with_twin        ? noise[d]
                                           : _i == UNSTEADY ? noise[d] + f.work.variation[d]
                                                            : 0); // its rounding explains it
    work_fixture_close(&f);
  }
}
END_TEST

/* Noise far above what the outputs store is that of products: of the first element that is aimed at, and of all others. */
START_TEST(a_line_is_the_same_whatever_was_aimed_at_before) {
  gchk_layer layer = layers[UNSTEADY];
  layer.twin = NULL;
  layer.product_unit = GCHK_UNIT_OF_TF32;
  const double set = -1;
  const gchk_case spec = {.name = "aimed", .layer = &layer, .options = &set};
  work_fixture f;
  gchk_tensor_line l;
  work_fixture_open(&f, &spec, NULL);
  gchk_tensor_work *x = &f.work.tensors[0];
  ck_assert_int_eq(gchk_tensor_line_open_plain(&l, &f.work, x, NULL), GCHK_OK);
  for (size_t d = 0; d < f.work.draw_count; d++)
    x->sigma[d] = 0x1p-13 * gchk_natural_gradient(l.line.v[d], l.line.y0, l.line.output_count, 1);
  gchk_tensor_line_aim(&l, 7);
  const gchk_line first = l.line;
  ck_assert_double_eq(first.output_unit, GCHK_UNIT_OF_TF32);
  gchk_tensor_line_aim(&l, 3);
  gchk_tensor_line_aim(&l, 7);
  ck_assert_double_eq(l.line.output_unit, first.output_unit);
  for (size_t d = 0; d < f.work.draw_count; d++)
    ck_assert_double_eq(l.line.sigma[d], first.sigma[d]);
  work_fixture_close(&f);
}
END_TEST

TCase *screen_units_tests(void) {
  TCase *tests = tcase_create("units of screening");
  tcase_add_loop_test(tests, a_twin_is_screened_as_exactly_as_it_computes, COARSE, LAYERS);
  tcase_add_loop_test(tests, noise_is_that_of_what_is_differenced, COARSE, LAYERS);
  tcase_add_test(tests, a_line_is_the_same_whatever_was_aimed_at_before);
  return tests;
}
