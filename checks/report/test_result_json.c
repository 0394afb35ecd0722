/* Results as JSON: the round trip, the layout that DESIGN promises, the schema, and files that are refused. */
#include "main.h"

#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <unistd.h>

#include "core/arena.h"
#include "report/render.h"
#include "report/sample_undecided.h"
#include "report/schema_check.h"
#include "report/schemas.h"
#include "result/json_report.h"
#include "result/schema.h"

enum { SAMPLES = 10 };

static gchk_result *sample(size_t i) {
  switch (i) {
  case 0:
    return sample_empty();
  case 1:
    return sample_passing();
  case 2:
    return sample_failing();
  case 3:
    return sample_inconclusive();
  case 4:
    return sample_everything();
  case 5:
    return sample_large(200, 200, true);
  case 6:
    return sample_names(AWKWARD_NAME);
  case 7:
    return sample_apple_orange();
  case 8:
    return sample_undecided();
  default:
    return sample_many(20);
  }
}

static gchk_result *parse(const char *text) {
  gchk_result *result;
  gchk_error error = {0};
  gchk_status status = gchk_json_parse("result.json", text, strlen(text), &result, &error);
  ck_assert_msg(status == GCHK_OK, "%s", error.message);
  return result;
}

/* Every report is made from what was read as from what was run. */
START_TEST(what_is_read_writes_the_same_bytes_in_every_format) {
  gchk_result *first = sample((size_t)_i);
  char *json = render(first, GCHK_JSON, NULL);
  gchk_result *again = parse(json);
  static const gchk_format formats[] = {GCHK_JSON, GCHK_TEXT, GCHK_JUNIT, GCHK_MARKDOWN, GCHK_HTML};
  const gchk_report_options options = {.verbosity = 1};
  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
    char *before = render(first, formats[i], &options), *after = render(again, formats[i], &options);
    // A name's evidence keys are made different in JSON, where an object has each key once: sample 6 has two alike.
    if (_i != 6 || formats[i] == GCHK_JSON)
      ck_assert_str_eq(before, after);
    free(before);
    free(after);
  }
  free(json);
  gchk_result_free(first);
  gchk_result_free(again);
}
END_TEST

START_TEST(every_sample_is_what_the_schema_says) {
  json_error_t problem;
  json_t *schema = json_load_file(SOURCE_DIR "/reports/schema.json", JSON_REJECT_DUPLICATES, &problem);
  ck_assert_msg(schema != NULL, "schema.json:%d: %s", problem.line, problem.text);
  gchk_result *result = sample((size_t)_i);
  char *text = render(result, GCHK_JSON, NULL), message[1024];
  json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
  ck_assert_msg(document != NULL, "%d:%d: %s", problem.line, problem.column, problem.text);
  ck_assert_msg(schema_accepts(schema, document, message, sizeof message), "%s", message);
  json_decref(document);
  json_decref(schema);
  free(text);
  gchk_result_free(result);
}
END_TEST

static char *read_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "%s", path);
  char *text = calloc(1, 1 << 20);
  ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, file), (1 << 20) - 1);
  fclose(file);
  return text;
}

START_TEST(the_schema_is_that_of_the_tables) {
  const gchk_schema *of = &gchk_schemas[_i];
  char path[1024];
  snprintf(path, sizeof path, "%s/reports/%s", SOURCE_DIR, of->file);
  char *file = read_whole(path);
  gchk_text schema = {0};
  gchk_fields_schema(&schema, of->root, of->id, of->title);
  ck_assert_msg(!schema.failed && strcmp(schema.data, file) == 0,
                "write it again: cmake --build --preset release --target schema");
  gchk_text_deinit(&schema);
  free(file);
}
END_TEST

/* Every key of a result has a sentence of its own, wherever it stands. */
static void assert_described(const json_t *schema, const char *name) {
  const char *key;
  json_t *member;
  json_object_foreach(json_object_get(schema, "properties"), key, member) {
    const char *sentence = json_string_value(json_object_get(member, "description"));
    ck_assert_msg(sentence != NULL && strlen(sentence) > 4 && sentence[strlen(sentence) - 1] == '.',
                  "%s: %s has no sentence", name, key);
    assert_described(member, key);
    assert_described(json_object_get(member, "items"), key);
  }
}

START_TEST(the_schema_has_a_sentence_for_every_field) {
  json_t *schema = json_load_file(SOURCE_DIR "/reports/schema.json", 0, NULL);
  assert_described(schema, "a result");
  const char *name;
  json_t *definition;
  json_object_foreach(json_object_get(schema, "$defs"), name, definition) {
    assert_described(definition, name);
  }
  json_decref(schema);
}
END_TEST

