/* Texts that are given back all at once. */
#ifndef GCHK_OPTIONS_TEXTS_H
#define GCHK_OPTIONS_TEXTS_H

#include "gradcheck/status.h"

typedef struct cli_texts {
  struct cli_text *last;
} cli_texts;

/* A text that lives until all of them go; NULL when out of memory. */
const char *cli_texts_add(cli_texts *texts, const char *format, ...) GCHK_PRINTF(2, 3);
void cli_texts_deinit(cli_texts *texts);

#endif
