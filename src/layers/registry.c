/* The table of built-in layers. */
#include "gradcheck/layers.h"

#include <string.h>

/* In alphabetical order of the layers' names; layers of one name side by side. */
/* clang-format off */
#define BUILT_IN(row)               \
  row(abs)                          \
  row(add)                          \
  row(affine)                       \
  row(avg_pool)                     \
  row(batch_norm)                   \
  row(bce)                          \
  row(bce_with_logits)              \
  row(clamp)                        \
  row(conv1d)                       \
  row(conv2d)                       \
  row(conv_transpose2d)             \
  row(copy)                         \
  row(cosine)                       \
  row(cross_entropy)                \
  row(cross_entropy_labels)         \
  row(div)                          \
  row(elu)                          \
  row(exp)                          \
  row(flatten)                      \
  row(gelu)                         \
  row(gelu_tanh)                    \
  row(group_norm)                   \
  row(hardswish)                    \
  row(hardtanh)                     \
  row(hinge)                        \
  row(huber)                        \
  row(kl_div)                       \
  row(l1)                           \
  row(l2_normalize)                 \
  row(layer_norm)                   \
  row(leaky_relu)                   \
  row(linear)                       \
  row(log)                          \
  row(matmul)                       \
  row(matmul_nt)                    \
  row(matmul_tn)                    \
  row(matmul_tt)                    \
  row(max)                          \
  row(max_pool)                     \
  row(mean)                         \
  row(mean_first)                   \
  row(mean_last)                    \
  row(mish)                         \
  row(mse)                          \
  row(mul)                          \
  row(negate)                       \
  row(nll)                          \
  row(power)                        \
  row(reciprocal)                   \
  row(relu)                         \
  row(reshape)                      \
  row(rms_norm)                     \
  row(selu)                         \
  row(sigmoid)                      \
  row(silu)                         \
  row(smooth_l1)                    \
  row(softmax)                      \
  row(softmax_cross_entropy)        \
  row(softmax_cross_entropy_labels) \
  row(softmax_with_loss)            \
  row(softmax_with_loss_labels)     \
  row(softplus)                     \
  row(sqrt)                         \
  row(square)                       \
  row(sub)                          \
  row(sum)                          \
  row(sum_first)                    \
  row(sum_last)                     \
  row(tanh)                         \
  row(triplet)                      \
  row(upsample_bilinear)            \
  row(upsample_nearest)             \
  row(weight_norm)
/* clang-format on */

#define DECLARE(id) extern const gchk_layer gchk_layer_##id##_f64, gchk_layer_##id##_f32;
BUILT_IN(DECLARE)

#define ROW(id) {&gchk_layer_##id##_f64, &gchk_layer_##id##_f32},
static const struct { const gchk_layer *f64, *f32; } rows[] = {BUILT_IN(ROW)};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

const gchk_layer *gchk_registry_find(const char *name, gchk_dtype dtype, size_t nth) {
  if (dtype != GCHK_F64 && dtype != GCHK_F32)
    return NULL;
  for (size_t i = 0; i < ROW_COUNT; i++)
    if (strcmp(rows[i].f64->name, name) == 0 && nth-- == 0)
      return dtype == GCHK_F64 ? rows[i].f64 : rows[i].f32;
  return NULL;
}

const char *gchk_registry_name(size_t index) {
  for (size_t i = 0; i < ROW_COUNT; i++) {
    const bool is_repeat = i > 0 && strcmp(rows[i].f64->name, rows[i - 1].f64->name) == 0;
    if (!is_repeat && index-- == 0)
      return rows[i].f64->name;
  }
  return NULL;
}
