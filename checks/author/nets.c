/* -DWRONG takes the weights for the inputs' gradient untransposed, forgets the slope, and the 2 of a square. */
#include "nets.h"

void denseForward(Dense *l) {
  for (int b = 0; b < l->batch; b++)
    for (int o = 0; o < l->out_features; o++) {
      double sum = l->biases[o];
      for (int i = 0; i < l->in_features; i++)
        sum += l->weights[o * l->in_features + i] * l->input[b * l->in_features + i];
      l->output[b * l->out_features + o] = sum;
    }
}

void denseBackward(Dense *l) {
  for (int b = 0; b < l->batch; b++)
    for (int o = 0; o < l->out_features; o++) {
      const double d = l->delta[b * l->out_features + o];
      l->bias_updates[o] += d;
      for (int i = 0; i < l->in_features; i++) {
#ifdef WRONG
        const int at = i * l->out_features + o;
#else
        const int at = o * l->in_features + i;
#endif
        l->weight_updates[o * l->in_features + i] += d * l->input[b * l->in_features + i];
        l->input_grad[b * l->in_features + i] += d * l->weights[at];
      }
    }
}

void leaky_fwd(const Leaky *self, const float *x, float *y, void (*trace)(const char *)) {
  if (trace)
    trace("forward");
  for (size_t i = 0; i < self->n; i++)
    y[i] = x[i] > 0 ? x[i] : self->slope * x[i];
}

void leaky_bwd(Leaky *self, const float *x, const float *dy) {
  for (size_t i = 0; i < self->n; i++)
#ifdef WRONG
    self->d_x[i] = x[i] > 0 ? dy[i] : 0;
#else
    self->d_x[i] = x[i] > 0 ? dy[i] : self->slope * dy[i];
#endif
}

double mse_forward(const double *pred, const double *target, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += (pred[i] - target[i]) * (pred[i] - target[i]);
  return sum / n;
}

void mse_backward(double *dpred, const double *pred, const double *target, int n) {
  for (int i = 0; i < n; i++)
#ifdef WRONG
    dpred[i] = (pred[i] - target[i]) / n;
#else
    dpred[i] = 2 * (pred[i] - target[i]) / n;
#endif
}

void dense_init(Dense *l, unsigned long seed) {
  for (int i = 0; i < l->in_features * l->out_features; i++)
    l->weights[i] = (double)(seed = seed * 48271 % 2147483647) / 2147483647;
}
