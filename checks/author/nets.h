/* Layers that live in structs, as many libraries have them. */
#ifndef NETS_H
#define NETS_H

#include <stddef.h>

struct arena;

/* A typedef before the struct; members for values, gradients and sizes; what training needs besides. */
typedef struct dense Dense;
struct dense {
  int batch, in_features, out_features;
  double *input, *weights, *biases, *output;
  double *weight_updates, *bias_updates, *input_grad;
  double *delta; /* of output: the upstream gradient */
  struct arena *memory;
};

void denseForward(Dense *l);
void denseBackward(Dense *l);

typedef struct {
  size_t n;
  float slope;
  float *d_x; /* what backward gives */
} Leaky;

/* Free buffers beside the struct, and a callback that nobody knows. */
void leaky_fwd(const Leaky *self, const float *x, float *y, void (*trace)(const char *));
void leaky_bwd(Leaky *self, const float *x, const float *dy);

/* A loss that is returned. */
double mse_forward(const double *pred, const double *target, int n);
void mse_backward(double *dpred, const double *pred, const double *target, int n);

void dense_init(Dense *l, unsigned long seed);

#endif
