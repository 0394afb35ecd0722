/* gradcheck explain CODE or WORD, from the tables of the library. */
#include "explain_code.h"

#include <string.h>

#include "common.h"
#include "gradcheck/glossary.h"
#include "gradcheck/result.h"

static const char *const kinds[] = {
    [GCHK_CODE_IS_PROBE] = "a broken contract of calls",
    [GCHK_CODE_IS_DIAGNOSIS] = "the mistake behind a wrong gradient",
    [GCHK_CODE_IS_JUDGEMENT] = "a judgement of figures, thresholds and expectations",
};

bool cli_is_word(const char *argument) {
  return strcmp(argument, "codes") == 0 || strcmp(argument, "words") == 0 || gchk_code_find(argument) != NULL ||
         gchk_glossary_find(argument) != NULL;
}

bool cli_is_almost_word(const char *argument) {
  return gchk_code_suggest(argument) != NULL || gchk_glossary_suggest(argument) != NULL;
}

static int list_codes(void) {
  const gchk_code_doc *code;
  for (size_t i = 0; (code = gchk_code_at(i)) != NULL; i++)
    (void)fprintf(gchk_output(), "%-26s %s\n", code->name, code->meaning);
  return cli_flush(0);
}

static int list_words(void) {
  const gchk_glossary_entry *entry;
  for (size_t i = 0; (entry = gchk_glossary_at(i)) != NULL; i++)
    (void)fprintf(gchk_output(), "%s: %s\n", entry->word, entry->sentence);
  return cli_flush(0);
}

int cli_refuse_word(const char *word) {
  const gchk_code_doc *code = gchk_code_suggest(word);
  const gchk_glossary_entry *entry = gchk_glossary_suggest(word);
  cli_complain("'%s' is no code of a finding, no word of the glossary and no case; did you mean %s?", word,
               code != NULL ? code->name : entry->word);
  (void)fprintf(gchk_errors(), "all of them: gradcheck explain codes, gradcheck explain words, gradcheck list\n");
  return EXIT_USAGE;
}

static int print_code(const gchk_code_doc *code) {
  (void)fprintf(gchk_output(), "%s: %s\n\n  %s\n\n  exposed by   %s\n  what to do   %s\n", code->name,
                kinds[code->kind], code->meaning, code->exposed_by, code->remedy);
  if (code->is_waivable && code->kind == GCHK_CODE_IS_DIAGNOSIS)
    (void)fprintf(gchk_output(),
                  "\n  A threshold that the mismatch is within makes it a note; without one it fails the case.\n");
  return cli_flush(0);
}

int cli_explain_word(const char *word) {
  if (strcmp(word, "codes") == 0)
    return list_codes();
  if (strcmp(word, "words") == 0)
    return list_words();
  const gchk_code_doc *code = gchk_code_find(word);
  if (code != NULL)
    return print_code(code);
  const gchk_glossary_entry *entry = gchk_glossary_find(word);
  (void)fprintf(gchk_output(), "%s: %s\n", entry->word, entry->sentence);
  return cli_flush(0);
}
