/* Hands the arrays of a tensor to the options' callback, as they are. */
#include "check/hand_out.h"

gchk_status gchk_hand_out_arrays(const gchk_case_work *work, const gchk_tensor_work *tensor,
                                 const gchk_tensor_result *row, gchk_error *error) {
  const gchk_options *options = work->options;
  if (options->arrays == NULL)
    return GCHK_OK;
  gchk_element_arrays arrays = {
      .count = tensor->total, .draw_count = work->draw_count, .step = tensor->step, .verdict = tensor->verdict};
  for (size_t d = 0; d < work->draw_count; d++) {
    arrays.analytic[d] = tensor->analytic[d];
    arrays.numeric[d] = tensor->numeric[d];
    arrays.bound[d] = tensor->numeric_bound[d];
    arrays.slack[d] = tensor->slack[d];
  }
  return options->arrays(options->gradients_context, work->spec, row, &arrays, error);
}
