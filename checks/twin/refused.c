/* What no macro maps: each must be an error of the compiler, and none of the names below be taken silently. */
#include <stddef.h>
#if defined(VECTOR) || defined(INTRINSICS)
#include <immintrin.h>
#endif
#include <math.h>

void kernel(float *y, const float *x, size_t n);
void take_float_of_a_library(void);

#if defined(VECTOR)
void kernel(float *y, const float *x, size_t n) {
  __m128 sum = _mm_setzero_ps();
  for (size_t i = 0; i < n; i += 4)
    sum = _mm_add_ps(sum, _mm_loadu_ps(x + i));
  _mm_storeu_ps(y, sum);
}
#elif defined(INTRINSICS)
void kernel(float *y, const float *x, size_t n) {
  for (size_t i = 0; i < n; i += 4)
    _mm_storeu_ps(y + i, _mm_sqrt_ps(_mm_loadu_ps(x + i)));
}
#elif defined(HALF)
void kernel(float *y, const float *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    y[i] = (_Float16)x[i];
}
#elif defined(POINTER)
/* A library's prototype, of which it is known that it was compiled in float. */
typedef __typeof__(1.0f) single;
void library(single *y, const single *x, size_t n);
void kernel(float *y, const float *x, size_t n) {
  library(y, x, n);
}
#elif defined(BOTH)
static float choose(float x) {
  return _Generic(x, float : sqrtf, double : sqrt)(x);
}
void kernel(float *y, const float *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    y[i] = choose(x[i]);
}
#elif defined(SCALAR)
/* SIMD where there is some, and else not. */
#ifdef __SSE2__
#include <emmintrin.h>
void kernel(float *y, const float *x, size_t n) {
  for (size_t i = 0; i < n; i += 4)
    _mm_storeu_ps(y + i, _mm_sqrt_ps(_mm_loadu_ps(x + i)));
}
#else
void kernel(float *y, const float *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    y[i] = sqrtf(x[i]);
}
#endif
#endif