/* The schema is worth something only if it refuses. */
START_TEST(the_schema_refuses_what_was_bent) {
  json_t *schema = json_load_file(SOURCE_DIR "/reports/schema.json", 0, NULL);
  gchk_result *result = sample_everything();
  char *text = render(result, GCHK_JSON, NULL), message[1024];
  for (int bend = 0; bend < 9; bend++) {
    json_t *document = json_loads(text, 0, NULL);
    json_t *one = json_array_get(json_object_get(document, "cases"), 0);
    json_t *tensor = json_array_get(json_object_get(one, "tensors"), 0);
    ck_assert(schema_accepts(schema, document, message, sizeof message));
    if (bend == 0)
      json_object_del(document, "environment");
    else if (bend == 1)
      json_object_set_new(document, "extra", json_true());
    else if (bend == 2)
      json_object_set_new(one, "verdict", json_string("fine"));
    else if (bend == 3)
      json_object_set_new(tensor, "mean_abs_diff", json_string("1e-3"));
    else if (bend == 4)
      json_object_del(json_object_get(tensor, "bound"), "median");
    else if (bend == 5)
      json_object_set_new(tensor, "worst", json_object());
    else if (bend == 6)
      json_object_set_new(document, "format_version", json_integer(1));
    else if (bend == 7)
      json_object_set_new(json_array_get(json_object_get(json_object_get(document, "baseline"), "changes"), 0), "what",
                          json_string("nothing"));
    else
      json_object_set_new(tensor, "shape", json_pack("[i,i,i,i,i,i,i,i,i]", 1, 1, 1, 1, 1, 1, 1, 1, 1));
    ck_assert_msg(!schema_accepts(schema, document, message, sizeof message), "bend %d was accepted", bend);
    ck_assert_str_ne(message, "");
    json_decref(document);
  }
  free(text);
  json_decref(schema);
  gchk_result_free(result);
}
END_TEST

static void assert_keys_in_order(const json_t *object, const char *const *keys, size_t count) {
  size_t found = 0;
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(size_t)object, key, value) {
    if (found < count && strcmp(key, keys[found]) == 0)
      found++;
  }
  ck_assert_msg(found == count, "\"%s\" is missing or out of order", found < count ? keys[found] : "");
}

#define ASSERT_KEYS(object, ...)                                                                                       \
  do {                                                                                                                 \
    static const char *const keys[] = {__VA_ARGS__};                                                                   \
    assert_keys_in_order((object), keys, sizeof keys / sizeof keys[0]);                                                \
  } while (0)

START_TEST(keys_are_those_of_the_design_in_its_order) {
  gchk_result *result = sample_everything();
  char *text = render(result, GCHK_JSON, NULL);
  json_t *d = json_loads(text, 0, NULL);
  ASSERT_KEYS(d, "format", "format_version", "tool", "run", "config", "summary", "cases", "baseline", "environment",
              "timing");
  ASSERT_KEYS(json_object_get(d, "run"), "verdict", "exit_code", "complete", "seed", "argv");
  const json_t *summary = json_object_get(d, "summary");
  ASSERT_KEYS(json_object_get(summary, "cases"), "total", "pass", "fail", "inconclusive", "skipped", "error");
  ASSERT_KEYS(json_object_get(summary, "elements"), "checked", "total", "fail");
  const json_t *one = json_array_get(json_object_get(d, "cases"), 0);
  ASSERT_KEYS(one, "name", "verdict", "dtype", "layer", "location", "findings", "output", "graph", "tensors");
  ASSERT_KEYS(json_array_get(json_object_get(one, "tensors"), 0), "name", "role", "shape", "verdict", "checked",
              "total", "threshold", "mean_abs_diff", "max_abs_diff", "max_rel_diff", "cosine", "bound", "step",
              "elements", "findings", "worst", "histogram", "sweep");
  ASSERT_KEYS(json_object_get(d, "environment"), "cpu", "compiler", "blas", "os");
  ASSERT_KEYS(json_object_get(d, "timing"), "wall_s", "forward_calls");
  json_decref(d);
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(numbers_have_17_digits_and_names_where_they_are_not_finite) {
  gchk_result *result = sample_everything();
  result->cases[0].output = 0.1;
  result->cases[0].tensors[0].mean_abs_diff = 3;
  result->cases[0].tensors[0].max_abs_diff = (double)INFINITY;
  result->cases[0].tensors[0].worst[0].analytic = -(double)INFINITY;
  result->cases[0].tensors[0].worst[0].numeric = (double)NAN;
  char *text = render(result, GCHK_JSON, NULL);
  ASSERT_HAS(text, "\"output\": 0.10000000000000001,");
  ASSERT_HAS(text, "\"mean_abs_diff\": 3.0,");
  ASSERT_HAS(text, "\"max_abs_diff\": \"Infinity\",");
  ASSERT_HAS(text, "\"analytic\": \"-Infinity\", \"numeric\": \"NaN\"");
  ASSERT_HAS(text, "\"seed\": \"18446744073709551615\"");
  ASSERT_HAS(text, "\"mean_abs_diff\": \"NaN\""); // "endless": its gradient is no number
  ASSERT_HAS(text, "\"mean_abs_diff\": null");    // "left-out": there is none
  gchk_result *again = parse(text);
  ck_assert_uint_eq(again->seed, UINT64_MAX);
  ck_assert(again->cases[0].output == 0.1);
  ck_assert(isnan(again->cases[0].tensors[0].worst[0].numeric));
  ck_assert(isinf(again->cases[0].tensors[0].worst[0].analytic) && again->cases[0].tensors[0].worst[0].analytic < 0);
  free(text);
  gchk_result_free(again);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_locale_with_a_comma_changes_nothing) {
  gchk_result *result = sample_everything();
  char *before = render(result, GCHK_JSON, NULL);
  static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
  for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++)
    if (setlocale(LC_NUMERIC, locales[i]))
      break;
  char *after = render(result, GCHK_JSON, NULL);
  gchk_result *again = parse(after);
  setlocale(LC_NUMERIC, "C");
  ck_assert_str_eq(before, after);
  free(before);
  free(after);
  gchk_result_free(again);
  gchk_result_free(result);
}
END_TEST

