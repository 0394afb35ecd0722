/*
 * Free functions in float32: outputs first, then upstream gradients, then what forward saved, sizes last. Every
 * gradient is += , that of work space too; the caller owns and zeroes. Caches are outputs of forward. Tokens and
 * targets are int; columns beyond V are padding; dbias may be NULL; softmax and cross-entropy are two forwards and one
 * fused backward.
 */
#include "toolbox.h"

enum { NONE };

/* Float pointers to the value and the gradient of tensor i. */
#define VALUE(i)                 ((float *)c->t[i].value)
#define GRAD(i)                  ((float *)c->t[i].grad)
#define INT(name)                gchk_int(c, #name)
#define ADDED(name, role, shape) GCHK_TENSOR(name, role, shape, .grad = GCHK_GRAD_ACCUMULATE)
#define FREE(id, label, table, f, b, which, shape)                                                                     \
  extern const gchk_layer id;                                                                                          \
  const gchk_layer id = {.name = (label),                                                                              \
                         GCHK_HERE,                                                                                    \
                         .dtype = GCHK_F32,                                                                            \
                         GCHK_TENSORS(table),                                                                          \
                         .forward = (f),                                                                               \
                         .backward = (b),                                                                              \
                         .user = &(int){which},                                                                        \
                         .sizes = (shape)};

/* ---- encoder: out (B,T,C) = wte[token] + wpe[t] ---- */

static void encoder_forward(float *out, const int *inp, const float *wte, const float *wpe, int B, int T, int C) {
  for (int bt = 0; bt < B * T; bt++)
    for (int i = 0; i < C; i++)
      out[bt * C + i] = wte[inp[bt] * C + i] + wpe[bt % T * C + i];
}

static void encoder_backward(float *dwte, float *dwpe, const float *dout, const int *inp, int B, int T, int C) {
  for (int bt = 0; bt < B * T; bt++) {
    for (int i = 0; i < C; i++) {
      dwte[inp[bt] * C + i] += dout[bt * C + i];
      dwpe[bt % T * C + i] += dout[bt * C + i];
    }
  }
}

static void encoder_backward_wrong(float *dwte, float *dwpe, const float *dout, const int *inp, int B, int T, int C) {
  for (int bt = 0; bt < B * T; bt++) {
    for (int i = 0; i < C; i++) {
      dwte[inp[bt] * C + i] = dout[bt * C + i];
      dwpe[bt % T * C + i] += dout[bt * C + i];
    }
  }
}

/* wrapping: integer tokens, += gradients */
static const gchk_tensor_spec encoder_tensors[] = {
    GCHK_TENSOR("inp", GCHK_INDEX, "B T", .fill = {.below = "V"}), ADDED("wte", GCHK_PARAMETER, "V C"),
    ADDED("wpe", GCHK_PARAMETER, "T C"), GCHK_TENSOR("out", GCHK_OUTPUT, "B T C")};

CALL(encoder_f) {
  encoder_forward(VALUE(3), c->t[0].value, VALUE(1), VALUE(2), INT(B), INT(T), INT(C));
}

CALL(encoder_b) {
  (mistake(c) ? encoder_backward_wrong : encoder_backward)(GRAD(1), GRAD(2), GRAD(3), c->t[0].value, INT(B), INT(T),
                                                           INT(C));
}
/* end */

FREE(encoder_right, "encoder", encoder_tensors, encoder_f, encoder_b, NONE, "B=2 T=5 C=3 V=7")
FREE(encoder_wrong, "encoder, = in the scatter", encoder_tensors, encoder_f, encoder_b, 1, "B=2 T=5 C=3 V=7")

/* ---- layernorm with the caches mean and rstd ---- */

static void layernorm_forward(float *out, float *mean, float *rstd, const float *inp, const float *weight,
                              const float *bias, int B, int T, int C) {
  for (int r = 0; r < B * T; r++) {
    const float *x = inp + r * C;
    float m = 0, v = 0;
    for (int i = 0; i < C; i++)
      m += x[i];
    m /= (float)C;
    for (int i = 0; i < C; i++)
      v += (x[i] - m) * (x[i] - m);
    float s = 1.0f / sqrtf(v / (float)C + 1e-5f);
    for (int i = 0; i < C; i++)
      out[r * C + i] = s * (x[i] - m) * weight[i] + bias[i];
    mean[r] = m;
    rstd[r] = s;
  }
}

