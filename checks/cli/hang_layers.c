/*
 * y = 2 x. Backward waits for ever where HANG_LOG is set, and says so in that file; with HANG_ONCE as long as the file of
 * that name is there, which it removes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gradcheck/plugin.h"

enum { X, Y };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const double *x = call->t[X].value;
  double *y = call->t[Y].value;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = 2 * x[i];
  return GCHK_OK;
}

static void hang(const char *log) {
  FILE *out = fopen(log, "a");
  if (out == NULL)
    abort();
  (void)fputs("hangs\n", out);
  (void)fclose(out);
  for (;;)
    (void)pause();
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const double *dy = call->t[Y].grad;
  double *dx = call->t[X].grad;
  const char *log = getenv("HANG_LOG"), *once = getenv("HANG_ONCE");
  (void)error;
  if (log != NULL && (once == NULL || unlink(once) == 0))
    hang(log);
  for (size_t i = 0; i < call->t[X].count; i++)
    dx[i] = 2 * dy[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer hangs = {
    .name = "hangs", GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = backward};
GCHK_PLUGIN(&hangs)
