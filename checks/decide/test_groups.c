/*
 * Elements evaluated together give what they give one by one: the same verdicts, and derivatives within the bounds of
 * each other, for layers of many patterns, right ones and ones that are wrong at one element; and at a fraction of the
 * forwards where elements share no output.
 */
#include <stdlib.h>

#include "decide_tests.h"
#include "lines/grouping.h"
#include "measure/work_calls.h"
#include "measure/work_fixture.h"
#include "pattern/group_order.h"
#include "sanitized.h"

enum { R = 24, D = 16, N = R * D, FAR = 7, FAR_OUTPUT = 300, CROWDED = 5 };

typedef enum pattern_kind {
  ELEMENTS,            /* y_j of x_j */
  TRANSPOSED,          /* y (D,R) of x (R,D), each of one */
  PERMUTED,            /* each of one, anywhere */
  GATHERED,            /* each of one, two of the same; half of the elements is read by none */
  ROWS,                /* each of all of its row */
  COLUMNS,             /* of its column: a dense layer's weights */
  WINDOWS,             /* of three neighbours in its row: a convolution of samples */
  LARGER,              /* the larger of a pair */
  RELU,                /* half of the elements is dead */
  ONE_FAR,             /* each of one, but that element FAR moves FAR_OUTPUT as well */
  HIDDEN_ROWS,         /* x is flat, and rows of 48 do not show in its shape */
  IMAGES,              /* of 3 x 3 neighbours: a convolution of images, of one sample */
  DILATED,             /* of every second of five neighbours in its row */
  STRIDED,             /* x is flat; of elements 2 j to 2 j + 2, the other half of the outputs of none */
  RECTIFIED_WINDOWS,   /* as WINDOWS, and what is negative is 0: half of the outputs is dead */
  RECTIFIED_IMAGES,    /* likewise of images */
  SATURATED_IMAGES,    /* tanh of large numbers: hardly any moves at the point */
  IMAGES_FAR,          /* as IMAGES, but that element FAR moves FAR_OUTPUT as well */
  AT_LARGE_IN_WINDOWS, /* of two neighbours, and of one five columns away where that is beyond 6 */
  SOFTMAX,             /* of rows, less the largest element of all, whose last bits move all outputs */
  AT_LARGE,            /* y_j of x_j, and of x_(j+1) where that is beyond 6 */
  UNSTEADY,            /* forward gives other bits each time */
  CROWD,               /* the last output is constant, until most of the elements are moved at once */
  CROWDED_ONE,         /* so moves output CROWDED, which depends on its element as well */
  KINDS
} pattern_kind;

enum { KIND, WRONG, FORGETS, OPTIONS };
static const gchk_option_spec options[OPTIONS] = {
    [KIND] = {"kind", 0, 0, KINDS, ""},
    [WRONG] = {"wrong", -1, -1, N, "the element whose derivative is off by 1"},
    [FORGETS] = {"forgets", 0, 0, 1, "backward knows nothing of what FAR moves far away"}};

static size_t calls;
static double first_x[N]; /* of the first forward */

/* y_j = sum_i w_ij x_i^2/2 over these i. */
static size_t inputs_of(pattern_kind kind, size_t j, size_t i[N]) {
  size_t count = 0;
  switch (kind) {
  case TRANSPOSED:
    i[count++] = j % R * D + j / R;
    break;
  case PERMUTED:
    i[count++] = (5 * j + 3) % N;
    break;
  case GATHERED:
    i[count++] = j / 2;
    break;
  case ROWS:
    for (size_t d = 0; d < D; d++)
      i[count++] = j / D * D + d;
    break;
  case COLUMNS:
    for (size_t r = 0; r < R; r++)
      i[count++] = r * D + j % D;
    break;
  case WINDOWS:
  case RECTIFIED_WINDOWS:
    for (size_t d = j % D > 0 ? j % D - 1 : 0; d <= j % D + 1 && d < D; d++)
      i[count++] = j / D * D + d;
    break;
  case IMAGES:
  case IMAGES_FAR:
  case RECTIFIED_IMAGES:
  case SATURATED_IMAGES:
    for (size_t r = j / D > 0 ? j / D - 1 : 0; r <= j / D + 1 && r < R; r++)
      for (size_t d = j % D > 0 ? j % D - 1 : 0; d <= j % D + 1 && d < D; d++)
        i[count++] = r * D + d;
    if (kind == IMAGES_FAR && j == FAR_OUTPUT)
      i[count++] = FAR;
    break;
  case DILATED:
    for (size_t d = j % D; d < j % D + 5 && d < D; d += 2)
      i[count++] = j / D * D + d;
    break;
  case STRIDED:
    for (size_t e = 2 * j; e <= 2 * j + 2 && e < N; e++)
      i[count++] = e;
    break;
  case AT_LARGE_IN_WINDOWS:
    i[count++] = j;
    if (j % D + 1 < D)
      i[count++] = j + 1;
    break;
  case HIDDEN_ROWS:
    for (size_t d = 0; d < 48; d++)
      i[count++] = j / 48 * 48 + d;
    break;
  case ONE_FAR:
    i[count++] = j;
    if (j == FAR_OUTPUT)
      i[count++] = FAR;
    break;
  case CROWD:
    if (j < N - 1)
      i[count++] = j;
    break;
  default:
    i[count++] = j;
  }
  return count;
}

