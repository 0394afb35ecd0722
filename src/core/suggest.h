/* The name that somebody meant. */
#ifndef GCHK_CORE_SUGGEST_H
#define GCHK_CORE_SUGGEST_H

#include <stddef.h>

/* The name of `names` that is nearest to `wrong`, or NULL when none is near enough to be meant. */
const char *gchk_suggest(const char *wrong, const char *const *names, size_t count);

#endif