static void layernorm_backward(float *dinp, float *dweight, float *dbias, const float *dout, const float *inp,
                               const float *weight, const float *mean, const float *rstd, int B, int T, int C,
                               bool is_wrong) {
  for (int r = 0; r < B * T; r++) {
    const float *x = inp + r * C, *d = dout + r * C;
    float dnorm_mean = 0, dnorm_norm_mean = 0;
    for (int i = 0; i < C; i++) {
      float norm = (x[i] - mean[r]) * rstd[r];
      dnorm_mean += weight[i] * d[i];
      dnorm_norm_mean += weight[i] * d[i] * norm;
    }
    dnorm_mean /= (float)C;
    dnorm_norm_mean /= (float)C;
    for (int i = 0; i < C; i++) {
      float norm = (x[i] - mean[r]) * rstd[r];
      dbias[i] += d[i];
      dweight[i] += norm * d[i];
      dinp[r * C + i] += (weight[i] * d[i] - (is_wrong ? 0 : dnorm_mean) - norm * dnorm_norm_mean) * rstd[r];
    }
  }
}

/* wrapping: caches that forward writes */
static const gchk_tensor_spec layernorm_tensors[] = {
    ADDED("inp", GCHK_INPUT, "B T C"),      ADDED("weight", GCHK_PARAMETER, "C"),
    ADDED("bias", GCHK_PARAMETER, "C"),     GCHK_TENSOR("out", GCHK_OUTPUT, "B T C"),
    GCHK_TENSOR("mean", GCHK_CACHE, "B T"), GCHK_TENSOR("rstd", GCHK_CACHE, "B T")};

CALL(layernorm_f) {
  layernorm_forward(VALUE(3), VALUE(4), VALUE(5), VALUE(0), VALUE(1), VALUE(2), INT(B), INT(T), INT(C));
}

CALL(layernorm_b) {
  layernorm_backward(GRAD(0), GRAD(1), GRAD(2), GRAD(3), VALUE(0), VALUE(1), VALUE(4), VALUE(5), INT(B), INT(T), INT(C),
                     mistake(c));
}
/* end */

FREE(layernorm_right, "layernorm", layernorm_tensors, layernorm_f, layernorm_b, NONE, "B=2 T=3 C=8")
FREE(layernorm_wrong, "layernorm, mean term lost", layernorm_tensors, layernorm_f, layernorm_b, 1, "B=2 T=3 C=8")

/* ---- matmul with a bias that may be NULL: out (B,T,K) = inp (B,T,C) weight^T (K,C) + bias ---- */

static void matmul_forward(float *out, const float *inp, const float *weight, const float *bias, int B, int T, int C,
                           int OC) {
  for (int r = 0; r < B * T; r++) {
    for (int o = 0; o < OC; o++) {
      float sum = bias != NULL ? bias[o] : 0;
      for (int i = 0; i < C; i++)
        sum += inp[r * C + i] * weight[o * C + i];
      out[r * OC + o] = sum;
    }
  }
}

static void matmul_backward(float *dinp, float *dweight, float *dbias, const float *dout, const float *inp,
                            const float *weight, int B, int T, int C, int OC, bool is_wrong) {
  for (int r = 0; r < B * T; r++)
    for (int o = 0; o < OC; o++)
      for (int i = 0; i < C; i++)
        dinp[r * C + i] += dout[r * OC + o] * weight[o * C + i];
  for (int o = 0; o < OC; o++) {
    for (int r = 0; r < B * T; r++) {
      float d = dout[r * OC + o];
      // Wrong: without a bias gradient the weights get none either.
      if (is_wrong && dbias == NULL)
        continue;
      if (dbias != NULL)
        dbias[o] += d;
      for (int i = 0; i < C; i++)
        dweight[o * C + i] += inp[r * C + i] * d;
    }
  }
}

