/*
 * One function an operator with an action argument, on a graph node that holds x, g and a cache pointer. Children's g
 * is
 * += , and only where the child wants it. float32.
 */
#include <stdlib.h>

#include "toolbox.h"

enum { NONE };

typedef enum action { SYNC_SHAPE, ALLOCATE, FORWARD, BACKWARD } action;
enum { WANTS_GRADIENT = 1 };

typedef struct node {
  size_t n;
  unsigned flags;
  float *x, *g;
  void *cache;
  int made;
  struct node *child[2];
} node;

/* p = a * b, elementwise */
static int op_mul(node *p, action a) {
  node *u = p->child[0], *v = p->child[1];
  switch (a) {
  case SYNC_SHAPE:
    p->n = u->n;
    return u->n == v->n ? 0 : -1;
  case ALLOCATE:
    return 0;
  case FORWARD:
    for (size_t i = 0; i < p->n; i++)
      p->x[i] = u->x[i] * v->x[i];
    return 0;
  case BACKWARD:
    for (size_t i = 0; i < p->n && (u->flags & WANTS_GRADIENT) != 0; i++)
      u->g[i] += p->g[i] * v->x[i];
    for (size_t i = 0; i < p->n && (v->flags & WANTS_GRADIENT) != 0; i++)
      v->g[i] += p->g[i] * (p->made == 1 ? p->x[i] : u->x[i]);
    return 0;
  }
  return -1;
}

/* p = max over pairs of neighbours; the cache remembers which */
static int op_max2(node *p, action a) {
  node *u = p->child[0];
  int *which = p->cache;
  switch (a) {
  case SYNC_SHAPE:
    p->n = u->n / 2;
    return u->n % 2 == 0 ? 0 : -1;
  case ALLOCATE:
    p->cache = realloc(p->cache, p->n * sizeof(int));
    return p->cache != NULL ? 0 : -1;
  case FORWARD:
    for (size_t i = 0; i < p->n; i++) {
      which[i] = u->x[2 * i + 1] > u->x[2 * i];
      p->x[i] = u->x[2 * i + (size_t)which[i]];
    }
    return 0;
  case BACKWARD:
    for (size_t i = 0; i < p->n && (u->flags & WANTS_GRADIENT) != 0; i++) {
      float *g = &u->g[2 * i + (size_t)which[i]];
      *g = p->made == 1 ? p->g[i] : *g + p->g[i];
    }
    return 0;
  }
  return -1;
}

typedef int (*op_fn)(node *p, action a);

typedef struct graph {
  node p, u, v;
  op_fn op;
} graph;

/* wrapping: one function with an action argument */
static void graph_destroy(void *state) {
  graph *g = state;
  free(g->p.cache);
  free(g);
}

static gchk_status graph_create(const gchk_call *c, void **state, gchk_error *error, op_fn op) {
  graph *g = calloc(1, sizeof *g);
  *state = g;
  if (g == NULL)
    return gchk_fail(error, GCHK_NO_MEMORY, "no memory");
  g->op = op;
  g->u = (node){.n = c->t[0].count, .flags = WANTS_GRADIENT};
  g->v = (node){.n = c->t[0].count, .flags = WANTS_GRADIENT};
  g->p = (node){.child = {&g->u, &g->v}, .made = mistake(c)};
  if (op(&g->p, SYNC_SHAPE) != 0 || op(&g->p, ALLOCATE) != 0)
    return gchk_fail(error, GCHK_INVALID, "the operator does not take these shapes");
  return GCHK_OK;
}

static gchk_status mul_create(const gchk_call *c, void **state, gchk_error *error) {
  return graph_create(c, state, error, op_mul);
}
/* end */

static gchk_status max2_create(const gchk_call *c, void **state, gchk_error *error) {
  return graph_create(c, state, error, op_max2);
}

/* wrapping: one function with an action argument */
static void bind_node(node *n, const gchk_tensor *t) {
  n->x = t->value;
  n->g = t->grad;
}

CALL(mul_bind) {
  graph *g = c->state;
  bind_node(&g->u, &c->t[0]);
  bind_node(&g->v, &c->t[1]);
  bind_node(&g->p, &c->t[2]);
}
/* end */

CALL(max2_bind) {
  graph *g = c->state;
  bind_node(&g->u, &c->t[0]);
  bind_node(&g->p, &c->t[1]);
}

/* wrapping: one function with an action argument */
static gchk_status act(const gchk_call *c, action a, gchk_error *error) {
  graph *g = c->state;
  return g->op(&g->p, a) == 0 ? GCHK_OK : gchk_fail(error, GCHK_LAYER_FAILED, "the operator failed");
}

static gchk_status node_forward(const gchk_call *c, gchk_error *error) {
  return act(c, FORWARD, error);
}

static gchk_status node_backward(const gchk_call *c, gchk_error *error) {
  return act(c, BACKWARD, error);
}

#define ADDED(name, role, shape, ...) GCHK_TENSOR(name, role, shape, .grad = GCHK_GRAD_ACCUMULATE, __VA_ARGS__)
static const gchk_tensor_spec mul_tensors[] = {ADDED("a", GCHK_INPUT, "N", .keep_away = 0),
                                               ADDED("b", GCHK_INPUT, "N", .keep_away = 0),
                                               GCHK_TENSOR("p", GCHK_OUTPUT, "N")};
/* end */
static const gchk_tensor_spec max2_tensors[] = {ADDED("a", GCHK_INPUT, "2*N", .fill = {.kind = GCHK_FILL_DISTINCT}),
                                                GCHK_TENSOR("p", GCHK_OUTPUT, "N")};

#define NODE(id, label, table, make, bind_to, which)                                                                   \
  extern const gchk_layer id;                                                                                          \
  const gchk_layer id = {.name = (label),                                                                              \
                         GCHK_HERE,                                                                                    \
                         .dtype = GCHK_F32,                                                                            \
                         GCHK_TENSORS(table),                                                                          \
                         .forward = node_forward,                                                                      \
                         .backward = node_backward,                                                                    \
                         .create = (make),                                                                             \
                         .destroy = graph_destroy,                                                                     \
                         .bind = (bind_to),                                                                            \
                         .user = &(int){which},                                                                        \
                         .sizes = "N=7"};

NODE(node_mul_right, "node mul", mul_tensors, mul_create, mul_bind, NONE)
NODE(node_mul_wrong, "node mul, p for a", mul_tensors, mul_create, mul_bind, 1)
NODE(node_max_right, "node max of two", max2_tensors, max2_create, max2_bind, NONE)
NODE(node_max_wrong, "node max of two, = for +=", max2_tensors, max2_create, max2_bind, 1)