static double weight(size_t i, size_t j) {
  return 0.5 + (double)((7 * j + 3 * i) % 11) / 10;
}

static bool are_many_moved(const double *x) {
  size_t moved = 0;
  for (size_t e = 0; e < N; e++)
    moved += x[e] != first_x[e];
  return moved > N / 4 * 3; // more than any half that is perturbed to find the pattern
}

static void squares(pattern_kind kind, const double *x, double *y) {
  for (size_t j = 0; j < N; j++) {
    size_t i[N], count = inputs_of(kind, j, i);
    y[j] = kind == CROWD && j == N - 1 ? 1 : 0;
    for (size_t k = 0; k < count; k++)
      y[j] += weight(i[k], j) * x[i[k]] * x[i[k]] / 2;
  }
  if (kind == AT_LARGE)
    for (size_t j = 0; j < N; j++)
      y[j] += fmax(fabs(x[(j + 1) % N]) - 6, 0);
  if (kind == AT_LARGE_IN_WINDOWS)
    for (size_t j = 0; j < N; j++)
      y[j] += fmax(fabs(x[j / D * D + (j + 5) % D]) - 6, 0);
  if (kind == UNSTEADY)
    y[CROWDED] += 1e-12 * (double)(calls % 3);
  if ((kind == CROWD || kind == CROWDED_ONE) && are_many_moved(x))
    y[kind == CROWD ? N - 1 : CROWDED] += 1e-3;
}

static bool is_unit(pattern_kind kind) {
  return kind == RECTIFIED_WINDOWS || kind == RECTIFIED_IMAGES || kind == SATURATED_IMAGES;
}

/* Weights of both signs. */
static double signed_weight(pattern_kind kind, size_t i, size_t j) {
  return (kind == SATURATED_IMAGES ? 20 : 1) * (weight(i, j) - 1);
}

static double unit_of(pattern_kind kind, double sum) {
  return kind == SATURATED_IMAGES ? tanh(sum) : fmax(sum, 0);
}

static double slope_of(pattern_kind kind, double y) {
  return kind == SATURATED_IMAGES ? 1 - y * y : y > 0;
}

static void units(pattern_kind kind, const double *x, double *y) {
  for (size_t j = 0; j < N; j++) {
    size_t i[N], count = inputs_of(kind, j, i);
    double sum = 0.1;
    for (size_t k = 0; k < count; k++)
      sum += signed_weight(kind, i[k], j) * x[i[k]];
    y[j] = unit_of(kind, sum);
  }
}

