/* Layers whose names, files and messages attack reports, terminals and CI servers; the first is wrong, the second fails. */
#include "gradcheck/gradcheck.h"

#define EVIL                                                                                                           \
  "\033[31m\033]0;pwn\007<script>alert(1)</script>]]>-->&lt;|`$x$`\r\n::error file=pwn::PWNED\n"                       \
  "##vso[task.complete result=Succeeded;]\n\xe2\x80\xae\xff\xc0\x80%n%s\"'>"

static gchk_status square(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  for (size_t i = 0; i < c->t[0].count; i++)
    y[i] = x[i] * x[i];
  return GCHK_OK;
}

static gchk_status wrong_gradient(const gchk_call *c, gchk_error *error) {
  (void)error;
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = 2.1 * x[i] * dy[i];
  return GCHK_OK;
}

static gchk_status refuse(const gchk_call *c, gchk_error *error) {
  (void)c;
  return gchk_fail(error, GCHK_LAYER_FAILED, "%s", EVIL);
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x" EVIL, GCHK_INPUT, "N"),
                                           GCHK_TENSOR("y" EVIL, GCHK_OUTPUT, "N")};
static const gchk_layer wrong = {.name = "L" EVIL,
                                 .file = "f" EVIL ".c",
                                 .line = 7,
                                 .dtype = GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .forward = square,
                                 .backward = wrong_gradient,
                                 .sizes = "N=5"};
static const gchk_layer refusing = {.name = "M" EVIL,
                                    .file = "javascript:alert(4)",
                                    .line = -7,
                                    .dtype = GCHK_F64,
                                    GCHK_TENSORS(tensors),
                                    .forward = refuse,
                                    .backward = wrong_gradient,
                                    .sizes = "N=5"};
GCHK_PLUGIN(&wrong, &refusing)
