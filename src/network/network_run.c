/*
 * Running a network: the callbacks of its layer.
 *
 * The state of an instance is a view of each node (tensors that point into the instance's own, the gchk_call that the
 * node's callbacks get, and the node's state), and the route of the row that was changed last. Everything else is in
 * the table or, shared and constant, in the network; so any number of instances can live at once.
 */
#include "network/network_run.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/random.h"
#include "instance/roles.h"
#include "network/network_routes.h"
#include "network/network_vary.h"

typedef struct view {
  gchk_tensor *t; /* as many as the node's layer has */
  gchk_call call;
  bool is_created;
} view;

/* What update does after a change of `row`. */
typedef struct route {
  size_t row, count;
  gchk_route_step *steps; /* room for one a node */
  bool *dirty;            /* room for one a row */
} route;

typedef struct state {
  const gchk_network *network;
  uint64_t seed; /* that the seeds of the nodes come from */
  view *views;   /* one a node */
  route route;
  gchk_vary_step *vary_steps; /* room for one a node: of the plan that vary_work has */
  gchk_vary_work *vary_work;
} state;

static gchk_status node_failed(const gchk_node *node, gchk_status status, gchk_error *error) {
  if (error == NULL)
    return status;
  if (error->message[0] == '\0')
    return gchk_fail(error, status, "%s: %s failed without a message", node->name, node->layer->name);
  error->status = status;
  return gchk_fail_within(error, "%s", node->name);
}

static void *find_place(const gchk_call *call, gchk_home place) {
  if (place.buffer == GCHK_NOWHERE)
    return NULL;
  return place.buffer == GCHK_VALUE_OF ? call->t[place.row].value : call->t[place.row].grad;
}

/* Every node has a seed of its own, so that two alike draw different numbers. */
static void seed_views(state *s, uint64_t seed) {
  s->seed = seed;
  for (size_t n = 0; n < s->network->node_count; n++) {
    gchk_random random = gchk_random_stream(seed, s->network->nodes[n].name);
    s->views[n].call.seed = gchk_random_bits(&random);
  }
}

/* Hands on what may have changed since the last call. Whatever is called then may change more. */
static state *sync(const gchk_call *call) {
  state *s = call->state;
  gchk_vary_work_leave_base(s->vary_work);
  if (s->seed != call->seed)
    seed_views(s, call->seed);
  for (size_t n = 0; n < s->network->node_count; n++) {
    s->views[n].call.mode = call->mode;
    s->views[n].call.threads = call->threads;
  }
  return s;
}

static void point(state *s, const gchk_call *call) {
  for (size_t n = 0; n < s->network->node_count; n++) {
    const gchk_node *node = &s->network->nodes[n];
    for (size_t i = 0; i < node->layer->tensor_count; i++) {
      s->views[n].t[i].value = call->t[node->slots[i].row].value;
      s->views[n].t[i].grad = find_place(call, node->slots[i].gradient);
    }
  }
}

static void destroy(void *data) {
  state *s = data;
  if (s == NULL)
    return;
  for (size_t n = 0; s->views != NULL && n < s->network->node_count; n++) {
    const gchk_layer *layer = s->network->nodes[n].layer;
    if (s->views[n].is_created && layer->destroy != NULL)
      layer->destroy(s->views[n].call.state);
    free(s->views[n].t);
  }
  free(s->views);
  free(s->route.steps);
  free(s->route.dirty);
  free(s->vary_steps);
  gchk_vary_work_free(s->vary_work);
  free(s);
}

static gchk_status make_view(view *v, const gchk_node *node, const double *options, gchk_error *error) {
  const gchk_layer *layer = node->layer;
  v->t = gchk_calloc(layer->tensor_count, sizeof *v->t);
  if (v->t == NULL)
    return gchk_fail_memory(error, node->name);
  for (size_t i = 0; i < layer->tensor_count; i++)
    v->t[i] = (gchk_tensor){.name = layer->tensors[i].name,
                            .role = layer->tensors[i].role,
                            .dtype = node->slots[i].dtype,
                            .shape = node->slots[i].shape,
                            .count = node->slots[i].count};
  v->call = (gchk_call){.t = v->t,
                        .tensor_count = layer->tensor_count,
                        .option = options + node->first_option,
                        .sizes = &node->sizes,
                        .layer = layer,
                        .threads = 1};
  return GCHK_OK;
}

