/*
 * The layers of coincidences.h: X(layer, the findings that it may have). Where the list ends in "!", the first must be
 * there; an empty one is that of a right layer.
 */
#ifndef CHECKS_COINCIDENCE_LIST_H
#define CHECKS_COINCIDENCE_LIST_H

#include "gradcheck/layer.h"

// clang-format off
#define COINCIDENCES(X)                                                                                                \
  X(cell_right, "")                                                                                                    \
  X(cell_one_minus_t, "unclassified wrong-at-index small-error")                                                       \
  X(cell_t_lost, "unclassified wrong-at-index small-error")                                                            \
  X(cell_c_for_c_prev, "unclassified wrong-at-index small-error")                                                      \
  X(cell_dc_lost, "path-lost contributions-lost wrong-at-index unclassified !")                                        \
  X(batch_norm_right, "")                                                                                              \
  X(batch_norm_no_variance, "missing-variance-term unclassified !")                                                    \
  X(batch_norm_gain_lost, "tensor-factor !")                                                                           \
  X(pair_norm_no_variance, "unclassified missing-variance-term")                                                       \
  X(saturated_right, "")                                                                                               \
  X(saturated_slope, "gradient-where-flat unclassified wrong-derivative gate-ignored identity-backward")               \
  X(overflow_slope, "gradient-where-flat unclassified wrong-in-region")                                                \
  X(distance_right, "")                                                                                                \
  X(distance_squared, "output-factor unclassified !")                                                                  \
  X(scale_right, "")                                                                                                   \
  X(scale_slope, "unclassified")                                                                                       \
  X(scale_bias_times_gain, "tensor-factor !")                                                                          \
  X(bias_right, "")                                                                                                    \
  X(bias_without_first, "upstream-dropped !")                                                                          \
  X(quantile_right, "")                                                                                                \
  X(quantile_of_others, "unclassified constant-ratio wrong-where-values batch-inconsistent")                           \
  X(block_right, "")                                                                                                   \
  X(block_in_order, "permuted-elements wrong-at-index !")                                                              \
  X(block_mixed, "unclassified !")                                                                                     \
  X(form_right, "")                                                                                                    \
  X(form_reversed, "wrong-index-read !")
// clang-format on

#define DECLARE(id, codes) extern const gchk_layer id##_f64, id##_f32;
COINCIDENCES(DECLARE)
#undef DECLARE

#endif
