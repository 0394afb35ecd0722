/* One entry a mistake: what is put together, and what is not though it looks alike. */
#include "main.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "gradcheck/result.h"
#include "result/findings.h"
#include "result/plain_tensor.h"

/* A result of cases with two tensors each, x and w, of which nothing is wrong yet. */
static gchk_result *cases_of(const char *const *layers, size_t count) {
  gchk_result *r = gchk_result_new();
  ck_assert_ptr_nonnull(r);
  r->cases = gchk_arena_alloc(r->arena, count, sizeof *r->cases);
  ck_assert_ptr_nonnull(r->cases);
  for (size_t i = 0; i < count; i++) {
    gchk_tensor_result *t = gchk_arena_alloc(r->arena, 2, sizeof *t);
    ck_assert_ptr_nonnull(t);
    for (size_t k = 0; k < 2; k++)
      t[k] = plain_tensor(k == 0 ? "x" : "w");
    r->cases[i] = plain_case(gchk_arena_printf(r->arena, "case %zu", i), layers[i], t, 2);
  }
  r->case_count = count;
  return r;
}

typedef struct named {
  gchk_code code;
  const char *key, *text; /* a piece of evidence; NULL: none */
  double ratio;           /* NaN: none */
} named;

/* The tensor fails by this finding; it explains `explained` of 10. */
static void make_fail(gchk_result *r, size_t index, size_t tensor, named n, double explained) {
  gchk_case_result *c = &r->cases[index];
  gchk_tensor_result *t = &c->tensors[tensor];
  c->verdict = t->verdict = GCHK_FAIL;
  gchk_finding_list list = gchk_finding_list_from(r->arena, t->findings, t->finding_count);
  gchk_finding *finding = gchk_finding_add(&list, n.code, "%g of 10", explained);
  if (n.key != NULL)
    gchk_finding_text(&list, finding, n.key, "%s", n.text);
  if (!isnan(n.ratio))
    gchk_finding_number(&list, finding, "ratio", n.ratio);
  gchk_finding_number(&list, finding, "explained", explained);
  gchk_finding_number(&list, finding, "failing", 10);
  gchk_finding_number(&list, finding, "index", (double)index); // a place
  t->findings = list.findings;
  t->finding_count = list.count;
}

static const char *const lstm[] = {"lstm", "lstm", "lstm"};
#define LOST_C                                                                                                         \
  { GCHK_CODE_PATH_LOST, "output", "c", (double)NAN }
static const named lost_c = LOST_C;

START_TEST(one_mistake_in_several_tensors_and_shapes_is_one_entry) {
  gchk_result *r = cases_of(lstm, 3);
  for (size_t i = 0; i < 3; i++)
    for (size_t k = 0; k < 2; k++)
      make_fail(r, i, k, lost_c, i == 1 && k == 1 ? 10 : 8);
  r->cases[2].dtype = GCHK_F32;
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 1);
  const gchk_cause *c = &r->causes[0];
  ck_assert_str_eq(c->finding.code, "path-lost");
  ck_assert_str_eq(c->layer, "lstm");
  ck_assert_str_eq(c->where, "x, w; 3 of 3 cases, f64 and f32");
  ck_assert_str_eq(c->finding.text, "10 of 10"); // the member of which most is explained
  ck_assert_uint_eq(c->shown, 3);
  ck_assert_uint_eq(c->member_count, 6);
  ck_assert_uint_eq(c->finding.evidence_count, 1);
  ck_assert_str_eq(c->finding.evidence[0].key, "output");
  ck_assert_int_eq(c->verdict, GCHK_FAIL);
  for (size_t m = 0; m < 6; m++) {
    ck_assert_uint_eq(c->members[m].case_index, m / 2);
    ck_assert_uint_eq(c->members[m].tensor_index, m % 2);
    ck_assert_str_eq(c->members[m].tensor, m % 2 == 0 ? "x" : "w");
  }
  gchk_result_free(r);
}
END_TEST

/*
 * How much of 10 the finding explains in a case of the reader's own and in one that gradcheck made, whose error bars are
 * larger, and which of the two is shown.
 */
static const struct {
  double own, made;
  size_t shown;
} examples[] = {{10, 10, 0}, {9, 10, 0}, {8, 10, 1}, {10, 8, 0}, {2, 2, 0}, {1, 2, 1}};

