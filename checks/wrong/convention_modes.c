/*
 * State and modes: a recurrent net over T >= 3 steps, dropout with a seed, batch normalisation in train and in eval.
 */
#include <stdlib.h>

#include "toolbox.h"

enum { NONE };

/* h_t = tanh(x_t + u h_(t-1)), h_(-1) = 0, the carry in a state; y = all h_t. u (H,H). */
enum { SAME_STEP = 1, NO_TIME, CARRY_KEPT };
/* wrapping: a recurrent state */
static const gchk_tensor_spec recurrent_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "T H"), GCHK_TENSOR("u", GCHK_PARAMETER, "H H"), GCHK_TENSOR("h", GCHK_OUTPUT, "T H")};

static gchk_status carry_create(const gchk_call *c, void **state, gchk_error *error) {
  *state = calloc(SIZE(H), sizeof(double));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

CALL(carry_reset) {
  memset(c->state, 0, SIZE(H) * sizeof(double));
}
/* end */

CALL(recurrent_forward) {
  size_t n = SIZE(H), steps = SIZE(T);
  double *carry = c->state;
  for (size_t t = 0; t < steps; t++) {
    for (size_t i = 0; i < n; i++) {
      double sum = V(0)[t * n + i];
      for (size_t j = 0; j < n; j++)
        sum += V(1)[i * n + j] * (t == 0 ? carry[j] : V(2)[(t - 1) * n + j]);
      V(2)[t * n + i] = tanh(sum);
    }
  }
  memcpy(carry, V(2) + (steps - 1) * n, n * sizeof(double));
}

CALL(recurrent_backward) {
  enum { MOST = 16 };
  size_t n = SIZE(H);
  double dh[MOST] = {0}, before[MOST];
  int m = mistake(c);
  memset(G(1), 0, n * n * sizeof(double));
  for (size_t t = SIZE(T); t-- > 0;) {
    for (size_t i = 0; i < n; i++)
      before[i] = 0;
    for (size_t i = 0; i < n; i++) {
      double h = V(2)[t * n + i], da = (G(2)[t * n + i] + dh[i]) * (1 - h * h);
      G(0)[t * n + i] = da;
      for (size_t j = 0; j < n; j++) {
        double last = m == SAME_STEP ? V(2)[t * n + j] : t == 0 ? 0 : V(2)[(t - 1) * n + j];
        G(1)[i * n + j] += da * last;
        before[j] += m == NO_TIME ? 0 : da * V(1)[i * n + j];
      }
    }
    memcpy(dh, before, n * sizeof *dh);
  }
}

#define RECURRENT(id, label, which, ...)                                                                               \
  MEMBER_WITH(id, label, recurrent_tensors, recurrent_forward, recurrent_backward, which, .create = carry_create,      \
              .destroy = free, .sizes = "T=4 H=3", __VA_ARGS__)
RECURRENT(recurrent_right, "recurrent", NONE, .reset = carry_reset)
RECURRENT(recurrent_same_step, "recurrent, h_t for h_(t-1)", SAME_STEP, .reset = carry_reset)
RECURRENT(recurrent_no_time, "recurrent, not through time", NO_TIME, .reset = carry_reset)
RECURRENT(recurrent_kept, "recurrent, carry without reset", NONE, .reset = NULL)

/* Dropout: y = x m / (1 - p), m from the seed; the identity in eval. */
enum { SCALE_LOST = 1, MASK_IN_EVAL };
/* wrapping: random numbers from a seed */
static const gchk_tensor_spec dropout_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N C"), GCHK_TENSOR("y", GCHK_OUTPUT, "N C"), GCHK_TENSOR("mask", GCHK_CACHE, "N C")};
static const gchk_option_spec dropout_options[] = {{"p", 0.3, 0, 0.99, "probability of zero"}};

static gchk_status seed_create(const gchk_call *c, void **state, gchk_error *error) {
  (void)c;
  *state = calloc(1, sizeof(uint64_t));
  return *state != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

CALL(take_seed) {
  *(uint64_t *)c->state = c->seed;
}
/* end */

CALL(dropout_forward) {
  uint64_t *random = c->state;
  double p = c->option[0];
  for (size_t i = 0; i < c->t[0].count; i++) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    bool is_kept = (double)(*random >> 11) * 0x1p-53 >= p;
    V(2)[i] = c->mode == GCHK_EVAL ? 1 : is_kept ? 1 / (1 - p) : 0;
    V(1)[i] = V(0)[i] * V(0)[i] * V(2)[i];
  }
}

CALL(dropout_backward) {
  double p = c->option[0];
  for (size_t i = 0; i < c->t[0].count; i++) {
    double g = 2 * V(0)[i] * V(2)[i] * G(1)[i];
    bool is_lost = mistake(c) == SCALE_LOST && c->mode == GCHK_TRAIN;
    G(0)[i] = is_lost ? g * (1 - p) : mistake(c) == MASK_IN_EVAL && c->mode == GCHK_EVAL ? g / (1 - p) : g;
  }
}

#define DROPOUT(id, label, which, ...)                                                                                 \
  MEMBER_WITH(id, label, dropout_tensors, dropout_forward, dropout_backward, which, .create = seed_create,             \
              .destroy = free, GCHK_OPTION_TABLE(dropout_options), .flags = GCHK_HAS_MODES, .sizes = "N=5 C=7",        \
              __VA_ARGS__)
DROPOUT(dropout_right, "dropout", NONE, .set_seed = take_seed)
DROPOUT(dropout_scale_lost, "dropout, 1/(1-p) lost", SCALE_LOST, .set_seed = take_seed)
DROPOUT(dropout_eval, "dropout, scaled in eval", MASK_IN_EVAL, .set_seed = take_seed)
DROPOUT(dropout_no_seed, "dropout, no set_seed", NONE, .set_seed = NULL)

/*
 * Batch normalisation: statistics of the batch in train (and running ones updated), the running ones in eval.
 * train: dx = g r (d - mean d - xhat mean(d xhat)); eval: dx = g r d.
 */
enum { TRAIN_IN_EVAL = 1, EVAL_IN_TRAIN };
typedef struct running {
  double *mean, *variance;
} running;
/* wrapping: train and eval */
static const gchk_tensor_spec norm_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "B C"),  GCHK_TENSOR("g", GCHK_PARAMETER, "C"),  GCHK_TENSOR("b", GCHK_PARAMETER, "C"),
    GCHK_TENSOR("y", GCHK_OUTPUT, "B C"), GCHK_TENSOR("xhat", GCHK_CACHE, "B C"), GCHK_TENSOR("rstd", GCHK_CACHE, "C")};
