/* The built-in layer that a layer is compared with: of several of one name, the first that fits. */
#include <string.h>

#include "gradcheck/layers.h"
#include "gradcheck/suggest.h"

enum { NAME_SIZE = 64, MOST_NAMES = 256 };

static gchk_status unknown(const char *name, gchk_error *error) {
  const char *names[MOST_NAMES];
  size_t count = 0;
  while (count < MOST_NAMES && gchk_registry_name(count) != NULL) {
    names[count] = gchk_registry_name(count);
    count++;
  }
  const char *meant = gchk_suggest(name, names, count);
  return gchk_fail(error, GCHK_INVALID, "there is no built-in layer '%s'%s%s; `gradcheck help layers` lists them", name,
                   meant != NULL ? ", did you mean " : "", meant != NULL ? meant : "");
}

gchk_status gchk_registry_reference(gchk_reference *reference, const char *text, const gchk_layer *layer,
                                    const char *sizes, const double *options, gchk_error *error) {
  char name[NAME_SIZE];
  gchk_error first = {GCHK_OK, ""}, why;
  const char *start = text + strspn(text, " "), *end = start + strcspn(start, " ");
  (void)snprintf(name, sizeof name, "%.*s", (int)(end - start), start);
  *reference = (gchk_reference){.size = sizeof *reference, .terms = end};
  for (size_t nth = 0; (reference->layer = gchk_registry_find(name, GCHK_F64, nth)) != NULL; nth++) {
    const gchk_status status = gchk_reference_check(reference, layer, sizes, options, &why);
    if (status == GCHK_OK)
      return status;
    first = nth == 0 ? why : first;
  }
  return first.status == GCHK_OK ? unknown(name, error) : gchk_fail(error, first.status, "%s", first.message);
}
