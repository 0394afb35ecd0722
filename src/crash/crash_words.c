/* How a child process ended: what its box, its status and its standard error say together. */
#include "crash/crash_words.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "core/text.h"
#include "crash/crash_watch.h"
#include "crash/frame_names.h"
#include "crash/near_buffer.h"
#include "crash/signal_words.h"
#include "result/crash_fields.h"

typedef struct writer {
  gchk_arena *arena;
  const gchk_ending *ending;
  gchk_crash_result *crash;
  size_t culprit; // the frame that the sentence names; frame_count: none
  gchk_text text;
} writer;

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

static int signal_of(const gchk_ending *e) {
  if (e->box->signal != 0 && e->box->signal != GCHK_SIGNAL_WHERE) // what ended it, before something else broke
    return e->box->signal;
  return WIFSIGNALED(e->status) ? WTERMSIG(e->status) : 0;
}

static const char *how(const gchk_ending *e) {
  const bool was_asked = e->box->signal == 0 || e->box->signal == GCHK_SIGNAL_WHERE;
  if (e->grown_mib > 0 && was_asked)
    return "memory";
  if (e->timeout_s > 0 && was_asked)
    return "timeout";
  return signal_of(e) != 0 ? "signal" : "exit";
}

static bool has_sanitizer_report(const gchk_ending *e) {
  return e->sanitizers.any && (e->tail->report.count > 0 || e->tail->report.runtime_error_count > 0);
}

// The step as it was noted is a stage, a probe, or the tensor that is differentiated.
static void split_step(writer *w) {
  const char *step = w->ending->box->under_way.step;
  const gchk_layer *layer = w->ending->layer;
  w->crash->step = gchk_arena_strdup(w->arena, step);
  for (size_t i = 0; i < layer->tensor_count; i++) {
    if (strcmp(layer->tensors[i].name, step) != 0)
      continue;
    w->crash->step = "differentiate";
    w->crash->tensor = gchk_arena_strdup(w->arena, step);
  }
}

static const char **copy_lines(gchk_arena *arena, size_t count) {
  return count > 0 ? gchk_arena_alloc(arena, count, sizeof(char *)) : NULL;
}

static void fill_stderr(writer *w) {
  const gchk_tail *tail = w->ending->tail;
  const size_t count = gchk_tail_kept(tail);
  w->crash->lines = copy_lines(w->arena, count);
  for (size_t i = 0; i < count && w->crash->lines != NULL; i++)
    w->crash->lines[w->crash->line_count++] = or_empty(gchk_arena_strdup(w->arena, gchk_tail_line(tail, i)));
}

static void fill_report(writer *w) {
  const gchk_sanitizer_report *report = &w->ending->tail->report;
  if (!has_sanitizer_report(w->ending))
    return;
  const char *head = report->summary[0] != '\0' ? report->summary : report->head;
  w->crash->sanitizer = gchk_arena_strdup(w->arena, *head != '\0'                    ? head
                                                    : report->runtime_error_kept > 0 ? report->runtime_errors[0]
                                                                                     : "");
  const size_t most = report->count + report->runtime_error_kept;
  w->crash->report = copy_lines(w->arena, most + 1);
  for (size_t i = 0; i < most && w->crash->report != NULL; i++) {
    const char *line =
        i < report->runtime_error_kept ? report->runtime_errors[i] : report->lines[i - report->runtime_error_kept];
    w->crash->report[w->crash->report_count++] = or_empty(gchk_arena_strdup(w->arena, line));
  }
  if (report->others > 0 && w->crash->report != NULL)
    w->crash->report[w->crash->report_count++] =
        or_empty(gchk_arena_printf(w->arena, "(not kept: %zu more lines)", report->others));
}

