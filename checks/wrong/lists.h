/*
 * The layers of this folder, in lists: X(class, id, fitting finding codes) for wrong ones, X(id) for right ones.
 */
#ifndef CHECKS_WRONG_LISTS_H
#define CHECKS_WRONG_LISTS_H

#include "gradcheck/layer.h"

// Lists that flow: clang-format staggers them, and anew each time.
// clang-format off
#define WRONG_LAYERS(X)                                                                                                \
  X("OVERWRITE", affine_bias_overwritten, "overwrites-gradient mixed-gradient-rule")                                   \
  X("OVERWRITE", affine_keeps_last, "one-sample-only one-contribution-only mixed-gradient-rule")                       \
  X("OVERWRITE", residual_lost, "path-lost")                                                                           \
  X("INDEX", position_early, "missing-tail wrong-at-index zero-gradient")                                              \
  X("INDEX", position_divided, "unclassified permuted-elements wrong-at-index")                                        \
  X("INDEX", position_tail, "missing-tail wrong-at-index zero-gradient")                                               \
  X("INDEX", position_beyond, "guard-zone")                                                                            \
  X("INDEX", position_reads_beyond, "reads-beyond-buffer")                                                             \
  X("INDEX", row_largest_beyond, "reads-beyond-buffer")                                                                \
  X("INDEX", row_smallest_beyond, "reads-beyond-buffer")                                                               \
  X("INDEX", convolution_shifted, "shifted-axis")                                                                      \
  X("WRONG_TENSOR", product_swapped, "swapped-tensors")                                                                \
  X("WRONG_TENSOR", product_y_for_a, "wrong-tensor-read wrong-derivative")                                             \
  X("WRONG_TENSOR", circle_swapped, "swapped-tensors")                                                                 \
  X("WRONG_TENSOR", half_of_y, "wrong-tensor-read")                                                                    \
  X("WRONG_TENSOR", tanh_of_y, "wrong-derivative wrong-tensor-read")                                                   \
  X("SINGULAR", abs_divides, "non-finite-gradient")                                                                    \
  X("SINGULAR", log_unguarded, "non-finite-gradient")                                                                  \
  X("BROADCAST", bias_first_row, "one-sample-only")                                                                    \
  X("BROADCAST", bias_first_batch, "one-sample-only")                                                                  \
  X("BROADCAST", outer_averaged, "constant-ratio")                                                                     \
  X("UNZEROED", relu_adds_up, "accumulates-gradient")                                                                  \
  X("UNZEROED", relu_dead, "unwritten-gradient")                                                                       \
  X("UNZEROED", relu_output_adds_up, "adds-to-output")                                                                 \
  X("MISSING_TERM", softmax_diagonal, "diagonal-only")                                                                 \
  X("MISSING_TERM", softmax_sum_lost, "missing-sum-term")                                                              \
  X("MISSING_TERM", norm_mean_lost, "missing-mean-term")                                                               \
  X("MISSING_TERM", norm_variance_lost, "missing-variance-term")                                                       \
  X("ZERO", tanh_empty, "zero-gradient")                                                                               \
  X("ZERO", gain_detached, "zero-gradient")                                                                            \
  X("ZERO", leaky_zero, "zero-gradient")                                                                               \
  X("BATCH", affine_first_sample, "one-sample-only batch-inconsistent")                                                \
  X("BATCH", affine_last_sample, "one-sample-only batch-inconsistent")                                                 \
  X("BATCH", affine_stride_lost, "sample-reused")                                                                      \
  X("BATCH", affine_upstream_stride_lost, "sample-reused")                                                             \
  X("WINDOW", convolution_border, "wrong-at-border")                                                                   \
  X("WINDOW", pooling_full_divisor, "wrong-at-border wrong-at-index")                                                  \
  X("WRONG_DERIV", tanh_one_minus_y, "wrong-derivative")                                                               \
  X("WRONG_DERIV", leaky_swapped, "wrong-derivative unclassified wrong-tensor-read permuted-elements")                 \
  X("STALE", square_first_call, "stale-state")                                                                         \
  X("STALE", square_call_before, "stale-state")                                                                        \
  X("STALE", static_first_call, "stale-state")                                                                         \
  X("ALIAS", grow_writes_upstream, "writes-upstream")                                                                  \
  X("ALIAS", grow_writes_weight, "writes-input")                                                                       \
  X("ALIAS", grow_writes_cache, "writes-cache")                                                                        \
  X("ALIAS", grow_writes_input, "writes-input")                                                                        \
  X("ALIAS", grow_clears_gradient, "forward-writes-gradient")                                                          \
  X("DOUT_IGNORED", tanh_upstream_is_one, "ignores-upstream upstream-ignored")                                         \
  X("DOUT_IGNORED", tanh_squared, "not-linear-in-upstream")                                                            \
  X("DOUT_IGNORED", tanh_first, "upstream-one-element")                                                                \
  X("DOUT_IGNORED", tanh_identity, "identity-backward")                                                                \
  X("DOUT_IGNORED", circle_lost, "path-lost")                                                                          \
  X("CONST", power_two_lost, "constant-ratio")                                                                         \
  X("CONST", power_ln2_lost, "constant-ratio")                                                                         \
  X("CONST", power_mean_lost, "constant-ratio")                                                                        \
  X("CONST", power_temperature_lost, "constant-ratio")                                                                 \
  X("LAYOUT", matrix_weight_transposed, "transposed")                                                                  \
  X("LAYOUT", matrix_laid_out, "transposed")                                                                           \
  X("LAYOUT", matrix_not_transposed, "jacobian-not-transposed unclassified wrong-tensor-read")                         \
  X("LAYOUT", convolution_flipped, "reversed-axis")                                                                    \
  X("LAYOUT", image_channels_last, "transposed")                                                                       \
  X("MODE", centre_train_backward, "mode-ignored")                                                                     \
  X("SIGN", tanh_sign, "wrong-sign")                                                                                   \
  X("SIGN", leaky_sign, "wrong-sign-in-region")                                                                        \
  X("SCATTER", embedding_overwritten, "one-contribution-only wrong-where-repeated")                                    \
  X("SCATTER", pair_overwritten, "one-contribution-only wrong-where-repeated one-sample-only")                         \
  X("PRECISION", lse_not_shifted, "non-finite-gradient")                                                               \
  X("PRECISION", lse_float_sum, "single-precision")                                                                    \
  X("PRECISION", long_float_sum, "single-precision")                                                                   \
  X("PARAM_MISMATCH", norm_other_epsilon, "epsilon-mismatch")                                                          \
  X("PARAM_MISMATCH", rms_epsilon_lost, "epsilon-mismatch")                                                            \
  X("NORMALISER", mse_sum, "constant-ratio")                                                                           \
  X("NORMALISER", valid_all, "constant-ratio")                                                                         \
  X("NORMALISER", norm_unbiased, "missing-variance-term")                                                              \
  X("STRIDE", strided_ignored, "unclassified wrong-at-index permuted-elements")                                        \
  X("STRIDE", strided_gap, "gate-ignored wrong-at-index")                                                              \
  X("STALE", scratch_kept, "reads-scratch")                                                                            \
  X("STALE", place_kept, "reads-scratch")                                                                              \
  X("NONDET", shared_unguarded, "thread-dependent")                                                                    \
  X("TIES", max_all_take_it, "wrong-at-ties")

