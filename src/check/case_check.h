/* Checking one case in this process. */
#ifndef GCHK_CHECK_CASE_CHECK_H
#define GCHK_CHECK_CASE_CHECK_H

#include "core/arena.h"
#include "gradcheck/check.h"

/* Tells how far a case is: the stage, and how many of its elements are done. */
typedef void (*gchk_stage_fn)(void *context, const char *stage, uint64_t elements_done);

/* What whoever has a case checked gives it; each may be NULL. */
typedef struct gchk_case_host {
  gchk_stage_fn stage;
  void *stage_context;
  const struct gchk_crew *crew; /* who helps (core/crew.h) */
} gchk_case_host;

/*
 * Checks one case and writes its result, whose memory comes from `arena`. What keeps the case from being judged (a
 * layer that fails, a forward that is not finite) is in the result as an error or a refusal; only GCHK_NO_MEMORY is
 * returned.
 */
gchk_status gchk_check_case(const gchk_case *spec, const gchk_options *options, gchk_arena *arena,
                            const gchk_case_host *host, gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

/* A result that names the case and has no verdict but pass; and one for a case that could not run, with the reason. */
void gchk_case_start(const gchk_case *spec, gchk_arena *arena, gchk_case_result *result);
void gchk_case_failed(const gchk_case *spec, gchk_arena *arena, const char *reason, gchk_case_result *result);

#endif
