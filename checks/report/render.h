/* A report as a string, for tests. */
#ifndef CHECKS_REPORT_RENDER_H
#define CHECKS_REPORT_RENDER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradcheck/report.h"

/* The caller frees it; fails the test when the report cannot be written. */
char *render(const gchk_result *result, gchk_format format, const gchk_report_options *options);

/* Within the text, which ends with a line break. */
const char *last_line(const char *text);

static inline size_t count_of(const char *text, const char *word) {
  size_t count = 0;
  for (const char *at = strstr(text, word); at; at = strstr(at + strlen(word), word))
    count++;
  return count;
}

#define ASSERT_HAS(text, word) ck_assert_msg(strstr((text), (word)) != NULL, "no \"%s\" in:\n%.4000s", (word), (text))
#define ASSERT_HAS_NOT(text, word)                                                                                     \
  ck_assert_msg(strstr((text), (word)) == NULL, "\"%s\" is in:\n%.4000s", (word), (text))

/* A name with all that a format could trip over: markup, quotes, control bytes, what is not UTF-8, direction marks. */
#define AWKWARD_NAME "<b>&amp;\"'`|*_#[x](y)::%0A\x01\x1b[31m\n\t\xff\xc3(\xed\xa0\x80\xe2\x80\xae\xef\xbf\xbe é 日本"

#endif
