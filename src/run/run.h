/* Running cases: in this process one after the other, or in child processes a few at a time. */
#ifndef GCHK_RUN_RUN_H
#define GCHK_RUN_RUN_H

#include "gradcheck/check.h"

/* A run under way. */
typedef struct gchk_run {
  const gchk_case *cases;
  size_t count; /* of those that are to be run: fewer once one has failed under fail_fast */
  const gchk_options *options;
  gchk_result *result;                    /* its arena owns the results */
  gchk_case_result *slots;                /* one a case, in order */
  bool *is_finished;                      /* or left out */
  bool *is_left_out;                      /* not this run's to check (gchk_options.part) */
  bool *is_row;                           /* of the result */
  size_t left_out;                        /* of `count` */
  uint64_t elements_total, elements_done; /* of all cases, those under way included */
  uint64_t *elements_of;                  /* done so far, one a case */
  size_t finished;                        /* of `count`, and left out */
} gchk_run;

gchk_status gchk_run_here(gchk_run *run, gchk_error *error) GCHK_MUST_USE;

/* Called by both: a case has ended; and how far one is. */
void gchk_run_finish(gchk_run *run, size_t index);
void gchk_run_tell(gchk_run *run, size_t index, const char *stage, uint64_t elements_done);
bool gchk_run_is_interrupted(const gchk_run *run);

/*
 * Does a case that gradcheck chose itself tell nothing more, after what has ended (result/passed_over.h)? It is then
 * passed over: skipped, and ended. What ran before that was known is passed over at the end, so that the result is the
 * same however many run at a time.
 */
bool gchk_run_pass_over_if_told(gchk_run *run, size_t index);

/* Does all code that the case runs leave nothing behind in its process? */
bool gchk_leaves_nothing(const gchk_case *spec);

/* The elements that a case's shapes say it has to check; 0 where they make no sense. */
uint64_t gchk_case_elements(const gchk_case *spec);

#endif
