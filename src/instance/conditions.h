/*
 * What must hold of sizes: comparisons of size expressions, "C%4==0, K<=H".
 *
 * One condition is two expressions and == != <= >= < or > between them, with blanks where one likes; several are
 * separated by commas, and all of them are to hold.
 */
#ifndef GCHK_INSTANCE_CONDITIONS_H
#define GCHK_INSTANCE_CONDITIONS_H

#include "instance/sizes.h"

/* The notation alone; calls `found`, unless it is NULL, for every name. The message says at which character. */
gchk_status gchk_conditions_scan(const char *text, gchk_size_name_fn found, void *context,
                                 gchk_error *error) GCHK_MUST_USE;

enum { GCHK_MAX_CONDITIONS = 32 };

typedef enum gchk_comparison {
  GCHK_IS_EQUAL,
  GCHK_IS_UNEQUAL,
  GCHK_AT_MOST,
  GCHK_AT_LEAST,
  GCHK_IS_LESS,
  GCHK_IS_MORE
} gchk_comparison;

/* One of them: a comparison of what stands before and behind its sign. */
typedef struct gchk_condition {
  const char *text; /* where it begins in the text; not ended by a zero */
  size_t length;
  const char *left, *right; /* without blanks around them */
  size_t left_length, right_length;
  gchk_comparison sign;
} gchk_condition;

/* The conditions of a text that gchk_conditions_scan has accepted, which they borrow. Returns how many. */
size_t gchk_conditions_split(const char *text, gchk_condition conditions[GCHK_MAX_CONDITIONS]);

/*
 * *holds: does it, with these sizes? GCHK_INVALID where nothing says how large a name is; where a side has no value
 * (a division by zero or with a rest) it does not hold.
 */
gchk_status gchk_condition_holds(const gchk_condition *condition, const gchk_sizes *sizes, bool *holds,
                                 gchk_error *error) GCHK_MUST_USE;

/* GCHK_INVALID, with the condition and the sizes, where those of a layer do not all hold. */
gchk_status gchk_conditions_check(const gchk_layer *layer, const gchk_sizes *sizes, gchk_error *error) GCHK_MUST_USE;

/* The same for sizes as they are written, "B=3 T=4"; NULL is none. */
gchk_status gchk_conditions_check_text(const gchk_layer *layer, const char *sizes, gchk_error *error) GCHK_MUST_USE;

#endif
