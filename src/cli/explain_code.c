/* gradcheck explain CODE, from the table of codes of the library. */
#include "explain_code.h"

#include <string.h>

#include "common.h"
#include "gradcheck/result.h"

static const char *const kinds[] = {
    [GCHK_CODE_IS_PROBE] = "a broken contract of calls",
    [GCHK_CODE_IS_DIAGNOSIS] = "the mistake behind a wrong gradient",
    [GCHK_CODE_IS_JUDGEMENT] = "a judgement of figures, thresholds and expectations",
};

bool cli_is_code(const char *argument) {
  bool is_word = strspn(argument, "abcdefghijklmnopqrstuvwxyz-") == strlen(argument);
  return is_word &&
         (strcmp(argument, "codes") == 0 || strchr(argument, '-') != NULL || gchk_code_suggest(argument) != NULL);
}

static int list_codes(void) {
  const gchk_code_doc *code;
  for (size_t i = 0; (code = gchk_code_at(i)) != NULL; i++)
    (void)fprintf(gchk_output(), "%-26s %s\n", code->name, code->meaning);
  return cli_flush(0);
}

static int refuse(const char *word) {
  const gchk_code_doc *nearest = gchk_code_suggest(word);
  cli_complain("'%s' is no code of a finding, and no element, which is CASE:TENSOR[I,J]%s%s%s", word,
               nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest->name : "",
               nearest != NULL ? "?" : "");
  (void)fprintf(gchk_errors(), "all codes: gradcheck explain codes\n");
  return EXIT_USAGE;
}

int cli_explain_code(const char *name) {
  if (strcmp(name, "codes") == 0)
    return list_codes();
  const gchk_code_doc *code = gchk_code_find(name);
  if (code == NULL)
    return refuse(name);
  (void)fprintf(gchk_output(), "%s: %s\n\n  %s\n\n  exposed by   %s\n  what to do   %s\n", code->name,
                kinds[code->kind], code->meaning, code->exposed_by, code->remedy);
  if (code->is_waivable && code->kind == GCHK_CODE_IS_DIAGNOSIS)
    (void)fprintf(gchk_output(),
                  "\n  A threshold that the mismatch is within makes it a note; without one it fails the case.\n");
  return cli_flush(0);
}
