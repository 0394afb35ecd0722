/* Reports of sanitizers, and what only looks like one. */
#include "crash_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "crash/sanitizer_findings.h"

static const gchk_relay nowhere = {.fd = -1, .whose = ""};

// One in whose memory there was something else.
static gchk_tail *tail_of_old_memory(void) {
  gchk_tail *tail = malloc(sizeof *tail);
  ck_assert_ptr_nonnull(tail);
  memset(tail, 0x5a, sizeof *tail);
  gchk_tail_renew(tail);
  return tail;
}

static gchk_tail *take(const char *text) {
  gchk_tail *tail = tail_of_old_memory();
  gchk_tail_take(tail, text, strlen(text), &nowhere);
  gchk_tail_end(tail, &nowhere);
  return tail;
}

static const char address_report[] = "before\n"
                                     "=================================================================\n"
                                     "==123==ERROR: AddressSanitizer: heap-use-after-free on address 0x60\n"
                                     "READ of size 1 at 0x60 thread T0\n"
                                     "    #0 0x7f in forward layer.c:4\n"
                                     "SUMMARY: AddressSanitizer: heap-use-after-free layer.c:4 in forward\n"
                                     "==123==ABORTING\n"
                                     "after\n";

START_TEST(a_report_begins_and_ends) {
  gchk_tail *tail = take(address_report);
  const gchk_sanitizer_report *report = &tail->report;
  ck_assert_uint_eq(report->count, 5);
  ck_assert_str_eq(report->lines[0], "==123==ERROR: AddressSanitizer: heap-use-after-free on address 0x60");
  ck_assert_str_eq(report->lines[4], "==123==ABORTING");
  ck_assert_str_eq(report->summary, "AddressSanitizer: heap-use-after-free layer.c:4 in forward");
  ck_assert_uint_eq(report->runtime_error_count, 0);
  free(tail);
}
END_TEST

START_TEST(a_report_is_bounded) {
  gchk_tail *tail = tail_of_old_memory();
  const char *head = "==1==ERROR: MemorySanitizer: x\n";
  gchk_tail_take(tail, head, strlen(head), &nowhere);
  for (int i = 0; i < 5000; i++)
    gchk_tail_take(tail, "    #0 frame\n", 13, &nowhere);
  ck_assert_uint_eq(tail->report.count, GCHK_REPORT_LINES);
  ck_assert_uint_eq(tail->report.others, 5001 - GCHK_REPORT_LINES);
  free(tail);
}
END_TEST

START_TEST(undefined_behaviour_is_counted_once_a_place) {
  gchk_tail *tail = take("a.c:3:5: runtime error: signed integer overflow: 1 + 2\n"
                         "a.c:3:5: runtime error: signed integer overflow: 1 + 2\n"
                         "/b/c.cpp:12:14: runtime error: division by zero\n");
  ck_assert_uint_eq(tail->report.runtime_error_count, 3);
  ck_assert_uint_eq(tail->report.runtime_error_kept, 2);
  ck_assert_str_eq(tail->report.runtime_errors[1], "/b/c.cpp:12:14: runtime error: division by zero");
  free(tail);
}
END_TEST

START_TEST(other_words_are_no_report) {
  static const char *const lines[] = {"ERROR: AddressSanitizer: x",
                                      "==12==ERROR: the queue is full: 3",
                                      "==ab==ERROR: AddressSanitizer: x",
                                      "==12==INFO: AddressSanitizer: x",
                                      "==12== Invalid read of size 8",
                                      "a.c: runtime error: x",
                                      "a.c:3: runtime error: x",
                                      ":3:4: runtime error: x",
                                      "runtime error: x",
                                      "a.c:x:4: runtime error: x",
                                      "SUMMARY: 3 layers passed",
                                      "Sanitizer: x",
                                      "==12==ERROR: Sanitizer: x"};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    gchk_tail *tail = take(lines[i]);
    ck_assert_msg(tail->report.count == 0 && tail->report.runtime_error_count == 0 && tail->report.summary[0] == '\0',
                  "%s", lines[i]);
    free(tail);
  }
}
END_TEST

