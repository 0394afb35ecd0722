/* The notation of what is said of a reference: "stride=2 w=W^T x=x(0,3,1,2)". What it means is in pairing.c. */
#ifndef GCHK_COMPARE_TERMS_H
#define GCHK_COMPARE_TERMS_H

#include "core/arena.h"
#include "gradcheck/tensor.h"

typedef struct gchk_term {
  const char *key, *value;    /* "x" and "x(0,3,1,2)" */
  const char *name;           /* of the value, without its axes */
  size_t rank;                /* 0: no axes are said */
  size_t axis[GCHK_MAX_RANK]; /* each once */
} gchk_term;

/*
 * The next term at *at, which moves on; its texts belong to the arena. *is_there is false at the end. GCHK_INVALID for
 * what is no term.
 */
gchk_status gchk_term_read(const char **at, gchk_term *term, bool *is_there, gchk_arena *arena,
                           gchk_error *error) GCHK_MUST_USE;

/* Is the whole text a finite number? */
bool gchk_term_number(const char *text, double *number);

#endif
