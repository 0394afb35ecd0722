/*
 * What documents print of a case, beside what gradcheck gives: a row each.
 *
 * A row says how far each of its numbers may be off, for its last digit is rounded; in f32 it may also be off by what
 * that precision cannot hold. Of mean differences, which come from random weights, the size is compared.
 */
#include "claims/printed.h"

#include <math.h>
#include <string.h>

#include "claims/expectations.h"
#include "core/memory.h"
#include "core/text.h"

static const double same_size = 3;                    // a factor between figures of one size
static const double finest_in_f32 = 1e-5;             // relative, as of expected values
enum { SHOWN = 16, DIGITS = 17, DIGITS_OF_SIZE = 2 }; // numbers of a row that are written down, and their digits

/* One row under comparison. Its numbers are those of its tensors, one after the other. */
typedef struct comparison {
  gchk_case_work *work;
  gchk_instance *instance;
  const gchk_case_result *result;
  const gchk_printed *row;
  gchk_text gives;
  size_t count; // of the numbers so far
  bool differs, is_left_out;
} comparison;

static const gchk_tensor_result *result_of(const comparison *c, const char *name) {
  for (size_t i = 0; i < c->result->tensor_count; i++)
    if (strcmp(c->result->tensors[i].name, name) == 0)
      return &c->result->tensors[i];
  return NULL;
}

// NaN where the row has fewer numbers, which nothing is equal to.
static double printed_number(const comparison *c) {
  return c->count < c->row->number_count ? c->row->numbers[c->count] : (double)NAN;
}

static bool is_within(const comparison *c, double got) {
  const double printed = printed_number(c), finest = c->work->spec->layer->dtype == GCHK_F32 ? finest_in_f32 : 0;
  return fabs(got - printed) <= fmax(isnan(printed) ? 0 : c->row->within[c->count], finest * fabs(printed));
}

static bool is_of_size(const comparison *c, double got) {
  const double printed = printed_number(c);
  return got > 0 && got <= same_size * printed && printed <= same_size * got;
}

// `is_same`: whether what is here agrees with the next number of the row.
static void compare_next(comparison *c, bool is_same) {
  c->differs = c->differs || !is_same;
  c->count++;
}

static void put_next(comparison *c, int digits, double got) {
  if (c->count > SHOWN)
    return;
  gchk_text_put(&c->gives, c->count == 0 ? "" : c->count < SHOWN ? " " : " ...");
  if (c->count < SHOWN)
    gchk_text_shortest(&c->gives, digits, got);
}

static void compare_elements(comparison *c, const gchk_tensor *t) {
  const bool is_value = c->row->kind == GCHK_PRINTED_VALUE;
  const double scale = is_value ? 1 : gchk_grad_scale(c->instance->layer);
  const void *buffer = is_value ? t->value : t->grad;
  c->differs = c->differs || buffer == NULL;
  for (size_t e = 0; e < t->count && buffer != NULL; e++) {
    const double got = gchk_tensor_get(t, buffer, e) / scale;
    put_next(c, DIGITS, got);
    compare_next(c, is_within(c, got));
  }
}

static void compare_shape(comparison *c, const gchk_tensor *t) {
  for (size_t d = 0; d < t->shape.rank; d++) {
    put_next(c, DIGITS, (double)t->shape.dim[d]);
    compare_next(c, (double)t->shape.dim[d] == printed_number(c));
  }
}

// The documents' figures are of float64, and of all elements: a mean over a sample, or over what is not known, is none.
static void compare_mean(comparison *c, const gchk_tensor *t) {
  const gchk_tensor_result *row = result_of(c, t->name);
  const double got = row != NULL ? row->mean_abs_diff : (double)NAN;
  const bool is_figure =
      t->dtype == GCHK_F64 && row != NULL && row->checked == row->total && row->elements.undecided == 0;
  c->is_left_out = c->is_left_out || !is_figure;
  put_next(c, DIGITS_OF_SIZE, got);
  compare_next(c, !is_figure || is_of_size(c, got));
}

static void compare_agreement(comparison *c, const gchk_tensor *t) {
  const gchk_tensor_result *row = result_of(c, t->name);
  const bool is_known = row != NULL && row->reference.present, agrees = is_known && row->reference.fail == 0;
  gchk_text_format(&c->gives, "%s%s", c->count > 0 ? " " : "", !is_known ? "no reference" : agrees ? "True" : "False");
  compare_next(c, is_known && (double)agrees == printed_number(c));
}

static void compare_formula(comparison *c, const gchk_tensor *t) {
  const gchk_tensor_result *row = result_of(c, t->name);
  const gchk_verdict verdict = row != NULL ? row->verdict : GCHK_SKIPPED;
  c->is_left_out = c->is_left_out || verdict == GCHK_SKIPPED || verdict == GCHK_INCONCLUSIVE;
  gchk_text_format(&c->gives, "%sd/d%s %s", c->count > 0 ? ", " : "", t->name, gchk_verdict_name(verdict));
  if (row != NULL)
    gchk_text_format(&c->gives, " (%zu of %zu)", row->checked, row->total);
  compare_next(c, verdict < GCHK_FAIL);
}

