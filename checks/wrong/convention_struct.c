/*
 * A layer struct by value and a network struct: `delta` is the upstream gradient and is clobbered in place, parameter
 * and input gradients are += , the input's is NULL for the first layer, activation derivatives take the output, and the
 * loss layer sets delta = truth - prediction in forward, so that gradients are negative.
 *
 * The structs hold pointers of their own; `bind` sets them to gradcheck's buffers. float32.
 */
#include <stdlib.h>

#include "toolbox.h"

enum { NONE };

typedef struct layer {
  int batch, inputs, outputs;
  float *weights, *weight_updates, *biases, *bias_updates;
  float *output, *delta, *loss_delta, *cost;
  float rolling; /* changes at every forward */
  int made;      /* the mistake */
} layer;

typedef struct network {
  float *input, *delta, *truth; /* delta: of the layer below; NULL for the first */
} network;

typedef struct model {
  layer l;
  network net;
} model;

/* ---- fully connected, logistic ---- */

static void forward_connected(layer l, network net) {
  for (int b = 0; b < l.batch; b++) {
    for (int o = 0; o < l.outputs; o++) {
      float sum = l.biases[o];
      for (int i = 0; i < l.inputs; i++)
        sum += net.input[b * l.inputs + i] * l.weights[o * l.inputs + i];
      l.output[b * l.outputs + o] = 1.0f / (1.0f + expf(-sum));
    }
  }
}

static void backward_connected(layer l, network net) {
  for (int i = 0; i < l.batch * l.outputs; i++)
    l.delta[i] *= l.made == 1 ? l.output[i] : l.output[i] * (1 - l.output[i]);
  for (int b = 0; b < l.batch; b++) {
    for (int o = 0; o < l.outputs; o++) {
      float d = l.delta[b * l.outputs + o];
      l.bias_updates[o] += d;
      for (int i = 0; i < l.inputs; i++) {
        l.weight_updates[o * l.inputs + i] += d * net.input[b * l.inputs + i];
        if (net.delta != NULL)
          net.delta[b * l.inputs + i] += d * l.weights[o * l.inputs + i];
      }
    }
  }
}

/* wrapping: structs, the upstream gradient clobbered */
static const gchk_tensor_spec connected_tensors[] = {
    GCHK_TENSOR("input", GCHK_INPUT, "B I", .grad = GCHK_GRAD_ACCUMULATE, .grad_may_be_null = true),
    GCHK_TENSOR("weights", GCHK_PARAMETER, "O I", .grad = GCHK_GRAD_ACCUMULATE),
    GCHK_TENSOR("biases", GCHK_PARAMETER, "O", .grad = GCHK_GRAD_ACCUMULATE),
    GCHK_TENSOR("output", GCHK_OUTPUT, "B O", .upstream_clobbered = true)};
/* end */

/* The same without saying that delta is clobbered. */
static const gchk_tensor_spec undeclared_tensors[] = {
    GCHK_TENSOR("input", GCHK_INPUT, "B I"), GCHK_TENSOR("weights", GCHK_PARAMETER, "O I"),
    GCHK_TENSOR("biases", GCHK_PARAMETER, "O"), GCHK_TENSOR("output", GCHK_OUTPUT, "B O")};