/* end */

static gchk_status running_create(const gchk_call *c, void **state, gchk_error *error) {
  running *r = calloc(1, sizeof *r);
  *state = r;
  if (r != NULL) {
    r->mean = calloc(SIZE(C), sizeof(double));
    r->variance = calloc(SIZE(C), sizeof(double));
  }
  return r != NULL && r->mean != NULL && r->variance != NULL ? GCHK_OK : gchk_fail(error, GCHK_NO_MEMORY, "no memory");
}

static void running_destroy(void *state) {
  running *r = state;
  free(r->mean);
  free(r->variance);
  free(r);
}

CALL(running_reset) {
  running *r = c->state;
  for (size_t j = 0; j < SIZE(C); j++) {
    r->mean[j] = 0.1 * (double)j;
    r->variance[j] = 1.5;
  }
}

CALL(norm_forward) {
  size_t n = SIZE(B), k = SIZE(C);
  running *r = c->state;
  for (size_t j = 0; j < k; j++) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < n; i++)
      mean += V(0)[i * k + j] / (double)n;
    for (size_t i = 0; i < n; i++)
      variance += (V(0)[i * k + j] - mean) * (V(0)[i * k + j] - mean) / (double)n;
    if (c->mode == GCHK_TRAIN) {
      r->mean[j] = 0.9 * r->mean[j] + 0.1 * mean;
      r->variance[j] = 0.9 * r->variance[j] + 0.1 * variance;
    } else {
      mean = r->mean[j];
      variance = r->variance[j];
    }
    V(5)[j] = 1 / sqrt(variance + 1e-5);
    for (size_t i = 0; i < n; i++) {
      V(4)[i * k + j] = (V(0)[i * k + j] - mean) * V(5)[j];
      V(3)[i * k + j] = V(4)[i * k + j] * V(1)[j] + V(2)[j];
    }
  }
}

CALL(norm_backward) {
  size_t n = SIZE(B), k = SIZE(C);
  bool through = mistake(c) == TRAIN_IN_EVAL || (c->mode == GCHK_TRAIN && mistake(c) != EVAL_IN_TRAIN);
  for (size_t j = 0; j < k; j++) {
    double db = 0, dg = 0;
    for (size_t i = 0; i < n; i++) {
      db += G(3)[i * k + j];
      dg += G(3)[i * k + j] * V(4)[i * k + j];
    }
    for (size_t i = 0; i < n; i++) {
      double d = G(3)[i * k + j];
      double centred = d - db / (double)n - V(4)[i * k + j] * dg / (double)n;
      G(0)[i * k + j] = V(1)[j] * V(5)[j] * (through ? centred : d);
    }
    G(1)[j] = dg;
    G(2)[j] = db;
  }
}

#define NORM(id, label, which)                                                                                         \
  MEMBER_WITH(id, label, norm_tensors, norm_forward, norm_backward, which, .create = running_create,                   \
              .destroy = running_destroy, .reset = running_reset, .flags = GCHK_HAS_MODES, .sizes = "B=6 C=3")
NORM(modes_norm_right, "batch norm", NONE)
NORM(modes_norm_train, "batch norm, train backward in eval", TRAIN_IN_EVAL)
NORM(modes_norm_eval, "batch norm, eval backward in train", EVAL_IN_TRAIN)
