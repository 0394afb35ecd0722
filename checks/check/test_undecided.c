/* Undecided elements: what they fill, what the decided ones would have caught, and what becomes of a wrong twin. */
#include "check/undecided.h"

#include <math.h>
#include <string.h>

#include "check_tests.h"
#include "decide/tally.h"

enum { MOST = 512 };

/*
 * A tensor of which each element is a letter: 'u' undecided, 'd' decided and showing, 'z' exactly zero, 'k' decided but
 * showing nothing (unresolved). Spaces between rows are for whoever reads.
 */
typedef struct bench {
  gchk_case_work work;
  gchk_layer layer;
  gchk_case spec;
  gchk_tensor_work tensor;
  gchk_tensor_result row;
  double analytic[MOST], numeric[MOST], bound[MOST];
  unsigned char verdict[MOST], doubt[MOST], resolution[MOST], caught[MOST], evidence[MOST];
  size_t checked[MOST];
} bench;

static void describe(bench *b, gchk_shape shape, gchk_role role, const char *letters) {
  enum { NONE = 0, ALL = 63 };
  *b = (bench){.layer = {.dtype = GCHK_F64}, .row = {.shape = shape, .role = role}};
  b->spec.layer = &b->layer;
  b->work = (gchk_case_work){.spec = &b->spec, .arena = gchk_arena_new(), .scratch = gchk_arena_new(), .draw_count = 1};
  b->tensor = (gchk_tensor_work){.checked = b->checked,
                                 .analytic = {b->analytic},
                                 .numeric = {b->numeric},
                                 .bound = {b->bound},
                                 .verdict = b->verdict,
                                 .doubt = b->doubt,
                                 .resolution = b->resolution,
                                 .caught = b->caught,
                                 .is_evidence = b->evidence};
  for (const char *c = letters; *c != '\0'; c++) {
    if (*c == ' ')
      continue;
    size_t e = b->tensor.total++;
    b->checked[e] = e;
    b->analytic[e] = *c == 'z' ? 0 : 1;
    b->doubt[e] = *c == 'u' ? GCHK_DOUBT_ROUNDING : GCHK_NO_DOUBT;
    b->verdict[e] = *c == 'u' ? GCHK_INCONCLUSIVE : GCHK_PASS;
    b->resolution[e] = *c == 'z' ? GCHK_EXACT_ZERO : *c == 'k' ? GCHK_UNRESOLVED : GCHK_RESOLVED;
    b->caught[e] = *c == 'd' ? ALL : NONE;
    b->row.elements.undecided += *c == 'u';
  }
  b->tensor.checked_count = b->row.checked = b->tensor.total;
  gchk_tally_tensor(&b->tensor);
  ck_assert(gchk_describe_undecided(&b->work, &b->tensor, &b->row));
}

static void end(bench *b) {
  gchk_arena_free(b->work.arena);
  gchk_arena_free(b->work.scratch);
}

