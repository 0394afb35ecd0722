/* Layers with one mistake each, the names that it may have, and right ones that have none. */
#ifndef CHECKS_ROUTES_NAMING_H
#define CHECKS_ROUTES_NAMING_H

#include <check.h>

#include "gradcheck/gradcheck.h"

#define V(i)      ((double *)c->t[i].value)
#define G(i)      ((double *)c->t[i].grad)
#define SIZE(n)   gchk_size(c, #n)
#define FOR(i, n) for (size_t i = 0; i < (n); i++)

/* A backward that takes a mistake, 0 being right, as a callback; and the layer that has it. */
#define MISTAKEN(id, label, table, forward_fn, backward_fn, mistake, ...)                                              \
  static gchk_status id##_backward(const gchk_call *c, gchk_error *error) {                                            \
    (void)error;                                                                                                       \
    backward_fn(c, mistake);                                                                                           \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_layer id = {.name = (label),                                                                       \
                                .dtype = GCHK_F64,                                                                     \
                                GCHK_TENSORS(table),                                                                   \
                                .forward = (forward_fn),                                                               \
                                .backward = id##_backward,                                                             \
                                __VA_ARGS__};

typedef struct named_layer {
  const gchk_layer *layer;
  const char *tensor;  /* that is wrong; NULL: the layer is right */
  const char *codes;   /* one of these names it in every shape where it fails */
  const char *of_some; /* what it may be called in some shapes too, where less shows; NULL: nothing else */
} named_layer;

/* Checks the layer, and that each tensor that fails is called what it may be. */
void check_naming(const named_layer *row);
void check_naming_of_seeds(const named_layer *row, uint64_t seeds);

TCase *attention_tests(void);
TCase *recurrent_tests(void);
TCase *normaliser_tests(void);
TCase *output_tests(void);
TCase *small_mistake_tests(void);
TCase *turned_tests(void);

#endif
