/* SARIF: what the schema says, a rule for each result, levels by verdict, and fingerprints that outlive a run. */
#include <jansson.h>

#include "main.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "report/sample_undecided.h"
#include "report/schema_check.h"

static json_t *document_of(gchk_result *result) {
  char *text = render(result, GCHK_SARIF, NULL);
  json_error_t problem;
  json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
  ck_assert_msg(document != NULL, "%s in %s", problem.text, text);
  free(text);
  gchk_result_free(result);
  return document;
}

static json_t *run_of(const json_t *document) {
  return json_array_get(json_object_get(document, "runs"), 0);
}

static json_t *results_of(const json_t *document) {
  return json_object_get(run_of(document), "results");
}

static const char *text_of(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

static const char *fingerprint_of(const json_t *result) {
  return text_of(json_object_get(result, "partialFingerprints"), "gradcheck/v1");
}

static size_t count_level(const json_t *document, const char *level) {
  size_t count = 0, i;
  json_t *result;
  json_array_foreach(results_of(document), i, result) count += strcmp(text_of(result, "level"), level) == 0;
  return count;
}

static json_t *find_result(const json_t *document, const char *rule) {
  size_t i;
  json_t *result;
  json_array_foreach(results_of(document), i, result) if (strcmp(text_of(result, "ruleId"), rule) == 0) return result;
  return NULL;
}

static gchk_result *awkward(void) {
  return sample_names(AWKWARD_NAME);
}

static gchk_result *large(void) {
  return sample_large(40, 40, true);
}

static gchk_result *interrupted(void) {
  gchk_result *result = sample_passing();
  result->complete = false;
  gchk_result_summarise(result);
  return result;
}

/* How many errors, warnings and notes there are: counted by hand from what the samples are made of. */
static const struct {
  gchk_result *(*make)(void);
  size_t errors, warnings, notes;
} samples[] = {{sample_empty, 0, 0, 0},        {sample_passing, 0, 0, 0}, {sample_failing, 3, 0, 0},  {large, 1, 0, 0},
               {sample_inconclusive, 0, 1, 1}, {interrupted, 0, 0, 0},    {sample_undecided, 0, 1, 1}};

START_TEST(every_sample_has_its_results) {
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    json_t *document = document_of(samples[i].make());
    ck_assert_msg(count_level(document, "error") == samples[i].errors, "errors of sample %zu", i);
    ck_assert_msg(count_level(document, "warning") == samples[i].warnings, "warnings of sample %zu", i);
    ck_assert_msg(count_level(document, "note") == samples[i].notes, "notes of sample %zu", i);
    json_decref(document);
  }
}
END_TEST

START_TEST(strict_makes_errors_of_what_is_open_and_of_nothing_else) {
  gchk_result *open = sample_inconclusive(), *well = sample_passing(), *expected = sample_everything();
  const size_t causes = expected->cause_count;
  open->config.strict = well->config.strict = expected->config.strict = true;
  json_t *strict = document_of(open), *none = document_of(well), *all = document_of(expected);
  ck_assert_uint_eq(count_level(strict, "error"), 2);
  ck_assert_uint_eq(count_level(strict, "warning") + count_level(strict, "note"), 0);
  ck_assert_uint_eq(json_array_size(results_of(none)), 0);
  ck_assert_uint_gt(count_level(all, "error"), causes);
  ck_assert_uint_eq(count_level(all, "note"), 1); // the expected failure
  json_decref(strict);
  json_decref(none);
  json_decref(all);
}
END_TEST

START_TEST(every_result_has_the_rule_at_its_index_and_a_fingerprint_of_its_own) {
  json_t *document = document_of(sample_everything()), *result, *other;
  json_t *rules = json_object_get(json_object_get(json_object_get(run_of(document), "tool"), "driver"), "rules");
  size_t i, k;
  json_array_foreach(rules, i, result) for (k = 0; k < i; k++)
      ck_assert_str_ne(text_of(result, "id"), text_of(json_array_get(rules, k), "id"));
  ck_assert_uint_gt(json_array_size(results_of(document)), 8);
  json_array_foreach(results_of(document), i, result) {
    json_t *rule = json_array_get(rules, (size_t)json_integer_value(json_object_get(result, "ruleIndex")));
    ck_assert_str_eq(text_of(rule, "id"), text_of(result, "ruleId"));
    json_array_foreach(results_of(document), k, other) if (k != i)
        ck_assert_str_ne(fingerprint_of(result), fingerprint_of(other));
  }
  json_decref(document);
}
END_TEST

/* The sentences are those of `gradcheck explain CODE`. */
START_TEST(a_rule_says_what_its_code_means_and_what_to_do) {
  json_t *document = document_of(sample_empty()), *rule;
  json_t *rules = json_object_get(json_object_get(json_object_get(run_of(document), "tool"), "driver"), "rules");
  const gchk_code_doc *doc;
  for (size_t i = 0; (doc = gchk_code_at(i)) != NULL; i++) {
    rule = json_array_get(rules, i);
    ck_assert_str_eq(text_of(rule, "id"), doc->name);
    ck_assert_str_eq(text_of(json_object_get(rule, "shortDescription"), "text"), doc->meaning);
    ck_assert_str_eq(text_of(json_object_get(rule, "help"), "text"), doc->remedy);
  }
  json_decref(document);
}
END_TEST

