/* Results made up for tests. */
#include "report/sample_result.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

enum { MAX_CASES = 4096, WORST = 10, SCATTER = 400, MAP_CELLS = 4000 };

static void *need(void *memory) {
  if (!memory)
    abort();
  return memory;
}

static void *make(gchk_result *result, size_t count, size_t size) {
  return need(gchk_arena_alloc(result->arena, count, size));
}

const char *sample_copy(gchk_result *result, const char *text) {
  return need(gchk_arena_strdup(result->arena, text));
}

/* Uniform on [0, 1): a multiplicative generator is random enough for pictures. */
static double uniform(uint64_t *state) {
  *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (double)(*state >> 11) / 9007199254740992.0;
}

static gchk_result *start(const char *title) {
  gchk_result *result = need(gchk_result_new());
  result->title = title;
  result->wall_s = 0.4321;
  result->environment = (gchk_environment){.cpu = "Example CPU 2.0 GHz",
                                           .compiler = "gcc 12.2.0",
                                           .os = "Linux 6.1 x86_64",
                                           .blas_library = "OpenBLAS",
                                           .blas_core = "SkylakeX",
                                           .blas_threads = 1};
  static const gchk_origin code[] = {{"program", "0123456789abcdef"}, {"mylayers.so", "fedcba9876543210"}};
  static const gchk_origin inputs[] = {{"textbook.yaml", "00112233445566ff"}, {"train-images.gz", "absent"}};
  result->environment.code_count = sizeof code / sizeof code[0];
  result->environment.code = need(gchk_arena_copy(result->arena, code, 2, sizeof code[0]));
  result->input_count = sizeof inputs / sizeof inputs[0];
  result->inputs = need(gchk_arena_copy(result->arena, inputs, 2, sizeof inputs[0]));
  static const char *argv[] = {"gradcheck", "run", "textbook.yaml", "--html", "report.html"};
  result->argv = argv;
  result->argc = sizeof argv / sizeof argv[0];
  result->cases = make(result, MAX_CASES, sizeof *result->cases);
  return result;
}

gchk_case_result *sample_add_case(gchk_result *result, const char *name, const char *layer, gchk_verdict verdict) {
  if (result->case_count == MAX_CASES)
    abort();
  gchk_case_result *c = &result->cases[result->case_count++];
  *c = (gchk_case_result){.name = name,
                          .verdict = verdict,
                          .dtype = GCHK_F64,
                          .layer = layer,
                          .file = "layers/example.c",
                          .line = 88,
                          .target = "mylayers.so",
                          .reason = "",
                          .output = 0.7868317613004097,
                          .forward_calls = 1234,
                          .wall_s = 0.0321};
  c->tensors = make(result, 16, sizeof *c->tensors);
  return c;
}

typedef struct recipe {
  const char *name;
  gchk_role role;
  size_t rows, columns; // columns 0: one dimension; rows 0 as well: a scalar
  double scale;         // of the gradient
  double error;         // of the numeric derivative, relative to the scale
  double factor;        // what the gradient is multiplied with where it is wrong
  size_t wrong_from;    // elements from here on are wrong
  double sharpness;     // bound relative to the error
} recipe;

static int by_badness(const void *a, const void *b) {
  const gchk_element *x = a, *y = b;
  if (x->verdict != y->verdict)
    return x->verdict > y->verdict ? -1 : 1;
  double bars_x = fabs(x->analytic - x->numeric) / x->bound, bars_y = fabs(y->analytic - y->numeric) / y->bound;
  if (bars_x != bars_y)
    return bars_x > bars_y ? -1 : 1;
  return (x->flat > y->flat) - (x->flat < y->flat);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void fill_histogram(gchk_result *result, gchk_histogram *h, const gchk_element *elements, size_t count) {
  h->low = -18;
  h->bin_count = 40;
  h->bins = make(result, h->bin_count, sizeof *h->bins);
  for (size_t i = 0; i < count; i++) {
    double d = fabs(elements[i].analytic - elements[i].numeric);
    if (!isfinite(d))
      h->non_finite++;
    else if (d == 0)
      h->zero++;
    else {
      double bin = floor(2 * (log10(d) - h->low));
      h->bins[bin < 0 ? 0 : bin > 39 ? 39 : (size_t)bin]++;
    }
  }
}

static void fill_map(gchk_result *result, gchk_heatmap *map, const gchk_element *elements, size_t rows,
                     size_t columns) {
  map->row_pool = map->column_pool = 1;
  while (((rows + map->row_pool - 1) / map->row_pool) * ((columns + map->column_pool - 1) / map->column_pool) >
         MAP_CELLS) {
    if (rows / map->row_pool >= columns / map->column_pool)
      map->row_pool++;
    else
      map->column_pool++;
  }
  map->rows = (rows + map->row_pool - 1) / map->row_pool;
  map->columns = (columns + map->column_pool - 1) / map->column_pool;
  map->cells = make(result, map->rows * map->columns, sizeof *map->cells);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      double *cell = &map->cells[(r / map->row_pool) * map->columns + c / map->column_pool];
      double d = fabs(elements[r * columns + c].analytic - elements[r * columns + c].numeric);
      *cell = isnan(d) ? (double)INFINITY : fmax(*cell, d);
    }
}

