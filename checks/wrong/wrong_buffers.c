/* Buffers that hold something else than they are for: scratch as a cache, outputs and gradients that forward reads. */
#include "toolbox.h"

enum { NONE };

/*
 * y = w tanh(x), where forward keeps tanh(x) in a buffer h that is declared scratch. The right twin computes it again
 * in backward, in the same buffer.
 */
enum { KEPT_IN_SCRATCH = 1 };
static const gchk_tensor_spec scratch_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("w", GCHK_PARAMETER, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
    GCHK_TENSOR("h", GCHK_SCRATCH, "N")};

CALL(scratch_forward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    V(3)[i] = tanh(V(0)[i]);
    V(2)[i] = V(1)[i] * V(3)[i];
  }
}

CALL(scratch_backward) {
  for (size_t i = 0; i < SIZE(N); i++) {
    if (mistake(c) != KEPT_IN_SCRATCH)
      V(3)[i] = tanh(V(0)[i]);
    G(0)[i] += V(1)[i] * (1 - V(3)[i] * V(3)[i]) * G(2)[i];
    G(1)[i] += V(3)[i] * G(2)[i];
  }
}

MEMBER(scratch_right, "scaled tanh, scratch", scratch_tensors, scratch_forward, scratch_backward, NONE)
MEMBER(scratch_kept, "scaled tanh, kept in scratch", scratch_tensors, scratch_forward, scratch_backward,
       KEPT_IN_SCRATCH)

/*
 * The largest of each row, whose place forward leaves in an integer scratch tensor. The right twin looks for it again,
 * and reads what forward left there only to multiply it by 0.
 */
static const gchk_tensor_spec place_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N M", .fill = {.kind = GCHK_FILL_DISTINCT}), GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
    GCHK_TENSOR("place", GCHK_SCRATCH, "N", .dtype = GCHK_I32)};

static size_t largest_in_row(const double *row, size_t count) {
  size_t at = 0;
  for (size_t k = 0; k < count; k++)
    at = row[k] > row[at] ? k : at;
  return at;
}

CALL(place_forward) {
  int32_t *place = c->t[2].value;
  for (size_t n = 0; n < SIZE(N); n++) {
    place[n] = (int32_t)largest_in_row(&V(0)[n * SIZE(M)], SIZE(M));
    V(1)[n] = V(0)[n * SIZE(M) + (size_t)place[n]];
  }
}

CALL(place_backward) {
  const int32_t *place = c->t[2].value;
  for (size_t n = 0; n < SIZE(N); n++) {
    const size_t again = largest_in_row(&V(0)[n * SIZE(M)], SIZE(M));
    const size_t at = mistake(c) == KEPT_IN_SCRATCH ? (size_t)place[n] : again;
    G(0)[n * SIZE(M) + at] += (1 + 0 * place[n]) * G(1)[n];
  }
}

MEMBER(place_right, "largest of a row, scratch", place_tensors, place_forward, place_backward, NONE)
MEMBER(place_kept, "largest of a row, place in scratch", place_tensors, place_forward, place_backward, KEPT_IN_SCRATCH)

/*
 * y_n = sum_m w_m x_nm. Mistakes: y is added to; the sum starts with a gradient. The right twin adds too, from 0.
 */
enum { ADDS = 1, ADDS_A_ROW, READS_UPSTREAM, READS_GRADIENT };
static const gchk_tensor_spec dot_tensors[] = {
    GCHK_TENSOR("x", GCHK_INPUT, "N M"), GCHK_TENSOR("w", GCHK_PARAMETER, "M"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};

CALL(dot_forward) {
  for (size_t n = 0; n < SIZE(N); n++) {
    double *y = &V(2)[n];
    if (mistake(c) == READS_UPSTREAM)
      *y = G(2)[n];
    else if (mistake(c) == READS_GRADIENT)
      *y = G(1)[0];
    else if (!(mistake(c) == ADDS || (mistake(c) == ADDS_A_ROW && n == 0)))
      *y = 0;
    for (size_t m = 0; m < SIZE(M); m++)
      *y += V(1)[m] * V(0)[n * SIZE(M) + m];
  }
}

CALL(dot_backward) {
  for (size_t n = 0; n < SIZE(N); n++) {
    for (size_t m = 0; m < SIZE(M); m++) {
      G(0)[n * SIZE(M) + m] += V(1)[m] * G(2)[n];
      G(1)[m] += V(0)[n * SIZE(M) + m] * G(2)[n];
    }
  }
}

MEMBER(dot_right, "rows times w", dot_tensors, dot_forward, dot_backward, NONE)
MEMBER(dot_adds, "rows times w, y added to", dot_tensors, dot_forward, dot_backward, ADDS)
MEMBER(dot_adds_a_row, "rows times w, the first y added to", dot_tensors, dot_forward, dot_backward, ADDS_A_ROW)
MEMBER(dot_reads_upstream, "rows times w, dy read", dot_tensors, dot_forward, dot_backward, READS_UPSTREAM)
MEMBER(dot_reads_gradient, "rows times w, dw read", dot_tensors, dot_forward, dot_backward, READS_GRADIENT)
