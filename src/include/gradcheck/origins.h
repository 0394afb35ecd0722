/*
 * What a result is made of: the files whose bytes decide what it says. They are written into it by name and digest,
 * whatever folders they are in, so that parts of runs of other code or other data are not taken for parts of one run.
 */
#ifndef GRADCHECK_ORIGINS_H
#define GRADCHECK_ORIGINS_H

#include "gradcheck/result.h"
#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_origins gchk_origins;

typedef enum gchk_origin_kind {
  GCHK_ORIGIN_INPUT, /* a suite, data, a result that chooses cases or is compared with */
  GCHK_ORIGIN_CODE   /* a plug-in, or what is loaded with one; the program itself is in every result */
} gchk_origin_kind;

/* An empty list. NULL when out of memory. */
GCHK_API gchk_origins *gchk_origins_new(void);
GCHK_API void gchk_origins_free(gchk_origins *origins);

/*
 * Adds a file, as it is now: to be called before cases are checked. One that is there already, by its name and bytes,
 * is not added again, and one that cannot be read is noted as such. GCHK_NO_MEMORY. Reads the file.
 */
GCHK_API gchk_status gchk_origins_add(gchk_origins *origins, gchk_origin_kind kind, const char *path,
                                      gchk_error *error) GCHK_MUST_USE;

/* A number for all of its code (gchk_options.code): another one for other code, never 0. */
GCHK_API uint64_t gchk_origins_code(const gchk_origins *origins);

#ifdef __cplusplus
}
#endif
#endif
