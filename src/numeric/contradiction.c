#include "numeric/contradiction.h"
bool gchk_derivative_is_contradicted(const gchk_derivative *d, double g, double rounding) {
  (void)d, (void)g, (void)rounding;
  return false;
}
