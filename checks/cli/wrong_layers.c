/* Wrong layers for the command-line tests, as a plug-in: transposed, sign, no_batch_mean. */
#include <gradcheck/plugin.h>
#include <math.h>

/* y = x W + b with a square W; backward writes the transpose of dW. */
static gchk_status affine_forward(const gchk_call *c, gchk_error *e) {
  const double *x = c->t[0].value, *w = c->t[1].value, *b = c->t[2].value;
  double *y = c->t[3].value;
  size_t n = gchk_size(c, "N"), k = gchk_size(c, "K");
  (void)e;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < k; j++) {
      y[i * k + j] = b[j];
      for (size_t l = 0; l < k; l++)
        y[i * k + j] += x[i * k + l] * w[l * k + j];
    }
  return GCHK_OK;
}

static gchk_status transposed_backward(const gchk_call *c, gchk_error *e) {
  const double *x = c->t[0].value, *w = c->t[1].value, *dy = c->t[3].grad;
  double *dx = c->t[0].grad, *dw = c->t[1].grad, *db = c->t[2].grad;
  size_t n = gchk_size(c, "N"), k = gchk_size(c, "K");
  (void)e;
  for (size_t i = 0; i < n; i++)
    for (size_t l = 0; l < k; l++) {
      dx[i * k + l] = 0;
      for (size_t j = 0; j < k; j++)
        dx[i * k + l] += dy[i * k + j] * w[l * k + j];
    }
  for (size_t l = 0; l < k; l++)
    for (size_t j = 0; j < k; j++) {
      dw[j * k + l] = 0; /* should be [l * k + j] */
      for (size_t i = 0; i < n; i++)
        dw[j * k + l] += x[i * k + l] * dy[i * k + j];
    }
  for (size_t j = 0; j < k; j++) {
    db[j] = 0;
    for (size_t i = 0; i < n; i++)
      db[j] += dy[i * k + j];
  }
  return GCHK_OK;
}

static const gchk_tensor_spec affine_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("W", GCHK_PARAMETER, "K K"), GCHK_TENSOR("b", GCHK_PARAMETER, "K"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N K")};
static const gchk_layer transposed = {.name = "transposed",
                                      GCHK_HERE,
                                      .dtype = GCHK_F64,
                                      GCHK_TENSORS(affine_tensors),
                                      .forward = affine_forward,
                                      .backward = transposed_backward,
                                      .sizes = "N=3 K=4"};

/* y = tanh(x); backward has lost its sign. */
static gchk_status tanh_forward(const gchk_call *c, gchk_error *e) {
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = tanh(((const double *)c->t[0].value)[i]);
  return GCHK_OK;
}

static gchk_status sign_backward(const gchk_call *c, gchk_error *e) {
  const double *y = c->t[1].value, *dy = c->t[1].grad;
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = (y[i] * y[i] - 1) * dy[i];
  return GCHK_OK;
}

static const gchk_tensor_spec sign_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer sign = {.name = "sign",
                                GCHK_HERE,
                                .dtype = GCHK_F64,
                                GCHK_TENSORS(sign_tensors),
                                .forward = tanh_forward,
                                .backward = sign_backward,
                                .sizes = "N=7"};

/* Half the mean square over the batch; backward forgets to divide by the batch. */
static gchk_status square_forward(const gchk_call *c, gchk_error *e) {
  const double *x = c->t[0].value;
  double sum = 0;
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += x[i] * x[i];
  *(double *)c->t[1].value = sum / 2 / (double)gchk_size(c, "N");
  return GCHK_OK;
}

static gchk_status no_mean_backward(const gchk_call *c, gchk_error *e) {
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = x[i] * dy[0];
  return GCHK_OK;
}

static const gchk_tensor_spec square_tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N K"),
                                                  GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
static const gchk_layer no_batch_mean = {.name = "no_batch_mean",
                                         GCHK_HERE,
                                         .dtype = GCHK_F64,
                                         GCHK_TENSORS(square_tensors),
                                         .forward = square_forward,
                                         .backward = no_mean_backward,
                                         .sizes = "N=3 K=5"};

GCHK_PLUGIN(&transposed, &sign, &no_batch_mean)
