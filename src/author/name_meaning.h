/* What people mean by the names of parameters: tables. Capitals, "_" and digits at the end make no difference. */
#ifndef GCHK_AUTHOR_NAME_MEANING_H
#define GCHK_AUTHOR_NAME_MEANING_H

#include <stdbool.h>
#include <stddef.h>

enum { GCHK_NAME_LENGTH = 64 };

typedef enum gchk_name_class {
  GCHK_NAME_ANY = 0, /* nothing is known by it */
  GCHK_NAME_OUT,
  GCHK_NAME_IN,
  GCHK_NAME_WEIGHT,
  GCHK_NAME_BIAS,
  GCHK_NAME_STATISTIC, /* mean, rstd: one a row, or one a channel */
  GCHK_NAME_LOSS,
  GCHK_NAME_TARGET,
  GCHK_NAME_LOGITS,
  GCHK_NAME_PROBS,
  GCHK_NAME_QUERY, /* query, key, value */
  GCHK_NAME_SCORES,
  GCHK_NAME_TOKEN_TABLE,
  GCHK_NAME_PLACE_TABLE,
  GCHK_NAME_MASK
} gchk_name_class;

gchk_name_class gchk_name_class_of(const char *name);

/* Is `gradient` a name for the gradient of `name`: dweight, d_weight, grad_weight, weight_grad, ...? */
bool gchk_name_is_gradient_of(const char *gradient, const char *name);

/* The class of what `name` is the gradient of by its name, dy of y; ANY where it is none, or of nothing known. */
gchk_name_class gchk_gradient_class_of(const char *name);

/* Is it a name for a gradient of what it does not say: grad, delta, upstream? */
bool gchk_name_is_some_gradient(const char *name);

/* What a whole number counts. */
typedef enum gchk_count {
  GCHK_COUNT_OTHER = 0,
  GCHK_COUNT_BATCH,
  GCHK_COUNT_TIME,
  GCHK_COUNT_CHANNELS,
  GCHK_COUNT_OUT_CHANNELS,
  GCHK_COUNT_HEADS,
  GCHK_COUNT_HEAD_SIZE,
  GCHK_COUNT_VOCABULARY,
  GCHK_COUNT_PADDED_VOCABULARY,
  GCHK_COUNT_ELEMENTS,
  GCHK_COUNT_ROWS,
  GCHK_COUNT_HEIGHT,
  GCHK_COUNT_WIDTH,
  GCHK_COUNT_KERNEL,
  GCHK_COUNT_STRIDE,
  GCHK_COUNT_PADDING,
  GCHK_COUNTS
} gchk_count;

gchk_count gchk_count_of(const char *name);

/* The letters by which rules of shapes call it, "OC", and a small value to check with, which fits those of others. */
const char *gchk_count_letters(gchk_count count);
unsigned gchk_count_usual(gchk_count count);

/* A real number that is no tensor: "eps". */
typedef struct gchk_usual_option {
  const char *names;
  double initial, least, largest;
} gchk_usual_option;
const gchk_usual_option *gchk_usual_option_of(const char *name); /* NULL: nobody knows what it is */

#endif