static void softmax(const double *x, double *y) {
  double largest = x[0];
  for (size_t e = 0; e < N; e++)
    largest = fmax(largest, x[e]);
  for (size_t r = 0; r < R; r++) {
    double sum = 0;
    for (size_t d = 0; d < D; d++)
      sum += y[r * D + d] = exp(x[r * D + d] - largest);
    for (size_t d = 0; d < D; d++)
      y[r * D + d] /= sum;
  }
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const pattern_kind kind = (pattern_kind)c->option[KIND];
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  if (calls++ == 0)
    memcpy(first_x, x, sizeof first_x);
  if (kind == SOFTMAX)
    softmax(x, y);
  else if (is_unit(kind))
    units(kind, x, y);
  else if (kind == RELU || kind == LARGER)
    for (size_t j = 0; j < N; j++)
      y[j] = weight(j, j) * fmax(x[j], kind == RELU ? 0 : x[j ^ 1]);
  else
    squares(kind, x, y);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const pattern_kind kind = (pattern_kind)c->option[KIND];
  const double *x = c->t[0].value, *y = c->t[1].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  memset(dx, 0, N * sizeof *dx);
  for (size_t j = 0; j < N; j++) {
    size_t i[N], count = inputs_of(kind, j, i);
    double sum = 0;
    for (size_t d = 0; d < D; d++)
      sum += y[j / D * D + d] * dy[j / D * D + d];
    if (kind == SOFTMAX)
      dx[j] = y[j] * (dy[j] - sum);
    else if (kind == RELU)
      dx[j] = x[j] > 0 ? weight(j, j) * dy[j] : 0;
    else if (kind == LARGER)
      dx[x[j] > x[j ^ 1] ? j : j ^ 1] += weight(j, j) * dy[j];
    else if (is_unit(kind))
      for (size_t k = 0; k < count; k++)
        dx[i[k]] += slope_of(kind, y[j]) * signed_weight(kind, i[k], j) * dy[j];
    else
      for (size_t k = 0; k < count; k++)
        dx[i[k]] +=
            j == FAR_OUTPUT && k == count - 1 && c->option[FORGETS] != 0 ? 0 : weight(i[k], j) * x[i[k]] * dy[j];
  }
  if (c->option[WRONG] >= 0)
    dx[(size_t)c->option[WRONG]] += 1;
  return GCHK_OK;
}

#define LAYER(...)                                                                                                     \
  { .dtype = GCHK_F64, __VA_ARGS__, GCHK_OPTION_TABLE(options), .forward = forward, .backward = backward }
static const gchk_tensor_spec as_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "R D"), GCHK_TENSOR("y", GCHK_OUTPUT, "R D")};
static const gchk_tensor_spec as_columns[] = {GCHK_TENSOR("x", GCHK_INPUT, "R D"),
                                              GCHK_TENSOR("y", GCHK_OUTPUT, "D R")};
