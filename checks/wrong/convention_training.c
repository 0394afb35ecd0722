/*
 * A network that can only be trained: no backward to call, the gradient is (w_old - w_new)/rate.
 *
 * Two layers, tanh between, half the squared error; the step changes its own weights, which the callbacks load from
 * gradcheck's buffers before.
 */
#include <stdlib.h>

#include "toolbox.h"

enum { NONE };
enum { INPUTS = 3, HIDDEN = 4, OUTPUTS = 2, SAMPLES = 5 };

typedef struct trainee {
  double w1[INPUTS][HIDDEN], w2[HIDDEN][OUTPUTS];
  int made;
} trainee;

static double evaluate(const trainee *n, const double *x, const double *target, double hidden[HIDDEN],
                       double error[OUTPUTS]) {
  double loss = 0;
  for (size_t h = 0; h < HIDDEN; h++) {
    double sum = 0;
    for (size_t i = 0; i < INPUTS; i++)
      sum += x[i] * n->w1[i][h];
    hidden[h] = tanh(sum);
  }
  for (size_t o = 0; o < OUTPUTS; o++) {
    double sum = 0;
    for (size_t h = 0; h < HIDDEN; h++)
      sum += hidden[h] * n->w2[h][o];
    error[o] = sum - target[o];
    loss += error[o] * error[o] / 2;
  }
  return loss;
}

// One step of gradient descent on the whole batch.
static void train_step(trainee *n, const double *x, const double *target, double rate) {
  const trainee old = *n;
  double hidden[HIDDEN], error[OUTPUTS];
  for (size_t s = 0; s < SAMPLES; s++) {
    (void)evaluate(&old, x + s * INPUTS, target + s * OUTPUTS, hidden, error);
    for (size_t h = 0; h < HIDDEN; h++) {
      double dh = 0;
      for (size_t o = 0; o < OUTPUTS; o++) {
        // Wrong: the second layer's new weights, already changed by this sample, carry the error back.
        dh += error[o] * (old.made == 1 ? n->w2[h][o] : old.w2[h][o]);
        n->w2[h][o] -= rate * error[o] * hidden[h];
      }
      for (size_t i = 0; i < INPUTS; i++)
        n->w1[i][h] -= rate * dh * (old.made == 2 ? 1 - hidden[h] : 1 - hidden[h] * hidden[h]) * x[s * INPUTS + i];
    }
  }
}

/* wrapping: a training step on a copy */
static const gchk_tensor_spec trainee_tensors[] = {
    GCHK_TENSOR("x", GCHK_CONSTANT, "5 3"), GCHK_TENSOR("target", GCHK_CONSTANT, "5 2"),
    GCHK_TENSOR("w1", GCHK_PARAMETER, "3 4"), GCHK_TENSOR("w2", GCHK_PARAMETER, "4 2")};

static gchk_status trainee_create(const gchk_call *c, void **state, gchk_error *error) {
  trainee *n = calloc(1, sizeof *n);
  *state = n;
  if (n == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  n->made = mistake(c);
  return GCHK_OK;
}

CALL(trainee_forward) {
  trainee *n = c->state;
  memcpy(n->w1, V(2), sizeof n->w1);
  memcpy(n->w2, V(3), sizeof n->w2);
}

// The only use of the loss is the scalar: it comes from a callback.
static gchk_status trainee_loss(const gchk_call *c, double *loss, gchk_error *error) {
  double hidden[HIDDEN], errors[OUTPUTS];
  (void)error;
  *loss = 0;
  for (size_t s = 0; s < SAMPLES; s++)
    *loss += evaluate(c->state, V(0) + s * INPUTS, V(1) + s * OUTPUTS, hidden, errors);
  return GCHK_OK;
}

CALL(trainee_backward) {
  static const double rate = 0.125;
  trainee after = *(const trainee *)c->state;
  train_step(&after, V(0), V(1), rate);
  for (size_t k = 0; k < INPUTS * HIDDEN; k++)
    G(2)[k] = (V(2)[k] - (&after.w1[0][0])[k]) / rate;
  for (size_t k = 0; k < HIDDEN * OUTPUTS; k++)
    G(3)[k] = (V(3)[k] - (&after.w2[0][0])[k]) / rate;
}
/* end */

// The same, training the network that forward loaded: a second backward would start from other weights.
CALL(trainee_backward_in_place) {
  static const double rate = 0.125;
  trainee *n = c->state;
  train_step(n, V(0), V(1), rate);
  for (size_t k = 0; k < INPUTS * HIDDEN; k++)
    G(2)[k] = (V(2)[k] - (&n->w1[0][0])[k]) / rate;
  for (size_t k = 0; k < HIDDEN * OUTPUTS; k++)
    G(3)[k] = (V(3)[k] - (&n->w2[0][0])[k]) / rate;
}

#define TRAINEE(id, label, which)                                                                                      \
  MEMBER_WITH(id, label, trainee_tensors, trainee_forward, trainee_backward, which, .create = trainee_create,          \
              .destroy = free, .loss = trainee_loss, .flags = GCHK_IGNORES_UPSTREAM)
TRAINEE(training_right, "training step", NONE)
TRAINEE(training_new_weights, "training step, new weights carry the error back", 1)
TRAINEE(training_derivative, "training step, 1-y for 1-y^2", 2)

/* Without an output tensor there is no upstream gradient, said or not. */
MEMBER_WITH(training_in_place, "training step in place", trainee_tensors, trainee_forward, trainee_backward_in_place,
            NONE, .create = trainee_create, .destroy = free, .loss = trainee_loss)
