/* The table of keys: what it refuses, what it reads, and what it prints. */
#include "suite/suite_keys.h"

#include "suite_fixture.h"

static void refuses(const char *text, const char *part) {
  gchk_suite *suite = NULL;
  gchk_error error = {GCHK_OK, ""};
  FAILS(gchk_suite_load_text(&suite, FIXTURES "suites/test.yaml", text, strlen(text), GCHK_DTYPE_UNSET, &error),
        GCHK_INVALID, error, part);
}

#define A_CASE(rest) "cases:\n  - name: a\n    layer: relu\n    values: {x: [1, 2]}\n" rest

START_TEST(every_kind_of_map_has_keys_of_its_own) {
  refuses("qqqqqqqq: 1\n", "unknown key of a suite \"qqqqqqqq\"; there are defaults, plugins, twins, cases");
  /* What belongs to a case only is refused in defaults, and what belongs to both is not. */
  refuses("defaults: {mode: eval}\n" A_CASE(""), "unknown key of defaults \"mode\"");
  refuses(A_CASE("    cases: []\n"), "unknown key of a case \"cases\"");
  refuses(A_CASE("    normal: 1\n"), "unknown key of a case \"normal\"");
  refuses("cases:\n  - {name: a, layer: relu, values: {x: {shape: [2], tolerance: 1}}}\n",
          "unknown key of a value \"tolerance\"");
  refuses(A_CASE("    reference: {qqqqqqqq: 1}\n"),
          "unknown key of reference \"qqqqqqqq\"; there are source, rtol, atol, npz, gradients");
  refuses(A_CASE("    reference: {source: s, npz: {qqqqqqqq: 1}}\n"),
          "unknown key of npz \"qqqqqqqq\"; there are f64, f32");
  refuses(A_CASE("    documents: [{prnts: 1}]\n"),
          "unknown key of a row of documents \"prnts\"; did you mean \"prints\"?");
}
END_TEST

START_TEST(values_are_of_the_type_that_the_row_says) {
  refuses(A_CASE("    dtype: f16\n"), "dtype is \"f16\"; f64 or f32 is wanted");
  refuses(A_CASE("    mode: {}\n"), "mode is a map; train or eval is wanted");
  refuses(A_CASE("    seed: -1\n"), "seed is \"-1\"; a whole number from 0 up is wanted");
  refuses(A_CASE("    step: 0\n"), "step is \"0\"; a finite number greater than 0 is wanted");
  refuses(A_CASE("    expected_failure: \n"), "expected_failure, the reason, is nothing; text is wanted");
  refuses("cases:\n  - {name: a, layer: relu, values: 3}\n", "values is \"3\"; a map of names and values is wanted");
}
END_TEST

START_TEST(keys_are_read_into_their_fields) {
  gchk_suite *suite = suite_of("defaults: {seed: 3, step: 1e-3, threshold: 1e-5}\n" A_CASE(
                                   "    seed: 7\n    step: 1e-4\n    mode: eval\n    expected_failure: \"it is\"\n"),
                               GCHK_DTYPE_UNSET);
  const gchk_case *c = first_case(suite);
  ck_assert(c->has_seed);
  ck_assert_uint_eq(c->seed, 7);
  ck_assert_double_eq(c->step, 1e-4);
  ck_assert_double_eq(c->threshold, 1e-5);
  ck_assert_int_eq(c->mode, GCHK_EVAL);
  ck_assert_str_eq(c->expected_failure, "it is");
  gchk_suite_free(suite);
}
END_TEST

