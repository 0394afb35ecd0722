/* y = x / sum |x| over rows, whose backward takes long rows in two halves. WRONG: the second half keeps the sum of its own. */
#include <math.h>

#include "gradcheck/gradcheck.h"

enum { LONG = 24 };

static void rows_forward(double *y, const double *x, int b, int c) {
  for (int i = 0; i < b; i++) {
    double sum = 1;
    for (int k = 0; k < c; k++)
      sum += fabs(x[i * c + k]);
    for (int k = 0; k < c; k++)
      y[i * c + k] = x[i * c + k] / sum;
  }
}

static double dot(const double *a, const double *b, int from, int to) {
  double sum = 0;
  for (int k = from; k < to; k++)
    sum += a[k] * b[k];
  return sum;
}

static void rows_backward(double *dx, const double *dy, const double *x, int b, int c) {
  for (int i = 0; i < b; i++) {
    const double *row = x + i * c, *up = dy + i * c;
    double sum = 1, product;
    for (int k = 0; k < c; k++)
      sum += fabs(row[k]);
    if (c >= LONG) {
      product = dot(row, up, 0, c / 2);
#ifndef WRONG
      product += dot(row, up, c / 2, c);
#endif
    } else {
      product = dot(row, up, 0, c);
    }
    for (int k = 0; k < c; k++)
      dx[i * c + k] += up[k] / sum - copysign(1, row[k]) * product / (sum * sum);
  }
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "B C"), GCHK_TENSOR("y", GCHK_OUTPUT, "B C")};
GCHK_CALLBACK(forward, rows_forward(c->t[1].value, c->t[0].value, gchk_int(c, "B"), gchk_int(c, "C")))
GCHK_CALLBACK(backward, rows_backward(c->t[0].grad, c->t[1].grad, c->t[0].value, gchk_int(c, "B"), gchk_int(c, "C")))
static const gchk_layer layer = {"wide_rows",           GCHK_HERE,          .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors), .forward = forward, .backward = backward,
                                 .sizes = "B=2 C=7"};
GCHK_PLUGIN(&layer)
