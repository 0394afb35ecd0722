/* What differentiation must know of a variable and of the outputs: their sizes and their rounding. */
#include "measure/variable.h"

#include <math.h>

#include "core/largest.h"
#include "core/mean_square.h"
#include "instance/precision.h"

/* Not finite where a number is not. */
static double largest_of(const gchk_tensor *t) {
  if (t->dtype == GCHK_F64)
    return gchk_largest_size(t->value, t->count);
  double largest = 0;
  for (size_t e = 0; e < t->count && isfinite(largest); e++) {
    const double size = fabs(gchk_tensor_get(t, t->value, e));
    largest = size > largest || isnan(size) ? size : largest;
  }
  return largest;
}

double gchk_root_mean_square(const gchk_tensor *t) {
  const double largest = largest_of(t);
  if (!(isfinite(largest) && largest > 0))
    return 0;
  if (t->dtype == GCHK_F64)
    return largest * sqrt(gchk_sum_of_squares(t->value, t->count, largest) / (double)t->count);
  double sum = 0;
  for (size_t e = 0; e < t->count; e++) {
    const double r = gchk_number_of(t, t->value, e) / largest;
    sum += r * r;
  }
  return largest * sqrt(sum / (double)t->count);
}

// The f32 layer's outputs carry its rounding; a double loss computed from f32 tensors still does.
double gchk_output_unit(const gchk_instance *instance) {
  const gchk_layer *layer = instance->layer;
  double unit = gchk_unit_of(layer->dtype);
  if (layer->loss != NULL)
    unit = fmax(unit, layer->unit);
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (instance->t[i].role == GCHK_OUTPUT)
      unit = fmax(unit, gchk_tensor_unit(instance, i));
  return unit;
}

void gchk_use_declared_unit(const gchk_instance *instance, gchk_line *line) {
  const double product = instance->layer->product_unit, stored = line->output_unit;
  bool products_show = false;
  for (size_t d = 0; d < line->draw_count; d++) {
    double squares = 0;
    for (size_t j = 0; j < line->output_count; j++)
      squares += pow(line->v[d][j] * line->y0[j], 2);
    const double size = sqrt(squares);
    products_show = products_show || (product > stored && line->sigma[d] > sqrt(product * stored) * size);
    if (stored > gchk_unit_of(instance->layer->dtype) && line->sigma[d] <= stored * size)
      line->sigma[d] = 0;
  }
  if (products_show)
    line->output_unit = product;
}

void gchk_round_upstream(const gchk_instance *instance, double *v) {
  if (instance->layer->loss != NULL)
    return;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->role != GCHK_OUTPUT)
      continue;
    const double unit = fmax(gchk_tensor_unit(instance, i), instance->layer->product_unit);
    for (size_t k = 0; k < t->count && unit > gchk_unit_of(t->dtype); k++)
      v[k] = gchk_round_to_unit(v[k], unit);
    v += t->count;
  }
}
