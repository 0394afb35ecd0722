/* The commands that build a plug-in and check it. */
#ifndef GCHK_AUTHOR_NEXT_STEPS_H
#define GCHK_AUTHOR_NEXT_STEPS_H

#include <stdbool.h>

#include "core/text.h"

typedef struct gchk_build {
  bool is_cpp, is_float; /* float: it has use for a twin */
  const char *flags;     /* "-I. ", or NULL */
  const char *sources;   /* further ones, as the shell reads them; NULL: none */
  const char *included;  /* the one that the plug-in includes as GCHK_SOURCE; NULL: none */
} gchk_build;

/* A name of the user's as a terminal can show it. */
void gchk_put_name(gchk_text *text, const char *name);

/* Lines of commands that build the plug-in at `path`, check it, and try the check with mistakes. */
void gchk_put_next_steps(gchk_text *text, const char *path, const gchk_build *build);

#endif
