/* Tensors by name, for callbacks. */
#include "gradcheck/bind.h"

#include <stdio.h>
#include <string.h>

const gchk_tensor *gchk_tensor_named(const gchk_call *call, const char *name) {
  for (size_t i = 0; i < call->tensor_count; i++)
    if (strcmp(call->t[i].name, name) == 0)
      return &call->t[i];
  return NULL;
}

static gchk_status fail_unknown(const gchk_call *call, const char *name, gchk_error *error) {
  enum { LISTED = 512 };
  char names[LISTED] = "";
  size_t used = 0;
  for (size_t i = 0; i < call->tensor_count && used < sizeof names; i++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", call->t[i].name);
  return gchk_fail(error, GCHK_INVALID, "layer %s has no tensor '%s'; it has %s", call->layer->name, name, names);
}

gchk_status gchk_find_buffer(const gchk_call *call, const char *name, gchk_part part, gchk_dtype dtype, void **buffer,
                             gchk_error *error) {
  const gchk_tensor *t = gchk_tensor_named(call, name);
  *buffer = NULL;
  if (t == NULL)
    return fail_unknown(call, name, error);
  if (dtype != GCHK_DTYPE_UNSET && dtype != t->dtype)
    return gchk_fail(error, GCHK_INVALID, "tensor %s of layer %s is %s, and is read as %s", name, call->layer->name,
                     gchk_dtype_name(t->dtype), gchk_dtype_name(dtype));
  if (part == GCHK_GRAD && (t->role == GCHK_INDEX || t->role == GCHK_CONSTANT))
    return gchk_fail(error, GCHK_INVALID, "tensor %s of layer %s is of role %s, and has no gradient", name,
                     call->layer->name, gchk_role_name(t->role));
  *buffer = part == GCHK_GRAD ? t->grad : t->value;
  return GCHK_OK;
}

gchk_status gchk_bind_pointers(const gchk_call *call, void *object, const gchk_pointer *table, size_t count,
                               gchk_error *error) {
  for (size_t i = 0; i < count; i++) {
    void *buffer;
    GCHK_TRY(gchk_find_buffer(call, table[i].tensor, table[i].part, table[i].dtype, &buffer, error));
    memcpy((char *)object + table[i].offset, &buffer, sizeof buffer);
  }
  return GCHK_OK;
}