/* The same mistake, with other figures, in another line and another folder; and the same code in another tensor. */
START_TEST(a_fingerprint_is_of_the_mistake_and_not_of_the_run) {
  gchk_result *earlier = sample_failing(), *later = sample_failing(), *elsewhere = sample_failing();
  gchk_tensor_result *t = NULL, *moved = NULL;
  for (size_t k = 0; k < later->cases[0].tensor_count; k++)
    if (later->cases[0].tensors[k].verdict == GCHK_FAIL) {
      t = &later->cases[0].tensors[k];
      moved = &elsewhere->cases[0].tensors[k];
    }
  ck_assert_ptr_nonnull(t);
  t->elements.fail--;
  t->findings[0].text = "analytic/numeric = 0.4999";
  later->cases[0].line = 99;
  later->cases[0].target = "/other/place/mylayers.so";
  moved->name = "another";
  gchk_result_summarise(later);
  gchk_result_summarise(elsewhere);
  json_t *a = document_of(earlier), *b = document_of(later), *c = document_of(elsewhere);
  json_t *first = find_result(a, "constant-ratio"), *second = find_result(b, "constant-ratio");
  ck_assert_str_eq(fingerprint_of(first), fingerprint_of(second));
  ck_assert_str_ne(text_of(json_object_get(first, "message"), "text"),
                   text_of(json_object_get(second, "message"), "text"));
  ck_assert_str_ne(fingerprint_of(first), fingerprint_of(find_result(c, "constant-ratio")));
  json_decref(a);
  json_decref(b);
  json_decref(c);
}
END_TEST

/* An empty list of results is no pass where not everything was looked at. */
START_TEST(a_run_that_is_not_whole_is_no_successful_execution) {
  gchk_result *(*const makes[])(void) = {sample_passing, sample_failing, interrupted, sample_empty};
  static const bool is_successful[] = {true, true, false, false};
  for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++) {
    json_t *document = document_of(makes[i]());
    json_t *invocation = json_array_get(json_object_get(run_of(document), "invocations"), 0);
    json_t *notifications = json_object_get(invocation, "toolExecutionNotifications");
    ck_assert_int_eq(json_is_true(json_object_get(invocation, "executionSuccessful")), is_successful[i]);
    ck_assert_uint_eq(json_array_size(notifications), !is_successful[i]);
    if (!is_successful[i])
      ck_assert_str_eq(text_of(json_array_get(notifications, 0), "level"), "error");
    json_decref(document);
  }
}
END_TEST

static const json_t *physical(const json_t *result) {
  return json_object_get(json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
}

static const char *uri_of(const json_t *result) {
  return text_of(json_object_get(physical(result), "artifactLocation"), "uri");
}

START_TEST(a_place_is_a_uri_with_the_line_where_there_is_one) {
  static const struct {
    const char *file;
    int line;
    const char *uri;
  } rows[] = {{"layers/my layer.c", 88, "layers/my%20layer.c"},
              {"/abs/x:y#1.c", 1, "file:///abs/x%3Ay%231.c"},
              {"\xc3\xa9.c", 0, "%C3%A9.c"},
              {"", 7, "mylayers.so"}}; // the plug-in, which has no lines
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_result *made = sample_failing();
    made->cases[0].file = rows[i].file;
    made->cases[0].line = rows[i].line;
    gchk_result_summarise(made);
    json_t *document = document_of(made), *result = find_result(document, "constant-ratio");
    json_t *line = json_object_get(json_object_get(physical(result), "region"), "startLine");
    ck_assert_str_eq(uri_of(result), rows[i].uri);
    ck_assert_int_eq(line != NULL, *rows[i].file && rows[i].line > 0);
    ck_assert(line == NULL || json_integer_value(line) == rows[i].line);
    json_decref(document);
  }
}
END_TEST

START_TEST(an_expected_failure_is_suppressed_with_its_reason_and_nothing_else_is) {
  json_t *document = document_of(sample_everything()), *result;
  size_t i, suppressed = 0;
  json_array_foreach(results_of(document), i, result) {
    json_t *suppressions = json_object_get(result, "suppressions");
    if (suppressions == NULL)
      continue;
    suppressed++;
    ck_assert_str_eq(text_of(result, "level"), "note");
    ck_assert_str_eq(text_of(json_array_get(suppressions, 0), "justification"),
                     "issue 42: the bias is known to be wrong");
  }
  ck_assert_uint_eq(suppressed, 1);
  ck_assert_ptr_nonnull(find_result(document, "regression"));
  ck_assert_ptr_nonnull(find_result(document, "constant-ratio"));
  ck_assert_ptr_null(find_result(document, "wrong-sign"));
  json_decref(document);
}
END_TEST

