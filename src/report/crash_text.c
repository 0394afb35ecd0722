/*
 * How a case's process ended, as lines of text. Each line begins with a label or blanks and never with what the layer
 * wrote, so that no CI server takes it for a command.
 */
#include "report/crash_text.h"

#include <inttypes.h>
#include <string.h>

#include "report/rerun.h"

enum { FRAMES = 10, LINES = 10, REPORT_LINES = 8 };

bool gchk_row_has_crash(const gchk_row *row) {
  const char *how = row->owner->crash.how;
  return row->tensor == NULL && how != NULL && *how != '\0';
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

// backward at relu.c:31 in relu.so
static void put_frame(const gchk_text_writer *w, const gchk_frame *frame) {
  gchk_text_put_name(w->out, *frame->function ? frame->function : "?");
  if (*frame->file) {
    gchk_text_put(w->out, " at ");
    gchk_text_put_name(w->out, frame->file);
    gchk_text_format(w->out, ":%d", frame->line);
  } else if (*frame->module) {
    gchk_text_put(w->out, " in ");
    gchk_text_put_name(w->out, base_name(frame->module));
    gchk_text_format(w->out, "+0x%" PRIx64, frame->offset);
  }
  if (frame->times > 1)
    gchk_text_format(w->out, ", and %zu more calls of it", frame->times - 1);
  gchk_text_put(w->out, "\n");
}

static void put_stack(const gchk_text_writer *w, const gchk_crash_result *crash) {
  for (size_t i = 0; i < crash->frame_count && i < FRAMES; i++) {
    gchk_text_put_label(w, i == 0 ? "stack" : "");
    put_frame(w, &crash->frames[i]);
  }
  if (crash->frame_count > FRAMES) {
    gchk_text_put_label(w, "");
    gchk_text_format(w->out, "... %zu more\n", crash->frame_count - FRAMES);
  }
}

static void put_lines(const gchk_text_writer *w, const char *label, const char *const *lines, size_t count) {
  for (size_t i = 0; i < count; i++) {
    gchk_text_put_label(w, i == 0 ? label : "");
    gchk_text_put(w->out, "| ");
    gchk_text_put_name(w->out, lines[i]);
    gchk_text_put(w->out, "\n");
  }
}

static void put_command(const gchk_text_writer *w, const gchk_row *row, const char *label, const char *debugger) {
  gchk_text command = {0};
  gchk_put_debug(&command, w->result, row, debugger);
  gchk_text_put_command(w, label, &command);
}

void gchk_text_put_crash(const gchk_text_writer *w, const gchk_row *row) {
  if (!gchk_row_has_crash(row))
    return;
  const gchk_crash_result *crash = &row->owner->crash;
  put_stack(w, crash);
  const size_t report = crash->report_count < REPORT_LINES ? crash->report_count : REPORT_LINES;
  put_lines(w, "sanitizer", (const char *const *)crash->report, report);
  if (crash->report_count > report) {
    gchk_text_put_label(w, "");
    gchk_text_format(w->out, "... %zu more, in the JSON\n", crash->report_count - report);
  }
  const size_t lines = crash->line_count < LINES ? crash->line_count : LINES;
  if (report == 0 && lines > 0)
    put_lines(w, "stderr", (const char *const *)crash->lines + (crash->line_count - lines), lines);
  // A program that is not this command, and one that a sanitizer was preloaded into, is somebody else's to start.
  if (w->result->argc == 0 || *crash->sanitizer)
    return;
  put_command(w, row, "debug", "gdb --args");
  put_command(w, row, "", "valgrind");
}