static const struct {
  gchk_shape shape;
  gchk_role role;
  const char *letters, *block;
} fillings[] = {
    // Groups, the largest first.
    {{2, {3, 4}}, GCHK_PARAMETER, "dddd uuuu dddd", "row 1"},
    {{2, {3, 4}}, GCHK_PARAMETER, "dddd uuud dddd", "row 1"},
    {{2, {3, 4}}, GCHK_PARAMETER, "dddd uudd dddd", ""},
    {{2, {3, 4}}, GCHK_PARAMETER, "dddd uuzz dddd", "row 1"},
    {{2, {3, 4}}, GCHK_PARAMETER, "dddd uukk dddd", "row 1"},
    {{2, {3, 4}}, GCHK_PARAMETER, "dddd uzzz dddd", ""}, // one alone fills nothing
    {{2, {3, 4}}, GCHK_PARAMETER, "dddu dddu dddu", "column 3"},
    {{2, {4, 4}}, GCHK_PARAMETER, "uddd dudd ddud dddu", ""},
    {{2, {3, 4}}, GCHK_PARAMETER, "uuuu uuuu uuud", "the whole tensor"},
    {{2, {1, 4}}, GCHK_INPUT, "uuuu", "the whole tensor"}, // a batch of one
    {{2, {1, 9}}, GCHK_INPUT, "uddddd ddd", ""},
    {{1, {9}}, GCHK_PARAMETER, "ddd ddd duu", ""}, // no row and no column: a border, or a run
    {{1, {9}}, GCHK_PARAMETER, "ddu uuu ddd", "region (2..5)"},
    {{1, {9}}, GCHK_PARAMETER, "ddu uud ddd", ""},
    {{0, {0}}, GCHK_PARAMETER, "u", ""},
    {{3, {3, 2, 2}}, GCHK_INPUT, "dddd dddd uuuu", "sample 2"},
    {{3, {3, 2, 2}}, GCHK_PARAMETER, "dddd dddd uuuu", "axis 0 at 2"},
    {{3, {3, 2, 2}}, GCHK_PARAMETER, "uudd uudd uudd", "axis 1 at 0"},
    {{3, {2, 3, 3}}, GCHK_PARAMETER, "ddd uuu ddd ddd ddd ddd", "axis 0 at 0, axis 1 at 1"},
    {{3, {2, 1, 3}}, GCHK_PARAMETER, "uuu ddd", "axis 0 at 0"},
    // Regions: filled boxes that are no group.
    {{2, {6, 6}}, GCHK_PARAMETER, "dddddd duuddd duuddd dddddd dddddd dddddd", "region (1..2, 1..2)"},
    {{2, {6, 6}}, GCHK_PARAMETER, "dddddd duuddd dudddd dddddd dddddd dddddd", ""}, // three
    {{2, {6, 6}}, GCHK_PARAMETER, "dddddd dudddd duuddd dduddd dddddd dddddd", ""}, // 4 of a box of 6
    {{2, {6, 6}}, GCHK_PARAMETER, "dddddd duuudd duuudd ddduzd dddddd dddddd", "region (1..3, 1..3)"},
    {{2, {5, 5}}, GCHK_PARAMETER, "ududd ddddd ududd ddddd ddddu", ""},
    // A tensor of zeros but for a few: what is zero decides nothing.
    {{2, {4, 4}}, GCHK_PARAMETER, "zzzz zudz zudz zzzz", "column 1"},
    {{2, {4, 4}}, GCHK_PARAMETER, "zzzz zzzz zzzz zzzz", ""},
};

START_TEST(what_undecided_elements_fill_is_named) {
  static bench b;
  describe(&b, fillings[_i].shape, fillings[_i].role, fillings[_i].letters);
  ck_assert_msg(strcmp(b.row.undecided.block, fillings[_i].block) == 0, "%s: \"%s\" instead of \"%s\"",
                fillings[_i].letters, b.row.undecided.block, fillings[_i].block);
  end(&b);
}
END_TEST