/* Each bend makes of a right file one that the schema must refuse. */
static void bend_document(json_t *document, int bend) {
  json_t *run = run_of(document), *result = json_array_get(results_of(document), 0);
  json_t *region = json_object_get((json_t *)(size_t)physical(result), "region");
  switch (bend) {
  case 0:
    json_object_set_new(document, "version", json_string("2.2.0"));
    break;
  case 1:
    json_object_del(document, "runs");
    break;
  case 2:
    json_object_del(run, "tool");
    break;
  case 3:
    json_object_set_new(result, "level", json_string("fatal"));
    break;
  case 4:
    json_object_del(result, "message");
    break;
  case 5:
    json_object_set_new(result, "message", json_string("a bare text"));
    break;
  case 6:
    json_object_set_new(region, "startLine", json_integer(0));
    break;
  case 7:
    json_object_set_new(result, "rule", json_string("x"));
    break;
  default:
    json_object_del(json_array_get(json_object_get(run, "invocations"), 0), "executionSuccessful");
    break;
  }
}
enum { BENDS = 9 };

START_TEST(every_sample_is_what_the_schema_says_and_a_bent_one_is_not) {
  json_t *schema = json_load_file(SOURCE_DIR "/checks/report/sarif-schema.json", JSON_REJECT_DUPLICATES, NULL);
  ck_assert_ptr_nonnull(schema);
  char message[1024];
  gchk_result *(*const makes[])(void) = {sample_empty,        sample_passing, sample_failing,   sample_everything,
                                         sample_inconclusive, awkward,        sample_undecided, interrupted};
  for (size_t i = 0; i < sizeof makes / sizeof makes[0]; i++) {
    json_t *document = document_of(makes[i]());
    ck_assert_msg(schema_accepts(schema, document, message, sizeof message), "sample %zu: %s", i, message);
    json_decref(document);
  }
  for (int bend = 0; bend < BENDS; bend++) {
    json_t *document = document_of(sample_failing());
    bend_document(document, bend);
    ck_assert_msg(!schema_accepts(schema, document, message, sizeof message), "bend %d was accepted", bend);
    json_decref(document);
  }
  json_decref(schema);
}
END_TEST

START_TEST(awkward_names_stay_harmless) {
  gchk_result *result = awkward();
  char *text = render(result, GCHK_SARIF, NULL);
  for (const char *c = text; *c; c++)
    ck_assert_msg((unsigned char)*c >= 0x20 || *c == '\n', "a control byte %d", *c);
  free(text);
  gchk_result_free(result);
}
END_TEST

/* One result a mistake, which names all that it makes wrong; two mistakes are two. */
START_TEST(what_one_mistake_makes_wrong_is_one_result) {
  gchk_result *made = sample_passing();
  gchk_case_result *net = &made->cases[0];
  gchk_finding same = {.code = "path-lost", .text = "a path is lost"}, other = {.code = "wrong-sign", .text = "-1"};
  for (size_t k = 0; k < 3; k++) {
    net->tensors[k].verdict = net->verdict = GCHK_FAIL;
    net->tensors[k].finding_count = 1;
    net->tensors[k].findings = k < 2 ? &same : &other;
  }
  gchk_result_summarise(made);
  char first[128], second[128];
  snprintf(first, sizeof first, "%s:%s", net->name, net->tensors[0].name);
  snprintf(second, sizeof second, "%s:%s", net->name, net->tensors[1].name);
  json_t *document = document_of(made), *lost = find_result(document, "path-lost");
  ck_assert_uint_eq(json_array_size(results_of(document)), 2);
  ck_assert_ptr_nonnull(find_result(document, "wrong-sign"));
  json_t *places = json_object_get(json_array_get(json_object_get(lost, "locations"), 0), "logicalLocations");
  ck_assert_uint_eq(json_array_size(places), 2);
  ck_assert_str_eq(text_of(json_array_get(places, 0), "fullyQualifiedName"), first);
  ck_assert_str_eq(text_of(json_array_get(places, 1), "fullyQualifiedName"), second);
  json_decref(document);
}
END_TEST

static TCase *sarif(void) {
  TCase *tc = tcase_create("sarif");
  tcase_add_test(tc, every_sample_has_its_results);
  tcase_add_test(tc, strict_makes_errors_of_what_is_open_and_of_nothing_else);
  tcase_add_test(tc, every_result_has_the_rule_at_its_index_and_a_fingerprint_of_its_own);
  tcase_add_test(tc, a_rule_says_what_its_code_means_and_what_to_do);
  tcase_add_test(tc, a_fingerprint_is_of_the_mistake_and_not_of_the_run);
  tcase_add_test(tc, a_run_that_is_not_whole_is_no_successful_execution);
  tcase_add_test(tc, a_place_is_a_uri_with_the_line_where_there_is_one);
  tcase_add_test(tc, an_expected_failure_is_suppressed_with_its_reason_and_nothing_else_is);
  tcase_add_test(tc, every_sample_is_what_the_schema_says_and_a_bent_one_is_not);
  tcase_add_test(tc, awkward_names_stay_harmless);
  tcase_add_test(tc, what_one_mistake_makes_wrong_is_one_result);
  return tc;
}

TEST_MAIN("sarif", sarif)
