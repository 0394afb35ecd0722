/*
 * The probes of the calling contract: what they find, with the evidence, what they leave alone, and that they leave the
 * instance where it was. The wrong layers of checks/wrong go through all of it again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance/index.h"
#include "main.h"
#include "probe/probe.h"
#include "start/case_instance.h"

/* ---- one layer whose habits are options: y = w x^2 (B,C), dx, dw ---- */

enum {
  HABIT_DX,        /* the rule of dx: 0 =, 1 += */
  HABIT_DW,        /* the rule of dw */
  HABIT_SKIPS,     /* dx of this many elements from the end is never written */
  HABIT_WRITES,    /* one byte is written at this byte offset from the end of dx, plus 1; negative: before its start */
  HABIT_UNWRITTEN, /* y of this many elements from the end is never written */
  HABIT_UPSTREAM,  /* 0: d, 1: taken as 1, 2: |d|, 3: d + 1, 4: max(d, 0) */
  HABIT_SAMPLES,   /* dw from this many samples only; 0: all */
  HABIT_COUPLED,   /* y also depends on the mean over the batch, rightly differentiated */
  HABIT_CLOBBERS,  /* d is overwritten */
  HABIT_CHANGES,   /* 1: backward changes w, 2: forward changes x, 3: backward changes y */
  HABIT_COUNTS,    /* forward adds this times the number of its calls */
  HABIT_FORGETS,   /* backward uses the x of the first call */
  HABITS
};
static const gchk_option_spec habits[HABITS] = {
    {"dx", 0, 0, 0, ""},        {"dw", 0, 0, 0, ""},       {"skips", 0, 0, 0, ""},   {"writes", 0, 0, 0, ""},
    {"unwritten", 0, 0, 0, ""}, {"upstream", 0, 0, 0, ""}, {"samples", 0, 0, 0, ""}, {"coupled", 0, 0, 0, ""},
    {"clobbers", 0, 0, 0, ""},  {"changes", 0, 0, 0, ""},  {"counts", 0, 0, 0, ""},  {"forgets", 0, 0, 0, ""}};
enum { B = 3, C = 5, N = B * C };

typedef struct memory {
  double calls, first_x[N];
  bool has_first;
} memory;