static void fill_step_curve(gchk_result *result, gchk_step_curve *step_curve, double error, double floor_error) {
  step_curve->point_count = 9;
  step_curve->points = make(result, step_curve->point_count, sizeof *step_curve->points);
  step_curve->order = floor_error > 0 ? (double)NAN : 1.98;
  step_curve->decades = floor_error > 0 ? (double)NAN : 2.4;
  for (size_t i = 0; i < step_curve->point_count; i++) {
    double h = 0.125 * pow(0.25, (double)i), truncation = h * h / 6, rounding = error * 1e-5 / h;
    double median = fmax(truncation + rounding, floor_error);
    step_curve->points[i] = (gchk_step_point){.step = h,
                                              .median = median,
                                              .low = median * 0.2,
                                              .high = median * 3.1,
                                              .worst = median * 9.7,
                                              .bound = 2 * truncation + 4 * rounding,
                                              .elements = 30};
  }
}

static void fill_statistics(gchk_result *result, gchk_tensor_result *t, gchk_element *elements, size_t count) {
  double *bounds = make(result, count, sizeof *bounds), sum = 0, gd = 0, gg = 0, dd = 0;
  t->max_abs_diff = t->max_rel_diff = 0;
  for (size_t i = 0; i < count; i++) {
    double g = elements[i].analytic, d = elements[i].numeric, diff = fabs(g - d);
    sum += diff;
    t->max_abs_diff = fmax(t->max_abs_diff, diff);
    t->max_rel_diff = fmax(t->max_rel_diff, diff / fmax(fabs(g), fabs(d)));
    gd += g * d;
    gg += g * g;
    dd += d * d;
    bounds[i] = elements[i].bound;
    t->elements.pass += elements[i].verdict == GCHK_PASS;
    t->elements.fail += elements[i].verdict == GCHK_FAIL;
  }
  qsort(bounds, count, sizeof *bounds, by_size);
  t->mean_abs_diff = sum / (double)count;
  t->cosine = gd / sqrt(gg * dd);
  t->bound_median = t->bound_mean = bounds[count / 2]; // all are the same
  t->bound_max = bounds[count - 1];
}

static const gchk_undecided_result no_undecided = {
    .block = "", .error = "", .why_not = "", .caught = (double)NAN, .caught_wanted = (double)NAN};

