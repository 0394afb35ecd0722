/* The name that somebody meant. */
#ifndef GRADCHECK_SUGGEST_H
#define GRADCHECK_SUGGEST_H

#include <stddef.h>

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The name of `names` that is nearest to `wrong`, or NULL when none is near enough to be meant. */
GCHK_API const char *gchk_suggest(const char *wrong, const char *const *names, size_t count);

#ifdef __cplusplus
}
#endif
#endif