#define REFUSED_LAYERS(X)                                                                                              \
  X("UNZEROED", dot_adds, "adds-to-output")                                                                            \
  X("UNZEROED", dot_adds_a_row, "adds-to-output")                                                                      \
  X("WRONG_TENSOR", dot_reads_upstream, "forward-reads-gradient")                                                      \
  X("WRONG_TENSOR", dot_reads_gradient, "forward-reads-gradient")                                                      \
  X("STALE", carry_no_reset, "forward-not-repeatable")                                                                 \
  X("NONDET", noise_no_seed, "forward-not-repeatable")

#define RIGHT_TWINS(X)                                                                                                 \
  X(tanh_right)                                                                                                        \
  X(leaky_right) X(power_right) X(gain_right) X(product_right) X(circle_right) X(half_right) X(softmax_right)          \
      X(norm_right) X(affine_right) X(residual_right) X(relu_right) X(embedding_right) X(pair_right) X(bias_right)     \
          X(outer_right) X(position_right) X(convolution_right) X(pooling_right) X(matrix_right) X(image_right)        \
              X(strided_right) X(abs_right) X(log_right) X(lse_right) X(long_right) X(rms_right) X(mse_right)          \
                  X(valid_right) X(max_right) X(square_right) X(carry_right) X(grow_right) X(centre_right)             \
                      X(shared_right) X(scratch_right) X(place_right) X(dot_right) X(row_right)

