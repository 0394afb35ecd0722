/* A layer of any size. */
#include "square_layer.h"

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *w = c->t[1].value, s = c->option[SQUARE_SIZE];
  double *y = c->t[2].value, *z = c->t[3].value;
  for (size_t i = 0; i < SQUARE_X; i++)
    y[i] = x[i] * (x[i] / s);
  for (size_t i = 0; i < SQUARE_W; i++)
    z[i] = 3 * w[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[2].grad, *dz = c->t[3].grad, s = c->option[SQUARE_SIZE];
  double *dx = c->t[0].grad, *dw = c->t[1].grad;
  for (size_t i = 0; i < SQUARE_X; i++)
    dx[i] = ((double)i == c->option[SQUARE_WRONG] ? -2 : 2) * (x[i] / s) * dy[i];
  for (size_t i = 0; i < SQUARE_W; i++)
    dw[i] = 3 * dz[i];
  return GCHK_OK;
}

static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "M"),
                                        GCHK_TENSOR("y", GCHK_OUTPUT, "N"), GCHK_TENSOR("z", GCHK_OUTPUT, "M")};
static const gchk_option_spec options[SQUARE_OPTIONS] = {
    [SQUARE_SIZE] = {"size", 1, 0, 1e300, ""}, [SQUARE_WRONG] = {"wrong", -1, -1, SQUARE_X, ""}};
const gchk_layer square_layer = {.name = "square",
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(rows),
                                 .forward = forward,
                                 .backward = backward,
                                 .sizes = "N=100 M=50",
                                 GCHK_OPTION_TABLE(options)};

void square_open(work_fixture *f, double s, int wrong, const gchk_options *check) {
  const double set[SQUARE_OPTIONS] = {s, wrong};
  const gchk_fill fill = {.kind = GCHK_FILL_UNIFORM, .a = s, .b = 2 * s};
  const gchk_tensor_setting settings[] = {{.size = sizeof(gchk_tensor_setting), .name = "x", .fill = fill},
                                          {.size = sizeof(gchk_tensor_setting), .name = "w", .fill = fill}};
  const gchk_case spec = {
      .name = "square", .layer = &square_layer, .options = set, .settings = settings, .setting_count = 2};
  work_fixture_open(f, &spec, check);
  f->spec.settings = NULL; // it was filled: nothing looks again
  f->spec.setting_count = 0;
  f->spec.options = NULL;
}