START_TEST(borders_say_where_nothing_is_decided) {
  static const struct {
    gchk_shape shape;
    const char *letters;
    uint64_t hidden, shown;
  } rows[] = {
      {{1, {5}}, "udddd", 1, 2},
      {{1, {5}}, "ddddu", 2, 1},
      {{1, {5}}, "zdddd", 0, 2}, // nothing there to be decided
      {{1, {1}}, "u", 0, 0},     // of one index: no border
      {{2, {3, 3}}, "uzz zdd zdd", 1 | 4, 2 | 8},
      {{2, {3, 3}}, "ddd ddd ddu", 0, 15},
      {{2, {1, 3}}, "udd", 4, 8},
      {{0, {0}}, "u", 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    static bench b;
    describe(&b, rows[i].shape, GCHK_PARAMETER, rows[i].letters);
    ck_assert_msg(b.row.undecided.borders == rows[i].hidden && b.row.undecided.borders_shown == rows[i].shown,
                  "row %zu: %#llx, %#llx", i, (unsigned long long)b.row.undecided.borders,
                  (unsigned long long)b.row.undecided.borders_shown);
    end(&b);
  }
}
END_TEST

START_TEST(counts_and_the_list_are_of_what_is_undecided) {
  static bench b;
  char letters[101] = {0};
  for (size_t i = 0; i < 100; i++)
    letters[i] = i % 4 == 3 ? 'u' : i % 4 == 2 ? 'z' : i % 4 == 1 ? 'k' : 'd';
  describe(&b, (gchk_shape){1, {100}}, GCHK_PARAMETER, letters);
  const gchk_undecided_result *u = &b.row.undecided;
  ck_assert_uint_eq(u->nonzero, 75);
  ck_assert_uint_eq(u->decided, 25);
  ck_assert_double_eq(u->caught, 1);
  ck_assert_double_eq(u->caught_wanted, 0.95);
  ck_assert_uint_eq(u->listed_count, 20);
  for (size_t i = 0; i < 20; i++) {
    ck_assert_uint_eq(u->listed[i].flat, 4 * i + 3);
    ck_assert_int_eq(u->listed[i].doubt, GCHK_DOUBT_ROUNDING);
  }
  ck_assert_uint_eq(b.tensor.tally.exact_zero, 25);
  ck_assert_uint_eq(b.tensor.tally.unresolved, 25);
  end(&b);
}
END_TEST

/*
 * y = x, elementwise, where some elements give nothing finite anywhere but at the values of the first call: there the
 * derivative is known at no step, and a backward with a wrong sign cannot be told from a right one.
 */
enum { ROWS = 30, COLUMNS = 24 };
typedef struct buried {
  const char *which; /* "none", "scattered", "row", "column", "border", "region" */
  double factor_there, factor_elsewhere;
  bool is_placed;
  double place[ROWS * COLUMNS];
} buried;

static bool is_buried(const buried *b, size_t e) {
  size_t r = e / COLUMNS, c = e % COLUMNS;
  if (strcmp(b->which, "row") == 0)
    return r == 4;
  if (strcmp(b->which, "column") == 0)
    return c == 7;
  if (strcmp(b->which, "border") == 0)
    return r == ROWS - 1;
  if (strcmp(b->which, "region") == 0)
    return r >= 3 && r < 5 && c >= 5 && c < 7;
  if (strcmp(b->which, "many") == 0)
    return (r + 7 * c) % 11 == 0;
  return strcmp(b->which, "scattered") == 0 && (e == 63 || e == 358 || e == 491);
}

static gchk_status buried_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  buried *b = c->layer->user;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t e = 0; e < c->t[0].count && !b->is_placed; e++)
    b->place[e] = x[e];
  b->is_placed = true;
  for (size_t e = 0; e < c->t[0].count; e++)
    y[e] = is_buried(b, e) && x[e] != b->place[e] ? (double)NAN : x[e];
  return GCHK_OK;
}

static gchk_status buried_backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const buried *b = c->layer->user;
  const double *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t e = 0; e < c->t[0].count; e++)
    dx[e] = dy[e] * (is_buried(b, e) ? b->factor_there : b->factor_elsewhere);
  return GCHK_OK;
}

static const gchk_tensor_spec buried_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N,D"),
                                                  GCHK_TENSOR("y", GCHK_OUTPUT, "N,D")};

static gchk_result *check_buried(buried *b, bool strict) {
  gchk_layer layer = {.name = "buried",
                      GCHK_HERE,
                      .dtype = GCHK_F64,
                      GCHK_TENSORS(buried_tensors),
                      .forward = buried_forward,
                      .backward = buried_backward,
                      .sizes = "N=30 D=24",
                      .user = b};
  const gchk_case c = {.name = "buried", .layer = &layer};
  gchk_options check = GCHK_OPTIONS_INIT;
  check.probes = false;
  check.strict = strict;
  gchk_result *r;
  ck_assert_int_eq(gchk_check_cases(&c, 1, &check, &r, NULL), GCHK_OK);
  return r;
}