START_TEST(the_readers_own_case_is_shown_where_it_shows_as_much) {
  gchk_result *r = cases_of(lstm, 2);
  make_fail(r, 0, 0, lost_c, examples[_i].own);
  make_fail(r, 1, 0, lost_c, examples[_i].made);
  r->cases[1].auxiliary = true;
  for (size_t i = 0; i < 2; i++) {
    gchk_element *worst = gchk_arena_alloc(r->arena, 1, sizeof *worst);
    ck_assert_ptr_nonnull(worst);
    *worst = (gchk_element){.analytic = i == 0 ? 2 : 200, .numeric = 1, .bound = 0.1, .verdict = GCHK_FAIL};
    r->cases[i].tensors[0].worst = worst;
    r->cases[i].tensors[0].worst_count = 1;
  }
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 1);
  ck_assert_uint_eq(r->causes[0].member_count, 2);
  ck_assert_uint_eq(r->causes[0].members[r->causes[0].shown].case_index, examples[_i].shown);
  gchk_result_free(r);
}
END_TEST

/* Each row differs from `lost_c` in one thing, and is a mistake of its own. */
START_TEST(other_mistakes_are_entries_of_their_own) {
  static const named others[] = {
      {GCHK_CODE_PATH_LOST, "output", "h", (double)NAN}, {GCHK_CODE_PATH_LOST, "axis", "c", (double)NAN},
      {GCHK_CODE_PATH_LOST, NULL, NULL, (double)NAN},    {GCHK_CODE_MISSING_TAIL, "output", "c", (double)NAN},
      {GCHK_CODE_PATH_LOST, "output", "c", 2},
  };
  gchk_result *r = cases_of(lstm, 2);
  make_fail(r, 0, 0, lost_c, 10);
  make_fail(r, 0, 1, others[_i], 10);
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 2);
  ck_assert_str_eq(r->causes[0].where, "x; 1 of 2 cases");
  ck_assert_str_eq(r->causes[1].where, "w; 1 of 2 cases");
  gchk_result_free(r);
}
END_TEST

START_TEST(another_layer_or_plug_in_is_another_entry) {
  static const char *const layers[] = {"lstm", "gru", "lstm"};
  gchk_result *r = cases_of(layers, 3);
  r->cases[2].target = "other.so";
  for (size_t i = 0; i < 3; i++)
    make_fail(r, i, 0, lost_c, 10);
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 3);
  for (size_t i = 0; i < 3; i++)
    ck_assert_uint_eq(r->causes[i].members[0].case_index, i); // in the order of the run
  gchk_result_free(r);
}
END_TEST

typedef struct factors {
  const char *a, *b, *common; /* NULL: two mistakes */
  double ratio_a, ratio_b;
} factors;
static const factors factor_pairs[] = {
    {"2", "2 or B", "2", 2, 2},
    {"2 or B", "B or 1/2", "B", 2, 0.5},
    {"2 or B or C", "C or B", "B or C", 2, 3},
    {"2", "3", NULL, 2, 3},
    {"2 or B", "3 or C", NULL, 2, 3},
    {"B", "BC", NULL, 2, 6}, // no part of a name is the name
    {NULL, NULL, "", 1.37, 1.371},
    {NULL, NULL, NULL, 1.37, 1.5},
};

/* What a factor may be in one shape and in another: what both say is what it is. */
START_TEST(factors_are_intersected_over_shapes) {
  const factors f = factor_pairs[_i];
  gchk_result *r = cases_of(lstm, 2);
  make_fail(r, 0, 0, (named){GCHK_CODE_CONSTANT_RATIO, f.a != NULL ? "factor" : NULL, f.a, f.ratio_a}, 10);
  make_fail(r, 1, 0, (named){GCHK_CODE_CONSTANT_RATIO, f.b != NULL ? "factor" : NULL, f.b, f.ratio_b}, 10);
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, f.common != NULL ? 1 : 2);
  if (f.common != NULL && *f.common != '\0') {
    const gchk_finding *finding = &r->causes[0].finding;
    ck_assert_str_eq(finding->evidence[finding->evidence_count - 1].text, f.common);
  }
  gchk_result_free(r);
}
END_TEST

/* "There is a mismatch" is no cause beside the name of the mistake; alone it is. */
START_TEST(what_names_nothing_is_told_where_nothing_else_is) {
  static const named mismatch = {GCHK_CODE_SYSTEMATIC_MISMATCH, NULL, NULL, (double)NAN};
  for (int with_name = 0; with_name < 2; with_name++) {
    gchk_result *r = cases_of(lstm, 1);
    make_fail(r, 0, 0, mismatch, 10);
    if (with_name)
      make_fail(r, 0, 0, lost_c, 10);
    gchk_result_summarise(r);
    ck_assert_uint_eq(r->cause_count, 1);
    ck_assert_str_eq(r->causes[0].finding.code, with_name ? "path-lost" : "systematic-mismatch");
    ck_assert_uint_eq(r->causes[0].members[0].finding_index, with_name ? 1 : 0);
    gchk_result_free(r);
  }
}
END_TEST

