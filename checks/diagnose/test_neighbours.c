/*
 * Neighbours of mistakes that people reported, in double and in float: each has the name that is its own in every case
 * that fails, and none of another mistake's.
 */
#include <stdio.h>
#include <string.h>

#include "diagnose_tests.h"
#include "gradcheck/gradcheck.h"
#include "neighbour_list.h"

static const struct neighbour {
  const gchk_layer *layer;
  const char *codes;
} neighbours[] = {
#define ROWS(id, codes) {&id##_f64, codes}, {&id##_f32, codes},
    NEIGHBOURS(ROWS)
#undef ROWS
};
enum { COUNT = sizeof neighbours / sizeof neighbours[0], SEEDS = 2 };

static bool is_listed(const char *list, const char *code) {
  const size_t length = strlen(code);
  for (const char *at = list; (at = strstr(at, code)) != NULL; at++)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return true;
  return false;
}

static bool is_first(const char *list, const char *code) {
  return strncmp(list, code, strlen(code)) == 0 && strchr(" ", list[strlen(code)]) != NULL;
}

/* How often the name that must be there was, and all that was said. */
typedef struct said {
  size_t named, others;
  char all[8192];
} said;

static void take(said *s, const char *codes, const char *where, const gchk_finding *f, size_t count) {
  for (size_t k = 0; k < count; k++) {
    const size_t used = strlen(s->all);
    if (f[k].is_note)
      continue;
    s->named += is_first(codes, f[k].code);
    s->others += !is_listed(codes, f[k].code);
    (void)snprintf(s->all + used, sizeof s->all - used, "\n%s: %s: %s", where, f[k].code, f[k].text);
  }
}

START_TEST(a_neighbour_has_its_own_name) {
  const struct neighbour *n = &neighbours[_i];
  size_t failed = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    static said s;
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    gchk_error error;
    s = (said){.named = 0};
    options.seed = seed;
    ck_assert_msg(gchk_check_layer(n->layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
    for (size_t k = 0; k < result->case_count; k++) {
      const gchk_case_result *one = &result->cases[k];
      take(&s, n->codes, one->name, one->findings, one->finding_count);
      for (size_t t = 0; t < one->tensor_count; t++)
        take(&s, n->codes, one->tensors[t].name, one->tensors[t].findings, one->tensors[t].finding_count);
    }
    const gchk_verdict verdict = result->verdict;
    gchk_result_free(result);
    failed += verdict == GCHK_FAIL;
    ck_assert_msg(verdict != GCHK_FAIL || (s.named > 0 && s.others == 0), "%s %s, seed %d: %s, wanted %s:%s",
                  n->layer->name, gchk_dtype_name(n->layer->dtype), (int)seed, gchk_verdict_name(verdict), n->codes,
                  s.all);
  }
  ck_assert_uint_gt(failed, 0); // a scalar may be on its right side with a seed
}
END_TEST

TCase *neighbour_tests(void) {
  TCase *tc = tcase_create("neighbours");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, a_neighbour_has_its_own_name, 0, COUNT);
  return tc;
}
