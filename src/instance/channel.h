/* Channels: the slices of a tensor along one axis, over which batch norm takes its means. */
#ifndef GCHK_INSTANCE_CHANNEL_H
#define GCHK_INSTANCE_CHANNEL_H

#include "gradcheck/tensor.h"

/*
 * Makes one channel along `axis` the same all over, as it is behind a dead unit: its variance over samples and places
 * is 0. It is the last channel that holds none of the elements `kept`, or the last where each holds one, and gets the
 * last of its own values. Nothing is done along an axis that is not there, or along which channels are not counted:
 * they are along axis 1 of a batch, and along axis 0 of one image.
 */
void gchk_make_channel_constant(const gchk_tensor *t, size_t axis, const size_t *kept, size_t kept_count);

#endif