static gchk_tensor_result *add_tensor(gchk_result *result, gchk_case_result *c, const recipe *r) {
  gchk_tensor_result *t = &c->tensors[c->tensor_count++];
  size_t count = (r->rows ? r->rows : 1) * (r->columns ? r->columns : 1);
  *t = (gchk_tensor_result){
      .name = r->name, .role = r->role, .dtype = GCHK_F64, .reason = "", .checked = count, .total = count};
  t->shape.rank = r->columns ? 2 : r->rows ? 1 : 0;
  t->shape.dim[0] = r->rows;
  t->shape.dim[1] = r->columns;
  t->undecided = no_undecided;
  t->slack_max = t->hidden = t->best_error = (double)NAN;
  t->threshold = t->sample_fraction = t->sample_probability = (double)NAN;
  t->reference.source = "";
  gchk_element *elements = make(result, count, sizeof *elements);
  uint64_t state = 7 + count;
  for (size_t i = 0; i < count; i++) {
    double numeric = r->scale * (2 * uniform(&state) - 1);
    double error = r->scale * r->error * (2 * uniform(&state) - 1) * pow(10, -2 * uniform(&state));
    bool is_wrong = i >= r->wrong_from;
    elements[i] = (gchk_element){.flat = i,
                                 .analytic = (is_wrong ? r->factor * numeric : numeric) + error,
                                 .numeric = numeric,
                                 .bound = r->scale * r->error * r->sharpness,
                                 .verdict = is_wrong ? GCHK_FAIL : GCHK_PASS};
  }
  fill_statistics(result, t, elements, count);
  t->verdict = t->elements.fail ? GCHK_FAIL : GCHK_PASS;
  t->step = 2.44140625e-4;
  t->digits = 9.5;
  fill_histogram(result, &t->histogram, elements, count);
  if (t->shape.rank == 2)
    fill_map(result, &t->heatmap, elements, r->rows, r->columns);
  fill_step_curve(result, &t->step_curve, r->error, t->elements.fail ? fabs(1 - r->factor) * 0.4 : 0);
  t->sensitivity = (gchk_sensitivity){1, 1, 1, 1, 1, 0.987};
  qsort(elements, count, sizeof *elements, by_badness);
  t->worst_count = count < WORST ? count : WORST;
  t->worst = elements;
  size_t stride = count / SCATTER + 1;
  t->scatter = make(result, count / stride + 1, sizeof *t->scatter);
  for (size_t i = 0; i < count; i += stride)
    t->scatter[t->scatter_count++] = elements[i];
  return t;
}

static void add_finding(gchk_result *result, size_t *count, gchk_finding **findings, const char *code, const char *text,
                        bool is_note) {
  gchk_finding *grown = make(result, *count + 1, sizeof *grown);
  if (*count)
    memcpy(grown, *findings, *count * sizeof *grown);
  grown[*count] = (gchk_finding){.code = code, .text = text, .is_note = is_note, .evidence_count = 2};
  grown[*count].evidence = make(result, 2, sizeof *grown[*count].evidence);
  grown[*count].evidence[0] = (gchk_evidence){.key = "ratio", .number = 0.5};
  grown[*count].evidence[1] = (gchk_evidence){.key = "where", .text = "everywhere"};
  *findings = grown;
  ++*count;
}

static const recipe weights1 = {"W1", GCHK_PARAMETER, 28, 20, 0.05, 3e-10, 1, SIZE_MAX, 3};
static const recipe bias1 = {"b1", GCHK_PARAMETER, 20, 0, 0.2, 2e-11, 1, SIZE_MAX, 3};
static const recipe weights2 = {"W2", GCHK_PARAMETER, 20, 10, 0.3, 2e-11, 1, SIZE_MAX, 3};
static const recipe bias2 = {"b2", GCHK_PARAMETER, 10, 0, 0.4, 1e-11, 1, SIZE_MAX, 3};
static const recipe input = {"x", GCHK_INPUT, 3, 28, 0.01, 1e-10, 1, SIZE_MAX, 3};

static void set_edge(gchk_edge_result *edge, const char *name, const char *producer, gchk_role role, double value,
                     double grad) {
  *edge = (gchk_edge_result){.name = name,
                             .producer = producer,
                             .role = role,
                             .count = 1,
                             .shown = 1,
                             .value = {value},
                             .grad = {grad},
                             .value_mean = fabs(value),
                             .value_max = fabs(value),
                             .grad_mean = fabs(grad),
                             .grad_max = fabs(grad),
                             .has_grad = true};
}

static void set_node(gchk_result *result, gchk_node_result *node, const char *name, const char *layer, size_t a,
                     size_t b, size_t out) {
  *node = (gchk_node_result){.name = name, .layer = layer, .input_count = b == SIZE_MAX ? 1 : 2, .output_count = 1};
  node->inputs = make(result, 2, sizeof *node->inputs);
  node->inputs[0] = a;
  node->inputs[1] = b;
  node->outputs = make(result, 1, sizeof *node->outputs);
  node->outputs[0] = out;
}

/* The local derivatives of a node of two scalars. */
static void set_locals(gchk_result *result, gchk_node_result *node, double by_first, double by_second) {
  const double slopes[] = {by_first, by_second};
  node->local_count = 2;
  node->locals = make(result, 2, sizeof *node->locals);
  for (size_t k = 0; k < 2; k++)
    node->locals[k] = (gchk_local_result){.input = k,
                                          .rows = 1,
                                          .columns = 1,
                                          .is_elementwise = true,
                                          .shown = 1,
                                          .value = {slopes[k]},
                                          .mean = slopes[k],
                                          .max = slopes[k]};
}

