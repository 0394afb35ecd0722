/*
 * y = FACTOR x; with LIBRARY the factor is in a library of its own. While it
 * is checked, the file that ORIGIN_NEXT names takes the plug-in's place, and the folder that ORIGIN_GONE names is removed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gradcheck/plugin.h"

#ifdef LIBRARY
float factor(void);
#else
float factor(void);
float factor(void) {
  return FACTOR;
}
#endif

#ifndef IS_LIBRARY
enum { X, Y };

static gchk_status forward(const gchk_call *call, gchk_error *error) {
  const float *x = call->t[X].value;
  float *y = call->t[Y].value;
  const char *next = getenv("ORIGIN_NEXT"), *gone = getenv("ORIGIN_GONE");
  (void)error;
  if (next != NULL)
    (void)rename(next, "mine.so");
  if (gone != NULL)
    (void)rmdir(gone);
  for (size_t i = 0; i < call->t[X].count; i++)
    y[i] = factor() * x[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  const float *dy = call->t[Y].grad;
  float *dx = call->t[X].grad;
  (void)error;
  for (size_t i = 0; i < call->t[X].count; i++)
    dx[i] = factor() * dy[i];
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer scale = {.name = "scale",
                                 GCHK_HERE,
                                 .dtype = sizeof(float) == 4 ? GCHK_F32 : GCHK_F64,
                                 GCHK_TENSORS(tensors),
                                 .forward = forward,
                                 .backward = backward};
GCHK_PLUGIN(&scale)
#endif
