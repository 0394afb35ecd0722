/*
 * What vary costs, in CPU seconds, the least of several runs: all elements of every parameter of a network of affine
 * layers with relu between them and softmax_with_loss behind, six points an element, the batch read from a file or
 * drawn, with four of five inputs 0.
 *
 *     bench_vary REPEATS POINTS BATCH INPUTS UNITS... [ROWS.BIN]
 *
 * POINTS: the most that one call gets. ROWS.BIN: BATCH x INPUTS doubles, as they are in memory.
 *
 * Beside it the loss is taken by forwards and by updates of a few elements, for what they would cost.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "gradcheck/layers.h"
#include "gradcheck/network.h"
#include "gradcheck/random.h"
#include "instance/fill.h"
#include "measure/vary.h"

enum { POINTS = 6, MOST_LAYERS = 16, FEW = 2000, BLOCK = 4096 };

static void expect(gchk_status status, const gchk_error *error) {
  if (status == GCHK_OK)
    return;
  (void)fprintf(stderr, "%s\n", error->message);
  exit(1);
}

static double cpu_now(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t number(const char *text) {
  char *end = NULL;
  errno = 0;
  const unsigned long long value = strtoull(text, &end, 10);
  if (errno != 0 || *end != '\0' || value == 0) {
    (void)fprintf(stderr, "%s is no number of anything\n", text);
    exit(2);
  }
  return (size_t)value;
}

static void add_node(gchk_network *net, const char *name, const char *layer, const char *x, const char *t,
                     size_t units) {
  gchk_error error = {GCHK_OK, ""};
  gchk_sizes sizes = {0};
  if (units > 0)
    expect(gchk_sizes_set(&sizes, "units", units, &error), &error);
  const gchk_binding bindings[] = {{"x", x}, {"t", t}};
  const gchk_node_spec spec = {name, gchk_registry_find(layer, GCHK_F64, 0), bindings, t != NULL ? 2 : 1, &sizes, NULL};
  expect(gchk_network_add_node(net, &spec, &error), &error);
}

static gchk_network *make(size_t batch, size_t inputs, const size_t *units, size_t layers) {
  gchk_error error = {GCHK_OK, ""};
  gchk_network *net = NULL;
  expect(gchk_network_new(&net, "net", GCHK_F64, &error), &error);
  const gchk_shape x = {.rank = 2, .dim = {batch, inputs}}, t = {.rank = 2, .dim = {batch, units[layers - 1]}};
  expect(gchk_network_add_value(net, "x", GCHK_INPUT, GCHK_F64, &x, NULL, 0, &error), &error);
  expect(gchk_network_add_value(net, "t", GCHK_CONSTANT, GCHK_F64, &t, NULL, 0, &error), &error);
  char before[32] = "x", name[32];
  for (size_t k = 0; k < layers; k++) {
    (void)snprintf(name, sizeof name, "affine%zu", k + 1);
    add_node(net, name, "affine", before, NULL, units[k]);
    (void)snprintf(before, sizeof before, "%s", name);
    (void)snprintf(name, sizeof name, "relu%zu", k + 1);
    if (k + 1 < layers) {
      add_node(net, name, "relu", before, NULL, 0);
      (void)snprintf(before, sizeof before, "%s", name);
    }
  }
  add_node(net, "loss", "softmax_with_loss", before, "t", 0);
  return net;
}

static void fill(gchk_instance *instance, const char *path) {
  gchk_error error = {GCHK_OK, ""};
  const gchk_sizes none = {0};
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    gchk_random random = gchk_random_stream(1, t->name);
    gchk_fill normal = {.kind = GCHK_FILL_NORMAL, .b = t->role == GCHK_PARAMETER ? 0.01 : 1};
    if (t->role == GCHK_CONSTANT)
      normal = (gchk_fill){.kind = GCHK_FILL_ONE_HOT};
    if (t->role == GCHK_INPUT || t->role == GCHK_PARAMETER || t->role == GCHK_CONSTANT)
      expect(gchk_fill_tensor(&instance->t[i], &normal, 0, 0, &none, &random, &error), &error);
  }
  double *x = instance->t[0].value;
  for (size_t k = 0; k < instance->t[0].count; k++)
    x[k] = k % 5 == 0 ? fabs(x[k]) : 0;
  FILE *in = path != NULL ? fopen(path, "rb") : NULL;
  if (path != NULL && (in == NULL || fread(x, sizeof *x, instance->t[0].count, in) != instance->t[0].count)) {
    (void)fprintf(stderr, "%s: no %zu numbers\n", path, instance->t[0].count);
    exit(1);
  }
  if (in != NULL)
    (void)fclose(in);
  expect(gchk_instance_forward(instance, &error), &error);
}

typedef struct points {
  size_t *element;
  double *value, *loss;
} points;

/* In blocks of elements: x + h of all of them, then x - h, x + 2 h and so on, as a check asks. */
static points points_of(const gchk_tensor *t) {
  points p = {gchk_calloc(t->count * POINTS, sizeof *p.element), gchk_calloc(t->count * POINTS, sizeof *p.value),
              gchk_calloc(t->count * POINTS, sizeof *p.loss)};
  if (p.element == NULL || p.value == NULL || p.loss == NULL)
    exit(1);
  const double *x = t->value;
  size_t k = 0;
  for (size_t first = 0; first < t->count; first += BLOCK)
    for (size_t point = 0; point < POINTS; point++)
      for (size_t e = first; e < t->count && e < first + BLOCK; e++, k++) {
        const double h = ldexp(1e-4, (int)(point / 2));
        p.element[k] = e;
        p.value[k] = x[e] + (point % 2 == 0 ? h : -h);
      }
  return p;
}