/* wrapping: structs, the upstream gradient clobbered */
static gchk_status model_create(const gchk_call *c, void **state, gchk_error *error) {
  model *m = calloc(1, sizeof *m);
  *state = m;
  if (m == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  m->l.batch = gchk_int(c, "B");
  m->l.inputs = gchk_int(c, "I");
  m->l.outputs = gchk_int(c, "O");
  m->l.made = mistake(c);
  return GCHK_OK;
}

CALL(connected_bind) {
  model *m = c->state;
  m->net.input = c->t[0].value, m->net.delta = c->t[0].grad;
  m->l.weights = c->t[1].value, m->l.weight_updates = c->t[1].grad;
  m->l.biases = c->t[2].value, m->l.bias_updates = c->t[2].grad;
  m->l.output = c->t[3].value, m->l.delta = c->t[3].grad;
}

CALL(connected_f) {
  model *m = c->state;
  forward_connected(m->l, m->net);
}

CALL(connected_b) {
  model *m = c->state;
  backward_connected(m->l, m->net);
}
/* end */

#define STRUCT(id, label, table, f, b, which, ...)                                                                     \
  extern const gchk_layer id;                                                                                          \
  const gchk_layer id = {.name = (label),                                                                              \
                         GCHK_HERE,                                                                                    \
                         .dtype = GCHK_F32,                                                                            \
                         GCHK_TENSORS(table),                                                                          \
                         .forward = (f),                                                                               \
                         .backward = (b),                                                                              \
                         .create = model_create,                                                                       \
                         .destroy = free,                                                                              \
                         .user = &(int){which},                                                                        \
                         __VA_ARGS__};

STRUCT(connected_right, "connected", connected_tensors, connected_f, connected_b, NONE, .bind = connected_bind,
       .sizes = "B=3 I=4 O=5")
STRUCT(connected_wrong, "connected, wrong activation gradient", connected_tensors, connected_f, connected_b, 1,
       .bind = connected_bind, .sizes = "B=3 I=4 O=5")
STRUCT(connected_undeclared, "connected, delta clobbered undeclared", undeclared_tensors, connected_f, connected_b,
       NONE, .bind = connected_bind, .sizes = "B=3 I=4 O=5")

/* ---- squared error: delta = truth - prediction is set in forward, backward adds it below ---- */

static void forward_cost(layer l, network net) {
  float sum = 0;
  for (int i = 0; i < l.batch * l.inputs; i++) {
    float diff = net.truth[i] - net.input[i];
    l.loss_delta[i] = l.made == 1 ? -diff : diff;
    sum += diff * diff / 2;
  }
  l.cost[0] = sum;
}

static void backward_cost(layer l, network net) {
  for (int i = 0; i < l.batch * l.inputs; i++)
    net.delta[i] += l.loss_delta[i];
}

/* wrapping: negative gradients set in forward */
static const gchk_tensor_spec cost_tensors[] = {
    GCHK_TENSOR("input", GCHK_INPUT, "B I", .grad = GCHK_GRAD_ACCUMULATE), GCHK_TENSOR("truth", GCHK_CONSTANT, "B I"),
    GCHK_TENSOR("delta", GCHK_CACHE, "B I"), GCHK_TENSOR("cost", GCHK_OUTPUT, "")};

CALL(cost_bind) {
  model *m = c->state;
  m->net.input = c->t[0].value, m->net.delta = c->t[0].grad, m->net.truth = c->t[1].value;
  m->l.loss_delta = c->t[2].value, m->l.cost = c->t[3].value;
}

CALL(cost_f) {
  model *m = c->state;
  forward_cost(m->l, m->net);
}

CALL(cost_b) {
  model *m = c->state;
  backward_cost(m->l, m->net);
}
/* end */

STRUCT(cost_right, "cost", cost_tensors, cost_f, cost_b, NONE, .bind = cost_bind, .sizes = "B=3 I=4", .grad_scale = -1,
       .flags = GCHK_IGNORES_UPSTREAM)
STRUCT(cost_wrong, "cost, prediction - truth", cost_tensors, cost_f, cost_b, 1, .bind = cost_bind, .sizes = "B=3 I=4",
       .grad_scale = -1, .flags = GCHK_IGNORES_UPSTREAM)

/* ---- a rolling statistic that changes at every forward, and is put back by reset ---- */

static void forward_rolling(layer *l, network net) {
  float mean = 0;
  for (int i = 0; i < l->batch * l->inputs; i++)
    mean += net.input[i] / (float)(l->batch * l->inputs);
  l->rolling = 0.9f * l->rolling + 0.1f * mean;
  for (int i = 0; i < l->batch * l->inputs; i++)
    l->output[i] = (net.input[i] - l->rolling) * net.input[i];
}

// d out / d x = 2 x - rolling, and through the mean: - sum_j x_j d_j * 0.1/n.
static void backward_rolling(layer l, network net) {
  int n = l.batch * l.inputs;
  float through_mean = 0;
  for (int i = 0; i < n; i++)
    through_mean -= 0.1f / (float)n * net.input[i] * l.delta[i];
  for (int i = 0; i < n; i++)
    net.delta[i] += (2 * net.input[i] - l.rolling) * l.delta[i] + (l.made == 1 ? 0 : through_mean);
}

/* wrapping: state that every forward changes */
static const gchk_tensor_spec rolling_tensors[] = {GCHK_TENSOR("input", GCHK_INPUT, "B I"),
                                                   GCHK_TENSOR("output", GCHK_OUTPUT, "B I")};

CALL(rolling_bind) {
  model *m = c->state;
  m->net.input = c->t[0].value, m->net.delta = c->t[0].grad, m->l.output = c->t[1].value, m->l.delta = c->t[1].grad;
}

CALL(rolling_reset) {
  ((model *)c->state)->l.rolling = 0.5f;
}

CALL(rolling_f) {
  model *m = c->state;
  forward_rolling(&m->l, m->net);
}

CALL(rolling_b) {
  model *m = c->state;
  backward_rolling(m->l, m->net);
}
/* end */

STRUCT(rolling_right, "rolling mean", rolling_tensors, rolling_f, rolling_b, NONE, .bind = rolling_bind,
       .reset = rolling_reset, .sizes = "B=3 I=4")
STRUCT(rolling_wrong, "rolling mean, not through the mean", rolling_tensors, rolling_f, rolling_b, 1,
       .bind = rolling_bind, .reset = rolling_reset, .sizes = "B=3 I=4")
STRUCT(rolling_no_reset, "rolling mean without reset", rolling_tensors, rolling_f, rolling_b, NONE,
       .bind = rolling_bind, .sizes = "B=3 I=4")
