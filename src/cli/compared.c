/* "mine=conv2d stride=2": the layer, then the reference and what is said of it; "conv2d" where both are called so. */
#include "compared.h"

#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "gradcheck/layers.h"

typedef struct cli_compared_layer {
  gchk_layer layer;
  gchk_reference reference;
  struct cli_compared_layer *before;
} cli_compared_layer;

// The name of the layer at `text`, whose length it gives; and where the reference begins.
static size_t split(const char *text, const char **reference) {
  const size_t word = strcspn(text, " "), name = strcspn(text, " =");
  *reference = name < word ? text + name + 1 : text;
  return name;
}

static bool is_for(const char *text, const gchk_case *c, const char **reference) {
  const size_t length = split(text, reference);
  return c->layer->name != NULL && strlen(c->layer->name) == length && strncmp(c->layer->name, text, length) == 0;
}

static gchk_status add(cli_compared *compared, const char *text, gchk_case *c, gchk_error *error) {
  cli_compared_layer *own = calloc(1, sizeof *own);
  if (own == NULL)
    return cli_fail_memory(error, "a comparison");
  own->before = compared->last;
  compared->last = own;
  own->layer = *c->layer;
  own->layer.reference = &own->reference;
  GCHK_TRY(gchk_registry_reference(&own->reference, text, c->layer, c->sizes, c->options, error));
  c->layer = &own->layer;
  return GCHK_OK;
}

gchk_status cli_compare(cli_compared *compared, const cli_option_texts *values, gchk_case *c, gchk_error *error) {
  const char *text, *before = NULL;
  if (values->count > 0 && compared->uses == NULL)
    compared->uses = calloc(values->count, sizeof *compared->uses);
  if (values->count > 0 && compared->uses == NULL)
    return cli_fail_memory(error, "a comparison");
  for (size_t i = 0; i < values->count; i++) {
    if (!is_for(values->at[i], c, &text))
      continue;
    if (before != NULL)
      return gchk_fail(error, GCHK_INVALID, "--compare '%s': %s is compared by '%s' already; one of them is wanted",
                       values->at[i], c->layer->name, before);
    before = values->at[i];
    compared->uses[i]++;
    if (add(compared, text, c, error) != GCHK_OK)
      return gchk_fail_within(error, "--compare '%s': %s", values->at[i], c->name);
  }
  return GCHK_OK;
}

gchk_status cli_compared_check(const cli_compared *compared, const cli_option_texts *values, const char *title,
                               gchk_error *error) {
  const char *text;
  for (size_t i = 0; i < values->count; i++)
    if (compared->uses == NULL || compared->uses[i] == 0)
      return gchk_fail(
          error, GCHK_INVALID,
          "--compare '%s': there is no case of a layer '%.*s' in %s; write LAYER=REFERENCE, with a layer that "
          "`gradcheck list` shows",
          values->at[i], (int)split(values->at[i], &text), values->at[i], title);
  return GCHK_OK;
}

void cli_compared_deinit(cli_compared *compared) {
  while (compared->last != NULL) {
    cli_compared_layer *before = compared->last->before;
    free(compared->last);
    compared->last = before;
  }
  free(compared->uses);
}