START_TEST(a_precision_is_declared_by_the_layer_of_the_case) {
  static const struct {
    const char *text;
    double unit, product_unit;
  } rows[] = {{"bf16", 0x1p-8, 0},
              {"f16", 0x1p-11, 0},
              {"tf32", 0, 0x1p-11},
              {"1/16", 0x1p-4, 0},
              {"{storage: bf16, products: tf32}", 0x1p-8, 0x1p-11},
              {"{products: bf16}", 0, 0x1p-8},
              {"{storage: tf32}", 0x1p-11, 0}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    char text[256];
    (void)snprintf(text, sizeof text, A_CASE("    dtype: f32\n    precision: %s\n"), rows[k].text);
    gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
    ck_assert_double_eq(first_case(suite)->layer->unit, rows[k].unit);
    ck_assert_double_eq(first_case(suite)->layer->product_unit, rows[k].product_unit);
    gchk_suite_free(suite);
  }
  gchk_suite *suite = suite_of("defaults: {precision: bf16}\n" A_CASE(""), GCHK_DTYPE_UNSET);
  ck_assert_double_eq(first_case(suite)->layer->unit, 0x1p-8);
  gchk_suite_free(suite);
  suite = suite_of(A_CASE(""), GCHK_DTYPE_UNSET); // the layer itself is not changed
  ck_assert_double_eq(first_case(suite)->layer->unit, 0);
  gchk_suite_free(suite);
  refuses(A_CASE("    precision: f8\n"), "precision is \"f8\"; bf16, f16, tf32 or a unit round-off such as 1/256");
  refuses(A_CASE("    precision: [bf16]\n"), "precision is a list; bf16");
  refuses(A_CASE("    precision: {products: 3x}\n"), "products is \"3x\"");
  refuses(A_CASE("    precision: {storages: bf16}\n"), "unknown key of precision \"storages\"");
  refuses(A_CASE("    precision: 0.1\n"), "relu: unit is 0.1; a unit round-off is 2^-p");
  refuses(A_CASE("    dtype: f32\n    precision: 1/1073741824\n"), "from 5.96046e-08 (f32)");
}
END_TEST

/* The maps: no key of one of them may mean two things. */
static const unsigned maps[] = {GCHK_KEYS_SUITE,    GCHK_KEYS_OF_CASE,   GCHK_KEYS_ITEM,    GCHK_KEYS_OF_VALUE,
                                GCHK_KEYS_SPLIT,    GCHK_KEYS_REFERENCE, GCHK_KEYS_ARCHIVE, GCHK_KEYS_PRECISION,
                                GCHK_KEYS_DOCUMENT, GCHK_KEYS_SUPPRESS};

START_TEST(every_row_is_found_by_its_name_in_one_map) {
  const gchk_suite_key *row;
  for (size_t i = 0; (row = gchk_suite_key_at(i)) != NULL; i++) {
    size_t found = 0;
    for (size_t m = 0; m < GCHK_COUNT(maps); m++)
      found += (row->section & maps[m]) != 0 && gchk_suite_find_key(maps[m], row->key) == row;
    ck_assert_msg(found == 1, "%s is a key of %zu maps", row->key, found);
  }
  ck_assert_ptr_null(gchk_suite_find_key(GCHK_KEYS_SUITE, "name"));
}
END_TEST

/* How many lines of the manual begin so, with the sentence two columns further or in the next line. */
static size_t lines_with(const char *manual, const char *start) {
  size_t count = 0, length = strlen(start);
  for (const char *line = manual; line != NULL; line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL)
    count += strncmp(line, start, length) == 0 && (line[length] == '\n' || strncmp(line + length, "  ", 2) == 0);
  return count;
}

START_TEST(the_manual_has_every_key_with_its_sentence) {
  char *manual = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&manual, &size);
  ck_assert_ptr_nonnull(out);
  gchk_suite_manual(out);
  ck_assert_int_eq(fclose(out), 0);
  const gchk_suite_key *row;
  for (size_t i = 0; (row = gchk_suite_key_at(i)) != NULL; i++) {
    char start[160], word[24];
    size_t same = 0;
    const gchk_suite_key *other;
    (void)snprintf(start, sizeof(start), "  %s: %s", row->key, row->form);
    for (size_t k = 0; (other = gchk_suite_key_at(k)) != NULL; k++)
      same += strcmp(other->key, row->key) == 0 && strcmp(other->form, row->form) == 0;
    ck_assert_msg(lines_with(manual, start) == same, "\"%s\" is in %zu lines", start, lines_with(manual, start));
    (void)snprintf(word, sizeof(word), " %.*s", (int)strcspn(row->sentence, " "), row->sentence);
    ck_assert_msg(strstr(strstr(manual, start), word) != NULL, "%s: no \"%s\"", row->key, word);
  }
  for (const char *line = manual; line != NULL; line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL)
    ck_assert_uint_le(strcspn(line, "\n"), 120);
  free(manual);
}
END_TEST

static TCase *keys(void) {
  TCase *tests = tcase_create("keys");
  tcase_add_test(tests, every_kind_of_map_has_keys_of_its_own);
  tcase_add_test(tests, values_are_of_the_type_that_the_row_says);
  tcase_add_test(tests, keys_are_read_into_their_fields);
  tcase_add_test(tests, a_precision_is_declared_by_the_layer_of_the_case);
  tcase_add_test(tests, every_row_is_found_by_its_name_in_one_map);
  tcase_add_test(tests, the_manual_has_every_key_with_its_sentence);
  return tests;
}

TEST_MAIN("keys", keys)
