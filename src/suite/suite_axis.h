/*
 * Axes that are counted from the last, "axis: -1": which axis that is, is known once the shape of a tensor is.
 *
 * An axis is a size that a list of dimensions has as their number, "A...axis M Z...". Until it is known it is 0.
 */
#ifndef GCHK_SUITE_SUITE_AXIS_H
#define GCHK_SUITE_SUITE_AXIS_H

#include "gradcheck/layer.h"
#include "suite/suite_reader.h"

enum { GCHK_SUITE_MOST_AXES = 4 };

typedef struct gchk_suite_axis {
  const char *name;
  size_t from_end; /* 1: the last */
  const gchk_yaml *node;
} gchk_suite_axis;

typedef struct gchk_suite_axes {
  size_t count;
  gchk_suite_axis axis[GCHK_SUITE_MOST_AXES];
} gchk_suite_axes;

/* Reads the size `name` from `node`: "2", "2x5", "()", or an axis from the last, "-1", which `axes` notes. */
gchk_status gchk_suite_read_size(const gchk_suite_reader *reader, const char *name, const gchk_yaml *node,
                                 gchk_sizes *sizes, gchk_suite_axes *axes) GCHK_MUST_USE;

/* The shape of the layer's tensor `row`; NULL where it is not known. */
typedef const gchk_shape *(*gchk_suite_shape_fn)(const void *context, size_t row);

/*
 * Puts the axes that are noted into `sizes`, as numbers from 0. GCHK_INVALID where a size is no axis of the layer, the
 * tensor that has the axis no such, or its shape unknown.
 */
gchk_status gchk_suite_resolve_axes(const gchk_suite_reader *reader, const gchk_suite_axes *axes,
                                    const gchk_layer *layer, gchk_suite_shape_fn shape_of, const void *context,
                                    gchk_sizes *sizes) GCHK_MUST_USE;

#endif
