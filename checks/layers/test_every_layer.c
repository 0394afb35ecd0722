/*
 * Every layer of the registry, in both precisions: it passes in the shapes that gradcheck chooses, by its own and with
 * planted values, f32 beside its double twin; and wrong twins of it fail, with a finding that fits the mistake.
 *
 * A row of the registry is a row here, and needs a wrong twin.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/gradcheck.h"
#include "layers/every_layer.h"
#include "layers/wrong_twins.h"
#include "main.h"

static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};
enum { DTYPES = 2, TEXT = 4096 };

static const wrong_twin *const lists[] = {wrong_elementwise, wrong_losses,   wrong_matrix,  wrong_norms,
                                          wrong_recurrent,   wrong_sequence, wrong_shaping, wrong_windows};
enum { LISTS = sizeof lists / sizeof lists[0] };

const gchk_tensor *tensor_called(const gchk_call *call, const char *name) {
  for (size_t i = 0; i < call->tensor_count; i++)
    if (strcmp(call->t[i].name, name) == 0)
      return &call->t[i];
  abort(); // no such tensor: a mistake in the table
}

double value_of(const gchk_tensor *t, size_t i) {
  return gchk_tensor_get(t, t->value, i);
}

double grad_of(const gchk_tensor *t, size_t i) {
  return gchk_tensor_get(t, t->grad, i);
}

void set_grad(const gchk_tensor *t, size_t i, double g) {
  gchk_tensor_set(t, t->grad, i, g);
}

/* The index-th wrong twin of all lists, NULL past the last. */
static const wrong_twin *wrong_at(size_t index) {
  for (size_t l = 0; l < LISTS; l++)
    for (const wrong_twin *row = lists[l]; row->layer != NULL; row++)
      if (index-- == 0)
        return row;
  return NULL;
}

/* Is one of the words in the list? */
static bool has_one_of(const char *list, const char *words) {
  char copy[256], *rest = NULL, padded[TEXT + 2], word[256];
  (void)snprintf(copy, sizeof copy, "%s", words);
  (void)snprintf(padded, sizeof padded, " %s", list);
  for (char *w = strtok_r(copy, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
    (void)snprintf(word, sizeof word, " %s ", w);
    if (strstr(padded, word) != NULL)
      return true;
  }
  return false;
}

static void append_codes(char codes[TEXT], const gchk_finding *findings, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t used = strlen(codes);
    if (!findings[i].is_note && !has_one_of(codes, findings[i].code))
      (void)snprintf(codes + used, TEXT - used, "%s ", findings[i].code);
  }
}

/* Checks the layer, and writes the codes of all findings that are no notes. */
static gchk_result *check(const gchk_layer *layer, char codes[TEXT]) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  gchk_blas_set_threads(1);
  ck_assert_msg(gchk_check_layer(layer, &options, &result, &error) == GCHK_OK, "%s: %s", layer->name, error.message);
  codes[0] = '\0';
  for (size_t c = 0; c < result->case_count; c++) {
    const gchk_case_result *one = &result->cases[c];
    append_codes(codes, one->findings, one->finding_count);
    for (size_t t = 0; t < one->tensor_count; t++)
      append_codes(codes, one->tensors[t].findings, one->tensors[t].finding_count);
  }
  return result;
}

/* Is everything decided, in every tensor of every shape, and right? Of what is varied beside them a part is enough. */
static bool is_right(const gchk_result *result, const char *codes) {
  bool right = result->verdict == GCHK_PASS && codes[0] == '\0' && result->case_count >= 3;
  for (size_t c = 0; c < result->case_count; c++)
    for (size_t t = 0; t < result->cases[c].tensor_count; t++) {
      const gchk_tensor_result *one = &result->cases[c].tensors[t];
      const bool is_whole = one->verdict == GCHK_PASS && one->checked == one->total;
      const bool is_part = result->cases[c].auxiliary && (one->verdict == GCHK_PASS || one->verdict == GCHK_SKIPPED);
      right = right && (is_whole || is_part);
    }
  return right;
}