static const struct {
  const char *which;
  double factor_there, factor_elsewhere;
  bool strict;
  gchk_verdict verdict;
  int exit_code;
  size_t undecided;
  const char *why_not; /* part of it */
} runs[] = {
    {"none", 1, 1, false, GCHK_PASS, 0, 0, ""},
    {"none", 1, 1, true, GCHK_PASS, 0, 0, ""},
    {"none", 1, -1, false, GCHK_FAIL, 1, 0, ""},
    {"scattered", 1, 1, false, GCHK_PASS, 0, 3, ""},
    {"scattered", 1, 1, true, GCHK_INCONCLUSIVE, 1, 3, "--strict"},
    {"scattered", 1, 0.5, false, GCHK_FAIL, 1, 3, ""},
    {"many", 1, 1, false, GCHK_INCONCLUSIVE, 5, 66, "of the 720 that are not zero"},
    {"row", 1, 1, false, GCHK_INCONCLUSIVE, 5, COLUMNS, "they fill row 4"},
    {"row", -1, 1, false, GCHK_INCONCLUSIVE, 5, COLUMNS, "they fill row 4"},
    {"column", -1, 1, false, GCHK_INCONCLUSIVE, 5, ROWS, "they fill column 7"},
    {"border", -1, 1, false, GCHK_INCONCLUSIVE, 5, COLUMNS, "they fill row 29"},
    {"region", -1, 1, false, GCHK_INCONCLUSIVE, 5, 4, "they fill region (3..4, 5..6)"},
};

START_TEST(a_mistake_that_undecided_elements_could_hide_does_not_pass) {
  static buried layer;
  layer = (buried){
      .which = runs[_i].which, .factor_there = runs[_i].factor_there, .factor_elsewhere = runs[_i].factor_elsewhere};
  gchk_result *r = check_buried(&layer, runs[_i].strict);
  const gchk_tensor_result *t = &r->cases[0].tensors[0];
  ck_assert_uint_eq(t->elements.undecided, runs[_i].undecided);
  ck_assert_msg(t->verdict == runs[_i].verdict && r->cases[0].verdict == runs[_i].verdict, "%s %s: %s", layer.which,
                gchk_verdict_name(t->verdict), t->reason);
  ck_assert_int_eq(r->exit_code, runs[_i].exit_code);
  ck_assert_msg(strstr(t->undecided.why_not, runs[_i].why_not) != NULL, "%s", t->undecided.why_not);
  ck_assert_uint_eq(r->summary.elements_undecided, runs[_i].undecided);
  ck_assert_uint_eq(r->summary.with_undecided, r->exit_code == 0 && runs[_i].undecided > 0);
  ck_assert_uint_eq(t->elements.pass + t->elements.fail + t->elements.undecided + t->elements.kink, t->checked);
  if (t->verdict == GCHK_PASS) // no infinite figure stands beside a pass
    ck_assert(isfinite(t->mean_abs_diff) && isfinite(t->max_abs_diff) && isfinite(t->bound_mean) &&
              isfinite(t->bound_max));
  gchk_result_free(r);
}
END_TEST

TCase *undecided_tests(void) {
  TCase *tests = tcase_create("undecided");
  tcase_add_loop_test(tests, what_undecided_elements_fill_is_named, 0, sizeof fillings / sizeof fillings[0]);
  tcase_add_test(tests, borders_say_where_nothing_is_decided);
  tcase_add_test(tests, counts_and_the_list_are_of_what_is_undecided);
  tcase_add_loop_test(tests, a_mistake_that_undecided_elements_could_hide_does_not_pass, 0,
                      sizeof runs / sizeof runs[0]);
  return tests;
}