static gchk_status create(const gchk_call *call, void **state, gchk_error *error) {
  (void)call;
  *state = calloc(1, sizeof(memory));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

static bool has(const gchk_call *c, int habit) {
  return c->option[habit] != 0;
}

GCHK_CALLBACK(forward, {
  memory *m = c->state;
  double *x = c->t[0].value, *w = c->t[1].value, *y = c->t[2].value, mean = 0;
  size_t n = c->t[0].count;
  for (size_t i = 0; i < n; i++)
    mean += x[i] / (double)n;
  for (size_t i = 0; i + (size_t)c->option[HABIT_UNWRITTEN] < n; i++)
    y[i] = w[i % C] * x[i] * x[i] + c->option[HABIT_COUNTS] * m->calls + c->option[HABIT_COUPLED] * mean;
  m->calls++;
  if (!m->has_first)
    memcpy(m->first_x, x, n * sizeof *x);
  m->has_first = true;
  if (c->option[HABIT_CHANGES] == 2)
    x[7] += 1;
})

static double upstream(const gchk_call *c, size_t i) {
  double d = ((const double *)c->t[2].grad)[i];
  const double kinds[] = {d, 1, fabs(d), d + 1, fmax(d, 0)};
  return kinds[(size_t)c->option[HABIT_UPSTREAM]];
}

GCHK_CALLBACK(backward, {
  const memory *m = c->state;
  const double *x = has(c, HABIT_FORGETS) ? m->first_x : c->t[0].value;
  double *w = c->t[1].value, *dx = c->t[0].grad, *dw = c->t[1].grad, dw_now[C] = {0}, sum = 0;
  size_t n = c->t[0].count, samples = has(c, HABIT_SAMPLES) ? (size_t)c->option[HABIT_SAMPLES] : n / C;
  for (size_t i = 0; i < n; i++)
    sum += upstream(c, i);
  for (size_t i = 0; i < n; i++) {
    double g = 2 * w[i % C] * x[i] * upstream(c, i) + c->option[HABIT_COUPLED] * sum / (double)n;
    if (i + (size_t)c->option[HABIT_SKIPS] < n)
      dx[i] = g + (has(c, HABIT_DX) ? dx[i] : 0);
    dw_now[i % C] += i / C < samples ? x[i] * x[i] * upstream(c, i) : 0;
  }
  for (size_t j = 0; j < C; j++)
    dw[j] = dw_now[j] + (has(c, HABIT_DW) ? dw[j] : 0);
  if (c->option[HABIT_WRITES] > 0)
    ((unsigned char *)dx)[n * sizeof *dx + (size_t)c->option[HABIT_WRITES] - 1] ^= 0xff;
  if (c->option[HABIT_WRITES] < 0)
    ((unsigned char *)dx)[(ptrdiff_t)c->option[HABIT_WRITES]] ^= 0xff;
  if (has(c, HABIT_CLOBBERS))
    ((double *)c->t[2].grad)[2] = 0;
  if (c->option[HABIT_CHANGES] == 1)
    w[3] += 1;
  if (c->option[HABIT_CHANGES] == 3)
    ((double *)c->t[2].value)[4] += 1;
})

#define TABLE(name, dx_rule, dw_rule, ...)                                                                             \
  static const gchk_tensor_spec name[] = {GCHK_TENSOR("x", GCHK_INPUT, "B C", .grad = (dx_rule)),                      \
                                          GCHK_TENSOR("w", GCHK_PARAMETER, "C", .grad = (dw_rule)),                    \
                                          GCHK_TENSOR("y", GCHK_OUTPUT, "B C", __VA_ARGS__)};
TABLE(detect, GCHK_GRAD_DETECT, GCHK_GRAD_DETECT, .keep_away = 0)
TABLE(overwrite, GCHK_GRAD_OVERWRITE, GCHK_GRAD_OVERWRITE, .keep_away = 0)
TABLE(accumulate, GCHK_GRAD_ACCUMULATE, GCHK_GRAD_ACCUMULATE, .upstream_clobbered = true)

/* ---- running the probes on it ---- */

typedef struct habit {
  int which;
  double value;
} habit;

typedef struct bench {
  gchk_layer layer;
  gchk_case spec;
  gchk_options options;
  gchk_case_work work;
  double set[HABITS];
} bench;

static bench *probe(const gchk_tensor_spec *table, unsigned flags, const habit *set, size_t count) {
  bench *b = calloc(1, sizeof *b);
  ck_assert_ptr_nonnull(b);
  gchk_error error;
  for (size_t k = 0; k < count; k++)
    b->set[set[k].which] = set[k].value;
  b->layer = (gchk_layer){.name = "habits",
                          .dtype = GCHK_F64,
                          .tensors = table,
                          .tensor_count = 3,
                          .forward = forward,
                          .backward = backward,
                          .create = create,
                          .destroy = free,
                          .sizes = "B=3 C=5",
                          .flags = flags,
                          GCHK_OPTION_TABLE(habits)};
  b->options = (gchk_options)GCHK_OPTIONS_INIT;
  b->spec = (gchk_case){.name = "habits", .layer = &b->layer, .options = b->set};
  b->work = (gchk_case_work){.spec = &b->spec,
                             .options = &b->options,
                             .arena = gchk_arena_new(),
                             .scratch = gchk_arena_new(),
                             .random = gchk_random_seeded(5)};
  b->work.findings.arena = b->work.arena;
  ck_assert_msg(gchk_case_instance(&b->spec, 0, &b->work.instance, &error) == GCHK_OK, "%s", error.message);
  b->work.output_count = gchk_instance_output_count(b->work.instance);
  b->work.y = gchk_arena_alloc(b->work.scratch, b->work.output_count, sizeof(double));
  ck_assert_int_eq(gchk_instance_forward(b->work.instance, &error), GCHK_OK);
  ck_assert_int_eq(gchk_instance_outputs(b->work.instance, b->work.y, &error), GCHK_OK);
  ck_assert_msg(gchk_probe_contract(&b->work, &error) == GCHK_OK, "%s", error.message);
  return b;
}

static void bench_free(bench *b) {
  gchk_instance_free(b->work.instance);
  gchk_arena_free(b->work.arena);
  gchk_arena_free(b->work.scratch);
  free(b);
}

static const gchk_finding *find(const bench *b, const char *code) {
  for (size_t k = 0; k < b->work.findings.count; k++)
    if (strcmp(b->work.findings.findings[k].code, code) == 0)
      return &b->work.findings.findings[k];
  char all[2048] = "";
  for (size_t k = 0; k < b->work.findings.count; k++) {
    size_t used = strlen(all);
    (void)snprintf(all + used, sizeof all - used, "\n%s: %s", b->work.findings.findings[k].code,
                   b->work.findings.findings[k].text);
  }
  ck_abort_msg("no finding %s, but:%s", code, all);
  return NULL;
}

static const gchk_evidence *evidence(const gchk_finding *f, const char *key) {
  for (size_t k = 0; k < f->evidence_count; k++)
    if (strcmp(f->evidence[k].key, key) == 0)
      return &f->evidence[k];
  ck_abort_msg("%s: no evidence %s", f->code, key);
  return NULL;
}

static void expect_none(const bench *b) {
  ck_assert_msg(b->work.findings.count == 0, "%s: %s", b->work.findings.findings[0].code,
                b->work.findings.findings[0].text);
}

#define PROBE(table, ...)                                                                                              \
  probe((table), 0, (const habit[]){__VA_ARGS__}, sizeof((const habit[]){__VA_ARGS__}) / sizeof(habit))

START_TEST(finds_nothing_in_a_right_layer) {
  bench *b = PROBE(detect, {HABIT_DX, 0});
  expect_none(b);
  ck_assert_ptr_null(b->work.refused);
  bench_free(b);
  b = PROBE(detect, {HABIT_DX, 1}, {HABIT_DW, 1});
  expect_none(b);
  bench_free(b);
  // An input that is overwritten beside parameters that accumulate is usual.
  b = PROBE(detect, {HABIT_DX, 0}, {HABIT_DW, 1});
  expect_none(b);
  bench_free(b);
  b = PROBE(overwrite, {HABIT_DX, 0});
  expect_none(b);
  bench_free(b);
  b = PROBE(accumulate, {HABIT_DX, 1}, {HABIT_DW, 1}, {HABIT_CLOBBERS, 1});
  expect_none(b);
  bench_free(b);
  b = PROBE(detect, {HABIT_COUPLED, 0.5});
  expect_none(b);
  bench_free(b);
}
END_TEST

START_TEST(leaves_everything_as_it_was) {
  bench *b = PROBE(detect, {HABIT_CHANGES, 1}, {HABIT_WRITES, 1});
  gchk_instance *fresh = NULL;
  ck_assert_int_eq(gchk_case_instance(&b->spec, 0, &fresh, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_forward(fresh, NULL), GCHK_OK);
  for (size_t i = 0; i < 3; i++)
    ck_assert_mem_eq(b->work.instance->t[i].value, fresh->t[i].value, fresh->values[i].bytes);
  double y[N];
  ck_assert_int_eq(gchk_instance_outputs(b->work.instance, y, NULL), GCHK_OK);
  ck_assert_mem_eq(y, b->work.y, sizeof y);
  for (size_t i = 0; i < 3; i++) {
    ptrdiff_t offset;
    ck_assert(gchk_buffer_is_whole(&b->work.instance->values[i], &offset));
    ck_assert(gchk_buffer_is_whole(&b->work.instance->grads[i], &offset));
  }
  gchk_instance_free(fresh);
  bench_free(b);
}
END_TEST

START_TEST(costs_some_dozens_of_forwards) {
  bench *b = PROBE(detect, {HABIT_DX, 0});
  ck_assert_uint_le(b->work.instance->forward_calls, 40);
  bench_free(b);
}
END_TEST

START_TEST(guard_zones_name_the_byte) {
  static const struct {
    double habit, offset;
  } table[] = {{1, N * 8}, {8, N * 8 + 7}, {200, N * 8 + 199}, {-1, -1}, {-64, -64}};
  bench *b = PROBE(detect, {HABIT_WRITES, table[_i].habit});
  const gchk_finding *f = find(b, "guard-zone");
  ck_assert_str_eq(evidence(f, "tensor")->text, "x");
  ck_assert_str_eq(evidence(f, "buffer")->text, "gradient");
  ck_assert_double_eq(evidence(f, "offset")->number, table[_i].offset);
  ck_assert_msg(strstr(evidence(f, "call")->text, "backward") != NULL, "%s", evidence(f, "call")->text);
  bench_free(b);
}
END_TEST

START_TEST(what_may_only_be_read_is_compared) {
  static const struct {
    double habit;
    const char *code, *tensor;
    double index;
    const char *call;
  } table[] = {{1, "writes-input", "w", 3, "backward"},
               {2, "writes-input", "x", 7, "forward"},
               {3, "writes-cache", "y", 4, "backward"}};
  bench *b = PROBE(detect, {HABIT_CHANGES, table[_i].habit});
  const gchk_finding *f = find(b, table[_i].code);
  ck_assert_str_eq(evidence(f, "tensor")->text, table[_i].tensor);
  ck_assert_double_eq(evidence(f, "index")->number, table[_i].index);
  ck_assert(strstr(evidence(f, "call")->text, table[_i].call) != NULL);
  bench_free(b);
}
END_TEST

START_TEST(upstream_may_be_clobbered_when_declared) {
  bench *b = PROBE(detect, {HABIT_CLOBBERS, 1});
  const gchk_finding *f = find(b, "writes-upstream");
  ck_assert_double_eq(evidence(f, "index")->number, 2);
  bench_free(b);
}
END_TEST

// Every declared rule against every rule that is followed.
START_TEST(rules_are_compared_with_declarations) {
  static const struct {
    const gchk_tensor_spec *table;
    double dx, dw;
    const char *code, *tensor;
  } cases[] = {{accumulate, 0, 1, "overwrites-gradient", "x"},
               {accumulate, 1, 0, "overwrites-gradient", "w"},
               {overwrite, 1, 0, "accumulates-gradient", "x"},
               {overwrite, 0, 1, "accumulates-gradient", "w"}};
  bench *b = PROBE(cases[_i].table, {HABIT_DX, cases[_i].dx}, {HABIT_DW, cases[_i].dw});
  ck_assert_uint_eq(b->work.findings.count, 1);
  ck_assert_str_eq(evidence(find(b, cases[_i].code), "tensor")->text, cases[_i].tensor);
  bench_free(b);
}
END_TEST

START_TEST(unwritten_elements_are_found) {
  bench *b = PROBE(detect, {HABIT_SKIPS, 2});
  const gchk_finding *f = find(b, "unwritten-gradient");
  ck_assert_double_eq(evidence(f, "elements")->number, 2);
  ck_assert_double_eq(evidence(f, "index")->number, N - 2);
  bench_free(b);
  b = PROBE(overwrite, {HABIT_SKIPS, N});
  ck_assert_double_eq(evidence(find(b, "unwritten-gradient"), "elements")->number, N);
  bench_free(b);
  b = PROBE(detect, {HABIT_UNWRITTEN, 3});
  f = find(b, "unwritten-output");
  ck_assert_double_eq(evidence(f, "unwritten")->number, 3);
  ck_assert_double_eq(evidence(f, "index")->number, N - 3);
  bench_free(b);
}
END_TEST

START_TEST(backward_must_be_linear) {
  static const char *const codes[] = {NULL, "ignores-upstream", "not-linear-in-upstream", "not-linear-in-upstream",
                                      "not-linear-in-upstream"};
  bench *b = PROBE(detect, {HABIT_UPSTREAM, _i});
  if (_i == 0)
    expect_none(b);
  else
    (void)find(b, codes[_i]);
  bench_free(b);
  // Declared: a loss may take it to be 1.
  const habit set = {HABIT_UPSTREAM, 1};
  b = probe(detect, GCHK_IGNORES_UPSTREAM, &set, 1);
  expect_none(b);
  bench_free(b);
}
END_TEST

START_TEST(a_batch_is_its_samples) {
  bench *b = PROBE(detect, {HABIT_SAMPLES, 1});
  const gchk_finding *f = find(b, "batch-inconsistent");
  ck_assert_str_eq(evidence(f, "tensor")->text, "w");
  ck_assert_msg(strstr(f->text, "sample 0 alone") != NULL, "%s", f->text);
  bench_free(b);
}
END_TEST

START_TEST(what_cannot_be_repeated_is_refused) {
  bench *b = PROBE(detect, {HABIT_COUNTS, 0.125});
  const gchk_finding *f = find(b, "forward-not-repeatable");
  ck_assert_ptr_nonnull(b->work.refused);
  ck_assert_str_eq(evidence(f, "cause")->text, "earlier calls");
  ck_assert_uint_eq(b->work.findings.count, 1);
  bench_free(b);
}
END_TEST

START_TEST(what_was_kept_of_another_call_shows) {
  bench *b = PROBE(detect, {HABIT_FORGETS, 1});
  (void)find(b, "stale-state");
  bench_free(b);
}
END_TEST

START_TEST(every_finding_is_in_the_table_of_codes) {
  bench *b = PROBE(overwrite, {HABIT_WRITES, 1}, {HABIT_CHANGES, 1}, {HABIT_CLOBBERS, 1}, {HABIT_UPSTREAM, 2},
                   {HABIT_DX, 1}, {HABIT_SAMPLES, 2}, {HABIT_FORGETS, 1});
  ck_assert_uint_ge(b->work.findings.count, 5);
  for (size_t k = 0; k < b->work.findings.count; k++) {
    const gchk_finding *f = &b->work.findings.findings[k];
    ck_assert_msg(gchk_code_find(f->code) != NULL, "%s", f->code);
    ck_assert(!f->is_note);
    for (size_t l = 0; l < k; l++)
      ck_assert_msg(strcmp(f->text, b->work.findings.findings[l].text) != 0, "said twice: %s", f->text);
  }
  bench_free(b);
}
END_TEST

static TCase *probe_tests(void) {
  TCase *tc = tcase_create("probe");
  tcase_set_timeout(tc, 60);
  tcase_add_test(tc, finds_nothing_in_a_right_layer);
  tcase_add_test(tc, leaves_everything_as_it_was);
  tcase_add_test(tc, costs_some_dozens_of_forwards);
  tcase_add_loop_test(tc, guard_zones_name_the_byte, 0, 5);
  tcase_add_loop_test(tc, what_may_only_be_read_is_compared, 0, 3);
  tcase_add_test(tc, upstream_may_be_clobbered_when_declared);
  tcase_add_loop_test(tc, rules_are_compared_with_declarations, 0, 4);
  tcase_add_test(tc, unwritten_elements_are_found);
  tcase_add_loop_test(tc, backward_must_be_linear, 0, 5);
  tcase_add_test(tc, a_batch_is_its_samples);
  tcase_add_test(tc, what_cannot_be_repeated_is_refused);
  tcase_add_test(tc, what_was_kept_of_another_call_shows);
  tcase_add_test(tc, every_finding_is_in_the_table_of_codes);
  return tc;
}

TEST_MAIN("probe", probe_tests)
