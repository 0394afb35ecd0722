// Plain loops. -DWRONG loses the mean of the upstream gradient in layernorm, takes bias for one row in matmul, the slope of
// relu for gelu's, and a minus sign in the residual.
#include "llm.h"

#include <math.h>

void encoder_forward(float *out, int *inp, float *wte, float *wpe, int B, int T, int C) {
  for (int r = 0; r < B * T; r++)
    for (int i = 0; i < C; i++)
      out[r * C + i] = wte[inp[r] * C + i] + wpe[r % T * C + i];
}

void encoder_backward(float *dwte, float *dwpe, float *dout, int *inp, int B, int T, int C) {
  for (int r = 0; r < B * T; r++)
    for (int i = 0; i < C; i++) {
      dwte[inp[r] * C + i] += dout[r * C + i];
      dwpe[r % T * C + i] += dout[r * C + i];
    }
}

void layernorm_forward(float *out, float *mean, float *rstd, float *inp, float *weight, float *bias, int B, int T,
                       int C) {
  for (int r = 0; r < B * T; r++) {
    float m = 0, v = 0;
    for (int i = 0; i < C; i++)
      m += inp[r * C + i];
    m /= (float)C;
    for (int i = 0; i < C; i++)
      v += (inp[r * C + i] - m) * (inp[r * C + i] - m);
    mean[r] = m;
    rstd[r] = 1.0f / sqrtf(v / (float)C + 1e-5f);
    for (int i = 0; i < C; i++)
      out[r * C + i] = rstd[r] * (inp[r * C + i] - m) * weight[i] + bias[i];
  }
}

void layernorm_backward(float *dinp, float *dweight, float *dbias, float *dout, float *inp, float *weight, float *mean,
                        float *rstd, int B, int T, int C) {
  for (int r = 0; r < B * T; r++) {
    float sum = 0, along = 0;
    for (int i = 0; i < C; i++) {
      float norm = (inp[r * C + i] - mean[r]) * rstd[r], dnorm = weight[i] * dout[r * C + i];
      sum += dnorm / (float)C;
      along += dnorm * norm / (float)C;
    }
#ifdef WRONG
    sum = 0;
#endif
    for (int i = 0; i < C; i++) {
      float norm = (inp[r * C + i] - mean[r]) * rstd[r];
      dbias[i] += dout[r * C + i];
      dweight[i] += norm * dout[r * C + i];
      dinp[r * C + i] += (weight[i] * dout[r * C + i] - sum - norm * along) * rstd[r];
    }
  }
}

void matmul_forward(float *out, const float *inp, const float *weight, const float *bias, int B, int T, int C, int OC) {
  for (int r = 0; r < B * T; r++)
    for (int o = 0; o < OC; o++) {
      float sum = bias ? bias[o] : 0;
      for (int i = 0; i < C; i++)
        sum += inp[r * C + i] * weight[o * C + i];
      out[r * OC + o] = sum;
    }
}

void matmul_backward(float *dinp, float *dweight, float *dbias, const float *dout, const float *inp,
                     const float *weight, int B, int T, int C, int OC) {
  for (int r = 0; r < B * T; r++)
    for (int o = 0; o < OC; o++) {
      float d = dout[r * OC + o];
#ifdef WRONG
      if (r > 0)
        continue;
#endif
      dbias[o] += d;
      for (int i = 0; i < C; i++) {
        dinp[r * C + i] += weight[o * C + i] * d;
        dweight[o * C + i] += inp[r * C + i] * d;
      }
    }
}

void attention_forward(float *out, float *preatt, float *att, float *inp, int B, int T, int C, int NH) {
  int hs = C / NH;
  float scale = 1.0f / sqrtf((float)hs);
  for (int b = 0; b < B; b++)
    for (int h = 0; h < NH; h++)
      for (int t = 0; t < T; t++) {
        float *q = inp + (b * T + t) * 3 * C + h * hs, *o = out + (b * T + t) * C + h * hs;
        float *pre = preatt + ((b * NH + h) * T + t) * T, *a = att + ((b * NH + h) * T + t) * T, sum = 0;
        for (int s = 0; s < T; s++) {
          float *k = inp + (b * T + s) * 3 * C + C + h * hs;
          pre[s] = 0;
          for (int i = 0; i < hs; i++)
            pre[s] += s <= t ? q[i] * k[i] * scale : 0;
          a[s] = s <= t ? expf(pre[s]) : 0;
          sum += a[s];
        }
        for (int i = 0; i < hs; i++)
          o[i] = 0;
        for (int s = 0; s <= t; s++) {
          float *v = inp + (b * T + s) * 3 * C + 2 * C + h * hs;
          a[s] /= sum;
          for (int i = 0; i < hs; i++)
            o[i] += a[s] * v[i];
        }
      }
}

