/* What is found of a layer, and whether it is called what it is. */
#include "naming.h"

#include <stdio.h>
#include <string.h>

// Is the code one of the words?
static bool is_among(const char *words, const char *code) {
  const size_t length = strlen(code);
  for (const char *at = words; at != NULL && *at != '\0';) {
    const size_t word = strcspn(at, " ");
    if (word == length && strncmp(at, code, length) == 0)
      return true;
    at += word + strspn(at + word, " ");
  }
  return false;
}

static void check_tensor(const named_layer *row, const gchk_case_result *one, const gchk_tensor_result *t,
                         size_t *named) {
  char all[2048] = "";
  size_t right = 0, other = 0;
  for (size_t f = 0; f < t->finding_count; f++) {
    const gchk_finding *finding = &t->findings[f];
    const size_t used = strlen(all);
    (void)snprintf(all + used, sizeof all - used, "\n  %s: %s", finding->code, finding->text);
    right += is_among(row->codes, finding->code);
    other += !is_among(row->codes, finding->code) && !is_among(row->of_some, finding->code);
  }
  const bool is_wrong = t->verdict == GCHK_FAIL;
  ck_assert_msg(!is_wrong || (row->tensor != NULL && is_among(row->tensor, t->name)), "%s, %s: %s is right%s",
                row->layer->name, one->name, t->name, all);
  ck_assert_msg(!is_wrong || (other == 0 && t->finding_count > 0), "%s, %s, %s: wanted %s, but%s", row->layer->name,
                one->name, t->name, row->codes, all);
  *named += is_wrong && right > 0;
}

void check_naming_of_seeds(const named_layer *row, uint64_t seeds) {
  for (uint64_t seed = 0; seed < seeds; seed++) {
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    gchk_error error;
    size_t named = 0;
    options.seed = seed;
    ck_assert_msg(gchk_check_layer(row->layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
    ck_assert_msg((result->verdict == GCHK_PASS) == (row->tensor == NULL), "%s: %s", row->layer->name,
                  gchk_verdict_name(result->verdict));
    for (size_t k = 0; k < result->case_count; k++)
      for (size_t t = 0; t < result->cases[k].tensor_count; t++)
        check_tensor(row, &result->cases[k], &result->cases[k].tensors[t], &named);
    ck_assert_msg(named > 0 || row->tensor == NULL || row->codes[0] == '\0', "%s: nowhere called %s", row->layer->name,
                  row->codes);
    gchk_result_free(result);
  }
}

void check_naming(const named_layer *row) {
  check_naming_of_seeds(row, 1);
}
