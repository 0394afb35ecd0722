/*
 * Graphs of nodes, as the source documents draw them, beside the fused layer that computes the same: values and
 * gradients agree to 1e-14 of the largest element (f64), 64 roundings (f32).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gradcheck/layers.h"
#include "main.h"
#include "network/network_fixture.h"

static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32};

typedef struct value {
  const char *name;
  gchk_role role;
  const char *shape;
  double numbers[16];
} value;

typedef struct node {
  const char *name, *layer, *bindings;
} node;

/* A graph and the layer; `pairs`: "node-value=tensor of the layer", for what is compared. */
typedef struct drawing {
  const char *what;
  value values[8]; // ended by one without a name
  node nodes[16];
  const char *fused, *sizes, *given, *compared;
} drawing;

static const drawing drawings[] = {
    {.what = "sigmoid: x (-1), exp, +1, 1/x",
     .values = {{"x", GCHK_INPUT, "2 3", {0.5, -1.25, 2, -3, 0.125, 1}},
                {"one", GCHK_INPUT, "2 3", {1, 1, 1, 1, 1, 1}}},
     .nodes = {{"m", "negate", "x=x y=m"},
               {"e", "exp", "x=m y=e"},
               {"d", "add", "x=e y=one out=d"},
               {"y", "reciprocal", "x=d y=y"}},
     .fused = "sigmoid",
     .sizes = "S=2x3",
     .given = "x=x",
     .compared = "y=y x=x"},
    {.what = "affine: dot, +",
     .values = {{"x", GCHK_INPUT, "1 2", {0.5, -1.25}},
                {"W", GCHK_PARAMETER, "2 3", {1, -2, 0.75, 0.25, 3, -1}},
                {"b", GCHK_PARAMETER, "1 3", {0.125, -4, 1.5}}},
     .nodes = {{"p", "matmul", "a=x b=W y=p"}, {"y", "add", "x=p y=b out=y"}},
     .fused = "affine",
     .sizes = "N=1 inputs=2 units=3",
     .given = "x=x W=W b=b",
     .compared = "y=y x=x W=W b=b"},
    {.what = "softmax with loss: softmax, cross entropy",
     .values = {{"x", GCHK_INPUT, "2 3", {0.3, 2.9, 4.0, 0.1, 0.2, 0.7}}, {"t", GCHK_CONSTANT, "2 3", {0, 0, 1, 0, 1}}},
     .nodes = {{"y", "softmax", "x=x y=y"}, {"loss", "cross_entropy", "p=y t=t loss=loss"}},
     .fused = "softmax_with_loss",
     .sizes = "N=2 C=3",
     .given = "x=x t=t",
     .compared = "loss=loss y=y x=x"},
    {.what = "softmax with loss of one sample: exp, +, /, log, x, +, x (-1)",
     .values = {{"a1", GCHK_INPUT, "", {0.3}},
                {"a2", GCHK_INPUT, "", {2.9}},
                {"a3", GCHK_INPUT, "", {4.0}},
                {"t1", GCHK_INPUT, "", {0}},
                {"t2", GCHK_INPUT, "", {1}},
                {"t3", GCHK_INPUT, "", {0}}},
     .nodes = {{"e1", "exp", "x=a1 y=e1"},
               {"e2", "exp", "x=a2 y=e2"},
               {"e3", "exp", "x=a3 y=e3"},
               {"s12", "add", "x=e1 y=e2 out=s12"},
               {"s", "add", "x=s12 y=e3 out=s"},
               {"y1", "div", "x=e1 y=s out=y1"},
               {"y2", "div", "x=e2 y=s out=y2"},
               {"y3", "div", "x=e3 y=s out=y3"},
               {"l2", "log", "x=y2 y=l2"},
               {"u1", "mul", "x=y1 y=t1 out=u1"},
               {"u2", "mul", "x=l2 y=t2 out=u2"},
               {"u3", "mul", "x=y3 y=t3 out=u3"},
               {"v12", "add", "x=u1 y=u2 out=v12"},
               {"v", "add", "x=v12 y=u3 out=v"},
               {"loss", "negate", "x=v y=loss"}},
     .fused = "softmax_with_loss",
     .sizes = "N=1 C=3",
     .given = "x=a1,a2,a3 t=t1,t2,t3",
     .compared = "loss=loss a1,a2,a3=x"},
};
enum { DRAWINGS = sizeof drawings / sizeof drawings[0], DTYPES = 2, MOST = 32 };

