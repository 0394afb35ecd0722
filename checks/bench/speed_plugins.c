/*
 * Layers that declare nothing of how their outputs depend on their inputs: gelu of ROWS x WIDTH elements, and the
 * normalisation of each row of as many. -DLAYER=gelu or -DLAYER=row_norm.
 */
#include <gradcheck/gradcheck.h>
#include <gradcheck/plugin.h>
#include <math.h>

#define TEXT(x)  #x
#define VALUE(x) TEXT(x)

GCHK_CALLBACK(gelu_forward, {
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = 0.5 * x[i] * (1 + erf(x[i] * sqrt(0.5)));
})

GCHK_CALLBACK(gelu_backward, {
  const double *x = c->t[0].value;
  const double *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = dy[i] * (0.5 * (1 + erf(x[i] * sqrt(0.5))) + x[i] * exp(-x[i] * x[i] / 2) * 0.3989422804014327);
})

/* The mean of a row, and 1/deviation. */
static double mean_of(const double *x, size_t width, double *scale) {
  double mean = 0, variance = 0;
  for (size_t j = 0; j < width; j++)
    mean += x[j] / (double)width;
  for (size_t j = 0; j < width; j++)
    variance += (x[j] - mean) * (x[j] - mean) / (double)width;
  *scale = 1 / sqrt(variance + 1e-5);
  return mean;
}

GCHK_CALLBACK(row_norm_forward, {
  const size_t width = c->t[0].shape.dim[1];
  for (size_t r = 0; r < c->t[0].shape.dim[0]; r++) {
    const double *x = (const double *)c->t[0].value + r * width;
    double *y = (double *)c->t[1].value + r * width;
    double scale;
    const double mean = mean_of(x, width, &scale);
    for (size_t j = 0; j < width; j++)
      y[j] = (x[j] - mean) * scale;
  }
})

GCHK_CALLBACK(row_norm_backward, {
  const size_t width = c->t[0].shape.dim[1];
  for (size_t r = 0; r < c->t[0].shape.dim[0]; r++) {
    const double *x = (const double *)c->t[0].value + r * width;
    const double *dy = (const double *)c->t[1].grad + r * width;
    double *dx = (double *)c->t[0].grad + r * width;
    double scale;
    double sum = 0;
    double product = 0;
    const double mean = mean_of(x, width, &scale);
    for (size_t j = 0; j < width; j++) {
      sum += dy[j] / (double)width;
      product += dy[j] * (x[j] - mean) * scale / (double)width;
    }
    for (size_t j = 0; j < width; j++)
      dx[j] = scale * (dy[j] - sum - (x[j] - mean) * scale * product);
  }
})

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "R D", .grad = GCHK_GRAD_OVERWRITE),
                                           GCHK_TENSOR("y", GCHK_OUTPUT, "R D")};
#define JOIN(a, b) a##_##b
#define PASS(a, b) JOIN(a, b)
static const gchk_layer layer = {.name = VALUE(LAYER),
                                 GCHK_HERE,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .sizes = "R=" VALUE(ROWS) " D=" VALUE(WIDTH),
                                 .forward = PASS(LAYER, forward),
                                 .backward = PASS(LAYER, backward)};
GCHK_PLUGIN(&layer)
