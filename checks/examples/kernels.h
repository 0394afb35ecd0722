/* Somebody's own code, that knows nothing of gradcheck: layer normalisation as free functions. */
#ifndef KERNELS_H
#define KERNELS_H

#ifdef __cplusplus
extern "C" {
#endif

/* out (B,T,C) = (inp - mean) rstd weight + bias; mean and rstd (B,T) are kept for backward. */
void layernorm_forward(float *out, float *mean, float *rstd, const float *inp, const float *weight, const float *bias,
                       int B, int T, int C);

/* Adds to dinp (B,T,C), dweight (C), dbias (C). */
void layernorm_backward(float *dinp, float *dweight, float *dbias, const float *dout, const float *inp,
                        const float *weight, const float *mean, const float *rstd, int B, int T, int C);

#ifdef __cplusplus
}
#endif
#endif
