/*
 * Lines from a child's standard error.
 *
 * Whoever writes them may never stop, and whoever reads what is shown may have stopped: neither keeps the other
 * waiting, nor the process between them.
 */
#include "crash/stderr_tail.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/write_if_ready.h"

// A descriptor takes so much at once, as one piece or not at all (POSIX's PIPE_BUF is 512 at the least).
#ifdef PIPE_BUF
enum { AT_ONCE = PIPE_BUF };
#else
enum { AT_ONCE = 512 };
#endif
enum { WHOSE_MOST = 256, PATIENCE_MS = 1000, ENOUGH = GCHK_TAIL_LINE + 4 /* also without half a character */ };

// How many of `count` bytes, of which more follow, are whole characters.
static size_t whole_characters(const char *bytes, size_t count) {
  for (size_t at = count, back = 0; back < 3 && at > 0; back++) {
    const unsigned char byte = (unsigned char)bytes[--at];
    if (byte >= 0xc0)
      return at;
    if (byte < 0x80)
      break;
  }
  return count;
}

static void cut_to(gchk_text *text, size_t most) {
  if (text->failed || text->length <= most)
    return;
  text->length = whole_characters(text->data, most - 3);
  gchk_text_put(text, "...");
}

// The line as it is kept: cut to its room, and by itself.
static void keep(gchk_tail *tail, const char *bytes, size_t count) {
  char *line = tail->lines[tail->count++ % GCHK_TAIL_LINES];
  gchk_text text = {0};
  gchk_text_harmless(&text, bytes, count);
  cut_to(&text, GCHK_TAIL_LINE - 1);
  const size_t length = text.failed ? 0 : text.length;
  if (length > 0)
    memcpy(line, text.data, length);
  line[length] = '\0';
  gchk_text_deinit(&text);
}

// On a terminal a line that moves may stand where this one goes.
static void put_start(gchk_text *text, const gchk_relay *relay) {
  if (isatty(relay->fd) == 1)
    gchk_text_put(text, "\r\033[K");
  gchk_text name = {0};
  gchk_text_visible(&name, relay->whose, GCHK_MARKUP_PLAIN);
  cut_to(&name, WHOSE_MOST);
  gchk_text_put(text, name.data != NULL ? name.data : "");
  gchk_text_put(text, " | ");
  gchk_text_deinit(&name);
}

// Shows the text, with the end of its line; false where that could not be.
static bool show(gchk_tail *tail, gchk_text *text, const char *end, const gchk_relay *relay) {
  cut_to(text, AT_ONCE - 1 - strlen(end));
  gchk_text_put(text, end);
  gchk_text_put(text, "\n");
  const bool is_shown =
      !text->failed && gchk_write_if_ready(relay->fd, text->data, text->length, PATIENCE_MS, &tail->waited_ms);
  gchk_text_deinit(text);
  return is_shown;
}

static bool show_line(gchk_tail *tail, size_t whole, const gchk_relay *relay) {
  if (tail->left_out_lines > 0 || tail->shown_lines >= GCHK_SHOWN_LINES ||
      tail->shown_bytes + tail->length > GCHK_SHOWN_BYTES)
    return false;
  gchk_text text = {0};
  gchk_text end = {0};
  put_start(&text, relay);
  gchk_text_harmless(&text, tail->piece, whole);
  if (whole < tail->length + tail->cut) {
    gchk_text_put(&end, "... (");
    gchk_text_grouped(&end, tail->length + tail->cut - whole);
    gchk_text_put(&end, " more bytes)");
  }
  const bool is_shown = show(tail, &text, end.data != NULL ? end.data : "", relay);
  gchk_text_deinit(&end);
  tail->shown_lines += is_shown;
  tail->shown_bytes += is_shown ? tail->length : 0;
  return is_shown;
}

static void end_line(gchk_tail *tail, const gchk_relay *relay) {
  const size_t whole = tail->cut > 0 ? whole_characters(tail->piece, tail->length) : tail->length;
  tail->piece[whole] = '\0';
  keep(tail, tail->piece, whole <= ENOUGH ? whole : whole_characters(tail->piece, ENOUGH));
  gchk_sanitizer_report_take(&tail->report, tail->piece, gchk_tail_line(tail, gchk_tail_kept(tail) - 1));
  if (relay->fd >= 0 && !show_line(tail, whole, relay)) {
    tail->left_out_lines++;
    tail->left_out_bytes += tail->length + tail->cut + 1;
  }
  tail->length = tail->cut = 0;
}

// Of the lines of a report there are as many as it counts: they are most of the memory, and mostly there are none.
void gchk_tail_renew(gchk_tail *tail) {
  memset(tail, 0, offsetof(gchk_tail, report) + offsetof(gchk_sanitizer_report, lines));
}

gchk_tail *gchk_tail_new(void) {
  gchk_tail *tail = malloc(sizeof *tail);
  if (tail != NULL)
    gchk_tail_renew(tail);
  return tail;
}

void gchk_tail_take(gchk_tail *tail, const char *bytes, size_t count, const gchk_relay *relay) {
  while (count > 0) {
    const char *end = memchr(bytes, '\n', count);
    const size_t length = end != NULL ? (size_t)(end - bytes) : count;
    const size_t room = GCHK_TAIL_PIECE - tail->length, taken = length < room ? length : room;
    memcpy(tail->piece + tail->length, bytes, taken);
    tail->length += taken;
    tail->cut += length - taken;
    if (end != NULL)
      end_line(tail, relay);
    bytes += length + (end != NULL);
    count -= length + (end != NULL);
  }
}

void gchk_tail_end(gchk_tail *tail, const gchk_relay *relay) {
  if (tail->length > 0)
    end_line(tail, relay);
  if (tail->left_out_lines == 0)
    return;
  gchk_text text = {0};
  put_start(&text, relay);
  gchk_text_put(&text, "(not shown: ");
  gchk_text_grouped(&text, tail->left_out_lines);
  gchk_text_put(&text, tail->left_out_lines == 1 ? " more line, " : " more lines, ");
  gchk_text_grouped(&text, tail->left_out_bytes);
  (void)show(tail, &text, " bytes)", relay);
}

size_t gchk_tail_kept(const gchk_tail *tail) {
  return tail->count < GCHK_TAIL_LINES ? tail->count : GCHK_TAIL_LINES;
}

const char *gchk_tail_line(const gchk_tail *tail, size_t index) {
  return tail->lines[(tail->count - gchk_tail_kept(tail) + index) % GCHK_TAIL_LINES];
}