static const gchk_tensor_spec flat[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer in_rows = LAYER(.name = "rows", GCHK_TENSORS(as_rows), .sizes = "R=24 D=16");
static const gchk_layer in_columns = LAYER(.name = "columns", GCHK_TENSORS(as_columns), .sizes = "R=24 D=16");
static const gchk_layer in_one = LAYER(.name = "flat", GCHK_TENSORS(flat), .sizes = "N=384");

/* What does not depend on groups: what comes before them, the pattern, its audit, the pilots and the curve. */
enum { BESIDE = 300, A_GROUP = 8, ONE_BY_ONE = 0 };

static const struct {
  const gchk_layer *layer;
  size_t groups; /* at the most; ONE_BY_ONE: there are none */
  bool is_noted; /* that they do not hold */
} expected[KINDS] = {[ELEMENTS] = {&in_rows, 1, false},
                     [TRANSPOSED] = {&in_columns, 1, false},
                     [PERMUTED] = {&in_one, 1, false},
                     [GATHERED] = {&in_rows, 1, false},
                     [ROWS] = {&in_rows, D, false},
                     [COLUMNS] = {&in_rows, 2 * R, false},
                     [WINDOWS] = {&in_rows, 3, false},
                     [LARGER] = {&in_rows, 2, false},
                     [RELU] = {&in_rows, 1, false},
                     [ONE_FAR] = {&in_rows, 32, false},
                     [HIDDEN_ROWS] = {&in_one, 80, false},
                     [IMAGES] = {&in_rows, 40, false},
                     [DILATED] = {&in_rows, 20, false},
                     [STRIDED] = {&in_one, 40, false},
                     [RECTIFIED_WINDOWS] = {&in_rows, 1, false},
                     [RECTIFIED_IMAGES] = {&in_rows, 1, false},
                     [SATURATED_IMAGES] = {&in_rows, 1, false},
                     [IMAGES_FAR] = {&in_rows, ONE_BY_ONE, false},
                     [AT_LARGE_IN_WINDOWS] = {&in_rows, D, false},
                     [SOFTMAX] = {&in_rows, ONE_BY_ONE, false},
                     [AT_LARGE] = {&in_rows, 4 * D, false},
                     [UNSTEADY] = {&in_rows, ONE_BY_ONE, true},
                     [CROWD] = {&in_rows, ONE_BY_ONE, true},
                     [CROWDED_ONE] = {&in_rows, 1, false}};

static void differentiate_layer(work_fixture *f, const gchk_layer *layer, const double set[OPTIONS],
                                bool is_one_by_one) {
  const gchk_case spec = {.name = "groups", .layer = layer, .options = set};
  calls = 0;
  work_fixture_open(f, &spec, NULL);
  f->work.is_one_by_one = is_one_by_one;
  work_fixture_differentiate(f);
}

static void differentiate(work_fixture *f, const double set[OPTIONS], bool is_one_by_one) {
  differentiate_layer(f, expected[(size_t)set[KIND]].layer, set, is_one_by_one);
}

/* The same verdicts, and derivatives whose bounds meet. */
static void compare(pattern_kind kind, const gchk_tensor_work *a, const gchk_tensor_work *b) {
  for (size_t e = 0; e < N; e++) {
    ck_assert_msg(a->verdict[e] == b->verdict[e], "kind %d: element %zu: %d, alone %d", kind, e, a->verdict[e],
                  b->verdict[e]);
    for (size_t d = 0; d < 2; d++)
      ck_assert_msg(fabs(a->numeric[d][e] - b->numeric[d][e]) <= a->numeric_bound[d][e] + b->numeric_bound[d][e],
                    "kind %d: element %zu: %g, alone %g", kind, e, a->numeric[d][e], b->numeric[d][e]);
  }
}

static void with_kind(pattern_kind kind, int wrong) {
  const double set[OPTIONS] = {[KIND] = kind, [WRONG] = wrong};
  work_fixture together, alone;
  differentiate(&together, set, false);
  const size_t together_calls = calls;
  differentiate(&alone, set, true);
  const size_t alone_calls = calls;
  const gchk_tensor_work *t = &together.work.tensors[0];
  compare(kind, t, &alone.work.tensors[0]);
  for (size_t e = 0; e < N; e++)
    ck_assert_msg((t->verdict[e] == GCHK_FAIL) == ((int)e == wrong), "kind %d: element %zu: %d", kind, e,
                  t->verdict[e]);
  ck_assert_uint_eq(together_calls, gchk_work_calls(&together.work));
  const size_t groups = expected[kind].groups, most = BESIDE + A_GROUP * groups;
  if (wrong < 0 && groups == ONE_BY_ONE)
    ck_assert_msg(together_calls > 6 * N, "kind %d: %zu calls", kind, together_calls);
  else if (wrong < 0 && is_unit(kind)) // kinks that are near take many steps, in groups as well
    ck_assert_msg(3 * together_calls <= 2 * alone_calls, "kind %d: %zu calls, alone %zu", kind, together_calls,
                  alone_calls);
  else if (wrong < 0 && kind != CROWDED_ONE)
    ck_assert_msg(together_calls <= most, "kind %d: %zu calls, not %zu", kind, together_calls, most);
  ck_assert_uint_eq(count_findings(&t->findings, GCHK_CODE_PATTERN_BROKEN), expected[kind].is_noted);
  ck_assert_uint_eq(count_findings(&alone.work.tensors[0].findings, GCHK_CODE_PATTERN_BROKEN), 0);
  work_fixture_close(&together);
  work_fixture_close(&alone);
}

START_TEST(a_right_gradient_passes) {
  with_kind((pattern_kind)_i, -1);
}
END_TEST

START_TEST(a_wrong_one_fails_at_its_element) {
  with_kind((pattern_kind)_i, 202);
}
END_TEST

/* Where a forward is dear, blocks of groups are decided one after the other: the same forwards, and what they tell. */
START_TEST(blocks_of_groups_are_decided_as_all_of_them) {
  const double set[OPTIONS] = {[KIND] = _i % KINDS, [WRONG] = _i < KINDS ? -1 : 202};
  gchk_layer dear = *expected[_i % KINDS].layer;
  dear.operations = "100000000";
  work_fixture together, in_blocks;
  differentiate(&together, set, false);
  const size_t of_all = calls;
  differentiate_layer(&in_blocks, &dear, set, false);
  ck_assert_uint_eq(calls, of_all);
  const gchk_tensor_work *t = &together.work.tensors[0], *b = &in_blocks.work.tensors[0];
  ck_assert_mem_eq(b->verdict, t->verdict, N);
  ck_assert_mem_eq(b->step, t->step, N * sizeof *t->step);
  for (size_t d = 0; d < 2; d++) {
    ck_assert_mem_eq(b->numeric[d], t->numeric[d], N * sizeof(double));
    ck_assert_mem_eq(b->numeric_bound[d], t->numeric_bound[d], N * sizeof(double));
  }
  ck_assert_uint_eq(b->findings.count, t->findings.count);
  work_fixture_close(&together);
  work_fixture_close(&in_blocks);
}
END_TEST

/* All, or every third one: each wanted one is in one group, with no other of its class. */
START_TEST(groups_in_order_are_of_one_element_a_class) {
  static const pattern_kind kinds[] = {ELEMENTS, ROWS, COLUMNS, HIDDEN_ROWS, IMAGES, STRIDED};
  const size_t every = _i % 2 == 0 ? 1 : 3;
  const double set[OPTIONS] = {[KIND] = kinds[_i / 2], [WRONG] = -1};
  const gchk_case spec = {.name = "order", .layer = expected[kinds[_i / 2]].layer, .options = set};
  size_t wanted[N], count = 0, seen = 0;
  work_fixture f;
  gchk_pattern *p;
  gchk_group_order order;
  calls = 0;
  work_fixture_open(&f, &spec, NULL);
  ck_assert_int_eq(gchk_find_grouping(&f.work, &f.work.tensors[0], HUGE_VAL, &p, NULL), GCHK_OK);
  ck_assert_ptr_nonnull(p);
  for (size_t e = 0; e < N; e += every)
    wanted[count++] = e;
  ck_assert_int_eq(gchk_order_by_group(p, f.work.scratch, wanted, count, &order, NULL), GCHK_OK);
  ck_assert(every > 1 || order.count == gchk_group_count(p));
  ck_assert_uint_eq(order.start[0], 0);
  ck_assert_uint_eq(order.start[order.count], count);
  bool is_there[N] = {false};
  for (size_t g = 0, phase = 0; g < order.count; g++) {
    bool has_one[N] = {false};
    ck_assert_uint_lt(order.start[g], order.start[g + 1]);
    const size_t own = gchk_phase_of(p, order.elements[order.start[g]]);
    ck_assert_uint_ge(own, phase);
    phase = own;
    gchk_pattern_set_phase(p, phase);
    for (size_t i = order.start[g]; i < order.start[g + 1]; i++) {
      const size_t e = order.elements[i], class = p->class_of[e];
      ck_assert(e % every == 0 && !is_there[e] && gchk_phase_of(p, e) == phase && !has_one[class]);
      is_there[e] = has_one[class] = true;
      seen++;
    }
  }
  ck_assert_uint_eq(seen, count);
  work_fixture_close(&f);
}
END_TEST

/* What an element moves beside the outputs of its class is missed by nobody. */
static const pattern_kind with_far[] = {ONE_FAR, IMAGES_FAR};

START_TEST(a_dependence_far_away_that_backward_forgets) {
  const double set[OPTIONS] = {[KIND] = with_far[_i], [WRONG] = -1, [FORGETS] = 1};
  work_fixture f;
  differentiate(&f, set, false);
  for (size_t e = 0; e < N; e++)
    ck_assert_msg((f.work.tensors[0].verdict[e] == GCHK_FAIL) == (e == FAR), "element %zu", e);
  ck_assert(_i == 1 || calls < 6 * N);
  work_fixture_close(&f);
}
END_TEST

TCase *groups_tests(void) {
  TCase *t = tcase_create("groups");
  tcase_set_timeout(t, 120);
  tcase_add_loop_test(t, a_right_gradient_passes, 0, KINDS);
  tcase_add_loop_test(t, a_wrong_one_fails_at_its_element, 0, KINDS);
  tcase_add_loop_test(t, blocks_of_groups_are_decided_as_all_of_them, 0, REPEATED(2, 1) * KINDS);
  tcase_add_loop_test(t, groups_in_order_are_of_one_element_a_class, 0, 12);
  tcase_add_loop_test(t, a_dependence_far_away_that_backward_forgets, 0, 2);
  return t;
}
