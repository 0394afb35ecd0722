/* The shapes of a case's tensors, before there is an instance of its layer. */
#include "gradcheck/check.h"
#include "instance/layer_sizes.h"
#include "instance/sizes.h"

gchk_status gchk_case_shape(const gchk_case *c, size_t index, gchk_shape *shape, gchk_error *error) {
  gchk_sizes sizes;
  GCHK_TRY(gchk_layer_read_sizes(c->layer, c->sizes, &sizes, error));
  return gchk_sizes_shape(&sizes, c->layer->tensors[index].shape, shape, error);
}