/* Between `environment` and the end there is all that may differ. */
START_TEST(another_machine_and_time_change_only_environment_and_timing) {
  gchk_result *result = sample_passing();
  char *before = render(result, GCHK_JSON, NULL);
  result->environment.blas_threads = 8;
  result->environment.cpu = "another";
  result->wall_s = 77;
  result->cases[0].wall_s = 7;
  char *after = render(result, GCHK_JSON, NULL);
  ck_assert_str_ne(before, after);
  char *cut_before = strstr(before, "\n  \"environment\":"), *cut_after = strstr(after, "\n  \"environment\":");
  ck_assert_ptr_nonnull(cut_before);
  ck_assert_ptr_nonnull(cut_after);
  *cut_before = *cut_after = '\0';
  ck_assert_str_eq(before, after);
  free(before);
  free(after);
  gchk_result_free(result);
}
END_TEST

/* A small result, and one replacement in it that makes it wrong. */
typedef struct bad_file {
  const char *what, *from, *to, *message;
} bad_file;

static const bad_file bad_files[] = {
    {"another format", "\"gradcheck-result\"", "\"junit\"", "result.json:2:13: format: found \"junit\", expected"},
    {"another version", "\"format_version\": 2", "\"format_version\": 3",
     "result.json:3:21: format_version: found 3, expected 1 or 2"},
    {"a verdict that is none", "\"verdict\": \"inconclusive\",\n    \"exit", "\"verdict\": \"good\",\n    \"exit",
     "result.json:9:16: run.verdict: found \"good\", expected one of pass kink skipped inconclusive fail error"},
    {"a word for a number", "\"wall_s\": 0.43", "\"wall_s\": \"soon\", \"x\": 0.43", "timing.wall_s: found \"soon\""},
    {"a negative count", "\"total\": 2", "\"total\": -2", "summary.cases.total: found -2, expected a whole number"},
    {"an index beyond the shape", "\"index\": [1]", "\"index\": [5]",
     "worst[4].index: found 5, expected an index within the shape"},
    {"an index of another rank", "\"index\": [1]", "\"index\": [1, 1]", "as many indices as the tensor has dimensions"},
    {"another number of cases", "\"total\": 2", "\"total\": 3",
     "cases: found a list, expected as many cases as the summary counts"},
    {"a key that is missing", "\"scheme\": \"central\"", "\"schema\": \"central\"",
     "config.scheme: found nothing, expected a string"},
    {"two keys alike", "\"strict\": false", "\"probes\": false", "duplicate object key"},
    {"no JSON", "\"cases\": {", "\"cases\": [", "result.json:"},
    {"a list for an object", "\"environment\": {", "\"environment\": [], \"e\": {",
     "environment: found a list, expected an object"},
    {"a shard beyond all", "\"shard\": 1,", "\"shard\": 9,", "config.shard: found 9, expected a shard from 1 to"},
};

