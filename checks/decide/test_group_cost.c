/*
 * What groups cost in large tensors: forwards that do not grow with the elements, held against updates; one wrong
 * element of many; and elements that are tried again at other base points.
 */
#include "decide/retry.h"
#include "decide_tests.h"
#include "measure/work_calls.h"
#include "measure/work_fixture.h"
#include "sanitized.h"

static const gchk_tensor_spec flat[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

/* y = x^3/3, element by element: of any size. */
GCHK_CALLBACK(
    cube, for (size_t e = 0; e < c->t[0].count; e++) {
      const double x = ((const double *)c->t[0].value)[e];
      ((double *)c->t[1].value)[e] = x * x * x / 3;
    })
GCHK_CALLBACK(
    cube_back, for (size_t e = 0; e < c->t[0].count; e++) {
      const double x = ((const double *)c->t[0].value)[e];
      ((double *)c->t[0].grad)[e] = x * x * ((const double *)c->t[1].grad)[e] * ((double)e == c->option[0] ? 1.01 : 1);
    })
static const gchk_option_spec of_cubes[] = {{"wrong", -1, -1, 1e9, ""}};
static const gchk_layer cubes = {.name = "cubes",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(flat),
                                 .sizes = "N=4096",
                                 GCHK_OPTION_TABLE(of_cubes),
                                 .forward = cube,
                                 .backward = cube_back};

enum { TAPS = 5 };
static const double taps[TAPS] = {0.5, -1, 0.25, 2, -0.75};

static bool is_inside(size_t i, size_t k, size_t n) {
  return i + k >= TAPS / 2 && i + k < n + TAPS / 2;
}

static gchk_status filter(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t n = c->t[0].count;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t k = 0; k < TAPS; k++)
      sum += is_inside(i, k, n) ? taps[k] * x[i + k - TAPS / 2] : 0;
    y[i] = fmax(sum, 0);
  }
  return GCHK_OK;
}

static gchk_status filter_back(const gchk_call *c, gchk_error *error) {
  (void)error;
  const size_t n = c->t[0].count;
  const double *y = c->t[1].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  memset(dx, 0, n * sizeof *dx);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < TAPS; k++)
      if (is_inside(i, k, n) && y[i] > 0)
        dx[i + k - TAPS / 2] += taps[k] * dy[i];
  return GCHK_OK;
}

/* A convolution of a signal, and relu: half of the outputs is dead. */
static const gchk_layer rectified_filter = {.name = "filter",
                                            .dtype = GCHK_F64,
                                            GCHK_TENSORS(flat),
                                            .sizes = "N=4096",
                                            .forward = filter,
                                            .backward = filter_back};

START_TEST(what_it_costs_does_not_grow_with_the_elements) {
  enum { A_BIT = 6 /* of the index: forwards to find what depends on it */ };
  // Of windows the size is found first, and dead outputs take some rounds to be found; of those whose kinks are near,
  // some are decided by themselves.
  enum { WINDOWED = 1000, A_ROUND = 6 };
  static const struct {
    const gchk_layer *layer;
    const char *sizes;
    uint64_t most;
  } cases[] = {{&cubes, "N=4096", 300},
               {&cubes, "N=65536", 300 + 4 * A_BIT},
               {&rectified_filter, "N=4096", WINDOWED},
               {&rectified_filter, "N=65536", WINDOWED + 4 * A_BIT * A_ROUND}};
  enum { EVERY = REPEATED(1, 2) }; // with sanitizers the smaller of two sizes
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k += EVERY) {
    const gchk_case spec = {.name = "many", .layer = cases[k].layer, .sizes = cases[k].sizes};
    work_fixture f;
    work_fixture_open(&f, &spec, NULL);
    work_fixture_differentiate(&f);
    ck_assert_uint_eq(f.work.tensors[0].tally.worst, GCHK_PASS);
    ck_assert_uint_le(gchk_work_calls(&f.work), cases[k].most);
    work_fixture_close(&f);
  }
}
END_TEST

static gchk_status update_cube(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)tensor, (void)error;
  const double x = ((const double *)c->t[0].value)[element];
  ((double *)c->t[1].value)[element] = x * x * x / 3;
  *done = true;
  return GCHK_OK;
}

