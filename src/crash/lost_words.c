/* Half a sentence about a process that was lost: how, and the innermost function of it that has a line of source. */
#include "crash/lost_words.h"

#include <string.h>
#include <sys/wait.h>

#include "crash/signal_words.h"

// Not the C library's, for whoever called it is who can mend it.
static const gchk_box_frame *culprit(const gchk_crash_box *box) {
  for (size_t i = 0; i < box->frame_count; i++)
    if (box->frames[i].line > 0 && box->frames[i].file[0] == '/' && strncmp(box->frames[i].file, "/usr/", 5) != 0)
      return &box->frames[i];
  return NULL;
}

const char *gchk_lost_words(gchk_arena *arena, const gchk_crash_box *box, int status) {
  const int number = box->signal != 0 ? box->signal : WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const char *how = number != 0 ? gchk_arena_printf(arena, "crashed with %s", gchk_signal_name(arena, number))
                                : gchk_arena_printf(arena, "ended the process with exit status %d",
                                                    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  const gchk_box_frame *frame = culprit(box);
  if (how == NULL || frame == NULL)
    return how;
  return gchk_arena_printf(arena, "%s in %s at %s:%d", how, frame->function, frame->file, frame->line);
}
