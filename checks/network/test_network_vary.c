/*
 * vary of a network: every loss against that of a whole forward at the same point, by another instance; mistakes that
 * are put into what it uses show there; nothing else changes, however the points are cut into calls.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/layers.h"
#include "instance/snapshot.h"
#include "layers/lanes.h"
#include "main.h"
#include "network/network_fixture.h"
#include "network/vary_points.h"
#include "sanitized.h"

static const gchk_layer *layer(const char *name) {
  return built_in(name, GCHK_F64);
}

/*
 * Layers in a row from x on, the last of them a loss with target t. What some read besides, or instead, follows their
 * name; c is a constant as large as t.
 */
typedef struct row_of_layers {
  const char *x, *t;
  gchk_role t_role;
  struct {
    const char *layer, *sizes;
  } nodes[10];
} row_of_layers;

static const row_of_layers rows[] = {
    {"3 6",
     "3 4",
     GCHK_CONSTANT,
     {{"affine", "units=5"}, {"relu", ""}, {"affine", "units=4"}, {"softmax_with_loss", ""}}},
    {"7 4",
     "7 3",
     GCHK_CONSTANT,
     {{"affine", "units=33"},
      {"sigmoid", ""},
      {"affine", "units=6"},
      {"tanh", ""},
      {"affine", "units=5"},
      {"sigmoid", ""},
      {"affine", "units=3"},
      {"softmax_with_loss", ""}}},
    {"1 5", "1 3", GCHK_INPUT, {{"linear", "units=4"}, {"gelu", ""}, {"linear", "units=3"}, {"mse", ""}}},
    {"5", "3", GCHK_INPUT, {{"affine", "units=4"}, {"tanh", ""}, {"affine", "units=3"}, {"mse", ""}}},
    {"3 5",
     "3 4",
     GCHK_CONSTANT,
     {{"linear", "units=9"}, {"relu", ""}, {"affine", "units=4"}, {"softmax", ""}, {"cross_entropy", ""}}},
    {"3 5",
     "3",
     GCHK_INDEX,
     {{"affine", "units=9"}, {"leaky_relu", ""}, {"linear", "units=4"}, {"softmax_cross_entropy", ""}}},
    {"2 3 4",
     "2 5",
     GCHK_CONSTANT,
     {{"affine", "units=6"}, {"softplus", ""}, {"relu", ""}, {"affine", "units=5"}, {"huber", ""}}},
    {"3 4", "3 4", GCHK_CONSTANT, {{"sigmoid", ""}, {"bce", ""}}},
    {"3 2 4", "3 5", GCHK_CONSTANT, {{"relu", ""}, {"flatten", ""}, {"linear", "units=5"}, {"smooth_l1", ""}}},
    {"3 4",
     "3 5",
     GCHK_CONSTANT,
     {{"affine", "units=6"}, {"layer_norm", ""}, {"tanh", ""}, {"rms_norm", ""}, {"affine", "units=5"}, {"mse", ""}}},
    {"3 6 2", "3 6 2", GCHK_CONSTANT, {{"group_norm", "groups=3"}, {"l2_normalize", ""}, {"l1", ""}}},
    {"3 5", "3 4", GCHK_CONSTANT, {{"layer_norm", ""}, {"relu", ""}, {"affine", "units=4"}, {"mse", ""}}},
    {"4 6", "4 6", GCHK_CONSTANT, {{"group_norm", "groups=2"}, {"sigmoid", ""}, {"rms_norm", ""}, {"mse", ""}}},
    {"3 2 4", "3 8", GCHK_CONSTANT, {{"rms_norm", ""}, {"layer_norm", ""}, {"flatten", ""}, {"huber", ""}}},
    {"3 2 130", "3 2 130", GCHK_CONSTANT, {{"l2_normalize", ""}, {"layer_norm", ""}, {"mse", ""}}},
    {"5", "3", GCHK_INPUT, {{"affine", "units=4"}, {"layer_norm", ""}, {"affine", "units=3"}, {"mse", ""}}},
    {"3 1",
     "3 2",
     GCHK_CONSTANT,
     {{"layer_norm", ""}, {"affine", "units=3"}, {"l2_normalize", ""}, {"linear", "units=2"}, {"mse", ""}}},
    {"20 2", "20 40", GCHK_CONSTANT, {{"affine", "units=40"}, {"bce_with_logits", ""}}},
    {"3 5",
     "3 4",
     GCHK_CONSTANT,
     {{"dropout", ""},
      {"affine", "units=33"},
      {"dropout", ""},
      {"relu", ""},
      {"affine", "units=6"},
      {"tanh", ""},
      {"dropout", ""},
      {"linear", "units=4"},
      {"mse", ""}}},
    {"4 5",
     "4 6",
     GCHK_CONSTANT,
     {{"affine", "units=6"}, {"dropout mask=c", ""}, {"layer_norm", ""}, {"dropout mask=c", ""}, {"mse", ""}}},
    {"3 5",
     "3 4",
     GCHK_CONSTANT,
     {{"affine", "units=6"},
      {"relu", ""},
      {"affine", "units=6"},
      {"add y=n1", ""},
      {"layer_norm", ""},
      {"linear", "units=4"},
      {"mse", ""}}},
    {"4 6",
     "4 3",
     GCHK_CONSTANT,
     {{"affine", "units=6"},
      {"add y=x", ""},
      {"tanh", ""},
      {"affine", "units=6"},
      {"sub y=x", ""},
      {"mul y=n2", ""},
      {"affine", "units=3"},
      {"softmax_with_loss", ""}}},
    {"3 5", "3 4", GCHK_CONSTANT, {{"affine", "units=4"}, {"mul y=n0", ""}, {"add y=c", ""}, {"mse", ""}}},
    {"3 2 4",
     "3 8",
     GCHK_CONSTANT,
     {{"flatten", ""},
      {"relu", ""},
      {"affine", "units=8"},
      {"add y=n0", ""},
      {"softmax", ""},
      {"mul y=n1", ""},
      {"l1", ""}}},
    {"3 5",
     "3 6",
     GCHK_CONSTANT,
     {{"affine", "units=7"},
      {"sigmoid", ""},
      {"affine", "units=6"},
      {"affine x=n1", "units=6"},
      {"tanh", ""},
      {"mul y=n2", ""},
      {"dropout", ""},
      {"div y=c", ""},
      {"huber", ""}}},
    {"6", "6", GCHK_CONSTANT, {{"affine", "units=6"}, {"relu", ""}, {"add y=x", ""}, {"sub y=c", ""}, {"mse", ""}}},
    {"4 5",
     "4 3",
     GCHK_CONSTANT,
     {{"affine", "units=6"}, {"batch_norm", "C=6"}, {"relu", ""}, {"affine", "units=3"}, {"softmax_with_loss", ""}}},
    {"70 3",
     "70 3",
     GCHK_CONSTANT,
     {{"linear", "units=3"}, {"sigmoid", ""}, {"batch_norm", "C=3"}, {"dropout", ""}, {"add y=c", ""}, {"mse", ""}}},
    {"3 4", "3 2", GCHK_CONSTANT, {{"tanh", ""}, {"batch_norm", "C=4"}, {"linear", "units=2"}, {"mse", ""}}},
    {"4 5",
     "4 3",
     GCHK_CONSTANT,
     {{"affine", "units=6"},
      {"batch_norm", "C=6"},
      {"relu", ""},
      {"affine", "units=6"},
      {"batch_norm", "C=6"},
      {"add y=n2", ""},
      {"layer_norm", ""},
      {"affine", "units=3"},
      {"softmax_with_loss", ""}}},
    // more rows than a block has by itself
    {"520 1",
     "520 2",
     GCHK_CONSTANT,
     {{"linear", "units=2"}, {"tanh", ""}, {"softmax", ""}, {"batch_norm", "C=2"}, {"mse", ""}}},
    // more losses of rows than are kept together, and more points of a unit than pass together
    {"700 2",
     "700 2",
     GCHK_CONSTANT,
     {{"affine", "units=5"}, {"relu", ""}, {"linear", "units=2"}, {"softmax_with_loss", ""}}},
    {"2 60", "2 2", GCHK_CONSTANT, {{"linear", "units=2"}, {"relu", ""}, {"mse", ""}}},
};
enum {
  ROWS = sizeof rows / sizeof rows[0],
  RECTIFIED = 0,
  DEEP = 1,
  NORMALISED = 9,
  DROPPED = 18,
  RESIDUAL = 20,
  MULTIPLIED = 21,
  BATCH = 26
};

