/* Channels. Element e is in channel e / inner % channels, with `inner` elements of a channel beside each other. */
#include "instance/channel.h"

#include <assert.h>

static bool has_channels(const gchk_shape *shape, size_t axis) {
  const bool is_of_channels = axis == 1 || (axis == 0 && shape->rank == 3);
  return shape->rank > 1 && axis < shape->rank && shape->dim[axis] > 1 && is_of_channels;
}

static bool holds_any(size_t channel, size_t channels, size_t inner, const size_t *kept, size_t kept_count) {
  for (size_t k = 0; k < kept_count; k++)
    if (kept[k] / inner % channels == channel)
      return true;
  return false;
}

void gchk_make_channel_constant(const gchk_tensor *t, size_t axis, const size_t *kept, size_t kept_count) {
  if (!has_channels(&t->shape, axis) || t->count == 0)
    return;
  const size_t channels = t->shape.dim[axis];
  size_t inner = 1, candidates = channels;
  for (size_t a = axis + 1; a < t->shape.rank; a++)
    inner *= t->shape.dim[a];
  assert(channels > 1 && inner > 0);
  while (candidates > 0 && holds_any(candidates - 1, channels, inner, kept, kept_count))
    candidates--;
  const size_t channel = (candidates > 0 ? candidates : channels) - 1;
  const double x = gchk_tensor_get(t, t->value, t->count - inner * (channels - channel) + inner - 1);
  for (size_t e = 0; e < t->count; e++)
    if (e / inner % channels == channel)
      gchk_tensor_set(t, t->value, e, x);
}
