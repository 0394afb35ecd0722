/*
 * Random compositions: expression trees of one variable, made from a seed, evaluated in float, in double, and in
 * quad precision as dual numbers (value and derivative together), so that each has an exact derivative.
 */
#ifndef CHECKS_NUMERIC_TREES_H
#define CHECKS_NUMERIC_TREES_H

#include <stdint.h>

#include "numeric/hard.h"

enum { TREE_NODES = 48 };

typedef struct tree_node {
  int op;
  int left, right; /* earlier nodes */
  float constant;
} tree_node;

typedef struct tree {
  tree_node nodes[TREE_NODES]; /* the last one is the root */
  int count;
  double x;     /* the point, representable in float */
  double scale; /* of the tensor that x is an element of */
} tree;

typedef struct dual {
  quad value, slope;
} dual;

/*
 * The next tree of the stream *seed that is finite and depends on x, in the type it is meant for, and which that type
 * can compute: the value within 1/64, the derivative, by the rules of calculus, within 1000 units of round-off of the
 * exact ones.
 */
void tree_next(tree *made, uint64_t *seed, bool is_float);

double tree_value(void *made, double x); /* a trial_function's value */
double tree_value32(void *made, double x);
double tree_slope(const tree *made, double x); /* the derivative as a backward pass in that type computes it */
double tree_slope32(const tree *made, double x);
dual tree_exact(const tree *made, quad x);

#endif
