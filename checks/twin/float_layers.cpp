// The same for C++: overloads of std, float constants beside variables, sums from 0.f, limits, containers, and with SHARED a
// static variable of an inline function, of which g++ makes one for all objects of a process.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "gradcheck/gradcheck.h"

#ifndef BACKWARD_FACTOR
#define BACKWARD_FACTOR 1.0f
#endif

#ifdef SHARED
inline float *scratch() {
  static float buffer[64];
  return buffer;
}
#endif

template <class T> static T *as(void *p) {
  return static_cast<T *>(p);
}

// y = softplus(max(x, -1)) / sum
static std::vector<float> terms(const float *x, size_t n) {
  std::vector<float> y(n);
  for (size_t i = 0; i < n; i++) {
    y[i] = std::log1p(std::exp(std::max(x[i], -1.f)));
#ifdef SHARED
    scratch()[i] = y[i];
#endif
  }
  return y;
}

static gchk_status forward(const gchk_call *c, gchk_error *) {
  const size_t n = c->t[0].count;
  const std::vector<float> y = terms(as<float>(c->t[0].value), n);
  const float sum = std::accumulate(y.begin(), y.end(), 0.f);
  std::transform(y.begin(), y.end(), as<float>(c->t[1].value), [sum](float v) { return v / sum; });
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *) {
  const size_t n = c->t[0].count;
  const float *x = as<float>(c->t[0].value), *dy = as<float>(c->t[1].grad);
  float *dx = as<float>(c->t[0].grad);
  const std::vector<float> y = terms(x, n);
  const float sum = std::accumulate(y.begin(), y.end(), 0.f), dot = std::inner_product(y.begin(), y.end(), dy, 0.f);
  for (size_t i = 0; i < n; i++) {
    const float slope = x[i] > -1.f ? 1 / (1 + std::exp(-x[i])) : 0.f;
    dx[i] = BACKWARD_FACTOR * std::min(slope, std::numeric_limits<float>::max()) * (dy[i] - dot / sum) / sum;
  }
  return GCHK_OK;
}

static gchk_tensor_spec row(const char *name, gchk_role role) {
  gchk_tensor_spec r = {};
  r.name = name;
  r.role = role;
  r.shape = "N";
  return r;
}
static const gchk_tensor_spec rows[] = {row("x", GCHK_INPUT), row("y", GCHK_OUTPUT)};

static gchk_layer layer() {
  gchk_layer l = {};
  l.name = "share";
  l.file = __FILE__;
  l.line = __LINE__;
  l.dtype = GCHK_F32;
  l.tensors = rows;
  l.tensor_count = 2;
  l.forward = forward;
  l.backward = backward;
  l.sizes = "N=20";
  return l;
}
static const gchk_layer share = layer();
GCHK_PLUGIN(&share)
