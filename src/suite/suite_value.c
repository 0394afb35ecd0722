/* What there is to say of a value once it is read, wherever its numbers are from. */
#include "suite/suite_value.h"

#include <math.h>

#include "instance/meaning.h"

bool gchk_suite_value_has_numbers(const gchk_suite_value *value) {
  return value->fill.kind == GCHK_FILL_VALUES;
}

gchk_suite_value gchk_suite_value_of_row(const gchk_suite_value *value, const gchk_layer *layer, size_t row,
                                         const double *options) {
  gchk_suite_value own = *value;
  const char *text = layer->tensors[row].ignored;
  double label;
  if (own.has_ignored || text == NULL || options == NULL ||
      gchk_ignored_label(layer, text, options, &label, NULL) != GCHK_OK)
    return own;
  own.has_ignored = true;
  own.ignored = (int32_t)label;
  return own;
}

gchk_status gchk_suite_not_finite(const gchk_suite_reader *reader, const gchk_yaml *at, const char *path, size_t index,
                                  double x) {
  return gchk_suite_fail(reader, at, "%s: number %zu is %g; finite numbers are wanted", path, index, x);
}

gchk_status gchk_suite_check_finite(const gchk_suite_reader *reader, const gchk_suite_value *value) {
  if (value->infinite == NULL)
    return GCHK_OK;
  if (value->data_path == NULL)
    return gchk_suite_fail(reader, value->infinite, "%s is %s; a finite number is wanted", value->name,
                           value->infinite->text);
  size_t i = 0;
  while (!isinf(value->fill.values[i]))
    i++;
  return gchk_suite_not_finite(reader, value->infinite, value->data_path, i, value->fill.values[i]);
}

gchk_status gchk_suite_check_labels(const gchk_suite_reader *reader, const gchk_suite_value *value, size_t count) {
  if (!gchk_suite_value_has_numbers(value) && value->label_count > count)
    return gchk_suite_fail(reader, value->node,
                           "%s is filled with labels below %zu, but there are %zu classes; make it %zu", value->name,
                           value->label_count, count, count);
  for (size_t i = 0; gchk_suite_value_has_numbers(value) && i < value->fill.value_count; i++) {
    double x = value->fill.values[i];
    const bool is_ignored = value->has_ignored && x == value->ignored;
    if (!is_ignored && !(x >= 0 && x < (double)count && x == floor(x)))
      return gchk_suite_fail(reader, value->node,
                             "%s%s%s: label %zu is %g, but there are %zu classes; labels are whole numbers "
                             "from 0 to %zu",
                             value->name, value->data_path != NULL ? " from " : "",
                             value->data_path != NULL ? value->data_path : "", i, x, count, count - 1);
  }
  return GCHK_OK;
}
