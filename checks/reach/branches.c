/* Layers whose backward has a branch that ordinary values do not take. WRONG: each is wrong there. */
#include <math.h>
#include <stdlib.h>

#include "gradcheck/gradcheck.h"

typedef REAL real;

#ifdef WRONG
static const double factor = 0.5;
#else
static const double factor = 1;
#endif

static const gchk_tensor_spec vectors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#define X     ((const real *)c->t[0].value)
#define Y     ((real *)c->t[1].value)
#define DX    ((real *)c->t[0].grad)
#define DY    ((const real *)c->t[1].grad)
#define COUNT gchk_int(c, "N")

/* y = x min(1, 50 / |x|). */
static double norm(const real *x, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++)
    sum += (double)x[i] * x[i];
  return sqrt(sum);
}

static void clip(real *y, const real *x, int n) {
  const double length = norm(x, n), scale = length > 50 ? 50 / length : 1;
  for (int i = 0; i < n; i++)
    y[i] = (real)(x[i] * scale);
}

static void clip_back(real *dx, const real *dy, const real *x, int n) {
  const double length = norm(x, n);
  double product = 0;
  for (int i = 0; i < n; i++)
    product += (double)x[i] * dy[i];
  for (int i = 0; i < n; i++) {
    if (length > 50)
      dx[i] += (real)((dy[i] - factor * x[i] * product / (length * length)) * 50 / length);
    else
      dx[i] += dy[i];
  }
}
GCHK_CALLBACK(clip_forward, clip(Y, X, COUNT))
GCHK_CALLBACK(clip_backward, clip_back(DX, DY, X, COUNT))
static const gchk_layer clip_layer = {
    "clip",        GCHK_HERE, .dtype = DTYPE, GCHK_TENSORS(vectors), .forward = clip_forward, .backward = clip_backward,
    .sizes = "N=6"};

/* y = p x, and 5 x for p above 3. */
static void power(real *y, const real *x, double p, int n) {
  for (int i = 0; i < n; i++)
    y[i] = (real)((p > 3 ? 5 : p) * x[i]);
}

static void power_back(real *dx, const real *dy, double p, int n) {
  for (int i = 0; i < n; i++) {
    if (p > 3)
      dx[i] += (real)(5 * factor * dy[i]);
    else
      dx[i] += (real)(p * dy[i]);
  }
}
static const gchk_option_spec power_options[] = {{"p", 1, 0.5, 9, "factor"}};
GCHK_CALLBACK(power_forward, power(Y, X, c->option[0], COUNT))
GCHK_CALLBACK(power_backward, power_back(DX, DY, c->option[0], COUNT))
static const gchk_layer power_layer = {"power",
                                       GCHK_HERE,
                                       .dtype = DTYPE,
                                       GCHK_TENSORS(vectors),
                                       GCHK_OPTION_TABLE(power_options),
                                       .forward = power_forward,
                                       .backward = power_backward,
                                       .sizes = "N=6"};

/* y[i] = x[i,l[i]], and twice that for the label 9. */
static void label(real *y, const real *x, const int32_t *l, int n, int v) {
  for (int i = 0; i < n; i++)
    y[i] = (l[i] == 9 ? 2 : 1) * x[i * v + l[i]];
}

static void label_back(real *dx, const real *dy, const int32_t *l, int n, int v) {
  for (int i = 0; i < n; i++) {
    if (l[i] == 9)
      dx[i * v + l[i]] += (real)(2 * factor * dy[i]);
    else
      dx[i * v + l[i]] += dy[i];
  }
}
static const gchk_tensor_spec labelled[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N V"),
    GCHK_TENSOR("l", GCHK_INDEX, "N", .fill = {.kind = GCHK_FILL_LABELS, .below = "V"}),
    GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
GCHK_CALLBACK(label_forward, label(c->t[2].value, X, c->t[1].value, COUNT, gchk_int(c, "V")))
GCHK_CALLBACK(label_backward, label_back(DX, c->t[2].grad, c->t[1].value, COUNT, gchk_int(c, "V")))
static const gchk_layer label_layer = {"label",
                                       GCHK_HERE,
                                       .dtype = DTYPE,
                                       GCHK_TENSORS(labelled),
                                       .forward = label_forward,
                                       .backward = label_backward,
                                       .sizes = "N=3 V=12"};

/* y = x, with a window within a window. `most`: what is beyond ends the process. */
static void copy(real *y, const real *x, double most, int n) {
  for (int i = 0; i < n; i++) {
    if (fabs(x[i]) > most)
      abort();
    y[i] = x[i];
  }
}

static void nested_back(real *dx, const real *dy, const real *x, int n) {
  for (int i = 0; i < n; i++) {
    double slope = 1;
    if (x[i] > 7) {
      if (x[i] < 7.5)
        slope = factor;
    }
    dx[i] += (real)(slope * dy[i]);
  }
}
GCHK_CALLBACK(nested_forward, copy(Y, X, 1e30, COUNT))
GCHK_CALLBACK(nested_backward, nested_back(DX, DY, X, COUNT))
static const gchk_layer nested_layer = {"nested",
                                        GCHK_HERE,
                                        .dtype = DTYPE,
                                        GCHK_TENSORS(vectors),
                                        .forward = nested_forward,
                                        .backward = nested_backward,
                                        .sizes = "N=6"};

GCHK_CALLBACK(fragile_forward, copy(Y, X, 7.001, COUNT))
static const gchk_layer fragile_layer = {"fragile",
                                         GCHK_HERE,
                                         .dtype = DTYPE,
                                         GCHK_TENSORS(vectors),
                                         .forward = fragile_forward,
                                         .backward = nested_backward,
                                         .sizes = "N=6"};

/* y = x, and no end for x above 40. */
static void endless_back(real *dx, const real *dy, const real *x, int n) {
  for (int i = 0; i < n; i++) {
    while (x[i] > 40)
      dx[i] = 1;
    dx[i] += dy[i];
  }
}
GCHK_CALLBACK(endless_backward, endless_back(DX, DY, X, COUNT))
static const gchk_layer endless_layer = {"endless",
                                         GCHK_HERE,
                                         .dtype = DTYPE,
                                         GCHK_TENSORS(vectors),
                                         .forward = nested_forward,
                                         .backward = endless_backward,
                                         .sizes = "N=6"};

GCHK_PLUGIN(&clip_layer, &power_layer, &label_layer, &nested_layer, &fragile_layer, &endless_layer)
