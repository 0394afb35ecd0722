/* Dead units: zero in all rows is counted, zero in one row less is not. */
#include "check/dead_units.h"

#include <string.h>

#include "check_tests.h"
#include "measure/work_fixture.h"

/* h = max(x, 0), y = 2 h; x (R,U) is what the test says. */
enum { X, H, Y, TENSORS };
enum { ROWS = 3, UNITS = 5 };

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[X].value;
  double *h = c->t[H].value, *y = c->t[Y].value;
  for (size_t i = 0; i < c->t[X].count; i++) {
    h[i] = x[i] > 0 ? x[i] : 0;
    y[i] = 2 * h[i];
  }
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[X].value, *dy = c->t[Y].grad;
  double *dx = c->t[X].grad, *dh = c->t[H].grad;
  for (size_t i = 0; i < c->t[X].count; i++) {
    dh[i] = 2 * dy[i];
    dx[i] = x[i] > 0 ? dh[i] : 0;
  }
  return GCHK_OK;
}

static const gchk_tensor_spec rows[TENSORS] = {[X] = GCHK_TENSOR("x", GCHK_INPUT, "R U"),
                                               [H] = GCHK_TENSOR("h", GCHK_CACHE, "R U", .grad = GCHK_GRAD_OVERWRITE),
                                               [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "R U")};
static const size_t only_x[] = {X}, only_h[] = {H}, only_y[] = {Y};
static const gchk_graph_node nodes[] = {{"relu1", "relu", only_x, 1, only_h, 1},
                                        {"twice1", "twice", only_h, 1, only_y, 1}};
static const gchk_graph graph = {.nodes = nodes, .node_count = 2};
static const gchk_layer network = {.name = "relu and twice",
                                   .dtype = GCHK_F64,
                                   GCHK_TENSORS(rows),
                                   .forward = forward,
                                   .backward = backward,
                                   .graph = &graph};

/* The note about these values, or that there is none. */
static void look(work_fixture *f, const gchk_layer *layer, const char *sizes, const double *values, size_t count,
                 size_t notes) {
  const gchk_tensor_setting x = {.name = "x",
                                 .fill = {.kind = GCHK_FILL_VALUES, .values = values, .value_count = count}};
  const gchk_case spec = {.name = "relu", .layer = layer, .sizes = sizes, .settings = &x, .setting_count = 1};
  work_fixture_open(f, &spec, NULL);
  uint64_t calls = f->work.instance->forward_calls;
  gchk_note_dead_units(&f->work);
  ck_assert_uint_eq(f->work.instance->forward_calls, calls);
  ck_assert_uint_eq(f->work.findings.count, notes);
  ck_assert_uint_eq(count_findings(&f->work.findings, GCHK_CODE_DEAD_UNITS), notes);
}

/* Units 0 and 4 are dead; 1 lives in its last row, 2 in all; 3 gets nothing but zeros, which is not its own doing. */
static const double some_dead[ROWS * UNITS] = {-1, -1, 1, 0, -2, -3, -1, 2, 0, 0, -1, 0.5, 3, 0, -1};

START_TEST(units_that_are_zero_in_all_rows_are_counted) {
  work_fixture f;
  look(&f, &network, "R=3 U=5", some_dead, ROWS * UNITS, 1);
  const gchk_finding *note = first_finding(&f.work.findings, GCHK_CODE_DEAD_UNITS);
  ck_assert(note->is_note);
  ck_assert_double_eq(evidence_number(note, "dead"), 2);
  ck_assert_double_eq(evidence_number(note, "units"), UNITS);
  ck_assert_double_eq(evidence_number(note, "rows"), ROWS);
  ck_assert_str_eq(evidence_text(note, "tensor"), "h");
  ck_assert_msg(strstr(note->text, "2 of 5 units of relu1 (relu)") != NULL && strstr(note->text, "(0, 4)") != NULL,
                "%s", note->text);
  work_fixture_close(&f);
}
END_TEST

START_TEST(a_unit_that_lives_in_one_row_is_not) {
  double alive[ROWS * UNITS];
  work_fixture f;
  memcpy(alive, some_dead, sizeof alive);
  alive[0] = 1e-300;
  alive[ROWS * UNITS - 1] = 1;
  look(&f, &network, "R=3 U=5", alive, ROWS * UNITS, 0);
  work_fixture_close(&f);
}
END_TEST

/* In a single row half of the units are 0 by chance; and a layer without a graph has no nodes to look at. */
START_TEST(where_it_says_nothing_there_is_no_note) {
  work_fixture f;
  look(&f, &network, "R=1 U=15", some_dead, ROWS * UNITS, 0);
  work_fixture_close(&f);
  gchk_layer plain = network;
  plain.graph = NULL;
  look(&f, &plain, "R=3 U=5", some_dead, ROWS * UNITS, 0);
  work_fixture_close(&f);
}
END_TEST

START_TEST(of_many_the_first_dozen_is_named) {
  static const double all = -1;
  work_fixture f;
  look(&f, &network, "R=3 U=14", &all, 1, 1);
  const gchk_finding *note = first_finding(&f.work.findings, GCHK_CODE_DEAD_UNITS);
  ck_assert_double_eq(evidence_number(note, "dead"), 14);
  ck_assert_msg(strstr(note->text, "(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...)") != NULL, "%s", note->text);
  work_fixture_close(&f);
}
END_TEST

TCase *dead_unit_tests(void) {
  TCase *tests = tcase_create("dead units");
  tcase_add_test(tests, units_that_are_zero_in_all_rows_are_counted);
  tcase_add_test(tests, a_unit_that_lives_in_one_row_is_not);
  tcase_add_test(tests, where_it_says_nothing_there_is_no_note);
  tcase_add_test(tests, of_many_the_first_dozen_is_named);
  return tests;
}