START_TEST(what_nothing_names_is_an_entry_too) {
  gchk_result *r = cases_of(lstm, 3);
  r->cases[0].verdict = r->cases[0].tensors[1].verdict = GCHK_FAIL;
  r->cases[1].verdict = GCHK_ERROR;
  r->cases[1].reason = "killed by SIGSEGV";
  r->cases[2].verdict = GCHK_ERROR;
  r->cases[2].reason = "no progress for 60 s";
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 3);
  ck_assert_str_eq(r->causes[0].finding.text, "killed by SIGSEGV"); // errors first
  ck_assert_str_eq(r->causes[1].finding.text, "no progress for 60 s");
  ck_assert_str_eq(r->causes[0].members[0].tensor, "");
  ck_assert_str_eq(r->causes[2].finding.code, "");
  ck_assert_str_eq(r->causes[2].where, "w; 1 of 3 cases");
  gchk_result_free(r);
}
END_TEST

/* How many entries two errors are whose reasons are these. */
static size_t entries_of(const char *one, const char *other) {
  gchk_result *r = cases_of(lstm, 2);
  r->cases[0].verdict = r->cases[1].verdict = GCHK_ERROR;
  r->cases[0].reason = one;
  r->cases[1].reason = other;
  gchk_result_summarise(r);
  const size_t count = r->cause_count;
  ck_assert_str_eq(r->causes[0].finding.text, one);
  gchk_result_free(r);
  return count;
}

START_TEST(errors_that_differ_in_figures_are_one_entry) {
  static const char *const same[][2] = {{"y[1,0] is 0.25 in f32 and -1 in the twin (14 of 15 differ)",
                                         "y[0,12] is 2e-05 in f32 and 0 in the twin (9 of 15 differ)"},
                                        {"at 0x7f12", "at 0x55e09a"},
                                        {"1e", "2"}};
  static const char *const other[][2] = {{"ended with exit status 3", "ended with exit status 4"},
                                         {"conv1d: refused", "conv2d: refused"},
                                         {"layer.c:12: a file is missing", "layer.c:13: a file is missing"},
                                         {"y[0] is 1", "x[0] is 1"},
                                         {"y is 1", "y is 1 or more"},
                                         {"y - 1", "y -1"},
                                         {"y is 1", "y is nan"}};
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
    ck_assert_msg(entries_of(same[i][0], same[i][1]) == 1, "%s", same[i][1]);
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
    ck_assert_msg(entries_of(other[i][0], other[i][1]) == 2, "%s", other[i][1]);
}
END_TEST

START_TEST(what_passes_or_fails_as_expected_has_no_cause) {
  gchk_result *r = cases_of(lstm, 2);
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 0);
  make_fail(r, 0, 0, lost_c, 10);
  r->cases[0].expected_failure = "known";
  r->cases[0].verdict = GCHK_PASS;
  gchk_finding_list list = {.arena = r->arena};
  (void)gchk_finding_note(&list, GCHK_CODE_PARTLY_PROBED, "a note");
  r->cases[1].findings = list.findings;
  r->cases[1].finding_count = list.count;
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 0);
  gchk_result_free(r);
}
END_TEST

#define UNNAMED                                                                                                        \
  { GCHK_CODE_UNCLASSIFIED, NULL, NULL, (double)NAN }
#define AT_INDEX                                                                                                       \
  { GCHK_CODE_WRONG_AT_INDEX, "axis", "T", (double)NAN }
#define AT_BORDER                                                                                                      \
  { GCHK_CODE_WRONG_AT_BORDER, NULL, NULL, (double)NAN }
static const named unnamed = UNNAMED;

/* A probe's finding of a case, about a tensor. */
static void break_contract(gchk_result *r, size_t index, gchk_code code, const char *tensor) {
  gchk_case_result *c = &r->cases[index];
  gchk_finding_list list = gchk_finding_list_from(r->arena, c->findings, c->finding_count);
  gchk_finding *finding = gchk_finding_add(&list, code, "broken");
  gchk_finding_text(&list, finding, "tensor", "%s", tensor);
  c->verdict = GCHK_FAIL;
  c->findings = list.findings;
  c->finding_count = list.count;
}

