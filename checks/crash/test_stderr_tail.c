/* What a child writes on standard error: nothing is lost, nothing is obeyed, and the last lines are kept. */
#include "crash_tests.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash/stderr_tail.h"
#include "gradcheck/random.h"

typedef struct relayed {
  gchk_tail *tail;
  char *text;
  size_t length;
} relayed;

// Passes `count` bytes on in parts of at most `part` bytes, and reads what came out.
static relayed relay(const char *bytes, size_t count, size_t part) {
  relayed r = {.tail = calloc(1, sizeof(gchk_tail))};
  FILE *file = tmpfile();
  ck_assert(r.tail != NULL && file != NULL);
  for (size_t at = 0; at < count; at += part)
    gchk_tail_take(r.tail, bytes + at, count - at < part ? count - at : part, fileno(file));
  gchk_tail_end(r.tail, fileno(file));
  ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
  r.length = (size_t)ftell(file);
  rewind(file);
  r.text = calloc(r.length + 1, 1);
  ck_assert(r.text != NULL);
  ck_assert_uint_eq(fread(r.text, 1, r.length, file), r.length);
  (void)fclose(file);
  return r;
}

static void drop(relayed *r) {
  free(r->tail);
  free(r->text);
}

// The bytes that a harmless text stands for; what went in has no backslashes.
static size_t decode(char *to, const char *from, size_t length) {
  size_t n = 0;
  for (size_t i = 0; i < length;) {
    unsigned byte;
    if (from[i] == '\\' && from[i + 1] == 'r') {
      to[n++] = '\r';
      i += 2;
    } else if (from[i] == '\\') {
      ck_assert_int_eq(sscanf(from + i, "\\x%2X", &byte), 1);
      to[n++] = (char)byte;
      i += 4;
    } else
      to[n++] = from[i++];
  }
  return n;
}

static void assert_harmless(const char *text, size_t length) {
  bool at_start = true;
  for (size_t i = 0; i < length; i++) {
    const char c = text[i];
    ck_assert(c == '\n' || c == '\t' || (unsigned char)c >= ' ');
    ck_assert_msg(!(at_start && c == ':' && text[i + 1] == ':'), "a workflow command at %zu", i);
    ck_assert_msg(!(c == '#' && text[i + 1] == '#' && (text[i + 2] == '[' || isalpha((unsigned char)text[i + 2]))),
                  "a logging command at %zu", i);
    if (c == '\n')
      at_start = true;
    else if (c != ' ' && c != '\t')
      at_start = false;
  }
}

// Bytes of every kind, in lines that are sometimes longer than a piece, cut anywhere.
START_TEST(any_bytes_come_through_and_none_is_obeyed) {
  static const char *const parts[] = {"a",         "word ",    ":",    "::", "::error::x", "##",    "#",
                                      "##[group]", "vso[",     "\t",   " ",  "\n",         "\n",    "\033[2J",
                                      "\r",        "\xc3\xa9", "\xff", "[",  "7",          "##vso", "\xe2\x82\xac"};
  enum { SIZE = 40000 };
  gchk_random random = gchk_random_stream((uint64_t)_i, "bytes");
  char *bytes = calloc(SIZE + 16, 1), *back = calloc(8 * SIZE, 1);
  ck_assert(bytes != NULL && back != NULL);
  size_t count = 0;
  const bool has_lines = _i % 3 != 0;
  while (count < SIZE) {
    const size_t k = (size_t)(gchk_random_uniform(&random, 0, 1) * (double)(sizeof parts / sizeof parts[0]));
    if (parts[k][0] == '\n' && !has_lines)
      continue;
    memcpy(bytes + count, parts[k], strlen(parts[k]));
    count += strlen(parts[k]);
    if (k == 0 && count % 7 == 0)
      bytes[count++] = '\0';
  }
  const size_t part = 1 + (size_t)(gchk_random_uniform(&random, 0, 1) * 9000);
  relayed r = relay(bytes, count, part);
  assert_harmless(r.text, r.length);
  size_t length = decode(back, r.text, r.length);
  if (bytes[count - 1] != '\n') // the last line is ended
    length--;
  ck_assert_uint_eq(length, count);
  ck_assert_mem_eq(back, bytes, count);
  drop(&r);
  free(bytes);
  free(back);
}
END_TEST

START_TEST(plain_lines_stay_as_they_are) {
  const char *text = "loss 0.5\n\tindented\nwarning: x:3: see ::there # 1 ## 2\n  done\n";
  relayed r = relay(text, strlen(text), 5);
  ck_assert_str_eq(r.text, text);
  ck_assert_uint_eq(gchk_tail_kept(r.tail), 4);
  ck_assert_str_eq(gchk_tail_line(r.tail, 3), "  done");
  drop(&r);
}
END_TEST

START_TEST(the_last_lines_are_kept) {
  char text[8192];
  for (size_t lines = 0; lines < 3 * GCHK_TAIL_LINES; lines++) {
    size_t length = 0;
    for (size_t i = 0; i < lines; i++)
      length += (size_t)sprintf(text + length, "line %zu\n", i);
    relayed r = relay(text, length, 64);
    const size_t kept = lines < GCHK_TAIL_LINES ? lines : GCHK_TAIL_LINES;
    ck_assert_uint_eq(gchk_tail_kept(r.tail), kept);
    for (size_t i = 0; i < kept; i++) {
      char expected[32];
      (void)sprintf(expected, "line %zu", lines - kept + i);
      ck_assert_str_eq(gchk_tail_line(r.tail, i), expected);
    }
    drop(&r);
  }
}
END_TEST

// Of a long line the start is kept, with whole characters.
START_TEST(a_long_line_is_cut_where_it_is_kept) {
  char text[3 * GCHK_TAIL_PIECE];
  for (size_t shift = 0; shift < 4; shift++) {
    size_t length = shift;
    memset(text, 'a', shift);
    while (length + 3 < sizeof text)
      length += (size_t)sprintf(text + length, "\xe2\x82\xac");
    relayed r = relay(text, length, 1000);
    ck_assert_mem_eq(r.text, text, length);
    const char *line = gchk_tail_line(r.tail, 0);
    const size_t kept = strlen(line);
    ck_assert_uint_lt(kept, GCHK_TAIL_LINE);
    ck_assert_str_eq(line + kept - 3, "...");
    ck_assert_uint_eq((kept - 3 - shift) % 3, 0);
    drop(&r);
  }
}
END_TEST

TCase *stderr_tail_tests(void) {
  TCase *tests = tcase_create("stderr_tail");
  tcase_add_loop_test(tests, any_bytes_come_through_and_none_is_obeyed, 0, 60);
  tcase_add_test(tests, plain_lines_stay_as_they_are);
  tcase_add_test(tests, the_last_lines_are_kept);
  tcase_add_test(tests, a_long_line_is_cut_where_it_is_kept);
  return tests;
}
