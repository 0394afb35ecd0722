/* Targets of a loss: rows of weights, one-hot or others, or class labels. */
#ifndef GCHK_LAYERS_CLASS_TARGETS_H
#define GCHK_LAYERS_CLASS_TARGETS_H

#include "layers/real.h"

/* The target of class c in row n, from either kind of t. */
static inline real target(const gchk_tensor *t, size_t n, size_t c) {
  const int32_t *label = t->value;
  const real *weight = t->value;
  return t->dtype == GCHK_I32 ? (real)(label[n] == (int32_t)c) : weight[n * t->shape.dim[1] + c];
}

/* The first class from c on that the target of row n is not 0 of; `classes` where there is none. */
static inline size_t next_target(const gchk_tensor *t, size_t n, size_t c, size_t classes) {
  if (t->dtype == GCHK_I32) {
    const int32_t label = ((const int32_t *)t->value)[n];
    return label >= 0 && (size_t)label >= c && (size_t)label < classes ? (size_t)label : classes;
  }
  const real *weight = (const real *)t->value + n * classes;
  while (c < classes && weight[c] == 0)
    c++;
  return c;
}

/* The first class that the target of row n is not 0 of; `classes` where there is none. Is it the only one? */
static inline size_t first_target(const gchk_tensor *t, size_t n, size_t classes, bool *is_only) {
  const real *weight = (const real *)t->value + n * classes;
  size_t first = classes, count = 0;
  *is_only = true;
  if (t->dtype == GCHK_I32)
    return next_target(t, n, 0, classes);
  for (size_t c = classes; c-- > 0;) { // without a branch: where it is not 0 nobody can foresee
    first = weight[c] != 0 ? c : first;
    count += weight[c] != 0;
  }
  *is_only = count <= 1;
  return first;
}

/* Labels are classes; `ignored` is a label too where it is not NULL. */
static inline gchk_status check_labels(const gchk_tensor *t, size_t classes, const int32_t *ignored,
                                       gchk_error *error) {
  const int32_t *label = t->value;
  for (size_t n = 0; t->dtype == GCHK_I32 && n < t->count; n++)
    if ((label[n] < 0 || (size_t)label[n] >= classes) && !(ignored != NULL && label[n] == *ignored))
      return gchk_fail(error, GCHK_LAYER_FAILED, "label %d of sample %zu is none of the %zu classes; 0 to %zu are",
                       (int)label[n], n, classes, classes - 1);
  return GCHK_OK;
}

/* The rows of both kinds in a table; of labels, with the option that names the one that does not count, or NULL. */
#define WEIGHT_ROWS    GCHK_TENSOR("t", GCHK_CONSTANT, "N C", .fill = {.kind = GCHK_FILL_ONE_HOT})
#define LABEL_ROW(...) GCHK_TENSOR("t", GCHK_INDEX, "N", .fill = {.kind = GCHK_FILL_LABELS, .below = "C"}, __VA_ARGS__)

/* The label of samples that do not count; torch's. */
#define IGNORE_OPTION                                                                                                  \
  {                                                                                                                    \
    .name = "ignore", .initial = -100, .minimum = -2147483648.0, .maximum = 2147483647.0,                              \
    .doc = "the label of samples that do not count"                                                                    \
  }

#endif