void attention_backward(float *dinp, float *dpreatt, float *datt, float *dout, float *inp, float *att, int B, int T,
                        int C, int NH) {
  int hs = C / NH;
  float scale = 1.0f / sqrtf((float)hs);
  for (int b = 0; b < B; b++)
    for (int h = 0; h < NH; h++)
      for (int t = 0; t < T; t++) {
        int row = ((b * NH + h) * T + t) * T;
        float *q = inp + (b * T + t) * 3 * C + h * hs, *dq = dinp + (b * T + t) * 3 * C + h * hs;
        float *d = dout + (b * T + t) * C + h * hs, *a = att + row, *da = datt + row, *dpre = dpreatt + row;
        for (int s = 0; s <= t; s++) {
          float *v = inp + (b * T + s) * 3 * C + 2 * C + h * hs, *dv = dinp + (b * T + s) * 3 * C + 2 * C + h * hs;
          for (int i = 0; i < hs; i++) {
            da[s] += v[i] * d[i];
            dv[i] += a[s] * d[i];
          }
        }
        for (int s = 0; s <= t; s++)
          for (int u = 0; u <= t; u++)
            dpre[u] += a[s] * ((s == u ? 1.0f : 0.0f) - a[u]) * da[s];
        for (int s = 0; s <= t; s++) {
          float *k = inp + (b * T + s) * 3 * C + C + h * hs, *dk = dinp + (b * T + s) * 3 * C + C + h * hs;
          for (int i = 0; i < hs; i++) {
            dq[i] += k[i] * dpre[s] * scale;
            dk[i] += q[i] * dpre[s] * scale;
          }
        }
      }
}

#define SQRT_2_OVER_PI 0.7978845608028654f

void gelu_forward(float *out, float *inp, int N) {
  for (int i = 0; i < N; i++) {
    float x = inp[i];
    out[i] = 0.5f * x * (1.0f + tanhf(SQRT_2_OVER_PI * (x + 0.044715f * x * x * x)));
  }
}

void gelu_backward(float *dinp, float *inp, float *dout, int N) {
  for (int i = 0; i < N; i++) {
    float x = inp[i], t = tanhf(SQRT_2_OVER_PI * (x + 0.044715f * x * x * x));
    float slope = 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * SQRT_2_OVER_PI * (1.0f + 3.0f * 0.044715f * x * x);
#ifdef WRONG
    slope = x > 0 ? 1.0f : 0.0f;
#endif
    dinp[i] += slope * dout[i];
  }
}

void residual_forward(real *out, real *inp1, real *inp2, int N) {
  for (int i = 0; i < N; i++)
    out[i] = inp1[i] + inp2[i];
}

void residual_backward(real *dinp1, real *dinp2, real *dout, int N) {
  for (int i = 0; i < N; i++) {
    dinp1[i] += dout[i];
#ifdef WRONG
    dinp2[i] -= dout[i];
#else
    dinp2[i] += dout[i];
#endif
  }
}

void softmax_forward(float *probs, float *logits, int B, int T, int V, int Vp) {
  for (int r = 0; r < B * T; r++) {
    float most = logits[r * Vp], sum = 0;
    for (int i = 1; i < V; i++)
      most = logits[r * Vp + i] > most ? logits[r * Vp + i] : most;
    for (int i = 0; i < V; i++)
      sum += probs[r * Vp + i] = expf(logits[r * Vp + i] - most);
    for (int i = 0; i < Vp; i++)
      probs[r * Vp + i] = i < V ? probs[r * Vp + i] / sum : 0;
  }
}

void crossentropy_forward(float *losses, float *probs, int *targets, int B, int T, int Vp) {
  for (int r = 0; r < B * T; r++)
    losses[r] = -logf(probs[r * Vp + targets[r]]);
}

void crossentropy_softmax_backward(float *dlogits, float *dlosses, float *probs, int *targets, int B, int T, int V,
                                   int Vp) {
  for (int r = 0; r < B * T; r++)
    for (int i = 0; i < V; i++)
      dlogits[r * Vp + i] += (probs[r * Vp + i] - (i == targets[r] ? 1.0f : 0.0f)) * dlosses[r];
}

void adamw_update(float *params, float *grads, float *m, float *v, float learning_rate, int t, int n) {
  for (int i = 0; i < n; i++) {
    m[i] = 0.9f * m[i] + 0.1f * grads[i];
    v[i] = 0.99f * v[i] + 0.01f * grads[i] * grads[i];
    params[i] -= learning_rate * m[i] / (sqrtf(v[i]) + (float)t * 1e-8f);
  }
}