typedef void (*compare_fn)(comparison *c, const gchk_tensor *t);

// What is done with a tensor; nothing of rows that are compared with nothing.
static const struct {
  compare_fn compare;
  bool has_numbers;
} kinds[GCHK_PRINTED_COUNT] = {
    [GCHK_PRINTED_VALUE] = {compare_elements, true},      [GCHK_PRINTED_GRADIENT] = {compare_elements, true},
    [GCHK_PRINTED_SHAPE] = {compare_shape, true},         [GCHK_PRINTED_MEAN_ABS_DIFF] = {compare_mean, true},
    [GCHK_PRINTED_AGREEMENT] = {compare_agreement, true}, [GCHK_PRINTED_FORMULA] = {compare_formula, false},
};

static void compare_tensor(comparison *c, compare_fn compare, const char *name) {
  const size_t i = gchk_instance_find(c->instance, name);
  if (i < c->instance->tensor_count)
    compare(c, &c->instance->t[i]);
  else
    c->differs = true;
}

static void compare_row(comparison *c) {
  const gchk_printed *row = c->row;
  const compare_fn compare = kinds[row->kind].compare;
  if (compare == NULL) {
    gchk_text_put(&c->gives, row->words != NULL ? row->words : "");
    c->is_left_out = true;
    return;
  }
  for (size_t k = 0; k < row->tensor_count; k++)
    compare_tensor(c, compare, row->tensors[k]);
  if (kinds[row->kind].has_numbers)
    c->differs = c->differs || c->count != row->number_count;
}

static gchk_status describe(const comparison *c, gchk_printed_result *to, gchk_error *error) {
  gchk_arena *arena = c->work->arena;
  *to = (gchk_printed_result){.document = gchk_arena_strdup(arena, c->row->document),
                              .at = gchk_arena_strdup(arena, c->row->at),
                              .prints = gchk_arena_strdup(arena, c->row->prints),
                              .kind = c->row->kind,
                              .gives = gchk_arena_strdup(arena, c->gives.length > 0 ? c->gives.data : ""),
                              .verdict = c->differs       ? GCHK_FAIL
                                         : c->is_left_out ? GCHK_SKIPPED
                                                          : GCHK_PASS};
  const bool has_all = to->document != NULL && to->at != NULL && to->prints != NULL && to->gives != NULL;
  return has_all && !c->gives.failed ? GCHK_OK : gchk_fail_memory(error, "what documents print");
}

static gchk_status add_row(comparison c, gchk_printed_result *to, gchk_error *error) {
  if ((unsigned)c.row->kind >= GCHK_PRINTED_COUNT)
    return gchk_fail(error, GCHK_INVALID, "document %s, %s: there is no kind %d of printed things", c.row->document,
                     c.row->at, (int)c.row->kind);
  compare_row(&c);
  const gchk_status status = describe(&c, to, error);
  gchk_text_deinit(&c.gives);
  return status;
}

static size_t count_rows(const gchk_case *spec) {
  size_t count = 0;
  for (size_t i = 0; i < spec->setting_count; i++)
    count += spec->settings[i].printed_count;
  return count;
}

gchk_status gchk_compare_printed(gchk_case_work *work, gchk_instance *instance, gchk_case_result *result,
                                 gchk_error *error) {
  const gchk_case *spec = work->spec;
  const size_t count = count_rows(spec);
  double *v;
  if (count == 0)
    return GCHK_OK;
  GCHK_TRY(gchk_run_expected(work, instance, &v, error));
  result->printed = gchk_arena_alloc(work->arena, count, sizeof *result->printed);
  if (result->printed == NULL)
    return gchk_fail_memory(error, "what documents print");
  for (size_t i = 0; i < spec->setting_count; i++)
    for (size_t k = 0; k < spec->settings[i].printed_count; k++) {
      const comparison c = {.work = work, .instance = instance, .result = result, .row = &spec->settings[i].printed[k]};
      GCHK_TRY(add_row(c, &result->printed[result->printed_count], error));
      result->printed_count++;
    }
  return GCHK_OK;
}

void gchk_judge_printed(gchk_case_work *work, gchk_case_result *result) {
  for (size_t i = 0; i < result->printed_count; i++) {
    const gchk_printed_result *row = &result->printed[i];
    if (row->verdict != GCHK_FAIL)
      continue;
    gchk_finding *finding =
        gchk_finding_add(&work->findings, GCHK_CODE_PRINTED_DIFFERS, "document %s, %s, prints %s; the %s here is %s",
                         row->document, row->at, row->prints, gchk_printed_kind_name(row->kind), row->gives);
    gchk_finding_text(&work->findings, finding, "document", "%s", row->document);
    gchk_finding_text(&work->findings, finding, "at", "%s", row->at);
    result->verdict = gchk_verdict_worse(result->verdict, GCHK_FAIL);
  }
}