static void vary(gchk_instance *instance, size_t i, const points *p, size_t most) {
  gchk_error error = {GCHK_OK, ""};
  const size_t count = instance->t[i].count * POINTS;
  for (size_t k = 0; k < count; k += most) {
    double base = 0;
    bool done = false;
    const gchk_variants some = {
        i, count - k < most ? count - k : most, p->element + k, p->value + k, p->loss + k, &base, NULL, NULL};
    expect(gchk_vary(instance, &some, &done, &error), &error);
    if (!done) {
      (void)fprintf(stderr, "%s is not varied\n", instance->t[i].name);
      exit(1);
    }
  }
}

static double measure_vary(gchk_instance *instance, size_t i, const points *p, size_t most, size_t repeats) {
  double least = HUGE_VAL;
  for (size_t r = 0; r < repeats; r++) {
    const double start = cpu_now();
    vary(instance, i, p, most);
    least = fmin(least, cpu_now() - start);
  }
  return least;
}

/* For as many points as all have, from a few of them; and the largest difference of these from vary. */
static double measure_forward(gchk_instance *instance, size_t i, const points *p, double *worst) {
  gchk_error error = {GCHK_OK, ""};
  const gchk_tensor *t = &instance->t[i];
  const size_t count = t->count * POINTS, few = count < FEW ? count : FEW, step = count / few;
  double *x = t->value, loss = 0;
  const double start = cpu_now();
  for (size_t k = 0; k < few; k++) {
    const double before = x[p->element[k * step]];
    x[p->element[k * step]] = p->value[k * step];
    expect(gchk_instance_forward(instance, &error), &error);
    expect(gchk_instance_outputs(instance, &loss, &error), &error);
    x[p->element[k * step]] = before;
    *worst = fmax(*worst, fabs(loss - p->loss[k * step]));
  }
  const double spent = (cpu_now() - start) * (double)count / (double)few;
  expect(gchk_instance_forward(instance, &error), &error);
  return spent;
}

int main(int argc, char **argv) {
  size_t units[MOST_LAYERS], layers = 0;
  if (argc < 6) {
    (void)fprintf(stderr, "usage: bench_vary REPEATS POINTS BATCH INPUTS UNITS... [ROWS.BIN]\n");
    return 2;
  }
  const size_t repeats = number(argv[1]), most = number(argv[2]), batch = number(argv[3]), inputs = number(argv[4]);
  int at = 5;
  for (; at < argc && layers < MOST_LAYERS && argv[at][0] >= '1' && argv[at][0] <= '9'; at++)
    units[layers++] = number(argv[at]);
  gchk_blas_set_threads(1);
  gchk_error error = {GCHK_OK, ""};
  const gchk_layer *layer = NULL;
  gchk_instance *instance = NULL;
  gchk_network *net = make(batch, inputs, units, layers);
  expect(gchk_network_finish(net, NULL, &layer, &error), &error);
  const gchk_sizes none = {0};
  expect(gchk_instance_new(&instance, layer, &none, NULL, GCHK_TRAIN, 1, &error), &error);
  fill(instance, argv[at]);
  double varied = 0, forwards = 0, elements = 0, worst = 0;
  printf("%-12s %10s %12s %14s %12s\n", "tensor", "elements", "vary, s", "forwards, s", "us/element");
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (instance->t[i].role != GCHK_PARAMETER)
      continue;
    points p = points_of(&instance->t[i]);
    const double a = measure_vary(instance, i, &p, most, repeats), b = measure_forward(instance, i, &p, &worst);
    const double count = (double)instance->t[i].count;
    printf("%-12s %10.0f %12.6f %14.6f %12.4f\n", instance->t[i].name, count, a, b, 1e6 * a / count);
    varied += a;
    forwards += b;
    elements += count;
    free(p.element);
    free(p.value);
    free(p.loss);
  }
  printf("%-12s %10.0f %12.6f %14.6f %12.4f\nlargest difference of a loss: %.3g\n", "all", elements, varied, forwards,
         1e6 * varied / elements, worst);
  gchk_instance_free(instance);
  gchk_network_free(net);
  return 0;
}
