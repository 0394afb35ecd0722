/* The layers of neighbours.h: X(layer, the findings that it may have; the first must be there). */
#ifndef CHECKS_NEIGHBOUR_LIST_H
#define CHECKS_NEIGHBOUR_LIST_H

#include "gradcheck/layer.h"

// clang-format off
#define NEIGHBOURS(X)                                                                                                  \
  X(norm_p_ignored, "option-ignored")                                                                                  \
  X(norm_p_twice, "constant-ratio")                                                                                    \
  X(norm_p_off, "unclassified")                                                                                        \
  X(focal_gamma_ignored, "option-ignored")                                                                             \
  X(huber_delta_ignored, "option-ignored")                                                                             \
  X(elu_alpha_ignored, "option-ignored")                                                          \
  X(hard_sigmoid_clip_lost, "gate-ignored")                                                                            \
  X(maxout_asks_zero, "wrong-where-values wrong-derivative unclassified")                                                                            \
  X(branch_of_option, "wrong-at-option")                                                                               \
  X(gradient_of_constant, "swapped-tensors")                                                                           \
  X(relu_mask_lost_in_dw, "gate-ignored")                                                                              \
  X(clip_lost, "gate-ignored gradient-where-flat")                                                                     \
  X(relu_of_upstream, "not-linear-in-upstream unclassified")                                                           \
  X(fused_one_minus_y, "wrong-derivative")                                                                             \
  X(fused_unknown, "output-factor")                                                                                    \
  X(gated_by_constant, "wrong-where-values")                                                                           \
  X(wrong_below_zero, "wrong-where-values")                                                                            \
  X(slope_by_output, "wrong-in-region")                                                                                \
  X(target_of_next_row, "wrong-tensor-read batch-inconsistent")                                                                        \
  X(target_wrong, "wrong-where-values")                                                                                \
  X(class_zero_wrong, "wrong-where-values")                                                                            \
  X(last_factor_alone, "wrong-where-repeated")                                                                         \
  X(newton_stops_early, "inexact-solve small-error")                                                                   \
  X(few_digits, "small-error wrong-in-region")                                                                         \
  X(wrong_end_of_step, "unclassified")
// clang-format on

#define DECLARE(id, codes) extern const gchk_layer id##_f64, id##_f32;
NEIGHBOURS(DECLARE)
#undef DECLARE

#endif
