/*
 * The formats of compiler-rt's runtimes, which GCC's are copies of:
 *
 *     ==PID==ERROR: AddressSanitizer: heap-buffer-overflow on address ...     until ==PID==ABORTING
 *     SUMMARY: AddressSanitizer: heap-buffer-overflow FILE:LINE in FUNCTION
 *     FILE:LINE:COLUMN: runtime error: signed integer overflow: ...           UndefinedBehaviorSanitizer
 *
 * Only whoever knows that such a runtime is loaded believes what is found here: a layer may write the same words.
 */
#include "crash/sanitizer_report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy(char *to, const char *from) {
  (void)snprintf(to, GCHK_REPORT_LINE, "%s", from);
}

// After "==PID==", or NULL where the line does not begin so.
static const char *after_pid(const char *line, long *pid) {
  char *end;
  if (strncmp(line, "==", 2) != 0 || !isdigit((unsigned char)line[2]))
    return NULL;
  *pid = strtol(line + 2, &end, 10);
  return strncmp(end, "==", 2) == 0 ? end + 2 : NULL;
}

// The name of a sanitizer and what it says: "AddressSanitizer: ..."; NULL where it is none of theirs.
static const char *complaint(const char *text) {
  const char *colon = strchr(text, ':'), *word = "Sanitizer";
  if (colon == NULL || (size_t)(colon - text) <= strlen(word))
    return NULL;
  for (const char *c = text; c < colon; c++)
    if (!isalpha((unsigned char)*c))
      return NULL;
  return strncmp(colon - strlen(word), word, strlen(word)) == 0 ? text : NULL;
}

static void begin(gchk_sanitizer_report *report, const char *raw) {
  static const char *const kinds[] = {"ERROR: ", "WARNING: "};
  long pid;
  const char *text = after_pid(raw, &pid);
  if (text == NULL && strncmp(raw, "WARNING: ", 9) == 0) // ThreadSanitizer names its process at the end of the line
    text = raw, pid = 0;
  for (size_t i = 0; text != NULL && i < sizeof kinds / sizeof kinds[0]; i++) {
    const size_t length = strlen(kinds[i]);
    if (strncmp(text, kinds[i], length) != 0 || complaint(text + length) == NULL)
      continue;
    report->is_open = true;
    report->pid = pid;
    copy(report->head, text + length);
    return;
  }
}

// "FILE:LINE:COLUMN: runtime error: ..."
static bool is_runtime_error(const char *raw) {
  const char *at = strstr(raw, ": runtime error: ");
  if (at == NULL)
    return false;
  for (int part = 0; part < 2; part++) { // backwards: the column, then the line
    const char *end = at;
    while (at > raw && isdigit((unsigned char)at[-1]))
      at--;
    if (at == end || at == raw || at[-1] != ':')
      return false;
    at--;
  }
  return at > raw;
}

static void take_runtime_error(gchk_sanitizer_report *report, const char *clean) {
  report->runtime_error_count++;
  for (size_t i = 0; i < report->runtime_error_kept; i++)
    if (strncmp(report->runtime_errors[i], clean, GCHK_REPORT_LINE - 1) == 0)
      return;
  if (report->runtime_error_kept < GCHK_RUNTIME_ERRORS)
    copy(report->runtime_errors[report->runtime_error_kept++], clean);
  else
    report->runtime_error_others++;
}

void gchk_sanitizer_report_take(gchk_sanitizer_report *report, const char *raw, const char *clean) {
  static const char summary[] = "SUMMARY: ";
  if (is_runtime_error(raw))
    take_runtime_error(report, clean);
  if (report->count == 0 && !report->is_open)
    begin(report, raw);
  if (strncmp(raw, summary, sizeof summary - 1) == 0 && complaint(raw + sizeof summary - 1) != NULL &&
      report->summary[0] == '\0')
    copy(report->summary, clean + sizeof summary - 1);
  if (!report->is_open)
    return;
  if (report->count < GCHK_REPORT_LINES)
    copy(report->lines[report->count++], clean);
  else
    report->others++;
  long pid;
  const char *text = after_pid(raw, &pid);
  if (text != NULL && strcmp(text, "ABORTING") == 0)
    report->is_open = false;
}