static gchk_status create_nodes(state *s, gchk_error *error) {
  for (size_t n = 0; n < s->network->node_count; n++) {
    const gchk_node *node = &s->network->nodes[n];
    view *v = &s->views[n];
    if (node->layer->create == NULL)
      continue;
    const gchk_status status = node->layer->create(&v->call, &v->call.state, error);
    if (status != GCHK_OK)
      return node_failed(node, status, error);
    v->is_created = true;
  }
  return GCHK_OK;
}

static gchk_status create(const gchk_call *call, void **result, gchk_error *error) {
  const gchk_network *network = call->layer->user;
  gchk_status status = GCHK_OK;
  *result = NULL;
  state *s = gchk_calloc(1, sizeof *s);
  if (s == NULL)
    return gchk_fail_memory(error, network->name);
  s->network = network;
  s->views = gchk_calloc(network->node_count, sizeof *s->views);
  s->route = (route){.row = GCHK_NONE,
                     .steps = gchk_calloc(network->node_count, sizeof *s->route.steps),
                     .dirty = gchk_calloc(network->row_count, sizeof *s->route.dirty)};
  s->vary_steps = gchk_calloc(network->node_count, sizeof *s->vary_steps);
  if (s->views == NULL || s->route.steps == NULL || s->route.dirty == NULL || s->vary_steps == NULL)
    status = gchk_fail_memory(error, network->name);
  for (size_t n = 0; n < network->node_count && status == GCHK_OK; n++)
    status = make_view(&s->views[n], &network->nodes[n], call->option, error);
  if (status == GCHK_OK) {
    gchk_call with_state = *call;
    with_state.state = s;
    seed_views(s, call->seed);
    (void)sync(&with_state);
    point(s, call);
    status = create_nodes(s, error);
  }
  if (status != GCHK_OK) {
    destroy(s);
    return status;
  }
  *result = s;
  return GCHK_OK;
}

/* Calls one callback of every node that has it. */
typedef gchk_callback (*pick_fn)(const gchk_layer *layer);

static gchk_status call_node(const state *s, size_t n, pick_fn pick, gchk_error *error) {
  const gchk_node *node = &s->network->nodes[n];
  const gchk_callback callback = pick(node->layer);
  if (callback == NULL)
    return GCHK_OK;
  const gchk_status status = callback(&s->views[n].call, error);
  return status == GCHK_OK ? GCHK_OK : node_failed(node, status, error);
}

static gchk_status call_all(const gchk_call *call, pick_fn pick, gchk_error *error) {
  const state *s = sync(call);
  for (size_t n = 0; n < s->network->node_count; n++)
    GCHK_TRY(call_node(s, n, pick, error));
  return GCHK_OK;
}

static gchk_callback pick_forward(const gchk_layer *layer) {
  return layer->forward;
}
static gchk_callback pick_surrogate(const gchk_layer *layer) {
  return layer->surrogate;
}
static gchk_callback pick_surrogate_or_forward(const gchk_layer *layer) {
  return layer->surrogate != NULL ? layer->surrogate : layer->forward;
}
static gchk_callback pick_backward(const gchk_layer *layer) {
  return layer->backward;
}
static gchk_callback pick_bind(const gchk_layer *layer) {
  return layer->bind;
}
static gchk_callback pick_reset(const gchk_layer *layer) {
  return layer->reset;
}
static gchk_callback pick_set_seed(const gchk_layer *layer) {
  return layer->set_seed;
}
static gchk_callback pick_set_mode(const gchk_layer *layer) {
  return layer->set_mode;
}
static gchk_callback pick_set_threads(const gchk_layer *layer) {
  return layer->set_threads;
}

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  return call_all(call, pick_forward, error);
}
static gchk_status surrogate(const gchk_call *call, gchk_error *error) {
  return call_all(call, pick_surrogate_or_forward, error);
}
static gchk_status reset(const gchk_call *call, gchk_error *error) {
  return call_all(call, pick_reset, error);
}
static gchk_status set_seed(const gchk_call *call, gchk_error *error) {
  return call_all(call, pick_set_seed, error);
}
static gchk_status set_mode(const gchk_call *call, gchk_error *error) {
  return call_all(call, pick_set_mode, error);
}
static gchk_status set_threads(const gchk_call *call, gchk_error *error) {
  return call_all(call, pick_set_threads, error);
}
static gchk_status bind(const gchk_call *call, gchk_error *error) {
  point(call->state, call);
  return call_all(call, pick_bind, error);
}

