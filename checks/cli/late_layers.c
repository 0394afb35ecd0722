/* A loss that is right at first and wrong later, as a plug-in: for `gradcheck train --check-every`. */
#include <gradcheck/plugin.h>

/* loss = mean (x - 5)^2 / 2; backward is right as long as the mean of x is below 3, and half of it from there on. */
static gchk_status forward(const gchk_call *c, gchk_error *e) {
  const double *x = c->t[0].value;
  double sum = 0;
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    sum += (x[i] - 5) * (x[i] - 5) / 2;
  *(double *)c->t[1].value = sum / (double)c->t[0].count;
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *e) {
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double mean = 0;
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    mean += x[i] / (double)c->t[0].count;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = dy[0] * (x[i] - 5) / (double)c->t[0].count * (mean < 3 ? 1 : 0.5);
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N K"), GCHK_TENSOR("loss", GCHK_OUTPUT, "")};
static const gchk_layer late_loss = {.name = "late_loss",
                                     GCHK_HERE,
                                     .dtype = GCHK_F64,
                                     GCHK_TENSORS(tensors),
                                     .forward = forward,
                                     .backward = backward,
                                     .sizes = "N=3 K=2"};

GCHK_PLUGIN(&late_loss)