#define CONTROLS(X)                                                                                                    \
  X(control_batch_norm)                                                                                                \
  X(control_output_form) X(control_clip_zero) X(control_clip_one) X(control_relu_zero) X(control_relu_one)             \
      X(control_relu_half) X(control_centred) X(control_sum_loss) X(control_padded)

/* Meanings that are declared in one field, in both precisions: test_meaning.c. */
#define MEANINGS(X)                                                                                                    \
  X(quantise_right)                                                                                                    \
  X(quantise_x_right) X(sign_right) X(logdet_full) X(logdet_lower) X(pairs_right) X(router_right) X(shifted_right)     \
      X(entropy_right) X(entropy_option_right) X(grouped_right)

#define WRONG_MEANINGS(X)                                                                                              \
  X("CONST", quantise_half, "constant-ratio")                                                                          \
  X("WRONG_TENSOR", quantise_x_for_q, "wrong-tensor-read wrong-derivative unclassified")                               \
  X("WRONG_DERIV", quantise_undeclared, "straight-through")                                                            \
  X("WRONG_DERIV", sign_unclipped, "gate-ignored")                                                                    \
  X("WRONG_DERIV", sign_undeclared, "straight-through")                                                                \
  X("CONST", logdet_doubled, "symmetric-pairs")                                                                        \
  X("CONST", logdet_halved, "symmetric-pairs")                                                                         \
  X("LAYOUT", logdet_undeclared, "symmetric-input")                                                                    \
  X("CONST", pairs_lower, "symmetric-pairs")                                                                           \
  X("MISSING_TERM", router_not_zero, "not-zero")                                                                       \
  X("ZERO", shifted_depends, "not-zero")                                                                               \
  X("MISSING_TERM", shifted_summed, "not-zero")                                                                        \
  X("NORMALISER", entropy_all_rows, "constant-ratio")                                                                  \
  X("NORMALISER", entropy_smoothed, "ignored-rows")                                                                    \
  X("NORMALISER", entropy_option_smoothed, "ignored-rows")                                                             \
  X("INDEX", grouped_by_rest, "wrong-index-map permuted-elements wrong-tensor-read sample-reused")

#define CONVENTIONS(X)                                                                                                 \
  X(encoder_right)                                                                                                     \
  X(layernorm_right) X(matmul_right) X(attention_right) X(fused_right) X(connected_right) X(cost_right)                \
      X(rolling_right) X(node_mul_right) X(node_max_right) X(recurrent_right) X(dropout_right) X(modes_norm_right)     \
          X(training_right) X(training_in_place)

#define WRONG_CONVENTIONS(X)                                                                                           \
  X("SCATTER", encoder_wrong, "overwrites-gradient mixed-gradient-rule one-contribution-only")                         \
  X("MISSING_TERM", layernorm_wrong, "missing-mean-term")                                                              \
  X("OVERWRITE", matmul_wrong, "null-gradient")                                                                        \
  X("CONST", attention_wrong, "wrong-at-index ratio-in-region constant-ratio")                                         \
  X("DOUT_IGNORED", fused_first_loss, "upstream-one-element sample-reused")                                            \
  X("INDEX", fused_next_target, "unclassified wrong-tensor-read wrong-at-index wrong-in-region")                       \
  X("WRONG_DERIV", connected_wrong, "wrong-derivative unclassified wrong-tensor-read")                                 \
  X("ALIAS", connected_undeclared, "writes-upstream")                                                                  \
  X("SIGN", cost_wrong, "wrong-sign")                                                                                  \
  X("MISSING_TERM", rolling_wrong, "missing-mean-term")                                                                \
  X("WRONG_TENSOR", node_mul_wrong, "wrong-tensor-read wrong-derivative unclassified")                                 \
  X("OVERWRITE", node_max_wrong, "overwrites-gradient")                                                                \
  X("WRONG_TENSOR", recurrent_same_step, "unclassified wrong-tensor-read")                                             \
  X("STALE", recurrent_no_time, "wrong-at-index diagonal-only unclassified")                                           \
  X("CONST", dropout_scale_lost, "constant-ratio")                                                                     \
  X("MODE", dropout_eval, "constant-ratio mode-ignored")                                                               \
  X("MODE", modes_norm_train, "mode-ignored")                                                                          \
  X("MODE", modes_norm_eval, "mode-ignored")                                                                           \
  X("STALE", training_new_weights, "unclassified wrong-tensor-read")                                                   \
  X("WRONG_DERIV", training_derivative, "unclassified")