/* In one process: a fork for each of them would take longer than they do. */
START_TEST(passes_in_chosen_shapes) {
  size_t wrong = 0;
  for (size_t i = 0; i < DTYPES * layer_count(); i++) {
    gchk_layer layer = *layer_at(i / DTYPES, dtypes[i % DTYPES]);
    char codes[TEXT];
    layer.sizes = NULL; // gradcheck's own choice, but for layers that list theirs: windows would come out huge
    gchk_result *result = check(&layer, codes);
    if (!is_right(result, codes)) {
      wrong++;
      printf("%s %s: %s\n", layer.name, gchk_dtype_name(layer.dtype), codes);
      gchk_print(result, stdout);
    }
    gchk_result_free(result);
  }
  (void)fflush(stdout);
  ck_assert_msg(wrong == 0, "%zu layers do not pass", wrong);
}
END_TEST

/* A wrong twin in the making: the right layer and what is to be wrong. */
typedef struct recipe {
  const gchk_layer *right;
  const wrong_twin *row;
} recipe;

static gchk_status wrong_backward(const gchk_call *call, gchk_error *error) {
  const recipe *r = call->layer->user;
  const gchk_status status = r->right->backward(call, error);
  if (status != GCHK_OK || r->row->spoil != NULL) {
    if (status == GCHK_OK)
      r->row->spoil(call);
    return status;
  }
  const gchk_tensor *x = &call->t[0], *y = &call->t[call->tensor_count - 1];
  for (size_t i = 0; i < x->count; i++)
    set_grad(x, i, grad_of(y, i) * r->row->slope(value_of(x, i), value_of(y, i), call->option));
  return GCHK_OK;
}

/* Is it one of the tables that the mistake is meant for, and has it the tensor that the mistake is in? */
static bool concerns(const wrong_twin *row, const gchk_layer *layer, size_t nth) {
  if (row->tables != 0 && (row->tables & 1U << nth) == 0)
    return false;
  bool found = row->with == NULL;
  for (size_t i = 0; i < layer->tensor_count && !found; i++)
    found = strcmp(layer->tensors[i].name, row->with) == 0;
  return found;
}

/* Does the mistake of `row` show in this layer, under a name that fits? */
static bool is_caught(const wrong_twin *row, const gchk_layer *right) {
  recipe r = {right, row};
  gchk_layer wrong = *right, twin = right->twin != NULL ? *right->twin : *right;
  char codes[TEXT];
  wrong.backward = wrong_backward;
  wrong.user = &r;
  wrong.option_values = twin.option_values = row->options;
  wrong.twin = right->twin != NULL ? &twin : NULL;
  gchk_result *result = check(&wrong, codes);
  const bool caught = result->verdict == GCHK_FAIL && has_one_of(codes, row->codes);
  if (!caught)
    printf("%s %s, %s: %s, found %s, not %s\n", row->layer, gchk_dtype_name(right->dtype), row->what,
           gchk_verdict_name(result->verdict), codes, row->codes);
  gchk_result_free(result);
  return caught;
}

START_TEST(wrong_twins_fail) {
  size_t missed = 0;
  const wrong_twin *row;
  const gchk_layer *right;
  for (size_t i = 0; (row = wrong_at(i / DTYPES)) != NULL; i++)
    for (size_t nth = 0; (right = gchk_registry_find(row->layer, dtypes[i % DTYPES], nth)) != NULL; nth++)
      missed += concerns(row, right, nth) && !is_caught(row, right);
  (void)fflush(stdout);
  ck_assert_msg(missed == 0, "%zu wrong twins pass, or fail for another reason", missed);
}
END_TEST

START_TEST(every_layer_has_a_wrong_twin) {
  for (size_t i = 0; i < layer_count(); i++) {
    const gchk_layer *layer = layer_at(i, GCHK_F64);
    size_t count = 0;
    const wrong_twin *row;
    for (size_t k = 0; (row = wrong_at(k)) != NULL; k++)
      count += strcmp(row->layer, layer->name) == 0 && concerns(row, layer, nth_of_name(i));
    ck_assert_msg(count > 0, "table %zu of %s has no wrong twin: give it a row in a table of wrong_twins.h",
                  nth_of_name(i), layer->name);
  }
}
END_TEST

static TCase *layers(void) {
  TCase *t = tcase_create("every layer");
  tcase_set_timeout(t, 300);
  tcase_add_test(t, passes_in_chosen_shapes);
  tcase_add_test(t, every_layer_has_a_wrong_twin);
  tcase_add_test(t, wrong_twins_fail);
  return t;
}

TEST_MAIN("every layer", layers)
