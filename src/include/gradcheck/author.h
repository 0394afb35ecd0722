/*
 * Plug-ins to begin with: a template that runs, and one that is guessed from the prototypes of existing code.
 *
 * Neither ever writes over a file that is there.
 */
#ifndef GRADCHECK_AUTHOR_H
#define GRADCHECK_AUTHOR_H

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes a plug-in with one example layer, named as the file, into `path`: C11 where it ends in .c, C++17 where it ends
 * in .cpp, .cc or .cxx. It compiles and passes as it stands. *next, for free(), says how to build and check it; NULL
 * where this fails. GCHK_INVALID: another ending, or a file of this name is there. GCHK_IO, GCHK_NO_MEMORY.
 */
GCHK_API gchk_status gchk_author_new(const char *path, char **next, gchk_error *error) GCHK_MUST_USE;

/*
 * Writes a plug-in for the functions that a header or a source of C declares at `path`, guessed from their names and
 * those of their parameters, for a person to correct: into `output`, "-" for standard output, or NULL for
 * PATH/kernels_gradcheck.c beside PATH/kernels.h. *said, for free(), says what was guessed, what was left out and how
 * to build it; NULL where this fails. GCHK_INVALID: the file is not C as far as it has to be (with file:line), has no
 * forward with its backward, or the output is there. GCHK_IO, GCHK_NO_MEMORY.
 */
GCHK_API gchk_status gchk_author_init(const char *path, const char *output, char **said,
                                      gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