static const struct {
  named of[3]; // of x in each shape
  const char *codes[2];
} sights[] = {
    {{LOST_C, UNNAMED, LOST_C}, {"path-lost"}},
    {{UNNAMED, LOST_C, UNNAMED}, {"unclassified", "path-lost"}}, // named in one of three
    {{LOST_C, AT_INDEX, LOST_C}, {"path-lost"}},
    {{AT_INDEX, AT_BORDER, AT_INDEX}, {"wrong-at-index"}}, // the place differs with the shape
    {{AT_INDEX, UNNAMED, UNNAMED}, {"wrong-at-index", "unclassified"}},
    {{LOST_C, {GCHK_CODE_TRANSPOSED, NULL, NULL, (double)NAN}, LOST_C}, {"path-lost", "transposed"}},
};

START_TEST(a_tensor_follows_its_name_in_most_of_the_shapes) {
  gchk_result *r = cases_of(lstm, 3);
  for (size_t i = 0; i < 3; i++)
    make_fail(r, i, 0, sights[_i].of[i], 10);
  gchk_result_summarise(r);
  size_t count = 0;
  for (; count < 2 && sights[_i].codes[count] != NULL; count++)
    ck_assert_str_eq(r->causes[count].finding.code, sights[_i].codes[count]);
  ck_assert_uint_eq(r->cause_count, count);
  gchk_result_free(r);
}
END_TEST

/* The name of another tensor, or of another layer's, says nothing. */
START_TEST(names_of_others_are_not_taken) {
  static const char *const layers[] = {"lstm", "lstm", "gru"};
  gchk_result *r = cases_of(layers, 3);
  make_fail(r, 0, 0, lost_c, 10);
  make_fail(r, 1, 1, unnamed, 10);
  make_fail(r, 2, 0, unnamed, 10);
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 3);
  gchk_result_free(r);
}
END_TEST

static const struct {
  gchk_code contract;
  named x;
  const char *tensor; // that the contract is about
  size_t causes;
} broken[] = {
    {GCHK_CODE_IGNORES_UPSTREAM, {GCHK_CODE_UNCLASSIFIED, NULL, NULL, (double)NAN}, "x", 1},
    {GCHK_CODE_IGNORES_UPSTREAM, {GCHK_CODE_UNCLASSIFIED, NULL, NULL, (double)NAN}, "w", 2},
    {GCHK_CODE_IGNORES_UPSTREAM, {GCHK_CODE_UPSTREAM_IGNORED, NULL, NULL, (double)NAN}, "x", 1},
    {GCHK_CODE_NOT_LINEAR_IN_UPSTREAM, {GCHK_CODE_UPSTREAM_FUNCTION, NULL, NULL, (double)NAN}, "x", 1},
    {GCHK_CODE_NOT_LINEAR_IN_UPSTREAM, {GCHK_CODE_UPSTREAM_IGNORED, NULL, NULL, (double)NAN}, "x", 2},
    {GCHK_CODE_GUARD_ZONE, {GCHK_CODE_UNCLASSIFIED, NULL, NULL, (double)NAN}, "w", 1}, // it spoils all
    {GCHK_CODE_GUARD_ZONE, {GCHK_CODE_TRANSPOSED, NULL, NULL, (double)NAN}, "w", 2},
};

START_TEST(what_a_broken_contract_explains_is_no_cause_beside_it) {
  gchk_result *r = cases_of(lstm, 2);
  for (size_t i = 0; i < 2; i++)
    make_fail(r, i, 0, broken[_i].x, 10);
  break_contract(r, 0, broken[_i].contract, broken[_i].tensor);
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, broken[_i].causes);
  const gchk_cause *c = &r->causes[0];
  ck_assert_str_eq(c->finding.code, gchk_code_at(broken[_i].contract)->name);
  ck_assert_str_eq(c->finding.text, "broken");
  if (broken[_i].causes == 1) {
    ck_assert_uint_eq(c->member_count, 3); // with the other shape, in which the probe saw nothing
    ck_assert_str_eq(c->members[c->shown].tensor, "x");
  }
  gchk_result_free(r);
}
END_TEST

