/* The sizes of a layer. */
#include "instance/layer_sizes.h"

#include <stdio.h>
#include <string.h>

#include "instance/sizes.h"

enum { WORD = 3 * GCHK_SIZE_NAME };

/* "NAME=EXPRESSION", a word of a layer's defaults. */
typedef struct default_size {
  char text[WORD], name[GCHK_SIZE_NAME];
} default_size;

/* The next of them; false at the end, and where it is too long. */
static bool next_default(const char **at, default_size *next) {
  *at += strspn(*at, " ,");
  const size_t length = strcspn(*at, " ,"), name = strcspn(*at, "= ,");
  if (length == 0 || length >= sizeof next->text || name >= sizeof next->name)
    return false;
  (void)snprintf(next->text, sizeof next->text, "%.*s", (int)length, *at);
  (void)snprintf(next->name, sizeof next->name, "%.*s", (int)name, *at);
  *at += length;
  return true;
}

gchk_status gchk_layer_scan_sizes(const gchk_layer *layer, gchk_size_name_fn found, void *context, gchk_error *error) {
  default_size next;
  for (size_t i = 0; i < layer->tensor_count; i++)
    GCHK_TRY(gchk_sizes_scan(layer->tensors[i].shape, found, context, error));
  const char *at = layer->sizes_default != NULL ? layer->sizes_default : "", *last = at;
  bool is_right = true;
  for (; is_right && next_default(&at, &next); last = at) {
    const char *value = next.text + strlen(next.name);
    is_right = *value == '=' && gchk_expression_is_name(next.name, strlen(next.name)) &&
               gchk_expression_scan(value + 1, strlen(value + 1), found, context, NULL) == GCHK_OK;
    if (found != NULL && is_right)
      found(context, next.name, false);
  }
  if (is_right && at[strspn(at, " ,")] == '\0')
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID, "sizes_default \"%s\": \"%s\" is not of the form stride=1 KH=kernel",
                   layer->sizes_default, last);
}

void gchk_layer_default_sizes(const gchk_layer *layer, gchk_sizes *sizes) {
  default_size next;
  const char *at = layer->sizes_default != NULL ? layer->sizes_default : "";
  while (next_default(&at, &next))
    if (gchk_sizes_find(sizes, next.name) == NULL && gchk_sizes_parse(sizes, next.text, NULL) != GCHK_OK)
      continue; // of a size that nothing says; who needs it will miss it
}

gchk_status gchk_layer_read_sizes(const gchk_layer *layer, const char *text, gchk_sizes *sizes, gchk_error *error) {
  const char *own = text != NULL ? text : layer->sizes;
  *sizes = (gchk_sizes){.count = 0};
  if (own != NULL)
    GCHK_TRY(gchk_sizes_parse(sizes, own, error));
  gchk_layer_default_sizes(layer, sizes);
  return GCHK_OK;
}