/* wrapping: a gradient that may be NULL */
static const gchk_tensor_spec matmul_tensors[] = {
    ADDED("inp", GCHK_INPUT, "B T C"), ADDED("weight", GCHK_PARAMETER, "OC C"),
    GCHK_TENSOR("bias", GCHK_PARAMETER, "OC", .grad = GCHK_GRAD_ACCUMULATE, .grad_may_be_null = true),
    GCHK_TENSOR("out", GCHK_OUTPUT, "B T OC")};

CALL(matmul_f) {
  matmul_forward(VALUE(3), VALUE(0), VALUE(1), VALUE(2), INT(B), INT(T), INT(C), INT(OC));
}

CALL(matmul_b) {
  matmul_backward(GRAD(0), GRAD(1), GRAD(2), GRAD(3), VALUE(0), VALUE(1), INT(B), INT(T), INT(C), INT(OC), mistake(c));
}
/* end */

FREE(matmul_right, "matmul", matmul_tensors, matmul_f, matmul_b, NONE, "B=2 T=3 C=4 OC=5")
FREE(matmul_wrong, "matmul, no dweight without dbias", matmul_tensors, matmul_f, matmul_b, 1, "B=2 T=3 C=4 OC=5")

/* ---- attention of one head, causal; the gradients of the caches are work space: preatt, att (B,T,T) ---- */

static void attention_forward(float *out, float *preatt, float *att, const float *inp, int B, int T, int C) {
  float scale = 1.0f / sqrtf((float)C);
  for (int b = 0; b < B; b++) {
    for (int t = 0; t < T; t++) {
      const float *query = inp + (b * T + t) * 3 * C;
      float *pre = preatt + (b * T + t) * T, *a = att + (b * T + t) * T, top = -10000.0f, sum = 0;
      for (int s = 0; s <= t; s++) {
        const float *key = inp + (b * T + s) * 3 * C + C;
        pre[s] = 0;
        for (int i = 0; i < C; i++)
          pre[s] += query[i] * key[i] * scale;
        top = fmaxf(top, pre[s]);
      }
      for (int s = 0; s <= t; s++)
        sum += a[s] = expf(pre[s] - top);
      for (int s = 0; s < T; s++)
        a[s] = s <= t ? a[s] / sum : 0;
      for (int i = 0; i < C; i++) {
        float o = 0;
        for (int s = 0; s <= t; s++)
          o += a[s] * inp[(b * T + s) * 3 * C + 2 * C + i];
        out[(b * T + t) * C + i] = o;
      }
    }
  }
}

static void attention_backward(float *dinp, float *dpreatt, float *datt, const float *dout, const float *inp,
                               const float *att, int B, int T, int C, bool is_wrong) {
  float scale = 1.0f / sqrtf((float)C);
  for (int b = 0; b < B; b++) {
    for (int t = 0; t < T; t++) {
      const float *a = att + (b * T + t) * T, *query = inp + (b * T + t) * 3 * C, *d = dout + (b * T + t) * C;
      float *da = datt + (b * T + t) * T, *dpre = dpreatt + (b * T + t) * T, *dquery = dinp + (b * T + t) * 3 * C;
      for (int s = 0; s <= t; s++) {
        for (int i = 0; i < C; i++) {
          da[s] += inp[(b * T + s) * 3 * C + 2 * C + i] * d[i];
          dinp[(b * T + s) * 3 * C + 2 * C + i] += a[s] * d[i];
        }
      }
      for (int s = 0; s <= t; s++)
        for (int u = 0; u <= t; u++)
          dpre[u] += a[s] * ((s == u ? 1.0f : 0.0f) - a[u]) * da[s];
      for (int s = 0; s <= t; s++) {
        const float *key = inp + (b * T + s) * 3 * C + C;
        for (int i = 0; i < C; i++) {
          dquery[i] += key[i] * dpre[s] * scale;
          dinp[(b * T + s) * 3 * C + C + i] += query[i] * dpre[s] * (is_wrong ? 1 : scale);
        }
      }
    }
  }
}