/* The elements of the tensors in a list "a1,a2,a3", one after the other; gradients or values. */
static size_t gather(const gchk_instance *instance, const char *names, bool gradients, double *elements) {
  char list[64], *rest = NULL;
  size_t count = 0;
  (void)snprintf(list, sizeof list, "%s", names);
  for (char *name = strtok_r(list, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
    const gchk_tensor *t = tensor(instance, name);
    for (size_t i = 0; i < t->count && count < MOST; i++)
      elements[count++] = gchk_tensor_get(t, gradients ? t->grad : t->value, i);
  }
  return count;
}

/* The caller frees the network after the instance. */
static gchk_instance *draw(const drawing *d, gchk_network *network, gchk_dtype dtype) {
  for (const value *v = d->values; v->name != NULL; v++)
    add_value(network, v->name, v->role, v->shape);
  for (const node *n = d->nodes; n->name != NULL; n++)
    add_node(network, n->name, built_in(n->layer, dtype), n->bindings, "", NULL);
  gchk_instance *graph = finish(network, 1);
  for (const value *v = d->values; v->name != NULL; v++) {
    const gchk_tensor *t = tensor(graph, v->name);
    for (size_t i = 0; i < t->count; i++)
      gchk_tensor_set(t, t->value, i, v->numbers[i]);
  }
  return graph;
}

/* "tensor=names" of `given`: the fused layer gets what the graph has. */
static gchk_instance *fuse(const drawing *d, const gchk_instance *graph, gchk_dtype dtype) {
  gchk_sizes sizes = {0};
  gchk_instance *fused = NULL;
  char given[128], *rest = NULL;
  double elements[MOST];
  ck_assert_int_eq(gchk_sizes_parse(&sizes, d->sizes, NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_new(&fused, built_in(d->fused, dtype), &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
  (void)snprintf(given, sizeof given, "%s", d->given);
  for (char *word = strtok_r(given, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
    char *names = strchr(word, '=');
    *names++ = '\0';
    const gchk_tensor *t = tensor(fused, word);
    ck_assert_uint_eq(gather(graph, names, false, elements), t->count);
    for (size_t i = 0; i < t->count; i++)
      gchk_tensor_set(t, t->value, i, elements[i]);
  }
  return fused;
}

/* forward and backward, with the upstream gradients 1, -1/2, 1/3, ... of the layer's output. */
static void run(gchk_instance *instance, const char *output) {
  const gchk_tensor *out = tensor(instance, output);
  ck_assert_int_eq(gchk_instance_forward(instance, NULL), GCHK_OK);
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].grad != NULL)
      memset(instance->t[i].grad, 0, instance->t[i].count * gchk_dtype_size(instance->t[i].dtype));
  for (size_t i = 0; i < out->count; i++)
    gchk_tensor_set(out, out->grad, i, (i % 2 == 0 ? 1 : -1) / (1 + (double)i));
  ck_assert_int_eq(gchk_instance_backward(instance, NULL), GCHK_OK);
}

static void expect_same(const drawing *d, const gchk_instance *graph, const gchk_instance *fused, const char *ours,
                        const char *theirs, bool gradients) {
  const double allowed = fused->layer->dtype == GCHK_F64 ? 1e-14 : 64 * 0x1p-24;
  double a[MOST], b[MOST], largest = 0;
  const size_t count = gather(graph, ours, gradients, a);
  ck_assert_uint_eq(gather(fused, theirs, gradients, b), count);
  for (size_t i = 0; i < count; i++)
    largest = fmax(largest, fabs(b[i]));
  for (size_t i = 0; i < count; i++)
    ck_assert_msg(fabs(a[i] - b[i]) <= allowed * largest, "%s: %s[%zu] is %.17g, and %.17g in %s", d->what, ours, i,
                  a[i], b[i], d->fused);
}

START_TEST(nodes_are_the_layer) {
  const drawing *d = &drawings[_i / DTYPES];
  gchk_network *network = new_network(dtypes[_i % DTYPES]);
  gchk_instance *graph = draw(d, network, dtypes[_i % DTYPES]), *fused = fuse(d, graph, dtypes[_i % DTYPES]);
  char compared[128], *rest = NULL, *output = NULL;
  (void)snprintf(compared, sizeof compared, "%s", d->compared);
  for (char *ours = strtok_r(compared, " ", &rest); ours != NULL; ours = strtok_r(NULL, " ", &rest)) {
    char *theirs = strchr(ours, '=');
    *theirs++ = '\0';
    if (output == NULL) { // the first of them
      output = theirs;
      run(graph, ours);
      run(fused, theirs);
    }
    const gchk_role role = tensor(fused, theirs)->role;
    const bool is_given = role == GCHK_INPUT || role == GCHK_PARAMETER;
    expect_same(d, graph, fused, ours, theirs, is_given);
  }
  gchk_instance_free(graph);
  gchk_instance_free(fused);
  gchk_network_free(network);
}
END_TEST

static TCase *node_graphs(void) {
  TCase *t = tcase_create("graphs of nodes");
  tcase_add_loop_test(t, nodes_are_the_layer, 0, DRAWINGS * DTYPES);
  return t;
}

TEST_MAIN("graphs of nodes", node_graphs)