static void add_network_graph(gchk_result *result, gchk_case_result *c) {
  static const char *const names[] = {"x", "W1", "b1", "a1", "z1", "W2", "b2", "a2", "t", "loss"};
  static const char *const makers[] = {"", "", "", "affine1", "sigmoid1", "", "", "affine2", "", "softmax_with_loss"};
  gchk_graph_result *g = &c->graph;
  g->edge_count = 10;
  g->edges = make(result, g->edge_count, sizeof *g->edges);
  for (size_t i = 0; i < g->edge_count; i++) {
    bool is_scalar = i == 9;
    set_edge(&g->edges[i], names[i], makers[i], *makers[i] ? GCHK_CACHE : GCHK_PARAMETER, is_scalar ? 2.302585 : 0.123,
             is_scalar);
    if (is_scalar)
      continue;
    g->edges[i].shape = (gchk_shape){.rank = 2, .dim = {28, 20}};
    g->edges[i].count = 560;
    g->edges[i].shown = 0;
    g->edges[i].value_max = 1.5;
    g->edges[i].grad_mean = 0.0123;
    g->edges[i].grad_max = 0.21;
    g->edges[i].has_grad = i != 8;
  }
  g->node_count = 4;
  g->nodes = make(result, g->node_count, sizeof *g->nodes);
  set_node(result, &g->nodes[0], "affine1", "affine", 0, 1, 3);
  set_node(result, &g->nodes[1], "sigmoid1", "sigmoid", 3, SIZE_MAX, 4);
  set_node(result, &g->nodes[2], "affine2", "affine", 4, 5, 7);
  set_node(result, &g->nodes[3], "softmax_with_loss", "softmax_with_loss", 7, 8, 9);
  for (size_t n = 0; n < 4; n += 2) { // a third input each: the bias
    size_t *inputs = make(result, 3, sizeof *inputs);
    memcpy(inputs, g->nodes[n].inputs, 2 * sizeof *inputs);
    inputs[2] = n == 0 ? 2 : 6;
    g->nodes[n].inputs = inputs;
    g->nodes[n].input_count = 3;
  }
}

static gchk_case_result *add_network(gchk_result *result, const char *name) {
  gchk_case_result *c = sample_add_case(result, name, "network", GCHK_PASS);
  add_tensor(result, c, &input);
  add_tensor(result, c, &weights1);
  add_tensor(result, c, &bias1);
  add_tensor(result, c, &weights2);
  add_tensor(result, c, &bias2);
  add_network_graph(result, c);
  return c;
}

