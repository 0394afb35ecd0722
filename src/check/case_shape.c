/* The shapes of a case's tensors, before there is an instance of its layer. */
#include "gradcheck/check.h"
#include "instance/sizes.h"

gchk_status gchk_case_shape(const gchk_case *c, size_t index, gchk_shape *shape, gchk_error *error) {
  gchk_sizes sizes = {0};
  const char *text = c->sizes != NULL ? c->sizes : c->layer->sizes;
  if (text != NULL)
    GCHK_TRY(gchk_sizes_parse(&sizes, text, error));
  return gchk_sizes_shape(&sizes, c->layer->tensors[index].shape, shape, error);
}
