/*
 * The words of reports that are not everyday ones, each with its meaning: what `gradcheck explain WORD` prints, and the
 * glossary of the HTML report.
 */
#ifndef GRADCHECK_GLOSSARY_H
#define GRADCHECK_GLOSSARY_H

#include <stddef.h>

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_glossary_entry {
  const char *word;     /* as reports write it, "error bars" */
  const char *sentence; /* what it means: one or two sentences of plain text */
} gchk_glossary_entry;

/* In alphabetical order; NULL past the last. */
GCHK_API const gchk_glossary_entry *gchk_glossary_at(size_t index);

/* The term of that word, which may also be written with "-" for blanks ("error-bars"); NULL where there is none. */
GCHK_API const gchk_glossary_entry *gchk_glossary_find(const char *word);

/* The term whose word is nearest to `wrong`; NULL where none is near enough to be meant. */
GCHK_API const gchk_glossary_entry *gchk_glossary_suggest(const char *wrong);

#ifdef __cplusplus
}
#endif
#endif
