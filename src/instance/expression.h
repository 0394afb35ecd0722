/* Size expressions: whole numbers, names, + - * / % and parentheses, without blanks: "(H+2*P-K)/S+1". */
#ifndef GCHK_INSTANCE_EXPRESSION_H
#define GCHK_INSTANCE_EXPRESSION_H

#include "gradcheck/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a name; false where nothing says it. */
typedef bool (*gchk_size_value_fn)(const void *context, const char *name, size_t *value);

/* A name was found, or a list of sizes ("D...", which only shapes have). */
typedef void (*gchk_size_name_fn)(void *context, const char *name, bool is_list);

/*
 * Evaluates the `length` characters at `text`. Overflow, a negative result, a division with a rest or by zero and an
 * unknown name are GCHK_INVALID. "/" must divide without a rest; "//" rounds down, as the shape of a window needs:
 * "(H-K)//S+1".
 */
gchk_status gchk_expression_evaluate(const char *text, size_t length, gchk_size_value_fn value_of, const void *context,
                                     size_t *value, gchk_error *error) GCHK_MUST_USE;

/* The same where negative values have a meaning too; *where, on an error, is the offset at which it was found. */
gchk_status gchk_expression_evaluate_signed(const char *text, size_t length, gchk_size_value_fn value_of,
                                            const void *context, int64_t *value, size_t *where,
                                            gchk_error *error) GCHK_MUST_USE;

/* Checks the notation alone, and calls `found`, unless it is NULL, for every name. */
gchk_status gchk_expression_scan(const char *text, size_t length, gchk_size_name_fn found, void *context,
                                 gchk_error *error) GCHK_MUST_USE;

/* True when the text is one name: a letter or underscore, then letters, digits, underscores. */
bool gchk_expression_is_name(const char *text, size_t length);

#endif
