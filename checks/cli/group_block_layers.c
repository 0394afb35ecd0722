/*
 * y_r = sum_c x_rc + x_rc^3, and y_R = 1: rows that share no output, so that one element of each row is moved at a time, in as many groups as a row is long: blocks of groups are decided by several processes.
 *
 * What is strange about a layer is so where the group of the element BAD is moved, and nowhere else: not where patterns are
 * looked for and audited, nor with BAD alone.
 */
#include <string.h>
#include <time.h>

#include "block_mark.h"
#include "gradcheck/gradcheck.h"

enum { R = 48, C = 64, N = R * C, BAD = 17 * C + 41 /* in the second half of the groups, and no pilot */ };

static double base[N]; // the values of the first call
static unsigned long calls;

// Has one element of every row moved, and BAD?
static int is_its_group(const gchk_call *c) {
  const double *x = c->t[0].value;
  size_t moved = 0;
  for (size_t i = 0; c->t[0].count == N && i < N; i++)
    moved += x[i] != base[i];
  return calls > 0 && c->t[0].count == N && moved == R && x[BAD] != base[BAD];
}

static void compute(const gchk_call *c) {
  const size_t width = c->t[0].shape.dim[1];
  const double *x = c->t[0].value;
  double *y = c->t[1].value;
  if (c->t[0].count != N || calls == 0 || x[0] == base[0] || x[1] == base[1]) // not in moves of slack, of all values
    mark();
  for (size_t i = 0; i < N && c->t[0].count == N && calls == 0; i++)
    base[i] = x[i];
  calls++;
  y[c->t[0].shape.dim[0]] = 1;
  for (size_t r = 0; r < c->t[0].shape.dim[0]; r++) {
    y[r] = 0;
    for (size_t i = r * width; i < (r + 1) * width; i++)
      y[r] += x[i] * (1 + x[i] * x[i]);
  }
}

static gchk_status derive(const gchk_call *c, size_t wrong) {
  const size_t width = c->t[0].shape.dim[1];
  const double *x = c->t[0].value, *dy = c->t[1].grad;
  double *dx = c->t[0].grad;
  for (size_t i = 0; i < c->t[0].count; i++)
    dx[i] = dy[i / width] * (1 + 3 * x[i] * x[i]) * (i == wrong ? -1 : 1);
  return GCHK_OK;
}

#define BACKWARD(name, wrong)                                                                                          \
  static gchk_status name(const gchk_call *c, gchk_error *error) {                                                     \
    (void)error;                                                                                                       \
    return derive(c, wrong);                                                                                           \
  }
BACKWARD(backward, N)
BACKWARD(backward_first, 0)
BACKWARD(backward_bad, BAD)
BACKWARD(backward_last, N - 1)

// Long enough for others to come.
static void rest(void) {
  (void)nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "R C"), GCHK_TENSOR("y", GCHK_OUTPUT, "R+1")};

#define LAYER(layer, before, after, derives)                                                                           \
  static gchk_status layer##_forward(const gchk_call *c, gchk_error *error) {                                          \
    (void)error;                                                                                                       \
    before;                                                                                                            \
    compute(c);                                                                                                        \
    after;                                                                                                             \
    return GCHK_OK;                                                                                                    \
  }                                                                                                                    \
  static const gchk_layer layer = {.name = #layer,                                                                     \
                                   .dtype = GCHK_F64,                                                                  \
                                   GCHK_TENSORS(tensors),                                                              \
                                   .forward = layer##_forward,                                                         \
                                   .backward = derives,                                                                \
                                   .operations = "2000*R*C",                                                           \
                                   .sizes = "R=48 C=64"};
#define IN_ITS_GROUP if (is_its_group(c))
#define LAST_OUTPUT  ((double *)c->t[1].value)[R]

LAYER(rows, (void)0, (void)0, backward)
LAYER(rows_that_rest, rest(), (void)0, backward)
LAYER(first_is_wrong, (void)0, (void)0, backward_first)
LAYER(middle_is_wrong, (void)0, (void)0, backward_bad)
LAYER(last_is_wrong, (void)0, (void)0, backward_last)
LAYER(comes_apart, (void)0, IN_ITS_GROUP LAST_OUTPUT += 1, backward)
LAYER(is_refused_together, IN_ITS_GROUP return gchk_fail(error, GCHK_LAYER_FAILED, "so many have moved"), (void)0,
      backward)
LAYER(crashes, IN_ITS_GROUP abort(), (void)0, backward)
LAYER(hangs, IN_ITS_GROUP for (;;)(void) pause(), (void)0, backward)

GCHK_PLUGIN(&rows, &rows_that_rest, &first_is_wrong, &middle_is_wrong, &last_is_wrong, &comes_apart,
            &is_refused_together, &crashes, &hangs)
