/*
 * Wrong twins of the built-in layers: what backward gives, with a mistake put into it.
 *
 * A row names a layer, and what is wrong in one of its gradients afterwards: a factor of the upstream gradient that is
 * written in place of the right one (for layers that act element by element), or a function that spoils gradients.
 */
#ifndef CHECKS_LAYERS_WRONG_TWINS_H
#define CHECKS_LAYERS_WRONG_TWINS_H

#include "gradcheck/layer.h"

typedef struct wrong_twin {
  const char *layer;
  const char *what;  /* the mistake */
  const char *codes; /* findings that fit, separated by blanks: one of them must be there */
  double (*slope)(double x, double y, const double *option); /* dx = dy times this, of the first tensor and the last */
  void (*spoil)(const gchk_call *call);                      /* or: after the right backward */
  unsigned tables;                                           /* of those that share the name, 1 << nth; 0: all */
  const double *options;                                     /* where the initial ones would hide it; NULL: those */
  const char *with; /* in the tables that have a tensor of this name; NULL: in all of the layer's */
} wrong_twin;

/* A list of rows that ends with one without a layer. */
extern const wrong_twin wrong_elementwise[], wrong_losses[], wrong_matrix[], wrong_norms[], wrong_recurrent[],
    wrong_sequence[], wrong_shaping[], wrong_windows[];

/* The tensor called `name`, and element i of its value or gradient. */
const gchk_tensor *tensor_called(const gchk_call *call, const char *name);
double value_of(const gchk_tensor *t, size_t i);
double grad_of(const gchk_tensor *t, size_t i);
void set_grad(const gchk_tensor *t, size_t i, double g);

#endif