/* Ratios of x and w in each of two cases, and of a third tensor. */
static const struct {
  double ratio[3];
  const char *text; // of the first cause; NULL: a factor of its own
} ladders[] = {
    {{8, 4, 2}, "a factor of 2 a layer, going backward: 2 at v, 4 at w, 8 at x"},
    {{2, 2, 4}, "a factor of 2 a layer, going backward: 2 at x, 4 at v"},
    {{0.25, 0.5, 0.5}, "a factor of 0.5 a layer, going backward: 0.5 at w, 0.25 at x"},
    {{4, 2, 4}, NULL}, // in no order
    {{8, 2, 2}, NULL}, // 4 is missing
    {{2, 3, 6}, NULL},
    {{0.5, 2, 4}, NULL},
};

START_TEST(powers_of_one_factor_are_one_mistake) {
  gchk_result *r = cases_of(lstm, 2);
  for (size_t i = 0; i < 2; i++) {
    gchk_tensor_result *t = gchk_arena_alloc(r->arena, 3, sizeof *t);
    ck_assert_ptr_nonnull(t);
    for (size_t k = 0; k < 3; k++)
      t[k] = plain_tensor(k == 0 ? "x" : k == 1 ? "w" : "v");
    r->cases[i].tensors = t;
    r->cases[i].tensor_count = 3;
    for (size_t k = 0; k < 3; k++)
      make_fail(r, i, k, (named){GCHK_CODE_CONSTANT_RATIO, NULL, NULL, ladders[_i].ratio[k]}, 10);
  }
  gchk_result_summarise(r);
  if (ladders[_i].text != NULL) {
    ck_assert_uint_eq(r->cause_count, 1);
    ck_assert_uint_eq(r->causes[0].member_count, 6);
    ck_assert_str_eq(r->causes[0].finding.text, ladders[_i].text);
  } else {
    ck_assert_uint_ge(r->cause_count, 2);
  }
  gchk_result_free(r);
}
END_TEST

/* A factor of all tensors comes from where backward begins; one of some does not, however often it is seen there. */
START_TEST(a_factor_of_all_tensors_is_said_to_be_that) {
  const size_t tensors = 1 + (size_t)_i % 2, findings = 1 + (size_t)_i / 2;
  gchk_result *r = cases_of(lstm, 2);
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < tensors; k++) {
      make_fail(r, i, k, (named){GCHK_CODE_CONSTANT_RATIO, "factor", "1/2", 0.5}, 10);
      if (findings > 1)
        make_fail(r, i, k, (named){GCHK_CODE_WRONG_AT_INDEX, "axis", "C", (double)NAN}, 10);
    }
  gchk_result_summarise(r);
  ck_assert_uint_eq(r->cause_count, 1);
  ck_assert_uint_eq(r->causes[0].member_count, 2 * tensors * findings);
  const bool says_all = strstr(r->causes[0].finding.text, "all 2 tensors share it") != NULL;
  ck_assert_int_eq(says_all, tensors == 2);
  gchk_result_free(r);
}
END_TEST

static TCase *cause_tests(void) {
  TCase *tests = tcase_create("causes");
  tcase_add_test(tests, one_mistake_in_several_tensors_and_shapes_is_one_entry);
  tcase_add_loop_test(tests, the_readers_own_case_is_shown_where_it_shows_as_much, 0,
                      sizeof examples / sizeof examples[0]);
  tcase_add_loop_test(tests, other_mistakes_are_entries_of_their_own, 0, 5);
  tcase_add_test(tests, another_layer_or_plug_in_is_another_entry);
  tcase_add_loop_test(tests, factors_are_intersected_over_shapes, 0, sizeof factor_pairs / sizeof factor_pairs[0]);
  tcase_add_test(tests, what_names_nothing_is_told_where_nothing_else_is);
  tcase_add_test(tests, what_nothing_names_is_an_entry_too);
  tcase_add_test(tests, errors_that_differ_in_figures_are_one_entry);
  tcase_add_test(tests, what_passes_or_fails_as_expected_has_no_cause);
  tcase_add_loop_test(tests, a_tensor_follows_its_name_in_most_of_the_shapes, 0, sizeof sights / sizeof sights[0]);
  tcase_add_test(tests, names_of_others_are_not_taken);
  tcase_add_loop_test(tests, what_a_broken_contract_explains_is_no_cause_beside_it, 0,
                      sizeof broken / sizeof broken[0]);
  tcase_add_loop_test(tests, powers_of_one_factor_are_one_mistake, 0, sizeof ladders / sizeof ladders[0]);
  tcase_add_loop_test(tests, a_factor_of_all_tensors_is_said_to_be_that, 0, 4);
  return tests;
}

TEST_MAIN("causes", cause_tests)
