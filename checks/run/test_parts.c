/* A part of a run has every so many-th case; with fail_fast it ends with the first of them that fails. */
#include <stdio.h>

#include "gradcheck/check.h"
#include "run_tests.h"

enum { CASES = 6, PARTS = 2 };
typedef enum fault { RIGHT, WRONG, REFUSES } fault;

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  if (c->option[0] == REFUSES)
    return gchk_fail(error, GCHK_LAYER_FAILED, "not today");
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double factor = c->option[0] == WRONG ? -2 : 2;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = factor * ((const double *)c->t[0].value)[i] * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_option_spec options[] = {{"fault", 0, 0, REFUSES, ""}};
#define SQUARE                                                                                                         \
  .name = "square", .file = "square.c", .line = 1, .dtype = GCHK_F64, GCHK_TENSORS(tensors),                           \
  GCHK_OPTION_TABLE(options), .forward = forward, .backward = backward, .sizes = "N=5"
static const gchk_layer small = {SQUARE}, large = {SQUARE, .operations = "1000000000"};

/* What was said last of how far a run is. */
typedef struct told {
  size_t done, total;
  bool is_beyond; // more was done than there is, at some time
} told;

static void note(void *context, const gchk_progress *progress) {
  told *to = context;
  to->done = progress->cases_done;
  to->total = progress->cases_total;
  to->is_beyond = to->is_beyond || to->done > to->total;
}

static gchk_result *run(const gchk_layer *const *layers, const fault *faults, size_t part, size_t jobs, told *to) {
  static const char *const names[CASES] = {"a", "b", "c", "d", "e", "f"};
  double values[CASES];
  gchk_case cases[CASES];
  for (size_t i = 0; i < CASES; i++) {
    values[i] = (double)faults[i];
    cases[i] = (gchk_case){.name = names[i], .layer = layers[i], .options = &values[i]};
  }
  gchk_options check = GCHK_OPTIONS_INIT;
  check.isolate = jobs > 0;
  check.jobs = jobs;
  check.fail_fast = true;
  check.part = part;
  check.parts = part > 0 ? PARTS : 0;
  check.store = part > 0 ? "/nowhere" : NULL; // what cannot be left there is not
  check.progress = note;
  check.progress_context = to;
  gchk_result *r;
  gchk_error error = {GCHK_OK, ""};
  *to = (told){0};
  ck_assert_msg(gchk_check_cases(cases, CASES, &check, &r, &error) == GCHK_OK, "%s", error.message);
  return r;
}

/* Where cases fail, and how many rows each part has then, and ended of those that it took; 0 is the whole run. */
static const struct {
  fault faults[CASES];
  size_t divided; // this case is; CASES: none
  size_t part, rows, ended;
  bool is_complete;
} runs[] = {
    {{RIGHT}, CASES, 0, 6, 6, true},
    {{RIGHT}, CASES, 1, 3, 3, true},
    {{[2] = WRONG}, CASES, 0, 3, 3, false},
    {{[2] = WRONG}, CASES, 1, 2, 2, false},
    {{[2] = WRONG}, CASES, 2, 3, 3, true}, // it is another part's
    {{[0] = WRONG}, CASES, 1, 1, 1, false},
    {{[4] = WRONG}, CASES, 0, 5, 5, false},
    {{[4] = WRONG}, CASES, 1, 3, 3, true}, // what comes after it is another part's
    {{[5] = WRONG}, CASES, 2, 3, 3, true},
    {{[1] = REFUSES}, CASES, 2, 1, 1, false},
    {{[0] = REFUSES}, 0, 1, 1, 1, false},
    {{[0] = REFUSES}, 0, 2, 3, 4, true}, // so says the part that has its row
    {{[3] = REFUSES, [1] = WRONG}, 3, 1, 3, 4, true},
};
enum { RUNS = sizeof runs / sizeof runs[0] };

START_TEST(a_part_ends_with_the_first_of_its_own_that_fails) {
  const gchk_layer *layers[CASES];
  for (size_t i = 0; i < CASES; i++)
    layers[i] = i == runs[_i].divided ? &large : &small;
  for (size_t jobs = 0; jobs <= 4; jobs += 2) {
    told to;
    gchk_result *r = run(layers, runs[_i].faults, runs[_i].part, jobs, &to);
    ck_assert_uint_eq(r->case_count, runs[_i].rows);
    ck_assert(r->complete == runs[_i].is_complete);
    ck_assert((r->stopped_by == NULL) == runs[_i].is_complete);
    for (size_t i = 0; i < r->case_count; i++)
      ck_assert(r->cases[i].verdict < GCHK_FAIL || i + 1 == r->case_count);
    ck_assert(r->complete || r->cases[r->case_count - 1].verdict >= GCHK_FAIL);
    ck_assert(!to.is_beyond);
    ck_assert_uint_eq(to.done, runs[_i].ended);
    ck_assert_uint_eq(to.total, runs[_i].ended);
    gchk_result_free(r);
  }
}
END_TEST

/* Nobody waits for cases that are left out: there were 50 ms for each. */
START_TEST(cases_that_are_left_out_take_no_time) {
  enum { MANY = 600, PATIENCE_S = 15 };
  static gchk_case cases[MANY];
  static char names[MANY][8];
  const double right = RIGHT;
  for (size_t i = 0; i < MANY; i++) {
    (void)snprintf(names[i], sizeof names[i], "%zu", i);
    cases[i] = (gchk_case){.name = names[i], .layer = &small, .options = &right};
  }
  gchk_options check = GCHK_OPTIONS_INIT;
  check.isolate = true;
  check.store = "/nowhere";
  check.part = check.parts = MANY;
  for (check.jobs = 1; check.jobs <= 2; check.jobs++) {
    gchk_result *r;
    ck_assert_int_eq(gchk_check_cases(cases, MANY, &check, &r, NULL), GCHK_OK);
    ck_assert(r->complete && r->case_count == 1);
    ck_assert_double_lt(r->wall_s, PATIENCE_S);
    gchk_result_free(r);
  }
}
END_TEST

TCase *part_tests(void) {
  TCase *tests = tcase_create("parts");
  tcase_add_loop_test(tests, a_part_ends_with_the_first_of_its_own_that_fails, 0, RUNS);
  tcase_add_test(tests, cases_that_are_left_out_take_no_time);
  return tests;
}