/* A built-in layer whose table fits, of those that share a name; a vector is one sample, which the third is for. */
static void add_fitting(gchk_network *net, const char *node, const char *name, const char *bindings,
                        const char *sizes) {
  const bool is_sample = gchk_network_shape(net, "x")->rank == 1 && gchk_registry_find(name, GCHK_F64, 2) != NULL;
  const gchk_layer *fitting;
  gchk_status status = GCHK_INVALID;
  for (size_t nth = is_sample ? 2 : 0; status != GCHK_OK && (fitting = gchk_registry_find(name, GCHK_F64, nth)) != NULL;
       nth++)
    status = try_node(net, node, fitting, bindings, sizes, NULL, NULL);
  ck_assert_int_eq(status, GCHK_OK);
}

/* `planted`, where it is not NULL, stands for the layers of its name. */
static gchk_network *make(const row_of_layers *row, const gchk_layer *planted) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, row->x);
  add_value(net, "t", row->t_role, row->t);
  char before[8] = "x", node[8], name[32], bindings[64];
  for (size_t n = 0; row->nodes[n].layer != NULL; n++) {
    const bool is_last = row->nodes[n + 1].layer == NULL;
    const char *more = strchr(row->nodes[n].layer, ' ');
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(row->nodes[n].layer, " "), row->nodes[n].layer);
    (void)snprintf(node, sizeof node, is_last ? "loss" : "n%zu", n);
    if (strcmp(name, "batch_norm") == 0 && gchk_network_shape(net, "m") == NULL) {
      add_value(net, "m", GCHK_CONSTANT, row->nodes[n].sizes + strlen("C="));
      add_value(net, "v", GCHK_CONSTANT, row->nodes[n].sizes + strlen("C="));
    }
    if (strcmp(name, "batch_norm") == 0)
      more = " running_mean=m running_var=v";
    if (more != NULL && strncmp(more, " x=", 3) == 0)
      (void)snprintf(bindings, sizeof bindings, "%s", more + 1);
    else
      (void)snprintf(bindings, sizeof bindings, "%s=%s%s%s", strcmp(name, "cross_entropy") == 0 ? "p" : "x", before,
                     is_last ? " t=t" : "", more != NULL ? more : "");
    if (more != NULL && strstr(more, "=c") != NULL && gchk_network_shape(net, "c") == NULL)
      add_value(net, "c", GCHK_CONSTANT, row->t);
    if (planted != NULL && strcmp(planted->name, name) == 0)
      add_node(net, node, planted, bindings, row->nodes[n].sizes, NULL);
    else
      add_fitting(net, node, name, bindings, row->nodes[n].sizes);
    (void)snprintf(before, sizeof before, "%s", node);
  }
  return net;
}

