/*
 * What a child writes on standard error: it is said whose it is, nothing is obeyed, what is not shown is counted, and the
 * last lines are kept.
 */
#define _GNU_SOURCE // F_SETPIPE_SZ
#include "crash_tests.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crash/stderr_tail.h"
#include "gradcheck/random.h"

static const char name[] = "a case";
static const char head[] = "a case | ";
enum { HEAD = sizeof head - 1 };

typedef struct relayed {
  gchk_tail *tail;
  char *text;
  size_t length;
} relayed;

static char *read_back(FILE *file, size_t *length) {
  ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
  *length = (size_t)ftell(file);
  rewind(file);
  char *text = calloc(*length + 1, 1);
  ck_assert(text != NULL);
  ck_assert_uint_eq(fread(text, 1, *length, file), *length);
  return text;
}

// Passes `count` bytes on in parts of at most `part` bytes, and reads what came out.
static relayed relay(const char *bytes, size_t count, size_t part) {
  relayed r = {.tail = calloc(1, sizeof(gchk_tail))};
  FILE *file = tmpfile();
  ck_assert(r.tail != NULL && file != NULL);
  const gchk_relay to = {.fd = fileno(file), .whose = name};
  for (size_t at = 0; at < count; at += part)
    gchk_tail_take(r.tail, bytes + at, count - at < part ? count - at : part, &to);
  gchk_tail_end(r.tail, &to);
  r.text = read_back(file, &r.length);
  (void)fclose(file);
  return r;
}

