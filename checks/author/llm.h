// The layers of a small GPT, with the prototypes that many C trainers have.
#ifndef LLM_H
#define LLM_H

#define real float

#ifdef __cplusplus
extern "C" {
#endif

void encoder_forward(float *out, int *inp, float *wte, float *wpe, int B, int T, int C);
void encoder_backward(float *dwte, float *dwpe, float *dout, int *inp, int B, int T, int C);

void layernorm_forward(float *out, float *mean, float *rstd, float *inp, float *weight, float *bias, int B, int T,
                       int C);
void layernorm_backward(float *dinp, float *dweight, float *dbias, float *dout, float *inp, float *weight, float *mean,
                        float *rstd, int B, int T, int C);

void matmul_forward(float *out, const float *inp, const float *weight, const float *bias, int B, int T, int C, int OC);
void matmul_backward(float *dinp, float *dweight, float *dbias, const float *dout, const float *inp,
                     const float *weight, int B, int T, int C, int OC);

void attention_forward(float *out, float *preatt, float *att, float *inp, int B, int T, int C, int NH);
void attention_backward(float *dinp, float *dpreatt, float *datt, float *dout, float *inp, float *att, int B, int T,
                        int C, int NH);

void gelu_forward(float *out, float *inp, int N);
void gelu_backward(float *dinp, float *inp, float *dout, int N);

void residual_forward(real *out, real *inp1, real *inp2, int N);
void residual_backward(real *dinp1, real *dinp2, real *dout, int N);

void softmax_forward(float *probs, float *logits, int B, int T, int V, int Vp);
void crossentropy_forward(float *losses, float *probs, int *targets, int B, int T, int Vp);
void crossentropy_softmax_backward(float *dlogits, float *dlosses, float *probs, int *targets, int B, int T, int V,
                                   int Vp);

void adamw_update(float *params, float *grads, float *m, float *v, float learning_rate, int t, int n);

#ifdef __cplusplus
}
#endif
#endif
