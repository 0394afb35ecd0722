/* Tensors that backward reads from their end, as kernels of a convolution, or transposed. */
#include <stdlib.h>

#include "naming.h"

enum { RIGHT, TURNED, ROWS_TURNED, EXCHANGED, SCALED, TURNED_AND_SCALED };
enum { HIGH = 3, WIDE = 2 };

/* y[n,o,i,j] = sum_cuv x[n,c,i+u,j+v] w[o,c,u,v]. */
static const gchk_tensor_spec kernel_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "N C H+2 W+1"),
                                               GCHK_TENSOR("w", GCHK_PARAMETER, "O C 3 2"),
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "N O H W")};

// The weight of dx: in TURNED what a convolution's kernel is beside that of a correlation.
static double read_kernel(const double *w, size_t u, size_t v, int mistake) {
  const size_t above = mistake == RIGHT || mistake == SCALED ? u : HIGH - 1 - u;
  const size_t left = mistake == TURNED || mistake == TURNED_AND_SCALED ? WIDE - 1 - v : v;
  const double factor = mistake >= SCALED ? 1 + 0.25 * (double)u : 1;
  return factor * w[above * WIDE + left];
}

static void correlate(const gchk_call *c, bool is_backward, int mistake) {
  const size_t rows = SIZE(H), columns = SIZE(W);
  FOR(n, SIZE(N)) FOR(o, SIZE(O)) FOR(k, SIZE(C)) FOR(i, rows) FOR(j, columns) FOR(u, HIGH) FOR(v, WIDE) {
    const size_t at = ((n * SIZE(C) + k) * (rows + 2) + i + u) * (columns + 1) + j + v;
    const size_t kernel = (o * SIZE(C) + k) * HIGH * WIDE, out = ((n * SIZE(O) + o) * rows + i) * columns + j;
    if (!is_backward) {
      V(2)[out] += V(0)[at] * V(1)[kernel + u * WIDE + v];
    } else {
      G(0)[at] += G(2)[out] * read_kernel(V(1) + kernel, u, v, mistake);
      G(1)[kernel + u * WIDE + v] += G(2)[out] * V(0)[at];
    }
  }
}
GCHK_CALLBACK(correlate_forward, FOR(i, c->t[2].count) V(2)[i] = 0; correlate(c, false, RIGHT))
static void correlate_backward(const gchk_call *c, int mistake) {
  FOR(i, c->t[0].count) G(0)[i] = 0;
  FOR(i, c->t[1].count) G(1)[i] = 0;
  correlate(c, true, mistake);
}
#define KERNEL(id, label, mistake)                                                                                     \
  MISTAKEN(id, label, kernel_rows, correlate_forward, correlate_backward, mistake, .sizes = "N=2 C=2 O=2 H=3 W=4")
KERNEL(kernel_right, "correlation", RIGHT)
KERNEL(kernel_turned, "correlation, kernel turned round", TURNED)
KERNEL(kernel_rows_turned, "correlation, kernel's rows turned round", ROWS_TURNED)
KERNEL(kernel_scaled, "correlation, kernel scaled", SCALED)
KERNEL(kernel_both, "correlation, kernel turned round and scaled", TURNED_AND_SCALED)

/* y[n] = a[n] W b[n], W square. */
static const gchk_tensor_spec form_rows[] = {GCHK_TENSOR("a", GCHK_INPUT, "N I"), GCHK_TENSOR("b", GCHK_INPUT, "N I"),
                                             GCHK_TENSOR("w", GCHK_PARAMETER, "I I"),
                                             GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static void multiply(const gchk_call *c, bool is_backward, int mistake) {
  const size_t width = SIZE(I);
  FOR(n, SIZE(N)) FOR(i, width) FOR(j, width) {
    const double *a = V(0) + n * width, *b = V(1) + n * width;
    const double read = V(2)[mistake == EXCHANGED ? j * width + i : i * width + j];
    if (!is_backward) {
      V(3)[n] += a[i] * read * b[j];
    } else {
      G(0)[n * width + i] += G(3)[n] * read * (mistake == SCALED && j == 0 ? 0.5 : 1) * b[j];
      G(1)[n * width + j] += G(3)[n] * a[i] * V(2)[i * width + j];
      G(2)[i * width + j] += G(3)[n] * a[i] * b[j];
    }
  }
}
GCHK_CALLBACK(form_forward, FOR(i, c->t[3].count) V(3)[i] = 0; multiply(c, false, RIGHT))
static void form_backward(const gchk_call *c, int mistake) {
  FOR(k, 3) FOR(i, c->t[k].count) G(k)[i] = 0;
  multiply(c, true, mistake);
}
MISTAKEN(form_right, "bilinear form", form_rows, form_forward, form_backward, RIGHT, .sizes = "N=3 I=4")
MISTAKEN(form_exchanged, "bilinear form, transposed", form_rows, form_forward, form_backward, EXCHANGED,
         .sizes = "N=3 I=4")
MISTAKEN(form_scaled, "bilinear form, a row of half", form_rows, form_forward, form_backward, SCALED,
         .sizes = "N=3 I=4")

#define OTHERS "unclassified wrong-at-index wrong-at-border output-factor tensor-factor factor-in-rows"
static const named_layer rows[] = {
    {&kernel_right, NULL, "", NULL},
    {&kernel_turned, "x", "wrong-index-read", "unclassified"},
    {&kernel_rows_turned, "x", "wrong-index-read", "unclassified"},
    {&kernel_scaled, "x", "", OTHERS},
    {&kernel_both, "x", "", OTHERS},
    {&form_right, NULL, "", NULL},
    {&form_exchanged, "a", "wrong-index-read", "unclassified"},
    {&form_scaled, "a", "", OTHERS},
};

START_TEST(what_is_read_from_its_end_or_transposed_is_named) {
  check_naming_of_seeds(&rows[_i], 5);
}
END_TEST

TCase *turned_tests(void) {
  TCase *tc = tcase_create("turned");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, what_is_read_from_its_end_or_transposed_is_named, 0, sizeof rows / sizeof rows[0]);
  return tc;
}
