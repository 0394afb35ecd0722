/* The test cases of src/numeric, and a line to differentiate along. */
#ifndef CHECKS_NUMERIC_TESTS_H
#define CHECKS_NUMERIC_TESTS_H

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "noise_at.h"
#include "numeric/derivative.h"

TCase *steps_tests(void);
TCase *stencil_tests(void);
TCase *noise_tests(void);
TCase *differentiate_tests(void);
TCase *kink_tests(void);
TCase *contradiction_tests(void);
TCase *per_output_tests(void);
TCase *treads_tests(void);
TCase *expect_tests(void);
TCase *scatter_tests(void);
TCase *jump_tests(void);

enum { MOST_OUTPUTS = 4096 };

/* A function of one variable with `count` outputs, evaluated in double or (is_float) rounded to float. */
typedef struct probe_line {
  void (*function)(double x, double *y, size_t count);
  bool is_float;
  size_t calls;
  size_t fails_at; /* the call that returns an error; 0: none */
  double last_x;
  gchk_line line;
  double y0[MOST_OUTPUTS], v[GCHK_MAX_DRAWS][MOST_OUTPUTS], work[6 * MOST_OUTPUTS];
} probe_line;

/* Evaluates at x, fills v with signed weights (1 for a single output), no noise. */
void probe_line_init(probe_line *probe, void (*function)(double, double *, size_t), size_t count, double x);
void probe_line_as_float(probe_line *probe); /* variable and outputs are floats from here on */

/* Differentiates by rule; `derivative` has room for two draws. */
void probe_line_run(probe_line *probe, gchk_derivative *derivative);

#endif
