#ifndef GCHK_NUMERIC_PER_OUTPUT_H
#define GCHK_NUMERIC_PER_OUTPUT_H
#include "numeric/derivative.h"
typedef struct gchk_output_derivative {
  double value, bound, rounding, slope_low, slope_high;
  gchk_smoothness smoothness;
  bool is_flat;
} gchk_output_derivative;
gchk_status gchk_differentiate_outputs(const gchk_line *line, size_t room, gchk_output_derivative *outputs,
                                       bool *is_done, gchk_error *error) GCHK_MUST_USE;
#endif