// Takes the name off each line, which must be there.
static void strip(relayed *r) {
  size_t to = 0;
  for (size_t from = 0; from < r->length;) {
    ck_assert_msg(strncmp(r->text + from, head, HEAD) == 0, "a line of nobody: %.60s", r->text + from);
    from += HEAD;
    do
      r->text[to++] = r->text[from];
    while (r->text[from++] != '\n');
  }
  r->text[r->length = to] = '\0';
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

// Bytes of every kind, cut anywhere, in lines and amounts that are shown whole.
START_TEST(any_bytes_come_through_and_none_is_obeyed) {
  static const char *const parts[] = {"a",         "word ",    ":",    "::", "::error::x", "##",    "#",
                                      "##[group]", "vso[",     "\t",   " ",  "\n",         "\n",    "\033[2J",
                                      "\r",        "\xc3\xa9", "\xff", "[",  "7",          "##vso", "\xe2\x82\xac"};
  enum { SIZE = 20000, LONGEST = 400, MOST_LINES = 150 };
  gchk_random random = gchk_random_stream((uint64_t)_i, "bytes");
  char *bytes = calloc(SIZE + 16, 1), *back = calloc(8 * SIZE, 1);
  ck_assert(bytes != NULL && back != NULL);
  size_t count = 0, lines = 0, start = 0;
  while (count < SIZE && lines < MOST_LINES) {
    size_t k = (size_t)(gchk_random_uniform(&random, 0, 1) * (double)(sizeof parts / sizeof parts[0]));
    if (count - start > LONGEST)
      k = 11;
    memcpy(bytes + count, parts[k], strlen(parts[k]));
    count += strlen(parts[k]);
    if (k == 0 && count % 7 == 0)
      bytes[count++] = '\0';
    if (parts[k][0] == '\n') {
      lines++;
      start = count;
    }
  }
  const size_t part = 1 + (size_t)(gchk_random_uniform(&random, 0, 1) * 9000);
  relayed r = relay(bytes, count, part);
  assert_harmless(r.text, r.length);
  for (size_t i = 0; i < gchk_tail_kept(r.tail); i++)
    assert_harmless(gchk_tail_line(r.tail, i), strlen(gchk_tail_line(r.tail, i)));
  strip(&r);
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
  strip(&r);
  ck_assert_str_eq(r.text, text);
  ck_assert_uint_eq(gchk_tail_kept(r.tail), 4);
  ck_assert_str_eq(gchk_tail_line(r.tail, 3), "  done");
  drop(&r);
}
END_TEST

// Lines of a width, one more than are shown, exactly as many, and far more.
START_TEST(what_is_not_shown_is_counted) {
  static const struct {
    size_t lines, width, shown;
  } rows[] = {{GCHK_SHOWN_LINES, 10, GCHK_SHOWN_LINES},
              {GCHK_SHOWN_LINES + 1, 10, GCHK_SHOWN_LINES},
              {50000, 10, GCHK_SHOWN_LINES},
              {100, 1024, GCHK_SHOWN_BYTES / 1024},
              {GCHK_SHOWN_BYTES / 1024, 1024, GCHK_SHOWN_BYTES / 1024}};
  const size_t lines = rows[_i].lines, width = rows[_i].width, shown = rows[_i].shown;
  char *bytes = calloc(lines, width + 1);
  ck_assert(bytes != NULL);
  memset(bytes, 'x', lines * (width + 1));
  for (size_t i = 0; i < lines; i++)
    bytes[i * (width + 1) + width] = '\n';
  relayed r = relay(bytes, lines * (width + 1), 4096);
  const char *rest = r.text;
  for (size_t i = 0; i < shown; i++, rest += HEAD + width + 1)
    ck_assert(strncmp(rest, head, HEAD) == 0 && strspn(rest + HEAD, "x") == width && rest[HEAD + width] == '\n');
  char said[100] = "", digits[2][32];
  (void)snprintf(digits[0], sizeof digits[0], "%zu", lines - shown);
  (void)snprintf(digits[1], sizeof digits[1], "%zu", (lines - shown) * (width + 1));
  if (shown < lines)
    (void)snprintf(said, sizeof said, "a case | (not shown: %s more line%s %s bytes)\n", digits[0],
                   lines - shown == 1 ? "" : "s", digits[1]);
  size_t k = 0;
  for (const char *c = rest; *c != '\0'; c++)
    if (*c != ',') // of 49,800 and before the bytes
      ck_assert_msg(*c == said[k++], "%s", rest);
  ck_assert_uint_eq(k, strlen(said));
  ck_assert_uint_eq(r.tail->count, lines);
  drop(&r);
  free(bytes);
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

// Of a long line the start is shown and kept, with whole characters, and said how much there was.
START_TEST(a_long_line_is_cut) {
  char text[3 * GCHK_TAIL_PIECE + 1];
  for (size_t shift = 0; shift < 4; shift++) {
    size_t length = shift;
    memset(text, 'a', shift);
    while (length + 4 < sizeof text)
      length += (size_t)sprintf(text + length, "\xe2\x82\xac");
    relayed r = relay(text, length, 1000);
    strip(&r);
    const char *dots = strstr(r.text, "... (");
    ck_assert(dots != NULL);
    const size_t shown = (size_t)(dots - r.text);
    ck_assert_uint_le(shown, GCHK_TAIL_PIECE);
    ck_assert_uint_gt(shown, GCHK_TAIL_PIECE - 4);
    ck_assert_uint_eq((shown - shift) % 3, 0);
    ck_assert_mem_eq(r.text, text, shown);
    char rest[64];
    (void)snprintf(rest, sizeof rest, "... (%zu,%03zu more bytes)\n", (length - shown) / 1000, (length - shown) % 1000);
    ck_assert_str_eq(dots, rest);
    const char *line = gchk_tail_line(r.tail, 0);
    const size_t kept = strlen(line);
    ck_assert_uint_lt(kept, GCHK_TAIL_LINE);
    ck_assert_str_eq(line + kept - 3, "...");
    ck_assert_uint_eq((kept - 3 - shift) % 3, 0);
    drop(&r);
  }
}
END_TEST

// Two children that write in turns, never a whole line at a time.
START_TEST(no_line_is_within_another) {
  FILE *file = tmpfile();
  gchk_tail *tails[2] = {calloc(1, sizeof(gchk_tail)), calloc(1, sizeof(gchk_tail))};
  ck_assert(file != NULL && tails[0] != NULL && tails[1] != NULL);
  const gchk_relay to[2] = {{fileno(file), "a"}, {fileno(file), "b"}};
  static const char *const words[2] = {"aaaaaaa\n", "bbbbbbbbbbb\n"};
  size_t at[2] = {0, 0};
  for (int turn = 0; turn < 1000; turn++) {
    const int k = turn % 2;
    const size_t length = strlen(words[k]), part = 1 + (size_t)turn % 3;
    for (size_t i = 0; i < part; i++, at[k] = (at[k] + 1) % length)
      gchk_tail_take(tails[k], words[k] + at[k], 1, &to[k]);
  }
  size_t length;
  char *text = read_back(file, &length);
  size_t lines[2] = {0, 0};
  for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
    const int k = line[0] == 'b';
    lines[k]++;
    ck_assert(strncmp(line, k ? "b | " : "a | ", 4) == 0 && strncmp(line + 4, words[k], strlen(words[k])) == 0);
  }
  ck_assert_uint_gt(lines[0], 50);
  ck_assert_uint_gt(lines[1], 50);
  free(text);
  free(tails[0]);
  free(tails[1]);
  (void)fclose(file);
}
END_TEST

// A pipe that nobody reads, or that nobody can read any more.
START_TEST(who_does_not_read_keeps_nobody_waiting) {
  int ends[2];
  ck_assert_int_eq(pipe(ends), 0);
  if (_i == 1)
    (void)close(ends[0]);
  gchk_tail *tail = calloc(1, sizeof *tail);
  ck_assert(tail != NULL);
  char line[1001];
  memset(line, 'x', sizeof line - 1);
  line[sizeof line - 1] = '\n';
  const gchk_relay to = {.fd = ends[1], .whose = name};
  const size_t most = GCHK_SHOWN_BYTES / sizeof line;
  (void)fcntl(ends[1], F_SETPIPE_SZ, 4096);
  for (size_t i = 0; i < 2 * most; i++)
    gchk_tail_take(tail, line, sizeof line, &to);
  gchk_tail_end(tail, &to); // here at all
  ck_assert_uint_lt(tail->shown_lines, most);
  ck_assert_uint_eq(tail->shown_lines + tail->left_out_lines, 2 * most);
  ck_assert_uint_eq(tail->count, 2 * most);
  if (_i == 0)
    (void)close(ends[0]);
  (void)close(ends[1]);
  free(tail);
}
END_TEST

START_TEST(a_name_is_not_obeyed) {
  FILE *file = tmpfile();
  gchk_tail *tail = calloc(1, sizeof *tail);
  ck_assert(file != NULL && tail != NULL);
  char longest[3001];
  memset(longest, 'n', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  static const char *const names[] = {"::error::x", "a\033[31m", "##vso[task]", "a\nb", "  ::x"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    gchk_tail_take(tail, "word\n", 5, &(gchk_relay){fileno(file), names[i]});
  gchk_tail_take(tail, "word\n", 5, &(gchk_relay){fileno(file), longest});
  size_t length, lines = 0;
  char *text = read_back(file, &length);
  assert_harmless(text, length);
  for (const char *c = text; *c != '\0'; c++)
    lines += *c == '\n';
  ck_assert_uint_eq(lines, sizeof names / sizeof names[0] + 1);
  ck_assert_uint_lt(length, 1000);
  free(text);
  free(tail);
  (void)fclose(file);
}
END_TEST

TCase *stderr_tail_tests(void) {
  TCase *tests = tcase_create("stderr_tail");
  tcase_add_loop_test(tests, any_bytes_come_through_and_none_is_obeyed, 0, 60);
  tcase_add_test(tests, plain_lines_stay_as_they_are);
  tcase_add_test(tests, the_last_lines_are_kept);
  tcase_add_loop_test(tests, what_is_not_shown_is_counted, 0, 5);
  tcase_add_test(tests, a_long_line_is_cut);
  tcase_add_test(tests, no_line_is_within_another);
  tcase_add_loop_test(tests, who_does_not_read_keeps_nobody_waiting, 0, 2);
  tcase_add_test(tests, a_name_is_not_obeyed);
  return tests;
}