gchk_result *sample_empty(void) {
  gchk_result *result = start("empty.yaml");
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_passing(void) {
  gchk_result *result = start("textbook.yaml");
  add_network(result, "two-layer-net");
  gchk_case_result *relu = sample_add_case(result, "relu", "relu", GCHK_PASS);
  add_tensor(result, relu, &(recipe){"x", GCHK_INPUT, 6, 4, 1, 1e-12, 1, SIZE_MAX, 4});
  gchk_case_result *mul = sample_add_case(result, "mul", "mul", GCHK_PASS);
  add_tensor(result, mul, &(recipe){"x", GCHK_INPUT, 0, 0, 2, 1e-13, 1, SIZE_MAX, 4});
  add_tensor(result, mul, &(recipe){"y", GCHK_INPUT, 0, 0, 3, 1e-13, 1, SIZE_MAX, 4});
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_failing(void) {
  gchk_result *result = start("textbook.yaml");
  gchk_case_result *net = add_network(result, "two-layer-net");
  net->graph.nodes[2].first_wrong = true;
  net->verdict = GCHK_FAIL;
  net->tensors[4] = (gchk_tensor_result){0};
  net->tensor_count = 4;
  gchk_tensor_result *b2 = add_tensor(result, net, &(recipe){"b2", GCHK_PARAMETER, 10, 0, 0.4, 1e-11, 0.5, 0, 3});
  add_finding(result, &b2->finding_count, &b2->findings, "constant-ratio",
              "analytic/numeric = 0.5000 on 10 of 10: a factor of 2 lost, e.g. d(y^2) or mean for sum", false);
  b2->threshold = 1e-7;
  gchk_case_result *mine = sample_add_case(result, "my-affine", "affine", GCHK_FAIL);
  gchk_tensor_result *w = add_tensor(result, mine, &(recipe){"W", GCHK_PARAMETER, 12, 8, 1, 1e-11, -1, 88, 3});
  add_finding(result, &w->finding_count, &w->findings, "missing-tail",
              "the last row of W has the wrong sign: a loop that ends one row early", false);
  add_finding(result, &mine->finding_count, &mine->findings, "guard-zone",
              "backward wrote 8 bytes after the end of the gradient of W", false);
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_inconclusive(void) {
  gchk_result *result = start("noisy.yaml");
  gchk_case_result *c = sample_add_case(result, "noisy", "solver", GCHK_INCONCLUSIVE);
  c->reason = "the forward is noisy: sigma = 1e-6";
  gchk_tensor_result *t = add_tensor(result, c, &(recipe){"x", GCHK_INPUT, 5, 0, 1, 1e-1, 1, SIZE_MAX, 3});
  t->verdict = GCHK_INCONCLUSIVE;
  t->elements.undecided = 5;
  t->elements.pass = 0;
  t->reason = "the error bound is 30 % of the gradient";
  t->digits = 0.5;
  t->sensitivity = (gchk_sensitivity){1, 1, 0.4, 0, 0, 0};
  for (size_t i = 0; i < t->worst_count; i++)
    t->worst[i].verdict = GCHK_INCONCLUSIVE;
  gchk_case_result *skipped = sample_add_case(result, "gpu-only", "gpu", GCHK_SKIPPED);
  skipped->reason = "needs a device that is not there";
  skipped->file = "";
  skipped->line = 0;
  skipped->output = (double)NAN;
  gchk_result_summarise(result);
  return result;
}

static void add_crash(gchk_result *result, gchk_case_result *c) {
  static const char *const lines[] = {"weights <b>\"loaded\"</b> & ready", "| not | a table |", "::error::no command",
                                      "\\x1B[31mno colour, \xc3\xa9"};
  static const char *const report[] = {"==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60",
                                       "    #0 0x7f in lstm_backward <lstm.c>:12"};
  gchk_frame *frames = make(result, 3, sizeof *frames);
  frames[0] = (gchk_frame){"deep::net<double>::run(int)", "src/lstm.cpp", 12, "./mylayers.so", 0x1139, 1};
  frames[1] = (gchk_frame){"descend", "", 0, "./mylayers.so", 0x1200, 38};
  frames[2] = (gchk_frame){"", "", 0, "", 0xffffffffffffffff, 1};
  c->crash = (gchk_crash_result){.how = "signal",
                                 .callback = "backward",
                                 .step = "differentiate",
                                 .tensor = "W",
                                 .signal = "SIGSEGV",
                                 .address = "0x7fff1000",
                                 .where = "16 bytes (2 elements) beyond the end of the gradient of W, which has 12",
                                 .frame_count = 3,
                                 .frames = frames,
                                 .line_count = sizeof lines / sizeof lines[0],
                                 .lines = make(result, 4, sizeof *c->crash.lines),
                                 .sanitizer = "",
                                 .report_count = 2,
                                 .report = make(result, 2, sizeof *c->crash.report)};
  memcpy(c->crash.lines, lines, sizeof lines);
  memcpy(c->crash.report, report, sizeof report);
}

static void add_printed(gchk_result *result, gchk_case_result *c, const gchk_printed_result *row) {
  if (c->printed == NULL)
    c->printed = make(result, 8, sizeof *c->printed);
  c->printed[c->printed_count++] = *row;
}

gchk_result *sample_everything(void) {
  gchk_result *result = sample_failing();
  result->title = "everything.yaml";
  result->seed = UINT64_MAX;
  result->config.step = 1e-4;
  result->config.dtype = GCHK_F64;
  result->config.threshold = 1e-3;
  result->config.filter = "*";
  result->config.budget = 1000;
  result->config.probes = true;
  gchk_case_result *crash = sample_add_case(result, "crash", "lstm", GCHK_ERROR);
  crash->reason = "SIGSEGV in backward, after 3 of 12 elements";
  crash->output = (double)NAN;
  add_crash(result, crash);
  gchk_case_result *skipped = sample_add_case(result, "gpu-only", "gpu", GCHK_SKIPPED);
  skipped->reason = "needs a device that is not there";
  skipped->output = (double)NAN;
  gchk_case_result *expected = sample_add_case(result, "expected", "broken", GCHK_PASS);
  expected->expected_failure = "issue 42: the bias is known to be wrong";
  add_tensor(result, expected, &(recipe){"b", GCHK_PARAMETER, 4, 0, 1, 1e-11, 2, 0, 3});
  gchk_case_result *mixed = sample_add_case(result, "mixed", "mixed", GCHK_INCONCLUSIVE);
  gchk_tensor_result *waived = add_tensor(result, mixed, &(recipe){"waived", GCHK_INPUT, 8, 0, 1, 1e-11, 1.0001, 4, 3});
  waived->verdict = GCHK_PASS;
  waived->threshold = 1e-2;
  add_finding(result, &waived->finding_count, &waived->findings, "systematic-mismatch",
              "4 elements are beyond their bounds but within the threshold: the mismatch is systematic", true);
  gchk_tensor_result *kinked =
      add_tensor(result, mixed, &(recipe){"kinked", GCHK_INPUT, 8, 0, 1, 1e-11, 1, SIZE_MAX, 3});
  kinked->elements.kink = 2;
  kinked->elements.pass = 6;
  kinked->worst[0].verdict = GCHK_KINK;
  gchk_tensor_result *sampled =
      add_tensor(result, mixed, &(recipe){"sampled", GCHK_INPUT, 30, 10, 1, 1e-11, 1, SIZE_MAX, 3});
  sampled->checked = 200;
  sampled->elements.pass = 200;
  sampled->sample_fraction = 0.01;
  sampled->sample_probability = 0.866;
  sampled->heatmap.cells[7] = (double)NAN;
  gchk_tensor_result *blurred =
      add_tensor(result, mixed, &(recipe){"blurred", GCHK_INPUT, 6, 0, 1, 0.05, 1, SIZE_MAX, 3});
  blurred->verdict = GCHK_INCONCLUSIVE;
  blurred->reason = "the error bound is 15 % of the gradient";
  blurred->elements.undecided = 6;
  blurred->elements.pass = 0;
  gchk_tensor_result *left_out = &mixed->tensors[mixed->tensor_count++];
  *left_out = (gchk_tensor_result){.name = "left-out",
                                   .role = GCHK_PARAMETER,
                                   .dtype = GCHK_F64,
                                   .verdict = GCHK_SKIPPED,
                                   .reason = "backward does not provide it",
                                   .total = 9};
  left_out->shape = (gchk_shape){.rank = 1, .dim = {9}};
  double *const none[] = {&left_out->threshold,
                          &left_out->mean_abs_diff,
                          &left_out->max_abs_diff,
                          &left_out->max_rel_diff,
                          &left_out->cosine,
                          &left_out->bound_median,
                          &left_out->bound_max,
                          &left_out->bound_mean,
                          &left_out->slack_max,
                          &left_out->hidden,
                          &left_out->best_error,
                          &left_out->step,
                          &left_out->digits,
                          &left_out->step_curve.order,
                          &left_out->step_curve.decades,
                          &left_out->sample_fraction,
                          &left_out->sample_probability};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
    *none[i] = (double)NAN;
  left_out->reference.source = "";
  left_out->undecided = no_undecided;
  gchk_case_result *compared = sample_add_case(result, "compared", "gelu", GCHK_FAIL);
  gchk_tensor_result *t = add_tensor(result, compared, &(recipe){"x", GCHK_INPUT, 3, 5, 1, 1e-11, 1, SIZE_MAX, 3});
  t->reference = (gchk_reference_result){.present = true,
                                         .source = "torch 2.1",
                                         .rtol = 1e-5,
                                         .atol = 1e-8,
                                         .elements = 15,
                                         .fail = 3,
                                         .max_abs_diff = 2e-3,
                                         .numeric_max_abs_diff = 2e-3,
                                         .covered = 0.8,
                                         .worst_bars = 1.5};
  t->verdict = GCHK_FAIL;
  t->reason = "3 elements differ from torch 2.1";
  static const gchk_printed_result printed[] = {
      {"001", "In [2]", "x: 2.2", GCHK_PRINTED_VALUE, "2.2", GCHK_PASS},
      {"001", "In [3] | x", "dx: 3.3", GCHK_PRINTED_GRADIENT, "3.4", GCHK_FAIL},
      {"000", "figure", "a graph", GCHK_PRINTED_ELSEWHERE, "gradcheck graph compared", GCHK_SKIPPED},
      {"000", "In [5]", "dx - 1", GCHK_PRINTED_MISPRINT, "nothing is assigned", GCHK_SKIPPED},
      {"000", "In [6]", "1e-9", GCHK_PRINTED_MEAN_ABS_DIFF, "2e-07", GCHK_SKIPPED}};
  for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++)
    add_printed(result, compared, &printed[i]);
  gchk_tensor_result *endless =
      add_tensor(result, compared, &(recipe){"endless", GCHK_INPUT, 4, 0, 1, 1e-11, 1, SIZE_MAX, 3});
  endless->verdict = GCHK_FAIL;
  endless->elements.fail = 1;
  endless->elements.pass = 3;
  endless->worst[0].analytic = (double)NAN;
  endless->worst[0].verdict = GCHK_FAIL;
  endless->worst[1].bound = (double)INFINITY;
  endless->mean_abs_diff = (double)NAN;
  endless->max_abs_diff = (double)INFINITY;
  endless->histogram.non_finite = 1;
  result->baseline = (gchk_baseline_result){.file = "last-week.json", .change_count = 3, .regression_count = 2};
  result->baseline.changes = make(result, 3, sizeof *result->baseline.changes);
  result->baseline.changes[0] =
      (gchk_change){"two-layer-net", "b2", "new fail", true, GCHK_PASS, GCHK_FAIL, 3.1e-12, 0.1, NULL};
  result->baseline.changes[1] =
      (gchk_change){"relu", "", "vanished", true, GCHK_PASS, GCHK_PASS, (double)NAN, (double)NAN, NULL};
  result->baseline.changes[2] =
      (gchk_change){"crash", "", "added", false, GCHK_ERROR, GCHK_ERROR, (double)NAN, (double)NAN, NULL};
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_large(size_t rows, size_t columns, bool is_wrong) {
  gchk_result *result = start("large.yaml");
  gchk_case_result *c = sample_add_case(result, "large", "affine", is_wrong ? GCHK_FAIL : GCHK_PASS);
  size_t wrong_from = is_wrong ? rows * columns - columns / 2 : SIZE_MAX;
  gchk_tensor_result *t =
      add_tensor(result, c, &(recipe){"W", GCHK_PARAMETER, rows, columns, 0.01, 1e-9, 0.9, wrong_from, 3});
  t->threshold = 1e-6;
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_names(const char *name) {
  gchk_result *result = start(name);
  const char **argv = make(result, 2, sizeof *argv);
  argv[0] = "gradcheck";
  argv[1] = name;
  result->argv = argv;
  result->argc = 2;
  result->tool_version = name;
  result->environment = (gchk_environment){
      .cpu = name, .compiler = name, .os = name, .blas_library = name, .blas_core = name, .blas_better_core = name};
  result->environment.code_count = result->input_count = 1;
  result->environment.code = make(result, 1, sizeof *result->environment.code);
  *result->environment.code = *result->inputs = (gchk_origin){name, name};
  result->config.filter = name;
  for (size_t i = 0; i < 4; i++) {
    static const gchk_verdict verdicts[] = {GCHK_PASS, GCHK_FAIL, GCHK_SKIPPED, GCHK_ERROR};
    gchk_case_result *c = sample_add_case(result, name, name, verdicts[i]);
    c->file = c->target = name;
    c->reason = i == 0 ? "" : name;
    add_finding(result, &c->finding_count, &c->findings, name, name, i == 0);
    c->findings[0].evidence[0].key = name;
    c->findings[0].evidence[1].text = name;
    c->findings[0].evidence[1].key = name;
    add_printed(result, c,
                &(gchk_printed_result){name, name, name, i == 2 ? GCHK_PRINTED_ELSEWHERE : GCHK_PRINTED_VALUE, name,
                                       verdicts[i] == GCHK_ERROR ? GCHK_PASS : verdicts[i]});
    if (i > 1)
      continue;
    gchk_tensor_result *t =
        add_tensor(result, c, &(recipe){name, GCHK_INPUT, 3, 4, 1, 1e-11, 2, i == 0 ? SIZE_MAX : 3, 3});
    t->reference = (gchk_reference_result){.present = true, .source = name, .elements = 12, .fail = i};
    add_finding(result, &t->finding_count, &t->findings, name, name, i == 0);
    add_network_graph(result, c);
    for (size_t e = 0; e < c->graph.edge_count; e++)
      c->graph.edges[e].name = name;
    for (size_t n = 0; n < c->graph.node_count; n++)
      c->graph.nodes[n].name = c->graph.nodes[n].layer = name;
  }
  result->baseline = (gchk_baseline_result){.file = name, .change_count = 1, .regression_count = 1};
  result->baseline.changes = make(result, 1, sizeof *result->baseline.changes);
  result->baseline.changes[0] = (gchk_change){name, name, "vanished", true, GCHK_PASS, GCHK_PASS, 1, 2, NULL};
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_apple_orange(void) {
  gchk_result *result = start("textbook.yaml");
  gchk_case_result *c = sample_add_case(result, "apple-orange", "network", GCHK_PASS);
  c->output = 715;
  gchk_graph_result *g = &c->graph;
  g->edge_count = 9;
  g->edges = make(result, g->edge_count, sizeof *g->edges);
  set_edge(&g->edges[0], "apple", "", GCHK_INPUT, 100, 2.2);
  set_edge(&g->edges[1], "apple_num", "", GCHK_INPUT, 2, 110.00000000000001);
  set_edge(&g->edges[2], "apple_price", "mul_apple", GCHK_CACHE, 200, 1.1);
  set_edge(&g->edges[3], "orange", "", GCHK_INPUT, 150, 3.3000000000000003);
  set_edge(&g->edges[4], "orange_num", "", GCHK_INPUT, 3, 165);
  set_edge(&g->edges[5], "orange_price", "mul_orange", GCHK_CACHE, 450, 1.1);
  set_edge(&g->edges[6], "all_price", "add", GCHK_CACHE, 650, 1.1);
  set_edge(&g->edges[7], "tax", "", GCHK_INPUT, 1.1, 650);
  set_edge(&g->edges[8], "price", "mul_tax", GCHK_OUTPUT, 715.00000000000011, 1);
  g->node_count = 4;
  g->nodes = make(result, g->node_count, sizeof *g->nodes);
  set_node(result, &g->nodes[0], "mul_apple", "mul", 0, 1, 2);
  set_node(result, &g->nodes[1], "mul_orange", "mul", 3, 4, 5);
  set_node(result, &g->nodes[2], "add", "add", 2, 5, 6);
  set_node(result, &g->nodes[3], "mul_tax", "mul", 6, 7, 8);
  set_locals(result, &g->nodes[0], 2, 100);
  set_locals(result, &g->nodes[1], 3, 150);
  set_locals(result, &g->nodes[2], 1, 1);
  set_locals(result, &g->nodes[3], 1.1, 650);
  static const char *const names[] = {"apple", "apple_num", "orange", "orange_num", "tax"};
  static const double grads[] = {2.2, 110, 3.3, 165, 650};
  for (size_t i = 0; i < 5; i++) {
    gchk_tensor_result *t =
        add_tensor(result, c, &(recipe){names[i], GCHK_INPUT, 0, 0, grads[i], 1e-13, 1, SIZE_MAX, 4});
    t->worst[0].analytic = grads[i];
    t->worst[0].numeric = grads[i];
  }
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_many_mistakes(size_t cases) {
  gchk_result *result = sample_many(cases);
  for (size_t i = 0; i < cases; i++)
    result->cases[i].layer = result->cases[i].name;
  gchk_result_summarise(result);
  return result;
}

gchk_result *sample_many(size_t cases) {
  gchk_result *result = start("many.yaml");
  for (size_t i = 0; i < cases; i++) {
    bool is_wrong = i % 10 == 9;
    gchk_case_result *c = sample_add_case(result, need(gchk_arena_printf(result->arena, "case-%zu", i)), "layer",
                                          is_wrong ? GCHK_FAIL : GCHK_PASS);
    for (size_t k = 0; k < 4; k++)
      add_tensor(result, c,
                 &(recipe){k == 0   ? "x"
                           : k == 1 ? "W"
                           : k == 2 ? "b"
                                    : "gamma",
                           GCHK_PARAMETER, 6 + k, k < 2 ? 7 : 0, 0.1, 1e-10, 1.5, is_wrong && k == 2 ? 3 : SIZE_MAX,
                           3});
  }
  gchk_result_summarise(result);
  return result;
}