/* A node has two inputs and one output; its file of before had no local derivatives. */
START_TEST(local_derivatives_are_of_what_the_node_has) {
  static const struct {
    const char *from, *to, *message;
  } edits[] = {{"\"input\": 1", "\"input\": 1", NULL},
               {"\"locals\": [", "\"lacking\": [", NULL},
               {"\"input\": 1", "\"input\": 2", "expected an input and an output of its node"},
               {"\"output\": 0", "\"output\": 1", "expected an input and an output of its node"}};
  gchk_result *result = sample_apple_orange(), *read = NULL;
  char *text = render(result, GCHK_JSON, NULL), *at = strstr(text, edits[_i].from);
  char *bent = malloc(strlen(text) + strlen(edits[_i].to) + 1);
  gchk_error error = {0};
  ck_assert_ptr_nonnull(at);
  ck_assert_ptr_nonnull(bent);
  sprintf(bent, "%.*s%s%s", (int)(at - text), text, edits[_i].to, at + strlen(edits[_i].from));
  const gchk_status status = gchk_json_parse("result.json", bent, strlen(bent), &read, &error);
  ck_assert_msg((status == GCHK_OK) == (edits[_i].message == NULL), "%s", error.message);
  if (edits[_i].message != NULL)
    ASSERT_HAS(error.message, edits[_i].message);
  gchk_result_free(read);
  free(bent);
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(wrong_files_are_refused_with_their_place) {
  const bad_file *bad = &bad_files[_i];
  gchk_result *result = sample_inconclusive(), *read;
  char *text = render(result, GCHK_JSON, NULL), *at = strstr(text, bad->from);
  ck_assert_msg(at != NULL, "%s: nothing to replace", bad->what);
  char *bent = malloc(strlen(text) + strlen(bad->to) + 1);
  sprintf(bent, "%.*s%s%s", (int)(at - text), text, bad->to, at + strlen(bad->from));
  gchk_error error = {0};
  ck_assert_int_eq(gchk_json_parse("result.json", bent, strlen(bent), &read, &error), GCHK_INVALID);
  ck_assert_ptr_null(read);
  ASSERT_HAS(error.message, bad->message);
  ck_assert_msg(strncmp(error.message, "result.json:", 12) == 0 && error.message[12] >= '1' && error.message[12] <= '9',
                "%s", error.message);
  free(bent);
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(positions_are_lines_and_characters) {
  static const char text[] =
      "{\n \"format\": \"gradcheck-result\", \"format_version\": 1,\n \"é\": [1, \"}\"], \"tool\": 7}";
  gchk_result *read;
  gchk_error error = {0};
  ck_assert_int_eq(gchk_json_parse("r", text, strlen(text), &read, &error), GCHK_INVALID);
  ASSERT_HAS(error.message, "r:3:25: tool: found 7, expected an object");
}
END_TEST

START_TEST(nothing_that_was_cut_off_is_read) {
  gchk_result *result = sample_failing(), *read;
  char *text = render(result, GCHK_JSON, NULL);
  size_t length = strlen(text);
  for (size_t cut = 0; cut < length - 2; cut += length / 97 + 1) {
    gchk_error error = {0};
    ck_assert_int_eq(gchk_json_parse("cut", text, cut, &read, &error), GCHK_INVALID);
    ck_assert_ptr_null(read);
  }
  free(text);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_file_is_read_or_says_why_not) {
  gchk_result *result;
  gchk_error error = {0};
  ck_assert_int_eq(gchk_result_read("/nonexistent/result.json", &result, &error), GCHK_IO);
  ASSERT_HAS(error.message, "/nonexistent/result.json: cannot be opened: No such file");
  ck_assert_int_eq(gchk_result_read("/", &result, &error), GCHK_IO);
  ASSERT_HAS(error.message, "is a folder");
  ck_assert_int_eq(gchk_result_read("/dev/null", &result, &error), GCHK_IO);
  ASSERT_HAS(error.message, "/dev/null: is a device");
  ck_assert_ptr_null(result);
}
END_TEST

static TCase *json(void) {
  TCase *tc = tcase_create("json");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, what_is_read_writes_the_same_bytes_in_every_format, 0, SAMPLES);
  tcase_add_loop_test(tc, every_sample_is_what_the_schema_says, 0, SAMPLES);
  tcase_add_loop_test(tc, the_schema_is_that_of_the_tables, 0, GCHK_SCHEMAS);
  tcase_add_test(tc, the_schema_has_a_sentence_for_every_field);
  tcase_add_test(tc, the_schema_refuses_what_was_bent);
  tcase_add_test(tc, keys_are_those_of_the_design_in_its_order);
  tcase_add_test(tc, numbers_have_17_digits_and_names_where_they_are_not_finite);
  tcase_add_test(tc, a_locale_with_a_comma_changes_nothing);
  tcase_add_test(tc, another_machine_and_time_change_only_environment_and_timing);
  tcase_add_loop_test(tc, local_derivatives_are_of_what_the_node_has, 0, 4);
  tcase_add_loop_test(tc, wrong_files_are_refused_with_their_place, 0, (int)(sizeof bad_files / sizeof bad_files[0]));
  tcase_add_test(tc, positions_are_lines_and_characters);
  tcase_add_test(tc, nothing_that_was_cut_off_is_read);
  tcase_add_test(tc, a_file_is_read_or_says_why_not);
  return tc;
}

TEST_MAIN("result json", json)
