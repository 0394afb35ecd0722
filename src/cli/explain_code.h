/* gradcheck explain CODE: what a code of a finding, or another word of reports, means. */
#ifndef GCHK_CLI_EXPLAIN_CODE_H
#define GCHK_CLI_EXPLAIN_CODE_H

#include <stdbool.h>

/* Is it a code or a word of the glossary, or "codes" or "words", all of them? And is it nearly one? */
bool cli_is_word(const char *argument);
bool cli_is_almost_word(const char *argument);

/* Prints what it means, or all of them; the exit status. For what cli_is_word. */
int cli_explain_word(const char *word);

/* Says what it may have meant to be; the exit status. For what cli_is_almost_word. */
int cli_refuse_word(const char *word);

#endif