static bool has(const gchk_instance *instance, const char *name) {
  return gchk_instance_find(instance, name) < instance->tensor_count;
}

/* With zeros of both signs among the inputs, as images have them. */
static gchk_instance *open_with_zeros(gchk_network *net) {
  gchk_instance *instance = finish(net, 7);
  for (size_t k = 0; k < tensor(instance, "x")->count; k += 3)
    set(instance, "x", k, k % 2 == 0 ? 0.0 : -0.0);
  for (size_t k = 0; has(instance, "v") && k < tensor(instance, "v")->count; k++)
    set(instance, "v", k, 0.5 + (double)k); // a variance
  forward(instance);
  return instance;
}

/*
 * What a change can be followed from: all but constants, labels and targets, what is written by the way, and gains and
 * biases of channels that are several elements of a row.
 */
static bool is_varied(const gchk_instance *instance, size_t i) {
  const gchk_tensor *t = &instance->t[i];
  if ((strstr(t->name, "gamma") != NULL || strstr(t->name, "beta") != NULL) && tensor(instance, "x")->shape.rank > 2)
    return false;
  return strchr("tcmv", t->name[0]) == NULL &&
         (gchk_instance_is_differentiable(instance, i) || gchk_instance_is_inner_value(instance, i));
}

static void check_losses(const row_of_layers *row, gchk_mode mode) {
  gchk_network *net = make(row, NULL);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  size_t tensors = 0;
  fast->call.mode = slow->call.mode = mode;
  forward(fast);
  for (size_t i = 0; i < fast->tensor_count; i++) {
    if (!is_varied(fast, i))
      continue;
    vary_points p = all_points(fast, i);
    const uint64_t calls = fast->forward_calls;
    ck_assert_msg(vary(fast, &p), "%s is not varied", fast->t[i].name);
    ck_assert_uint_eq(fast->forward_calls - calls, p.variants.count);
    const size_t k = first_difference(&p, slow, fast);
    ck_assert_msg(k == p.variants.count, "%s[%zu] = %g: %.17g, by forward %.17g", fast->t[i].name,
                  p.element[k % p.variants.count], p.value[k % p.variants.count], p.loss[k % p.variants.count],
                  loss_at(slow, fast, i, p.element[k % p.variants.count], p.value[k % p.variants.count]));
    ck_assert(fabs(p.base - value_of(fast, "loss", 0)) <= 64 * DBL_EPSILON * fmax(1, fabs(p.base)));
    for (size_t e = 0; e < p.variants.count; e += POINTS)
      ck_assert(p.loss[e] == p.base); // nothing is changed there
    tensors++;
    free_points(&p);
  }
  ck_assert_uint_ge(tensors, 2);
  check_guards(fast);
  gchk_instance_free(fast);
  gchk_instance_free(slow);
  gchk_network_free(net);
}

