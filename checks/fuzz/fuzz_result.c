/*
 * The result reader on any text: an error with a message, or a result of which every report can be made, that reads
 * again as the same, and that compares with itself without a regression. And the same for what a child process sends.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "gradcheck/report.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/text_report.h"
#include "result/baseline.h"
#include "result/json_report.h"
#include "run/case_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds, const char *what, const char *message) {
  if (holds)
    return;
  (void)fprintf(stderr, "%s: %s\n", what, message);
  __builtin_trap();
}

static void report(const gchk_result *result) {
  const gchk_report_options options = {.verbosity = 1};
  gchk_text text = {0};
  gchk_html_report(result, &options, &text);
  gchk_text_deinit(&text);
  gchk_junit_report(result, &options, &text);
  gchk_text_deinit(&text);
  gchk_markdown_report(result, &text);
  must(text.length < GCHK_MARKDOWN_BYTES, "Markdown", "is longer than it may be");
  gchk_text_deinit(&text);
  gchk_text_report(result, &options, &text);
  gchk_text_deinit(&text);
}

static void read_again(const gchk_result *result) {
  gchk_error error = {GCHK_OK, ""};
  gchk_result *again = NULL;
  gchk_text first = {0}, second = {0};
  gchk_json_report(result, &first);
  must(gchk_json_parse("again", first.data, first.length, &again, &error) == GCHK_OK, "its own JSON", error.message);
  gchk_json_report(again, &second);
  must(first.length == second.length && memcmp(first.data, second.data, first.length) == 0, "its own JSON", "differs");
  gchk_baseline_result changes;
  (void)gchk_baseline_compare(again->arena, "itself", result, again, &changes, &error);
  gchk_text_deinit(&first);
  gchk_text_deinit(&second);
  gchk_result_free(again);
}

// With the digest that belongs to them, for what is not looked at without it.
static void read_case(const char *bytes, size_t size) {
  gchk_error error = {GCHK_OK, ""};
  gchk_arena *arena = gchk_arena_new();
  gchk_case_result result;
  gchk_text sent = {0}, again = {0};
  const uint64_t digest = gchk_digest_of_many(bytes, size);
  gchk_text_write(&sent, bytes, size);
  gchk_text_write(&sent, (const char *)&digest, sizeof digest);
  if (arena != NULL && !sent.failed &&
      gchk_case_from_bytes(arena, sent.data, sent.length, &result, &error) == GCHK_OK) {
    gchk_case_to_bytes(&result, &again);
    must(gchk_case_from_bytes(arena, again.data, again.length, &result, &error) == GCHK_OK, "a case", error.message);
  }
  gchk_text_deinit(&sent);
  gchk_text_deinit(&again);
  gchk_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gchk_error error = {GCHK_OK, ""};
  gchk_result *result = NULL;
  if (gchk_json_parse("fuzz", (const char *)data, size, &result, &error) == GCHK_OK) {
    report(result);
    read_again(result);
    gchk_result_free(result);
  } else {
    must(result == NULL && strncmp(error.message, "fuzz:", 5) == 0, "an error", error.message);
  }
  read_case((const char *)data, size);
  return 0;
}