static gchk_status loss(const gchk_call *call, double *value, gchk_error *error) {
  const state *s = sync(call);
  const size_t n = s->network->loss_node;
  const gchk_node *node = &s->network->nodes[n];
  const gchk_status status = node->layer->loss(&s->views[n].call, value, error);
  return status == GCHK_OK ? GCHK_OK : node_failed(node, status, error);
}

/* to = scale to, for gradients that a layer stores with a factor. */
static void scale(const gchk_tensor *t, double factor) {
  for (size_t i = 0; i < t->count; i++)
    gchk_tensor_set(t, t->grad, i, gchk_tensor_get(t, t->grad, i) * factor);
}

/* to += from */
static void add(gchk_dtype dtype, size_t count, void *to, const void *from) {
  if (dtype == GCHK_F64) {
    double *a = to;
    const double *b = from;
    for (size_t i = 0; i < count; i++)
      a[i] += b[i];
  } else {
    float *a = to;
    const float *b = from;
    for (size_t i = 0; i < count; i++)
      a[i] += b[i];
  }
}

static void prepare_gradients(const gchk_call *call, const gchk_node *node, const view *v) {
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    const gchk_slot *slot = &node->slots[i];
    const size_t bytes = slot->count * gchk_dtype_size(slot->dtype);
    if (v->t[i].grad != NULL && slot->is_zeroed)
      memset(v->t[i].grad, 0, bytes);
    if (slot->copied_from.buffer == GCHK_NOWHERE)
      continue;
    assert(v->t[i].grad != NULL); // an output's
    memcpy(v->t[i].grad, find_place(call, slot->copied_from), bytes);
  }
}

static void collect_gradients(const gchk_call *call, const gchk_node *node, const view *v) {
  const double factor = node->layer->grad_scale;
  for (size_t i = 0; i < node->layer->tensor_count; i++) {
    const gchk_slot *slot = &node->slots[i];
    if (v->t[i].grad == NULL || v->t[i].role == GCHK_OUTPUT)
      continue;
    if (factor != 0 && factor != 1)
      scale(&v->t[i], 1 / factor);
    if (slot->added_to.buffer != GCHK_NOWHERE)
      add(slot->dtype, slot->count, find_place(call, slot->added_to), v->t[i].grad);
  }
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const state *s = sync(call);
  for (size_t n = s->network->node_count; n-- > 0;) {
    const gchk_node *node = &s->network->nodes[n];
    prepare_gradients(call, node, &s->views[n]);
    GCHK_TRY(call_node(s, n, pick_backward, error));
    collect_gradients(call, node, &s->views[n]);
  }
  return GCHK_OK;
}

/* The upstream gradients into the node's outputs, zeros into the gradients that it writes. */
static void put_upstream(const gchk_node *node, const view *v, const double *const *upstream) {
  for (size_t i = 0, output = 0; i < node->layer->tensor_count; i++) {
    const gchk_tensor *t = &v->t[i];
    const double *given = t->role == GCHK_OUTPUT ? upstream[output++] : NULL;
    for (size_t e = 0; t->grad != NULL && e < t->count; e++)
      gchk_tensor_set(t, t->grad, e, given != NULL ? given[e] : 0);
  }
}

