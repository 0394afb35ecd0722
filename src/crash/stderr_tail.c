/* Lines from a child's standard error. */
#include "crash/stderr_tail.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

// Where a CI server would look for "::" at the start of a line; whatever it takes for a blank is no letter of ASCII.
static size_t first_letter(const char *bytes, size_t count) {
  size_t i = 0;
  while (i < count && (isspace((unsigned char)bytes[i]) || (unsigned char)bytes[i] >= 0x80))
    i++;
  return i;
}

static void put_visible(gchk_text *out, const char *bytes, size_t count) {
  char part[256 + 1];
  while (count > 0) {
    size_t length = count < sizeof part - 1 ? count : sizeof part - 1;
    while (length < count && length > sizeof part - 5 && ((unsigned char)bytes[length] & 0xc0) == 0x80)
      length--; // not within a character
    memcpy(part, bytes, length);
    part[length] = '\0';
    gchk_text_visible(out, part, GCHK_MARKUP_PLAIN);
    bytes += length;
    count -= length;
  }
}

static bool may_be_command(const char *rest, size_t count) {
  return count == 0 || *rest == '[' || isalpha((unsigned char)*rest);
}

void gchk_text_harmless(gchk_text *out, const char *bytes, size_t count, bool starts_line, char previous) {
  const size_t start = starts_line ? first_letter(bytes, count) : count;
  size_t from = 0;
  for (size_t i = 0; i < count; i++) {
    const char c = bytes[i], before = i > 0 ? bytes[i - 1] : previous;
    const char *spelled = NULL;
    if (c == '\0')
      spelled = "\\x00";
    else if (c == '\t')
      spelled = "\t";
    else if (c == ':' && i == start)
      spelled = i + 1 == count || bytes[i + 1] == ':' ? "\\x3A" : ":";
    else if (c == '#' && before == '#' && may_be_command(bytes + i + 1, count - i - 1))
      spelled = "\\x23";
    if (spelled == NULL)
      continue;
    put_visible(out, bytes + from, i - from);
    gchk_text_put(out, spelled);
    from = i + 1;
  }
  put_visible(out, bytes + from, count - from);
}

// Nothing to spell out in it, as nearly always: it can be copied.
static bool is_harmless(const char *bytes, size_t count, bool starts_line, char previous) {
  if (starts_line && memchr(bytes, ':', count) != NULL)
    return false;
  if (previous == '#' || memchr(bytes, '#', count) != NULL)
    return false;
  for (size_t i = 0; i < count; i++)
    if ((bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] > '~')
      return false;
  return true;
}

static void write_out(int relay, gchk_text *text) {
  const char *at = text->data;
  for (size_t left = text->failed || relay < 0 ? 0 : text->length; left > 0;) {
    const ssize_t n = write(relay, at, left);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    at += n;
    left -= (size_t)n;
  }
  gchk_text_deinit(text);
}

// Keeps the start of a line, shown as the `length` characters at `shown`, for whoever looks at it later.
static void keep_start(gchk_tail *tail, size_t count, const char *shown, size_t length) {
  const size_t raw = count < sizeof tail->raw - 1 ? count : sizeof tail->raw - 1;
  memcpy(tail->raw, tail->piece, raw);
  tail->raw[raw] = '\0';
  const bool is_cut = length > sizeof tail->line - 1;
  if (is_cut) {
    length = sizeof tail->line - 4;
    while (length > 0 && ((unsigned char)shown[length] & 0xc0) == 0x80)
      length--;
  }
  memcpy(tail->line, shown, length);
  memcpy(tail->line + length, is_cut ? "..." : "", is_cut ? 4 : 1);
}

// Passes on the first `count` bytes of the piece.
static void pass_on(gchk_tail *tail, size_t count, bool is_end, gchk_text *shown) {
  const size_t before = shown->length;
  const char previous = tail->is_inside ? tail->previous : '\0';
  if (is_harmless(tail->piece, count, !tail->is_inside, previous))
    gchk_text_write(shown, tail->piece, count);
  else
    gchk_text_harmless(shown, tail->piece, count, !tail->is_inside, previous);
  if (!tail->is_inside && !shown->failed)
    keep_start(tail, count, shown->data != NULL ? shown->data + before : "", shown->length - before);
  tail->previous = count > 0 ? tail->piece[count - 1] : '\0';
  tail->is_inside = !is_end;
  if (is_end) {
    gchk_text_put(shown, "\n");
    memcpy(tail->lines[tail->count++ % GCHK_TAIL_LINES], tail->line, sizeof tail->line);
    gchk_sanitizer_report_take(&tail->report, tail->raw, tail->line);
  }
  memmove(tail->piece, tail->piece + count, tail->length - count);
  tail->length -= count;
}

// How much of a full piece is whole characters.
static size_t whole_characters(const gchk_tail *tail) {
  size_t at = tail->length;
  for (int back = 0; back < 3 && at > 0; back++) {
    at--;
    const unsigned char byte = (unsigned char)tail->piece[at];
    if (byte >= 0xc0)
      return at > 0 ? at : tail->length;
    if (byte < 0x80)
      break;
  }
  return tail->length;
}

void gchk_tail_take(gchk_tail *tail, const char *bytes, size_t count, int relay) {
  gchk_text shown = {0};
  while (count > 0) {
    const char *end = memchr(bytes, '\n', count);
    size_t length = end != NULL ? (size_t)(end - bytes) : count;
    const bool has_end = end != NULL && length <= GCHK_TAIL_PIECE - tail->length;
    if (length > GCHK_TAIL_PIECE - tail->length)
      length = GCHK_TAIL_PIECE - tail->length;
    memcpy(tail->piece + tail->length, bytes, length);
    tail->length += length;
    bytes += length + has_end;
    count -= length + has_end;
    if (has_end)
      pass_on(tail, tail->length, true, &shown);
    else if (tail->length == GCHK_TAIL_PIECE)
      pass_on(tail, whole_characters(tail), false, &shown);
  }
  write_out(relay, &shown);
}

void gchk_tail_end(gchk_tail *tail, int relay) {
  gchk_text shown = {0};
  if (tail->length > 0 || tail->is_inside)
    pass_on(tail, tail->length, true, &shown);
  write_out(relay, &shown);
}

size_t gchk_tail_kept(const gchk_tail *tail) {
  return tail->count < GCHK_TAIL_LINES ? tail->count : GCHK_TAIL_LINES;
}

const char *gchk_tail_line(const gchk_tail *tail, size_t index) {
  return tail->lines[(tail->count - gchk_tail_kept(tail) + index) % GCHK_TAIL_LINES];
}
