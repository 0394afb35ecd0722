/* A program that is built against the installed library: checks a right and a wrong layer. */
#include <gradcheck/gradcheck.h>

static gchk_status forward(const gchk_call *c, gchk_error *e) {
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = 3 * ((const double *)c->t[0].value)[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *e) {
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = 3 * ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static gchk_status wrong_backward(const gchk_call *c, gchk_error *e) {
  (void)e;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = ((const double *)c->t[1].grad)[i];
  return GCHK_OK;
}

int main(void) {
  static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
  gchk_layer layer = {
      .name = "triple", GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = backward};
  gchk_result *result;
  gchk_error error;
  if (gchk_check_layer(&layer, NULL, &result, &error) != GCHK_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 2;
  }
  int right = result->exit_code;
  gchk_result_free(result);
  layer.backward = wrong_backward;
  if (gchk_check_layer(&layer, NULL, &result, &error) != GCHK_OK)
    return 2;
  gchk_print(result, stdout);
  int wrong = result->exit_code;
  gchk_result_free(result);
  return right == 0 && wrong == 1 ? 0 : 1;
}
