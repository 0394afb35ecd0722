/* Axes that are counted from the last. */
#include "suite/suite_axis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/sizes.h"

/* "-1" to "-99": how many from the end; else 0. */
static size_t count_from_end(const char *text) {
  const size_t digits = text[0] == '-' ? strspn(text + 1, "0123456789") : 0;
  return digits > 0 && digits <= 2 && text[1 + digits] == '\0' ? strtoul(text + 1, NULL, 10) : 0;
}

gchk_status gchk_suite_read_size(const gchk_suite_reader *reader, const char *name, const gchk_yaml *node,
                                 gchk_sizes *sizes, gchk_suite_axes *axes) {
  const char *text = NULL;
  GCHK_TRY(gchk_suite_text(reader, node, name, &text));
  const size_t from_end = count_from_end(text);
  if (from_end > 0 && axes->count < GCHK_SUITE_MOST_AXES) {
    axes->axis[axes->count++] = (gchk_suite_axis){name, from_end, node};
    text = "0";
  }
  text = gchk_arena_printf(reader->arena, "%s=%s", name, text);
  if (text == NULL)
    return gchk_fail_memory(reader->error, name);
  return gchk_sizes_parse(sizes, text, reader->error) == GCHK_OK ? GCHK_OK : gchk_suite_fail_within(reader, node);
}

/* Has the shape a list whose number of dimensions begins with the name, "A...axis" or "I...axis2-axis1-1"? */
static bool has_axis(const char *shape, const char *name) {
  for (const char *at = shape; (at = strstr(at, "...")) != NULL;) {
    at += strlen("...");
    const size_t length = strcspn(at, " +-*/%()");
    if (length == strlen(name) && strncmp(at, name, length) == 0)
      return true;
  }
  return false;
}

/* The first tensor whose shape has the axis; tensor_count where none has. */
static size_t row_with(const gchk_layer *layer, const char *axis) {
  size_t row = 0;
  while (row < layer->tensor_count && !has_axis(layer->tensors[row].shape, axis))
    row++;
  return row;
}

static gchk_status no_such_axis(const gchk_suite_reader *reader, const gchk_suite_axis *a, const char *tensor,
                                const gchk_shape *shape) {
  char text[256], range[64] = "it has none";
  if (shape->rank > 0)
    (void)snprintf(range, sizeof range, "-%zu to %zu are", shape->rank, shape->rank - 1);
  return gchk_suite_fail(reader, a->node, "%s -%zu is no axis of %s, which is %s; %s", a->name, a->from_end, tensor,
                         gchk_shape_format(shape, text, sizeof text), range);
}

gchk_status gchk_suite_resolve_axes(const gchk_suite_reader *reader, const gchk_suite_axes *axes,
                                    const gchk_layer *layer, gchk_suite_shape_fn shape_of, const void *context,
                                    gchk_sizes *sizes) {
  for (size_t i = 0; i < axes->count; i++) {
    const gchk_suite_axis *a = &axes->axis[i];
    const size_t row = row_with(layer, a->name);
    if (row == layer->tensor_count)
      return gchk_suite_fail(reader, a->node,
                             "%s of %s is -%zu, but it is no axis, to be counted from the last; a size is not negative",
                             a->name, layer->name, a->from_end);
    const gchk_shape *shape = shape_of(context, row);
    if (shape == NULL)
      return gchk_suite_fail(reader, a->node,
                             "%s is -%zu, but nothing says how many axes %s of %s has; give its shape, or count from 0",
                             a->name, a->from_end, layer->tensors[row].name, layer->name);
    if (a->from_end > shape->rank)
      return no_such_axis(reader, a, layer->tensors[row].name, shape);
    for (size_t k = 0; k < sizes->count; k++)
      if (strcmp(sizes->binding[k].name, a->name) == 0)
        sizes->binding[k].value = shape->rank - a->from_end;
  }
  return GCHK_OK;
}
