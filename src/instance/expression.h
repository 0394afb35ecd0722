/* Size expressions: whole numbers, names, + - * / and parentheses, without blanks: "(H+2*P-K)/S+1". */
#ifndef GCHK_INSTANCE_EXPRESSION_H
#define GCHK_INSTANCE_EXPRESSION_H

#include "instance/sizes.h"

/*
 * Evaluates the `length` characters at `text`. With `sizes` NULL only the notation is checked and `found` is called for
 * every name. Overflow, a negative result, a division with a rest or by zero and an unknown name are GCHK_INVALID.
 * "/" must divide without a rest; "//" rounds down, as the shape of a window needs: "(H-K)//S+1".
 */
gchk_status gchk_expression_evaluate(const char *text, size_t length, const gchk_sizes *sizes, gchk_size_name_fn found,
                                     void *context, size_t *value, gchk_error *error) GCHK_MUST_USE;

/* True when the text is one name: a letter or underscore, then letters, digits, underscores. */
bool gchk_expression_is_name(const char *text, size_t length);

#endif
