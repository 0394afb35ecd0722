/*
 * Which branches of a layer's code ran: part of the result of a case whose plug-in was compiled with coverage callbacks
 * (-fsanitize-coverage=trace-pc,trace-cmp).
 */
#ifndef GRADCHECK_BRANCHES_H
#define GRADCHECK_BRANCHES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A branch that was never taken: a basic block, code that is entered at its head alone and runs to its end. */
typedef struct gchk_untaken_branch {
  const char *file; /* "" without debugging information */
  int line;         /* where it begins; 0 likewise */
  size_t nth, of;   /* which of the branches of its function that begin in this line, from 0, and how many these are */
  const char *text; /* the line, where the source was there; "" */
} gchk_untaken_branch;
/* What a callback of the layer took of a function that it reached. */
typedef struct gchk_reached_function {
  const char *function;      /* C++ names as the linker has them; "" where it has no symbol */
  const char *file;          /* "" without debugging information */
  const char *callback;      /* "forward" or "backward" */
  size_t branches, taken;    /* of the function, with what was inlined into it but for libraries' headers */
  size_t lines, lines_taken; /* in which a branch begins, and in which one that was taken does; 0: not known */
  size_t untaken_count;
  gchk_untaken_branch *untaken; /* all of them, by address */
} gchk_reached_function;
/* Which branches of code that was compiled with coverage callbacks a case took. */
typedef struct gchk_reach_result {
  const char *why_not; /* it was compiled so and yet nothing is known; "": function_count 0 means that it was not */
  size_t function_count;
  gchk_reached_function *functions; /* by address, forward before backward */
} gchk_reach_result;

#ifdef __cplusplus
}
#endif
#endif