static void take_gradients(const gchk_node *node, const view *v, double *const *gradients) {
  const double factor = node->layer->grad_scale != 0 ? node->layer->grad_scale : 1;
  for (size_t i = 0, input = 0; i < node->layer->tensor_count; i++) {
    const gchk_tensor *t = &v->t[i];
    double *to = gchk_role_is_given(t->role) ? gradients[input++] : NULL;
    for (size_t e = 0; to != NULL && e < t->count; e++)
      to[e] = t->grad != NULL ? gchk_tensor_get(t, t->grad, e) / factor : (double)NAN;
  }
}

gchk_status gchk_network_node_backward(const gchk_call *call, size_t n, const double *const *upstream,
                                       double *const *gradients, gchk_error *error) {
  const state *s = sync(call);
  const gchk_node *node = &s->network->nodes[n];
  put_upstream(node, &s->views[n], upstream);
  GCHK_TRY(call_node(s, n, pick_backward, error));
  take_gradients(node, &s->views[n], gradients);
  return GCHK_OK;
}

/* Elements of one tensor are changed one after the other, so the route of the last is that of most. */
static const route *route_of(state *s, size_t row) {
  if (s->route.row != row) {
    s->route.row = row;
    s->route.count = gchk_network_route(s->network, row, s->route.dirty, s->route.steps);
  }
  return &s->route;
}

static gchk_status update(const gchk_call *call, size_t tensor, size_t element, bool *done, gchk_error *error) {
  state *s = sync(call);
  const gchk_network *network = s->network;
  const route *r = route_of(s, tensor);
  *done = false;
  for (size_t k = 0; k < r->count; k++) {
    const gchk_route_step step = r->steps[k];
    const gchk_node *node = &network->nodes[step.node];
    bool is_done = false;
    if (step.slot != GCHK_NONE && node->layer->update != NULL) {
      const gchk_status status = node->layer->update(&s->views[step.node].call, step.slot, element, &is_done, error);
      if (status != GCHK_OK)
        return node_failed(node, status, error);
    }
    if (is_done)
      continue;
    // forward would write the changed value itself again
    if (step.slot != GCHK_NONE && !gchk_role_is_given(node->layer->tensors[step.slot].role))
      return GCHK_OK;
    GCHK_TRY(call_node(s, step.node, pick_reset, error));
    GCHK_TRY(call_node(s, step.node, pick_set_seed, error));
    GCHK_TRY(call_node(s, step.node, pick_forward, error));
  }
  *done = r->count > 0;
  return GCHK_OK;
}

static gchk_status vary(const gchk_call *call, const gchk_variants *variants, bool *done, gchk_error *error) {
  state *s = call->state;
  const gchk_tensor *tensor = &call->t[variants->tensor];
  *done = false;
  if (gchk_vary_work_fits(s->vary_work, variants))
    return gchk_network_vary_again(s->vary_work, tensor, variants, done, error);
  const route *r = route_of(sync(call), variants->tensor);
  for (size_t k = 0; k < r->count; k++) {
    view *v = &s->views[r->steps[k].node];
    s->vary_steps[k] = (gchk_vary_step){.node = &s->network->nodes[r->steps[k].node], .call = &v->call};
  }
  return gchk_network_vary(s->network, tensor, s->vary_steps, r->count, variants, &s->vary_work, done, error);
}

static bool some_node_has(const gchk_network *network, pick_fn pick) {
  for (size_t n = 0; n < network->node_count; n++)
    if (pick(network->nodes[n].layer) != NULL)
      return true;
  return false;
}

void gchk_network_set_callbacks(const gchk_network *network, gchk_layer *layer) {
  layer->create = create;
  layer->destroy = destroy;
  layer->bind = bind;
  layer->forward = forward;
  layer->backward = backward;
  layer->update = update;
  layer->vary = vary;
  layer->surrogate = some_node_has(network, pick_surrogate) ? surrogate : NULL;
  layer->reset = some_node_has(network, pick_reset) ? reset : NULL;
  layer->set_seed = some_node_has(network, pick_set_seed) ? set_seed : NULL;
  layer->set_mode = some_node_has(network, pick_set_mode) ? set_mode : NULL;
  layer->set_threads = some_node_has(network, pick_set_threads) ? set_threads : NULL;
  layer->loss = network->loss_node != GCHK_NONE ? loss : NULL;
}
