/* Operators and operands among the tokens of a function's body: as much of C's expressions as a change of one needs. */
#ifndef GCHK_MUTATE_OPERANDS_H
#define GCHK_MUTATE_OPERANDS_H

#include "author/tokens.h"

/* The tokens of one body: first to last-1. */
typedef struct gchk_range {
  const gchk_tokens *tokens;
  size_t first, last;
} gchk_range;

/* How many signs the operator at token i has, 1 to 3: "<", "<=", "->", "<<=". */
size_t gchk_operator_length(const gchk_range *body, size_t i);

/* Is the operator at i one between two operands, rather than a prefix, or the star of a type? */
bool gchk_is_binary(const gchk_range *body, size_t i);

/* What an operand is a part of, and ends at: a sum, in which products are whole, or a product. */
typedef enum gchk_operand_of { GCHK_OPERAND_OF_SUM, GCHK_OPERAND_OF_PRODUCT } gchk_operand_of;

/* The operand that ends before token i: its first token. The one that begins with i: the token behind its last. */
size_t gchk_operand_start(const gchk_range *body, size_t i, gchk_operand_of kind);
size_t gchk_operand_end(const gchk_range *body, size_t i, gchk_operand_of kind);

#endif
