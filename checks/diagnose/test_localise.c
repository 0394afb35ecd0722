/* Which node of a network is wrong: one of three in turn, and none. */
#include "evidence/localise.h"

#include <math.h>
#include <string.h>

#include "diagnose_tests.h"
#include "measure/work_fixture.h"

/* a = w1 x,  b = a^2,  y = w2 b, element by element; the backward of one node is wrong by a factor of 2. */
enum { N = 5 };
enum { X, W1, W2, A, B, Y, TENSORS };
typedef enum wrong_node { SCALE1, SQUARE, SCALE2, NONE } wrong_node;
static const gchk_option_spec options[] = {{"wrong", NONE, 0, NONE, "the node whose backward is wrong"}};

static void from_a(const gchk_call *c, size_t i, bool has_a) {
  const double *w2 = c->t[W2].value, *a = c->t[A].value;
  double *b = c->t[B].value, *y = c->t[Y].value;
  if (has_a)
    b[i] = a[i] * a[i];
  y[i] = w2[i] * b[i];
}

static void whole(const gchk_call *c, size_t i) {
  ((double *)c->t[A].value)[i] = ((const double *)c->t[W1].value)[i] * ((const double *)c->t[X].value)[i];
  from_a(c, i, true);
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < N; i++)
    whole(c, i);
  return GCHK_OK;
}

static gchk_status update(const gchk_call *c, size_t tensor, size_t element, bool *done, gchk_error *error) {
  (void)error;
  *done = true;
  if (tensor == X || tensor == W1)
    whole(c, element);
  else
    from_a(c, element, tensor == A);
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[X].value, *w1 = c->t[W1].value, *w2 = c->t[W2].value, *a = c->t[A].value, *b = c->t[B].value;
  const double *dy = c->t[Y].grad;
  double *dx = c->t[X].grad, *dw1 = c->t[W1].grad, *dw2 = c->t[W2].grad, *da = c->t[A].grad, *db = c->t[B].grad;
  const wrong_node wrong = (wrong_node)c->option[0];
  for (size_t i = 0; i < N; i++) {
    db[i] = (wrong == SCALE2 ? 2 : 1) * w2[i] * dy[i];
    dw2[i] = (wrong == SCALE2 ? 2 : 1) * b[i] * dy[i];
    da[i] = (wrong == SQUARE ? 2 : 1) * 2 * a[i] * db[i];
    dx[i] = (wrong == SCALE1 ? 2 : 1) * w1[i] * da[i];
    dw1[i] = (wrong == SCALE1 ? 2 : 1) * x[i] * da[i];
  }
  return GCHK_OK;
}

