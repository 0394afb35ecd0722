/*
 * What a claim needs is that it could not be true by accident: of each of these layers, in double and in float, with
 * several seeds, nothing is said that is another layer's mistake; and what is its own is said all the same.
 */
#include <stdio.h>
#include <string.h>

#include "coincidence_list.h"
#include "diagnose_tests.h"
#include "gradcheck/gradcheck.h"

static const struct coincidence {
  const gchk_layer *layer;
  const char *codes;
} coincidences[] = {
#define ROWS(id, codes) {&id##_f64, codes}, {&id##_f32, codes},
    COINCIDENCES(ROWS)
#undef ROWS
};
enum { COUNT = sizeof coincidences / sizeof coincidences[0], SEEDS = 4 };

static bool is_among(const char *words, const char *code) {
  const size_t length = strlen(code);
  for (const char *at = words; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " "))
    if (strcspn(at, " ") == length && strncmp(at, code, length) == 0)
      return true;
  return false;
}

/* How often the first of the names was said, and what was said that is none of them. */
typedef struct heard {
  size_t first, others;
  char text[2048];
} heard;

static void hear(heard *h, const char *codes, const char *where, const gchk_finding *f, size_t count) {
  for (size_t k = 0; k < count; k++) {
    if (f[k].is_note)
      continue;
    h->first += strncmp(codes, f[k].code, strlen(f[k].code)) == 0;
    if (is_among(codes, f[k].code))
      continue;
    const size_t used = strlen(h->text);
    h->others++;
    (void)snprintf(h->text + used, sizeof h->text - used, "\n%s: %s: %s", where, f[k].code, f[k].text);
  }
}

START_TEST(nothing_is_said_that_is_so_by_accident) {
  const struct coincidence *row = &coincidences[_i];
  const bool is_right = row->codes[0] == '\0', must_be_named = strchr(row->codes, '!') != NULL;
  heard h = {.first = 0};
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    gchk_error error;
    options.seed = seed;
    ck_assert_msg(gchk_check_layer(row->layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
    ck_assert_msg(is_right == (result->verdict != GCHK_FAIL), "%s %s, seed %d: %s", row->layer->name,
                  gchk_dtype_name(row->layer->dtype), (int)seed, gchk_verdict_name(result->verdict));
    for (size_t k = 0; k < result->case_count; k++) {
      const gchk_case_result *one = &result->cases[k];
      hear(&h, row->codes, one->name, one->findings, one->finding_count);
      for (size_t t = 0; t < one->tensor_count; t++)
        hear(&h, row->codes, one->tensors[t].name, one->tensors[t].findings, one->tensors[t].finding_count);
    }
    gchk_result_free(result);
  }
  ck_assert_msg(h.others == 0, "%s %s:%s", row->layer->name, gchk_dtype_name(row->layer->dtype), h.text);
  ck_assert_msg(!must_be_named || h.first >= SEEDS / 2, "%s %s: %zu times called %s", row->layer->name,
                gchk_dtype_name(row->layer->dtype), h.first, row->codes);
}
END_TEST

// Gates that are packed side by side are counted; an axis of another kind has no blocks.
START_TEST(a_gate_is_told_by_its_block) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error;
  size_t of_gates = 0, of_others = 0;
  ck_assert_msg(gchk_check_layer(&cell_c_for_c_prev_f64, &options, &result, &error) == GCHK_OK, "%s", error.message);
  for (size_t k = 0; k < result->case_count; k++) {
    for (size_t t = 0; t < result->cases[k].tensor_count; t++) {
      const gchk_tensor_result *one = &result->cases[k].tensors[t];
      for (size_t f = 0; f < one->finding_count; f++) {
        const char *text = one->findings[f].text;
        of_gates += strstr("W U b", one->name) != NULL && strstr(text, "(block 1, from 0, of 4 blocks of 3)") != NULL;
        of_others += strstr("W U b", one->name) == NULL && strstr(text, "block") != NULL;
      }
    }
  }
  gchk_result_free(result);
  ck_assert_uint_ge(of_gates, 3);
  ck_assert_uint_eq(of_others, 0);
}
END_TEST

TCase *coincidence_tests(void) {
  TCase *tc = tcase_create("coincidences");
  tcase_set_timeout(tc, 120);
  tcase_add_test(tc, a_gate_is_told_by_its_block);
  tcase_add_loop_test(tc, nothing_is_said_that_is_so_by_accident, 0, COUNT);
  return tc;
}