// The same words of a case that passed: believed only where a runtime is there that could have written them.
START_TEST(a_passing_case_is_accused_by_a_runtime_alone) {
  static const char *const texts[] = {address_report, "a.c:3:5: runtime error: overflow\n"};
  enum { NOTHING, NOTE, FAILURE };
  static const struct {
    gchk_sanitizers sanitizers;
    bool has_memory_error;
    int expected[2]; // of the two texts
  } rows[] = {
      {{false, false, false}, false, {NOTHING, NOTHING}}, // none is loaded
      {{true, true, false}, false, {NOTHING, NOTE}},      // ASan is, and reported nothing
      {{true, true, false}, true, {FAILURE, NOTE}},       // ASan did report
      {{true, true, false}, false, {NOTHING, NOTE}},      // UBSan alone
      {{true, false, false}, false, {NOTHING, NOTHING}},  // LeakSanitizer alone
      {{true, true, true}, false, {NOTE, NOTE}},          // ThreadSanitizer goes on after races
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    for (size_t t = 0; t < 2; t++) {
      gchk_tail *tail = take(texts[t]);
      gchk_arena *arena = gchk_arena_new();
      gchk_finding old = {.code = "old", .text = "was there"};
      gchk_case_result result = {.verdict = GCHK_PASS, .finding_count = 1, .findings = &old};
      ck_assert_int_eq(gchk_report_sanitizer(arena, tail, &rows[i].sanitizers, rows[i].has_memory_error, &result, NULL),
                       GCHK_OK);
      const int expected = rows[i].expected[t];
      ck_assert_uint_eq(result.finding_count, expected == NOTHING ? 1 : 2);
      ck_assert_str_eq(result.findings[0].code, "old");
      ck_assert_int_eq(result.verdict, expected == FAILURE ? GCHK_FAIL : GCHK_PASS);
      if (expected != NOTHING) {
        ck_assert_str_eq(result.findings[1].code, "sanitizer-report");
        ck_assert_int_eq(result.findings[1].is_note, expected == NOTE);
      }
      gchk_arena_free(arena);
      free(tail);
    }
  }
}
END_TEST

/* What is not listed is counted; where all is listed nothing is. */
START_TEST(runtime_errors_beyond_the_list_are_said) {
  const gchk_sanitizers undefined = {.any = true, .undefined = true};
  for (int more = 0; more < 3; more++) {
    gchk_tail *tail = tail_of_old_memory();
    gchk_arena *arena = gchk_arena_new();
    gchk_case_result result = {.verdict = GCHK_PASS};
    char line[64];
    ck_assert(tail != NULL && arena != NULL);
    for (int i = 0; i < 2 * (GCHK_RUNTIME_ERRORS + more); i++) { // each twice
      (void)snprintf(line, sizeof line, "a.c:%d:5: runtime error: overflow\n", i / 2);
      gchk_tail_take(tail, line, strlen(line), &nowhere);
    }
    ck_assert_int_eq(gchk_report_sanitizer(arena, tail, &undefined, false, &result, NULL), GCHK_OK);
    ck_assert_uint_eq(result.finding_count, GCHK_RUNTIME_ERRORS + (more > 0));
    const char *last = result.findings[result.finding_count - 1].text;
    (void)snprintf(line, sizeof line, "and %d more lines of runtime errors", 2 * more);
    ck_assert_msg((strstr(last, line) == last) == (more > 0), "%s", last);
    gchk_arena_free(arena);
    free(tail);
  }
}
END_TEST

TCase *sanitizer_report_tests(void) {
  TCase *tests = tcase_create("sanitizer_report");
  tcase_add_test(tests, a_report_begins_and_ends);
  tcase_add_test(tests, a_report_is_bounded);
  tcase_add_test(tests, undefined_behaviour_is_counted_once_a_place);
  tcase_add_test(tests, other_words_are_no_report);
  tcase_add_test(tests, a_passing_case_is_accused_by_a_runtime_alone);
  tcase_add_test(tests, runtime_errors_beyond_the_list_are_said);
  return tests;
}