/* An update of one element is left for groups where these are less work by what the layer says of its forward. */
START_TEST(groups_are_held_against_updates) {
  static const struct {
    const char *operations;
    bool are_groups;
  } cases[] = {{NULL, true}, {"64*N", true}, {"100*N*N", false}};
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
    for (int wrong = -1; wrong <= 1000; wrong += 1001) {
      gchk_layer layer = cubes;
      layer.update = update_cube;
      layer.operations = cases[k].operations;
      const double set[] = {wrong};
      const gchk_case spec = {.name = "cubes", .layer = &layer, .options = set, .sizes = "N=1024"};
      work_fixture f;
      work_fixture_open(&f, &spec, NULL);
      work_fixture_differentiate(&f);
      for (size_t e = 0; e < f.work.tensors[0].total; e++)
        ck_assert_msg((f.work.tensors[0].verdict[e] == GCHK_FAIL) == ((int)e == wrong), "element %zu", e);
      ck_assert_msg((gchk_work_calls(&f.work) < f.work.tensors[0].total) == cases[k].are_groups, "case %zu", k);
      work_fixture_close(&f);
    }
}
END_TEST

START_TEST(one_wrong_element_of_many_is_named) {
  enum { WRONG_ONE = 77777 };
  const double set[] = {WRONG_ONE};
  const gchk_case spec = {.name = "cubes", .layer = &cubes, .sizes = "N=100000", .options = set};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  work_fixture_differentiate(&f);
  for (size_t e = 0; e < f.work.tensors[0].total; e++)
    ck_assert_msg((f.work.tensors[0].verdict[e] == GCHK_FAIL) == (e == WRONG_ONE), "element %zu", e);
  work_fixture_close(&f);
}
END_TEST

/* y = x^2, element by element; where x is between 0 and 1 with teeth that only steps far below the usual show. */
static double tooth(double x, double *slope) {
  const double width = 0x1p-36, at = x / width - floor(x / width);
  const bool is_there = x > 0 && x < 1;
  *slope = !is_there ? 0 : at < 0.5 ? 1 : -1;
  return !is_there ? 0 : width * (at < 0.5 ? at : 1 - at);
}

GCHK_CALLBACK(
    wave, for (size_t e = 0; e < c->t[0].count; e++) {
      double slope;
      const double x = ((const double *)c->t[0].value)[e];
      ((double *)c->t[1].value)[e] = x * x + tooth(x, &slope);
    })
GCHK_CALLBACK(
    wave_back, for (size_t e = 0; e < c->t[0].count; e++) {
      double slope;
      const double x = ((const double *)c->t[0].value)[e];
      (void)tooth(x, &slope);
      ((double *)c->t[0].grad)[e] = (2 * x + slope) * ((const double *)c->t[1].grad)[e];
    })
static const gchk_layer waves = {
    .name = "waves", .dtype = GCHK_F64, GCHK_TENSORS(flat), .sizes = "N=1024", .forward = wave, .backward = wave_back};

enum { WAVES = 1024 };

/* The open elements of a tensor, before and after they are tried at other points. */
static void retry_waves(work_fixture *f, bool is_one_by_one, size_t open[2]) {
  const gchk_case spec = {.name = "waves", .layer = &waves};
  work_fixture_open(f, &spec, NULL);
  f->work.is_one_by_one = is_one_by_one;
  work_fixture_differentiate(f);
  for (int k = 0; k < 2; k++) {
    for (size_t e = open[k] = 0; e < WAVES; e++)
      open[k] += f->work.tensors[0].verdict[e] == GCHK_INCONCLUSIVE;
    if (k == 0)
      ck_assert_int_eq(gchk_retry_open_elements(&f->work, NULL, NULL), GCHK_OK);
  }
}

START_TEST(open_elements_are_tried_again_together) {
  work_fixture together, alone;
  size_t open[2], open_alone[2];
  retry_waves(&together, false, open);
  retry_waves(&alone, true, open_alone);
  ck_assert_uint_gt(open[0], 64);
  ck_assert_uint_gt(open_alone[0], 64);
  for (size_t e = 0; e < WAVES; e++)
    ck_assert(together.work.tensors[0].verdict[e] <= GCHK_KINK && alone.work.tensors[0].verdict[e] <= GCHK_KINK);
  ck_assert_uint_lt(5 * gchk_work_calls(&together.work), 4 * gchk_work_calls(&alone.work));
  work_fixture_close(&together);
  work_fixture_close(&alone);
}
END_TEST
TCase *group_cost_tests(void) {
  TCase *t = tcase_create("group_cost");
  tcase_set_timeout(t, 120);
  tcase_add_test(t, what_it_costs_does_not_grow_with_the_elements);
  tcase_add_test(t, groups_are_held_against_updates);
  tcase_add_test(t, one_wrong_element_of_many_is_named);
  tcase_add_test(t, open_elements_are_tried_again_together);
  return t;
}
