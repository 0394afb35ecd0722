/* The table of codes, and how it is asked. */
#include "result/finding_codes.h"

#include <string.h>

#include "gradcheck/suggest.h"

enum { NOTHING = 0, WAIVABLE = 1, SAYS_WHERE = 2, TOLD = 4 };

static const gchk_code_doc codes[GCHK_CODE_COUNT] = {
#define CODE(constant, text, of, flags, sentence, test, action)                                                        \
  [GCHK_CODE_##constant] = {.name = (text),                                                                            \
                            .kind = GCHK_CODE_IS_##of,                                                                 \
                            .is_waivable = ((flags)&WAIVABLE) != 0,                                                    \
                            .says_where = ((flags)&SAYS_WHERE) != 0,                                                   \
                            .is_told = ((flags)&TOLD) != 0,                                                            \
                            .meaning = (sentence),                                                                     \
                            .exposed_by = (test),                                                                      \
                            .remedy = (action)},
#include "result/finding_codes.inc"
#undef CODE
};

const gchk_code_doc *gchk_code_at(size_t index) {
  return index < GCHK_CODE_COUNT ? &codes[index] : NULL;
}

const gchk_code_doc *gchk_code_find(const char *name) {
  for (size_t i = 0; i < GCHK_CODE_COUNT; i++)
    if (strcmp(codes[i].name, name) == 0)
      return &codes[i];
  return NULL;
}

const gchk_code_doc *gchk_code_suggest(const char *wrong) {
  const char *names[GCHK_CODE_COUNT];
  for (size_t i = 0; i < GCHK_CODE_COUNT; i++)
    names[i] = codes[i].name;
  const char *nearest = gchk_suggest(wrong, names, GCHK_CODE_COUNT);
  return nearest == NULL ? NULL : gchk_code_find(nearest);
}

bool gchk_finding_is(const gchk_finding *finding, gchk_code code) {
  return strcmp(finding->code, codes[code].name) == 0;
}