START_TEST(losses_are_those_of_forward) {
  check_losses(&rows[_i], GCHK_TRAIN);
}
END_TEST

START_TEST(losses_in_eval_mode_are_those_of_forward) {
  static const size_t with_modes[] = {DROPPED, DROPPED + 1, BATCH, BATCH + 1, BATCH + 2, BATCH + 3};
  check_losses(&rows[with_modes[_i]], GCHK_EVAL);
}
END_TEST

/* The loss with both of its epsilons, of one-hot targets, of rows of weights with none or several, and of labels. */
enum { ONE_HOT, WEIGHTS, LABELS, TARGETS };

static gchk_instance *open_with_epsilons(gchk_network *net, int targets) {
  static const double epsilons[] = {1e-2, 0.25, 0};
  const gchk_layer *loss = gchk_registry_find("softmax_with_loss", GCHK_F64, targets == LABELS);
  add_value(net, "x", GCHK_INPUT, "40 3");
  add_value(net, "t", targets == LABELS ? GCHK_INDEX : GCHK_CONSTANT, targets == LABELS ? "40" : "40 5");
  add_node(net, "n0", layer("linear"), "x=x", "units=5", NULL);
  add_node(net, "loss", loss, "x=n0 t=t", "", epsilons);
  gchk_instance *instance = finish(net, 7);
  for (size_t k = 0; targets == WEIGHTS && k < tensor(instance, "t")->count; k++)
    set(instance, "t", k, k % 4 < 2 || k < 5 ? 0 : 0.25 + (double)(k % 3));
  forward(instance);
  return instance;
}

START_TEST(epsilons_and_any_targets_are_those_of_forward) {
  gchk_network *net = new_network(GCHK_F64);
  gchk_instance *fast = open_with_epsilons(net, _i), *slow = instantiate(fast->layer, 7);
  const char *const varied[] = {"x", "n0.W", "n0.b", "n0"};
  for (size_t i = 0; i < sizeof varied / sizeof varied[0]; i++) {
    vary_points p = all_points(fast, gchk_instance_find(fast, varied[i]));
    ck_assert(vary(fast, &p));
    const size_t k = first_difference(&p, slow, fast);
    ck_assert_msg(k == p.variants.count, "%s: point %zu", varied[i], k);
    free_points(&p);
  }
  gchk_instance_free(fast);
  gchk_instance_free(slow);
  gchk_network_free(net);
}
END_TEST

START_TEST(nothing_else_changes) {
  gchk_network *net = make(&rows[_i], NULL);
  gchk_instance *instance = open_with_zeros(net);
  gchk_snapshot *before = gchk_snapshot_new(instance, GCHK_SNAPSHOT_ALL);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    vary_points p = all_points(instance, i);
    (void)vary(instance, &p);
    free_points(&p);
  }
  for (size_t i = 0; i < instance->tensor_count; i++) {
    ck_assert_mem_eq(instance->t[i].value, gchk_snapshot_value(before, i), instance->values[i].bytes);
    if (instance->t[i].grad != NULL)
      ck_assert_mem_eq(instance->t[i].grad, gchk_snapshot_gradient(before, i), instance->grads[i].bytes);
  }
  gchk_snapshot_free(before);
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* Calls of so many points, in an order of their own. */
static void vary_in_parts(gchk_instance *instance, const vary_points *all, size_t part, bool is_backwards) {
  const size_t count = all->variants.count;
  vary_points p = all_points(instance, all->variants.tensor);
  double *loss = gchk_calloc(count, sizeof *loss);
  for (size_t k = 0; k < count; k++) {
    const size_t from = is_backwards ? count - 1 - k : k;
    p.element[k] = all->element[from];
    p.value[k] = all->value[from];
  }
  for (size_t first = 0; first < count; first += part) {
    vary_points some = {.variants = {all->variants.tensor, count - first < part ? count - first : part,
                                     p.element + first, p.value + first, loss + first, NULL, NULL, NULL}};
    ck_assert(vary(instance, &some));
    ck_assert_mem_eq(&some.base, &all->base, sizeof some.base);
  }
  for (size_t k = 0; k < count; k++) {
    const double want = all->loss[is_backwards ? count - 1 - k : k];
    ck_assert(memcmp(&loss[k], &want, sizeof want) == 0 || (isnan(loss[k]) && isnan(want)));
  }
  free(loss);
  free_points(&p);
}

