/* How far an element's two gradients are apart. */
#include "result/error_bars.h"

#include <math.h>

double gchk_element_difference(const gchk_element *element) {
  return fabs(element->analytic - element->numeric);
}

double gchk_error_bars(const gchk_element *element) {
  double difference = gchk_element_difference(element);
  if (difference == 0)
    return 0;
  double bars = difference / element->bound;
  return isnan(bars) ? (double)INFINITY : bars;
}

double gchk_worst_error_bars(const gchk_tensor_result *tensor) {
  return tensor->worst_count > 0 ? gchk_error_bars(&tensor->worst[0]) : -1;
}
