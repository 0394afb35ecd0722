/*
 * A function in a process of its own, for work that runs code which may not let its process live: plug-ins, whose
 * start-up code, threads and destructors do as they like.
 *
 *     int status = gchk_supervise(work, &context, &setting, said, sizeof said);
 *
 * Whatever happens to that process, this one goes on and says what happened. No code of the work's runs here.
 */
#ifndef GRADCHECK_SUPERVISE_H
#define GRADCHECK_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_supervision {
  int lost;         /* what is returned where the work did not come to its end */
  double timeout_s; /* a callback of a layer, or a plug-in's start-up code, that takes so long is ended; 0: none is */
  /*
   * Not NULL: what the process prints without asking for gchk_output() or gchk_errors() is foreign. On standard output
   * it is dropped; on standard error it is shown by this process, with this name before each line, in a form that no
   * terminal and no CI server obeys, and up to 200 lines or 32 KiB, after which it is said how much there was.
   */
  const char *whose;
} gchk_supervision;

/*
 * Runs `work` in a child process and returns what it returned; it ends there without running what exit() would:
 * destructors of shared objects, functions of atexit. SIGINT, SIGTERM and SIGHUP are passed on to it once; another one
 * later than half a second after the first kills it. Where one of these or SIGPIPE ends it, it ends this process too.
 * Once the work has come to its end they are ignored here: it is done, and only its status is still to be returned.
 *
 * `said` gets what there is to say, a line each, or "": how it ended before its time, with callback, function and
 * line where they are known, and how many processes it left behind, which are killed. For a main function: all children
 * of this process are taken for the work's, and the caller's streams are flushed first.
 */
GCHK_API int gchk_supervise(int (*work)(void *context), void *context, const gchk_supervision *setting, char *said,
                            size_t size);

/* The standard streams that are this program's own in a supervised process; everywhere else stdout and stderr. */
GCHK_API FILE *gchk_output(void);
GCHK_API FILE *gchk_errors(void);

/*
 * A file that this program writes while layers run. The processes of cases close it, as they do these two streams, so
 * that no layer can write into it. False, and nothing is done, where eight are named already.
 */
GCHK_API bool gchk_part_descriptor(int fd);

/*
 * Standard error may be a pipe that nobody reads. From here on, and always in a supervised process, what is printed on
 * gchk_errors() waits two seconds at the most before it is given up; the stream then has no descriptor but this one.
 * False when out of memory.
 */
GCHK_API bool gchk_bound_errors(void);
GCHK_API int gchk_errors_descriptor(void);

/*
 * Ends this process with `status`, streams flushed, before any code that was loaded can change it: as exit(), but for
 * functions of atexit and destructors.
 */
GCHK_API void gchk_end_process(int status);

#ifdef __cplusplus
}
#endif
#endif