START_TEST(calls_may_be_cut_anywhere) {
  gchk_network *net = make(&rows[_i], NULL);
  gchk_instance *instance = open_with_zeros(net);
  for (size_t i = 0; i < instance->tensor_count; i++) {
    vary_points p = all_points(instance, i);
    if (is_varied(instance, i) && p.variants.count < REPEATED(10000, 1200)) {
      ck_assert(vary(instance, &p));
      vary_in_parts(instance, &p, 1, false);
      vary_in_parts(instance, &p, 7, true);
      vary_in_parts(instance, &p, 4096, true);
    }
    free_points(&p);
  }
  gchk_instance_free(instance);
  gchk_network_free(net);
}
END_TEST

/* Nothing is kept of what was there before a forward. */
START_TEST(values_may_change_between_calls) {
  gchk_network *net = make(&rows[DEEP], NULL);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  vary_points p = all_points(fast, gchk_instance_find(fast, "n0.W"));
  for (size_t k = 0; k < 4; k++) {
    set(fast, "n2.W", k, 2 + (double)k);
    set(fast, "x", 3 * k, 0.5);
    forward(fast);
    ck_assert(vary(fast, &p));
    ck_assert_uint_eq(first_difference(&p, slow, fast), p.variants.count);
  }
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

/* Rows whose mean is large beside what they differ by: its rounding shows, and is that of forward. */
START_TEST(rows_far_from_zero_are_those_of_forward) {
  gchk_network *net = make(&rows[NORMALISED + 2], NULL);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  for (size_t k = 0; k < tensor(fast, "x")->count; k++)
    set(fast, "x", k, 1e7 + 10 * value_of(fast, "x", k));
  forward(fast);
  vary_points p = all_points(fast, gchk_instance_find(fast, "x"));
  ck_assert(vary(fast, &p));
  ck_assert_uint_eq(first_difference(&p, slow, fast), p.variants.count);
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

/* Nor of its mode, by which rows are coupled or not. */
START_TEST(the_mode_may_change_between_calls) {
  gchk_network *net = make(&rows[BATCH + 1], NULL);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  vary_points p = all_points(fast, gchk_instance_find(fast, "n0.W"));
  for (size_t k = 0; k < 3; k++) {
    fast->call.mode = slow->call.mode = k == 1 ? GCHK_TRAIN : GCHK_EVAL;
    forward(fast);
    ck_assert(vary(fast, &p));
    ck_assert_uint_eq(first_difference(&p, slow, fast), p.variants.count);
  }
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

/* Mistakes in what vary uses of the first layer, affine, or of the loss. */
static const gchk_lanes *right(void) {
  return layer("affine")->lanes;
}

static bool head_with_a_factor_of_b(const gchk_call *call, size_t tensor_index, gchk_lane_head *head) {
  const bool done = right()->head(call, tensor_index, head);
  head->factor = call->t[right()->x].value;
  return done;
}

static bool head_of_one_row(const gchk_call *call, size_t tensor_index, gchk_lane_head *head) {
  const bool done = right()->head(call, tensor_index, head);
  head->stride = 0;
  return done;
}

static void change_of_last_unit_lost(const gchk_call *call, const gchk_lane_block *block, const double *change,
                                     double *y) {
  right()->change(call, block, change, y);
  const size_t units = call->t[3].shape.dim[1];
  memcpy(y + (units - 1) * block->width, y, block->width * sizeof *y);
}

static void change_of_one_lane_lost(const gchk_call *call, const gchk_lane_block *block, const double *change,
                                    double *y) {
  right()->change(call, block, change, y);
  for (size_t u = 0; block->width > GCHK_LANE_STEP && u < call->t[3].shape.dim[1]; u++)
    y[u * block->width + GCHK_LANE_STEP + 1] = y[u * block->width];
}

static const gchk_lanes *right_loss(void) {
  return layer("softmax_with_loss")->lanes;
}

static void last_lane_lost(const gchk_call *call, const gchk_lane_block *block, double *x, double *work, double *loss) {
  right_loss()->losses(call, block, x, work, loss);
  const gchk_lane_run *last = &block->runs[block->run_count - 1];
  loss[last->start + last->count - 1] = loss[0];
}

static double divisor_of_all_but_one(const gchk_call *call) {
  return right_loss()->divisor(call) - 1;
}

/* In the network of NORMALISED: affine, layer_norm, tanh, rms_norm, affine, mse. */
static double factor_of_first_row(const gchk_call *call, size_t row, size_t unit) {
  gchk_lane_head head;
  (void)row;
  ck_assert(layer("layer_norm")->lanes->head(call, 1, &head));
  return head.of_unit(call, 0, unit);
}

static bool head_with_a_factor_of_the_first_row(const gchk_call *call, size_t tensor_index, gchk_lane_head *head) {
  const bool done = layer("layer_norm")->lanes->head(call, tensor_index, head);
  head->of_unit = head->of_unit != NULL ? factor_of_first_row : NULL;
  return done;
}

static bool head_without_factor(const gchk_call *call, size_t tensor_index, gchk_lane_head *head) {
  const bool done = layer("layer_norm")->lanes->head(call, tensor_index, head);
  head->of_unit = NULL;
  return done;
}

/* Mean and variance as if nothing were changed: only the element itself is. */
static void change_of_moments_lost(const gchk_call *call, const gchk_lane_block *block, const double *change,
                                   double *y) {
  const gchk_tensor *out = &call->t[3];
  const size_t units = out->shape.dim[1];
  layer("layer_norm")->lanes->change(call, block, change, y);
  for (const gchk_lane_run *run = block->runs; run < block->runs + block->run_count; run++)
    for (size_t u = 0; u < units; u++)
      for (size_t k = run->start; k < run->start + run->count && u != run->unit; k++)
        y[u * block->width + k] = ((const double *)out->value)[run->row * units + u];
}

static void moments_of_the_first_lane(const gchk_call *call, const gchk_lane_block *block, const double *x, double *y) {
  layer("layer_norm")->lanes->forward(call, block, x, y);
  for (size_t u = 0; u < call->t[3].shape.dim[1]; u++)
    y[u * block->width + 1] = y[u * block->width];
}

/* In the network of DROPPED. */
static void mask_of_first_row(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                              size_t count) {
  layer("dropout")->lanes->elements(call, at % call->t[0].shape.dim[1], x, other, y, count);
}

static void mask_of_next_element(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                                 size_t count) {
  layer("dropout")->lanes->elements(call, (at + 1) % call->t[0].count, x, other, y, count);
}

/* In that of RESIDUAL, of a sum, and that of MULTIPLIED, of a product with a value before it. */
static void other_of_the_base(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                              size_t count) {
  layer("add")->lanes->elements(call, at, x, x == NULL ? other : NULL, y, count);
}

static void x_of_the_base(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                          size_t count) {
  layer("add")->lanes->elements(call, at, other == NULL ? x : NULL, other, y, count);
}

static void base_of_first_row(const gchk_call *call, size_t at, const double *x, const double *other, double *y,
                              size_t count) {
  layer("mul")->lanes->elements(call, at % call->t[0].shape.dim[1], x, other, y, count);
}

/* In that of BATCH. */
static void columns_of_the_base(const gchk_call *call, size_t unit, size_t stride, size_t count, const double *x,
                                double *y) {
  const size_t rows_of_x = call->t[0].shape.dim[0], units = call->t[0].shape.dim[1];
  for (size_t n = 0; n < rows_of_x; n++)
    layer("batch_norm")->lanes->elements(call, n * units + unit, x + n * stride, NULL, y + n * stride, count);
}

static void columns_but_the_last_row(const gchk_call *call, size_t unit, size_t stride, size_t count, const double *x,
                                     double *y) {
  const size_t last = call->t[0].shape.dim[0] - 1, units = call->t[0].shape.dim[1];
  layer("batch_norm")->lanes->columns(call, unit, stride, count, x, y);
  for (size_t k = 0; k < count; k++)
    y[last * stride + k] = ((const double *)call->t[3].value)[last * units + unit];
}

static gchk_coupling none(const gchk_call *call) {
  (void)call;
  return GCHK_ROWS_ALONE;
}

static bool head_of_batch_norm_without_factor(const gchk_call *call, size_t tensor_index, gchk_lane_head *head) {
  const bool done = layer("batch_norm")->lanes->head(call, tensor_index, head);
  head->of_unit = NULL;
  return done;
}

static const struct {
  gchk_lanes wrong; /* the members that are not NULL */
  const char *layer, *tensor;
  size_t row;
  bool is_right;
} mistakes[] = {
    {{.head = NULL}, "affine", "n0.W", DEEP, true},
    {{.head = NULL}, "affine", "n0.b", DEEP, true},
    {{.head = NULL}, "affine", "x", DEEP, true},
    {{.head = NULL}, "softmax_with_loss", "x", DEEP, true},
    {{.head = head_of_one_row}, "affine", "n0.W", DEEP, false},
    {{.head = head_of_one_row}, "affine", "n0.b", DEEP, true}, // whose factor is 1 in all rows
    {{.head = head_with_a_factor_of_b}, "affine", "n0.b", DEEP, false},
    {{.change = change_of_last_unit_lost}, "affine", "x", DEEP, false},
    {{.change = change_of_one_lane_lost}, "affine", "x", DEEP, false},
    {{.losses = last_lane_lost}, "softmax_with_loss", "n0.W", DEEP, false},
    {{.divisor = divisor_of_all_but_one}, "softmax_with_loss", "n0.W", DEEP, false},
    {{.head = NULL}, "layer_norm", "n1.gamma", NORMALISED, true},
    {{.head = head_with_a_factor_of_the_first_row}, "layer_norm", "n1.gamma", NORMALISED, false},
    {{.head = head_with_a_factor_of_the_first_row}, "layer_norm", "n1.beta", NORMALISED, true},
    {{.head = head_without_factor}, "layer_norm", "n1.gamma", NORMALISED, false},
    {{.change = change_of_moments_lost}, "layer_norm", "n0.W", NORMALISED, false},
    {{.change = change_of_moments_lost}, "layer_norm", "x", NORMALISED, true}, // forward does it
    {{.forward = moments_of_the_first_lane}, "layer_norm", "x", NORMALISED, false},
    {{.forward = moments_of_the_first_lane}, "layer_norm", "n0.W", NORMALISED, true}, // change does it
    {{.head = NULL}, "dropout", "n1.W", DROPPED, true},
    {{.elements = mask_of_first_row}, "dropout", "x", DROPPED, false},
    {{.elements = mask_of_first_row}, "dropout", "n1.W", DROPPED, false},
    {{.elements = mask_of_first_row}, "dropout", "n7.W", DROPPED, true}, // there is none behind it
    {{.elements = mask_of_next_element}, "dropout", "n4.W", DROPPED, false},
    {{.head = NULL}, "add", "n0.W", RESIDUAL, true},
    {{.elements = other_of_the_base}, "add", "n0.W", RESIDUAL, false},
    {{.elements = other_of_the_base}, "add", "n2.W", RESIDUAL, true}, // for which it is
    {{.elements = x_of_the_base}, "add", "n0.W", RESIDUAL, false},
    {{.elements = x_of_the_base}, "add", "n2.W", RESIDUAL, true}, // only that has changed
    {{.elements = base_of_first_row}, "mul", "n3.W", MULTIPLIED, false},
    {{.elements = base_of_first_row}, "mul", "n0.W", MULTIPLIED, true}, // for which both have changed
    {{.head = NULL}, "batch_norm", "n0.W", BATCH, true},
    {{.columns = columns_of_the_base}, "batch_norm", "n0.W", BATCH, false},
    {{.columns = columns_but_the_last_row}, "batch_norm", "n0.W", BATCH, false},
    {{.columns = columns_but_the_last_row}, "batch_norm", "n3.W", BATCH, true}, // which is behind it
    {{.coupling = none}, "batch_norm", "n0.W", BATCH, false},
    {{.coupling = none}, "batch_norm", "x", BATCH, false},
    {{.head = NULL}, "batch_norm", "x", BATCH, true},
    {{.columns = columns_of_the_base}, "batch_norm", "x", BATCH, false},
    {{.columns = columns_but_the_last_row}, "batch_norm", "x", BATCH, false},
    {{.head = head_of_batch_norm_without_factor}, "batch_norm", "n1.gamma", BATCH, false},
    {{.head = head_of_batch_norm_without_factor}, "batch_norm", "n1.beta", BATCH, true},
};
enum { MISTAKES = sizeof mistakes / sizeof mistakes[0] };

START_TEST(mistakes_show) {
  const gchk_lanes *wrong = &mistakes[_i].wrong;
  gchk_layer planted = *layer(mistakes[_i].layer);
  gchk_lanes lanes = *planted.lanes;
  lanes.head = wrong->head != NULL ? wrong->head : lanes.head;
  lanes.forward = wrong->forward != NULL ? wrong->forward : lanes.forward;
  lanes.change = wrong->change != NULL ? wrong->change : lanes.change;
  lanes.elements = wrong->elements != NULL ? wrong->elements : lanes.elements;
  lanes.columns = wrong->columns != NULL ? wrong->columns : lanes.columns;
  lanes.coupling = wrong->coupling != NULL ? wrong->coupling : lanes.coupling;
  lanes.losses = wrong->losses != NULL ? wrong->losses : lanes.losses;
  lanes.divisor = wrong->divisor != NULL ? wrong->divisor : lanes.divisor;
  planted.lanes = &lanes;
  gchk_network *net = make(&rows[mistakes[_i].row], &planted);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  vary_points p = all_points(fast, gchk_instance_find(fast, mistakes[_i].tensor));
  ck_assert(vary(fast, &p));
  ck_assert((first_difference(&p, slow, fast) == p.variants.count) == mistakes[_i].is_right);
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

static double flat_everywhere(double x) {
  return fabs(x);
}

static double flat_too_far(double x) {
  return 16 * layer("relu")->lanes->flat_within(x);
}

static double flat_nowhere(double x) {
  (void)x;
  return 0;
}

static const struct {
  double (*within)(double x); /* NULL: relu's own */
  const char *tensor;
  bool is_right;
} flat[] = {{NULL, "n0.W", true},          {NULL, "n0.b", true},
            {flat_nowhere, "n0.W", true},  {flat_everywhere, "n0.W", false},
            {flat_too_far, "n0.W", false}, {flat_everywhere, "n2.W", true}}; // which is behind it
enum { FLAT = sizeof flat / sizeof flat[0] };

/* One point at a time, for what does not show is left out where that holds of all points of a unit. */
START_TEST(rows_in_which_nothing_shows_are_left_out) {
  gchk_layer planted = *layer("relu");
  gchk_lanes lanes = *planted.lanes;
  lanes.flat_within = flat[_i].within != NULL ? flat[_i].within : lanes.flat_within;
  planted.lanes = &lanes;
  gchk_network *net = make(&rows[RECTIFIED], &planted);
  gchk_instance *fast = open_with_zeros(net), *slow = instantiate(fast->layer, 7);
  vary_points p = all_points(fast, gchk_instance_find(fast, flat[_i].tensor));
  for (size_t k = 0; k < p.variants.count; k++) {
    vary_points one = p;
    one.variants = (gchk_variants){p.variants.tensor, 1, p.element + k, p.value + k, p.loss + k, NULL, NULL, NULL};
    ck_assert(vary(fast, &one));
  }
  ck_assert((first_difference(&p, slow, fast) == p.variants.count) == flat[_i].is_right);
  free_points(&p);
  free_instances(net, fast, slow);
}
END_TEST

static TCase *network_vary(void) {
  TCase *tcase = tcase_create("network vary");
  tcase_add_loop_test(tcase, losses_are_those_of_forward, 0, ROWS);
  tcase_add_loop_test(tcase, losses_in_eval_mode_are_those_of_forward, 0, 6);
  tcase_add_loop_test(tcase, epsilons_and_any_targets_are_those_of_forward, 0, TARGETS);
  tcase_add_loop_test(tcase, nothing_else_changes, 0, ROWS);
  tcase_add_loop_test(tcase, calls_may_be_cut_anywhere, 0, ROWS);
  tcase_add_test(tcase, values_may_change_between_calls);
  tcase_add_test(tcase, rows_far_from_zero_are_those_of_forward);
  tcase_add_test(tcase, the_mode_may_change_between_calls);
  tcase_add_loop_test(tcase, mistakes_show, 0, MISTAKES);
  tcase_add_loop_test(tcase, rows_in_which_nothing_shows_are_left_out, 0, FLAT);
  return tcase;
}

TEST_MAIN("network_vary", network_vary)