static const gchk_tensor_spec rows[TENSORS] = {
    [X] = GCHK_TENSOR("x", GCHK_INPUT, "N", .fill = {.kind = GCHK_FILL_POSITIVE}),
    [W1] = GCHK_TENSOR("w1", GCHK_PARAMETER, "N", .fill = {.kind = GCHK_FILL_POSITIVE}),
    [W2] = GCHK_TENSOR("w2", GCHK_PARAMETER, "N", .fill = {.kind = GCHK_FILL_POSITIVE}),
    [A] = GCHK_TENSOR("a", GCHK_CACHE, "N", .grad = GCHK_GRAD_OVERWRITE),
    [B] = GCHK_TENSOR("b", GCHK_CACHE, "N", .grad = GCHK_GRAD_OVERWRITE),
    [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

enum { NODES = 3 };
static const size_t x_and_w1[] = {X, W1}, only_a[] = {A}, only_b[] = {B}, b_and_w2[] = {B, W2}, only_y[] = {Y};
static const gchk_graph_node nodes[NODES] = {[SCALE1] = {"scale1", "scale", x_and_w1, 2, only_a, 1},
                                             [SQUARE] = {"square1", "square", only_a, 1, only_b, 1},
                                             [SCALE2] = {"scale2", "scale", b_and_w2, 2, only_y, 1}};
static const gchk_graph graph = {.nodes = nodes, .node_count = NODES};
static const gchk_layer network = {.name = "three",
                                   .dtype = GCHK_F64,
                                   GCHK_TENSORS(rows),
                                   .forward = forward,
                                   .backward = backward,
                                   .sizes = "N=5",
                                   GCHK_OPTION_TABLE(options),
                                   .update = update,
                                   .graph = &graph};

static void localise(work_fixture *f, const gchk_layer *layer, wrong_node wrong, gchk_node_result marks[NODES]) {
  const double set = wrong;
  const gchk_case spec = {.name = "three", .layer = layer, .options = &set};
  gchk_graph_result result = {.node_count = NODES, .nodes = marks};
  gchk_error error = {GCHK_OK, ""};
  work_fixture_open(f, &spec, NULL);
  work_fixture_differentiate(f);
  memset(marks, 0, NODES * sizeof *marks);
  ck_assert_msg(gchk_localise(&f->work, &result, &error) == GCHK_OK, "%s", error.message);
}

static const struct {
  const char *node, *layer;
  const char *failing[3]; // the tensors of which it is said
  const char *text[3];
} expected[NODES] = {
    [SCALE1] = {"scale1", "scale", {"x", "w1"}, {"the rule for x in scale itself", "the rule for w1 in scale itself"}},
    [SQUARE] = {"square1",
                "square",
                {"x", "w1"},
                {"right down to square1 (square)", "look at square1 before this tensor"}},
    [SCALE2] = {"scale2",
                "scale",
                {"x", "w1", "w2"},
                {"right down to scale2", "right down to scale2", "the rule for w2 in scale itself"}}};

START_TEST(the_node_that_is_wrong_is_named) {
  work_fixture f;
  gchk_node_result marks[NODES];
  localise(&f, &network, (wrong_node)_i, marks);
  for (int n = 0; n < NODES; n++)
    ck_assert_int_eq(marks[n].first_wrong, n == _i);
  size_t said = 0;
  for (size_t k = 0; k < 3 && expected[_i].failing[k] != NULL; k++, said++) {
    const gchk_tensor_work *t = work_fixture_tensor(&f, expected[_i].failing[k]);
    const gchk_finding *finding = first_finding(&t->findings, GCHK_CODE_FIRST_WRONG);
    ck_assert_str_eq(evidence_text(finding, "node"), expected[_i].node);
    ck_assert_str_eq(evidence_text(finding, "layer"), expected[_i].layer);
    ck_assert_msg(strstr(finding->text, expected[_i].text[k]) != NULL, "%s", finding->text);
    ck_assert_str_eq(evidence_text(finding, "wrong"), _i == SCALE1 ? "x" : _i == SQUARE ? "a" : "b");
  }
  size_t all = 0;
  for (size_t k = 0; k < f.work.tensor_count; k++)
    all += count_findings(&f.work.tensors[k].findings, GCHK_CODE_FIRST_WRONG);
  ck_assert_uint_eq(all, said);
  work_fixture_close(&f);
}
END_TEST

START_TEST(where_all_are_right_none_is) {
  work_fixture f;
  gchk_node_result marks[NODES];
  localise(&f, &network, NONE, marks);
  for (size_t n = 0; n < NODES; n++)
    ck_assert(!marks[n].first_wrong);
  for (size_t k = 0; k < f.work.tensor_count; k++)
    ck_assert_uint_eq(f.work.tensors[k].findings.count, 0);
  work_fixture_close(&f);
}
END_TEST

/* Without an update nothing can start from an intermediate value, and without a graph there are no nodes. */
START_TEST(where_it_cannot_be_told_none_is) {
  gchk_layer layers[2] = {network, network};
  layers[0].update = NULL;
  layers[1].graph = NULL;
  for (size_t k = 0; k < 2; k++) {
    work_fixture f;
    gchk_node_result marks[NODES];
    localise(&f, &layers[k], SQUARE, marks);
    for (size_t n = 0; n < NODES; n++)
      ck_assert(!marks[n].first_wrong);
    ck_assert_int_eq(work_fixture_tensor(&f, "x")->tally.worst, GCHK_FAIL);
    ck_assert_uint_eq(work_fixture_tensor(&f, "x")->findings.count, 0);
    work_fixture_close(&f);
  }
}
END_TEST

START_TEST(the_instance_stays_at_the_base_point) {
  work_fixture right, f;
  gchk_node_result marks[NODES];
  const double set = SQUARE;
  const gchk_case spec = {.name = "three", .layer = &network, .options = &set};
  work_fixture_open(&right, &spec, NULL);
  localise(&f, &network, SQUARE, marks);
  for (size_t i = 0; i < TENSORS; i++)
    ck_assert_mem_eq(f.work.instance->values[i].data, right.work.instance->values[i].data, N * sizeof(double));
  work_fixture_close(&f);
  work_fixture_close(&right);
}
END_TEST

TCase *localise_tests(void) {
  TCase *tests = tcase_create("localise");
  tcase_add_loop_test(tests, the_node_that_is_wrong_is_named, 0, NODES);
  tcase_add_test(tests, where_all_are_right_none_is);
  tcase_add_test(tests, where_it_cannot_be_told_none_is);
  tcase_add_test(tests, the_instance_stays_at_the_base_point);
  return tests;
}
