#include "numeric/per_output.h"
gchk_status gchk_differentiate_outputs(const gchk_line *line, size_t room, gchk_output_derivative *outputs,
                                       bool *is_done, gchk_error *error) {
  (void)line, (void)room, (void)outputs, (void)error;
  *is_done = false;
  return GCHK_OK;
}