/* wrapping: gradients as work space */
static const gchk_tensor_spec attention_tensors[] = {
    ADDED("inp", GCHK_INPUT, "B T 3*C"), GCHK_TENSOR("out", GCHK_OUTPUT, "B T C"),
    GCHK_TENSOR("preatt", GCHK_CACHE, "B T T", .grad = GCHK_GRAD_SCRATCH),
    GCHK_TENSOR("att", GCHK_CACHE, "B T T", .grad = GCHK_GRAD_SCRATCH)};

CALL(attention_f) {
  attention_forward(VALUE(1), VALUE(2), VALUE(3), VALUE(0), INT(B), INT(T), INT(C));
}

CALL(attention_b) {
  attention_backward(GRAD(0), GRAD(2), GRAD(3), GRAD(1), VALUE(0), VALUE(3), INT(B), INT(T), INT(C), mistake(c));
}
/* end */

FREE(attention_right, "attention", attention_tensors, attention_f, attention_b, NONE, "B=2 T=4 C=3")
FREE(attention_wrong, "attention, dkey without its scale", attention_tensors, attention_f, attention_b, 1,
     "B=2 T=4 C=3")

/* ---- softmax and cross-entropy: two forwards, one backward; columns from V to Vp are padding ---- */

static void softmax_forward(float *probs, const float *logits, int B, int T, int V, int Vp) {
  for (int r = 0; r < B * T; r++) {
    const float *x = logits + r * Vp;
    float *p = probs + r * Vp, top = -10000.0f, sum = 0;
    for (int i = 0; i < V; i++)
      top = fmaxf(top, x[i]);
    for (int i = 0; i < V; i++)
      sum += p[i] = expf(x[i] - top);
    for (int i = 0; i < Vp; i++)
      p[i] = i < V ? p[i] / sum : 0;
  }
}

static void crossentropy_forward(float *losses, const float *probs, const int *targets, int B, int T, int Vp) {
  for (int r = 0; r < B * T; r++)
    losses[r] = -logf(probs[r * Vp + targets[r]]);
}

static void crossentropy_softmax_backward(float *dlogits, const float *dlosses, const float *probs, const int *targets,
                                          int B, int T, int V, int Vp, int made) {
  for (int r = 0; r < B * T; r++) {
    float d = made == 1 ? dlosses[0] : dlosses[r];
    // Wrong: the target of the next row; padding that is not left at zero.
    int target = made == 2 && r + 1 < B * T ? targets[r + 1] : targets[r];
    for (int i = 0; i < V; i++)
      dlogits[r * Vp + i] += (probs[r * Vp + i] - (i == target ? 1.0f : 0.0f)) * d;
  }
}

/* wrapping: two forwards, one backward, padding */
static const gchk_tensor_spec fused_tensors[] = {
    ADDED("logits", GCHK_INPUT, "B T Vp"),
    GCHK_TENSOR("targets", GCHK_INDEX, "B T", .fill = {.kind = GCHK_FILL_LABELS, .below = "V"}),
    GCHK_TENSOR("losses", GCHK_OUTPUT, "B T"), GCHK_TENSOR("probs", GCHK_CACHE, "B T Vp")};

CALL(fused_f) {
  softmax_forward(VALUE(3), VALUE(0), INT(B), INT(T), INT(V), INT(Vp));
  crossentropy_forward(VALUE(2), VALUE(3), c->t[1].value, INT(B), INT(T), INT(Vp));
}

CALL(fused_b) {
  crossentropy_softmax_backward(GRAD(0), GRAD(2), VALUE(3), c->t[1].value, INT(B), INT(T), INT(V), INT(Vp), mistake(c));
}
/* end */

FREE(fused_right, "softmax and cross-entropy", fused_tensors, fused_f, fused_b, NONE, "B=2 T=3 V=5 Vp=8")
FREE(fused_first_loss, "softmax and cross-entropy, dlosses[0]", fused_tensors, fused_f, fused_b, 1, "B=2 T=3 V=5 Vp=8")
FREE(fused_next_target, "softmax and cross-entropy, target of the next row", fused_tensors, fused_f, fused_b, 2,
     "B=2 T=3 V=5 Vp=8")