#define REFUSED_CONVENTIONS(X)                                                                                         \
  X("STALE", rolling_no_reset, "forward-not-repeatable")                                                               \
  X("STALE", recurrent_kept, "forward-not-repeatable")                                                                 \
  X("NONDET", dropout_no_seed, "forward-not-repeatable")

/* Each in double, as named, and in float, with _f32 behind it (convention_calls.h). */
#define RIGHT_CALLS(X)                                                                                                 \
  X(in_place_relu)                                                                                                     \
  X(in_place_silu) X(in_place_tanh) X(in_place_rotary) X(once_swiglu) X(once_freed) X(upstream_after) X(step_dense)    \
      X(step_option) X(time_rnn)

#define WRONG_CALLS(X)                                                                                                 \
  X("ALIAS", in_place_relu_wrong, "zero-gradient wrong-derivative")                                                    \
  X("ALIAS", in_place_silu_wrong, "wrong-tensor-read wrong-derivative unclassified")                                   \
  X("WRONG_TENSOR", in_place_tanh_wrong, "wrong-derivative wrong-tensor-read")                                         \
  X("ALIAS", in_place_rotary_wrong, "wrong-where-repeated wrong-at-index unclassified")                                \
  X("ALIAS", once_swiglu_wrong, "not-linear-in-upstream")                                                              \
  X("ALIAS", once_undeclared, "writes-cache")                                                                          \
  X("CONST", once_freed_wrong, "constant-ratio")                                                                       \
  X("DOUT_IGNORED", upstream_after_wrong, "not-linear-in-upstream")                                                    \
  X("ALIAS", upstream_after_undeclared, "forward-writes-gradient")                                                     \
  X("STALE", step_dense_new_weights, "not-linear-in-upstream batch-inconsistent")                                      \
  X("NORMALISER", step_dense_mean, "constant-ratio batch-inconsistent")                                                \
  X("PARAM_MISMATCH", step_dense_decay, "not-linear-in-upstream batch-inconsistent")                                   \
  X("STALE", step_option_wrong, "not-linear-in-upstream batch-inconsistent")                                           \
  X("STALE", time_rnn_carry_lost, "diagonal-only wrong-at-index unclassified")                                         \
  X("STALE", time_rnn_last_step, "unclassified wrong-tensor-read")                                                     \
  X("OVERWRITE", time_rnn_overwritten, "one-contribution-only one-sample-only unclassified")

#define DECLARE_WRONG(bug_class, id, codes) extern const gchk_layer id;
#define DECLARE(id)                         extern const gchk_layer id;
#define DECLARE_WRONG_CALL(bug_class, id, codes) extern const gchk_layer id, id##_f32;
#define DECLARE_CALL(id)                         extern const gchk_layer id, id##_f32;
WRONG_LAYERS(DECLARE_WRONG)
REFUSED_LAYERS(DECLARE_WRONG)
RIGHT_TWINS(DECLARE)
CONTROLS(DECLARE)
CONVENTIONS(DECLARE)
MEANINGS(DECLARE)
WRONG_MEANINGS(DECLARE_WRONG)
WRONG_CONVENTIONS(DECLARE_WRONG)
REFUSED_CONVENTIONS(DECLARE_WRONG)
RIGHT_CALLS(DECLARE_CALL)
WRONG_CALLS(DECLARE_WRONG_CALL)
DECLARE_CALL(no_backward)

#undef DECLARE_CALL
#undef DECLARE_WRONG_CALL
#undef DECLARE
#undef DECLARE_WRONG
// clang-format on

#endif