static bool fill(writer *w) {
  const gchk_ending *e = w->ending;
  gchk_crash_result *crash = w->crash;
  *crash = gchk_no_crash;
  crash->how = how(e);
  crash->callback = gchk_arena_strdup(w->arena, e->box->under_way.callback);
  split_step(w);
  if (strcmp(crash->how, "signal") == 0)
    crash->signal = gchk_signal_name(w->arena, signal_of(e));
  else if (WIFEXITED(e->status))
    crash->exit_status = WEXITSTATUS(e->status);
  if (e->box->has_address)
    crash->address = gchk_arena_printf(w->arena, "0x%" PRIxPTR, e->box->address);
  crash->where = gchk_near_buffer(w->arena, e->box);
  fill_stderr(w);
  fill_report(w);
  return gchk_frame_names(w->arena, e->box, &crash->frames, &crash->frame_count, &w->culprit) &&
         crash->callback != NULL && crash->step != NULL && crash->tensor != NULL && crash->address != NULL &&
         crash->where != NULL && crash->sanitizer != NULL;
}

// " in backward (probe of repeated calls)", " in update of element 3 of W", " in forward while W was differentiated"
static void put_place(writer *w) {
  const gchk_under_way *now = &w->ending->box->under_way;
  const gchk_crash_result *crash = w->crash;
  gchk_text_format(&w->text, " in %s", *crash->callback ? crash->callback : "no callback of the layer");
  if (strcmp(crash->callback, GCHK_START_UP_CODE) == 0) {
    gchk_text_format(&w->text, " of %s", crash->step);
    return;
  }
  if (strcmp(crash->callback, "update") == 0 && now->tensor < w->ending->layer->tensor_count)
    gchk_text_format(&w->text, " of element %zu of %s", now->element, w->ending->layer->tensors[now->tensor].name);
  if (*crash->tensor)
    gchk_text_format(&w->text, " while %s was differentiated", crash->tensor);
  else if (*crash->step && strcmp(crash->step, crash->callback) != 0)
    gchk_text_format(&w->text, " (%s%s)", strncmp(crash->step, "probe ", 6) == 0 ? "" : "stage ", crash->step);
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static void put_culprit(writer *w) {
  if (w->culprit >= w->crash->frame_count)
    return;
  const gchk_frame *frame = &w->crash->frames[w->culprit];
  if (*frame->function == '\0' && *frame->module == '\0')
    return;
  gchk_text_put(&w->text, "; ");
  if (*frame->function)
    gchk_text_put(&w->text, frame->function);
  else
    gchk_text_format(&w->text, "%s+0x%" PRIx64, base_name(frame->module), frame->offset);
  if (*frame->file)
    gchk_text_format(&w->text, " at %s:%d", base_name(frame->file), frame->line);
}

// What the process itself said before it aborted: an assertion, what() of an exception, a message of the C library.
static void put_last_words(writer *w) {
  const gchk_crash_result *crash = w->crash;
  size_t last = crash->line_count;
  while (last > 0 && crash->lines[last - 1][0] == '\0')
    last--;
  if (last == 0)
    return;
  gchk_text_put(&w->text, ": ");
  if (crash->lines[last - 1][0] == ' ' && last > 1) // the second half of what std::terminate says
    gchk_text_format(&w->text, "%s, %s", crash->lines[last - 2],
                     crash->lines[last - 1] + strspn(crash->lines[last - 1], " "));
  else
    gchk_text_put(&w->text, crash->lines[last - 1]);
}

// "write to a null pointer", "write 16 bytes (2 elements) beyond the end of ..."
static void put_where(writer *w, const char *where, gchk_access access) {
  const char *verb = access == GCHK_ACCESS_WRITE ? "write" : access == GCHK_ACCESS_READ ? "read" : "access";
  if (strncmp(where, "the stack", 9) == 0 || strncmp(where, "a call", 6) == 0)
    gchk_text_format(&w->text, ": %s", where);
  else if (*where >= '0' && *where <= '9')
    gchk_text_format(&w->text, ": %s %s", verb, where);
  else
    gchk_text_format(&w->text, ": %s %s %s", verb, access == GCHK_ACCESS_READ ? "of" : "to", where);
}

static void put_signal(writer *w) {
  const gchk_ending *e = w->ending;
  const int number = signal_of(e);
  const char *meaning = gchk_signal_meaning(number, e->box->signal == number ? e->box->code : 0);
  gchk_text_format(&w->text, "crashed with %s", w->crash->signal);
  if (*meaning)
    gchk_text_format(&w->text, " (%s)", meaning);
  put_place(w);
  if (e->box->sender != 0 && e->box->sender != e->box->owner)
    gchk_text_put(&w->text, ", which another process sent");
  if (number == SIGABRT)
    put_last_words(w);
  if (*w->crash->where)
    put_where(w, w->crash->where, e->box->access);
}

static void put_exit(writer *w) {
  if (w->ending->box->could_not_send) {
    gchk_text_put(&w->text, "could not send its result: a callback closed descriptors that are not its own");
    return;
  }
  gchk_text_format(&w->text, "ended with exit status %d", w->crash->exit_status);
  put_place(w);
  gchk_text_put(&w->text, w->ending->box->has_exited ? " before it was done: it called exit"
                                                     : " before it was done: a callback called exit or _exit?");
}

static void put_memory(writer *w) {
  const gchk_ending *e = w->ending;
  const bool is_much = e->memory_mib > 0 && (double)e->resident_kib / 1024 > 0.5 * (double)e->memory_mib;
  if (strcmp(w->crash->how, "signal") == 0 && signal_of(e) == SIGKILL)
    gchk_text_format(&w->text,
                     "; the system does so when memory runs out: it had %ld MiB (--memory sets a limit before that)",
                     e->resident_kib / 1024);
  else if (is_much && strcmp(w->crash->how, "memory") != 0)
    gchk_text_format(&w->text,
                     "; it had %ld MiB, and --memory lets it grow by %zu MiB: does it allocate without bound?",
                     e->resident_kib / 1024, e->memory_mib);
}

// A null pointer that no tensor of the call has is a row that the table has not, or a state that nobody made.
static bool is_of_no_tensor(const writer *w) {
  static const char null_pointer[] = "a null pointer";
  return strncmp(w->crash->where, null_pointer, sizeof null_pointer - 1) == 0 && w->ending->box->null_count == 0;
}

// A crash between the calls of the layer is of what a call left behind.
static void put_suspicion(writer *w) {
  const int number = signal_of(w->ending);
  if (strcmp(w->crash->how, "signal") != 0)
    return;
  if (*w->crash->callback && is_of_no_tensor(w))
    gchk_text_put(&w->text, "; is there a row of the table for every c->t[...], and a create for c->state?");
  if (*w->crash->callback)
    return;
  if (number == SIGFPE)
    gchk_text_put(&w->text, "; the layer left traps for floating-point exceptions on?");
  else if (number == SIGSEGV || number == SIGBUS || number == SIGABRT || number == SIGILL)
    gchk_text_put(&w->text, "; the layer wrote over memory that is not its own? (valgrind says where)");
}

static void put_sentence(writer *w) {
  const gchk_ending *e = w->ending;
  if (strcmp(w->crash->how, "memory") == 0) {
    gchk_text_put(&w->text, "killed");
    put_place(w);
    gchk_text_format(&w->text,
                     " when it had grown by %zu MiB, of which --memory allows %zu MiB: does it allocate without bound?",
                     e->grown_mib, e->memory_mib);
  } else if (strcmp(w->crash->how, "timeout") == 0) {
    gchk_text_put(&w->text, "killed");
    put_place(w);
    gchk_text_format(&w->text, " after %g s without progress: does it loop for ever? (--timeout sets the limit)",
                     e->timeout_s);
  } else if (*w->crash->sanitizer) {
    gchk_text_put(&w->text, "stopped by a sanitizer");
    put_place(w);
    gchk_text_format(&w->text, ": %s", w->crash->sanitizer);
    return;
  } else if (strcmp(w->crash->how, "signal") == 0) {
    put_signal(w);
  } else {
    put_exit(w);
  }
  put_culprit(w);
  put_suspicion(w);
  put_memory(w);
}

const char *gchk_crash_words(gchk_arena *arena, const gchk_ending *ending, gchk_crash_result *crash) {
  writer w = {.arena = arena, .ending = ending, .crash = crash};
  if (!fill(&w))
    return NULL;
  put_sentence(&w);
  const char *sentence = w.text.failed || w.text.data == NULL ? NULL : gchk_arena_strdup(arena, w.text.data);
  gchk_text_deinit(&w.text);
  return sentence;
}
