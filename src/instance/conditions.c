/* What must hold of sizes. */
#include "instance/conditions.h"

#include <stdio.h>
#include <string.h>

#include "instance/layer_sizes.h"

static const struct sign {
  const char *text;
  gchk_comparison sign;
} signs[] = {
    // The longer ones first: <= is no <.
    {"==", GCHK_IS_EQUAL}, {"!=", GCHK_IS_UNEQUAL}, {"<=", GCHK_AT_MOST},
    {">=", GCHK_AT_LEAST}, {"<", GCHK_IS_LESS},     {">", GCHK_IS_MORE},
};

static void trim(const char **text, size_t *length) {
  while (*length > 0 && **text == ' ') {
    ++*text;
    --*length;
  }
  while (*length > 0 && (*text)[*length - 1] == ' ')
    --*length;
}

static const struct sign *sign_at(const char *at, const char *end) {
  for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++) {
    size_t length = strlen(signs[k].text);
    if ((size_t)(end - at) >= length && memcmp(at, signs[k].text, length) == 0)
      return &signs[k];
  }
  return NULL;
}

static gchk_status misspelt(const char *text, const char *at, const char *what, gchk_error *error) {
  return gchk_fail(error, GCHK_INVALID, "sizes_require \"%s\": character %zu: %s", text, (size_t)(at - text) + 1, what);
}

static gchk_status scan_side(const char *text, const char *side, size_t length, gchk_size_name_fn found, void *context,
                             gchk_error *error) {
  gchk_error inner = {GCHK_OK, ""};
  int64_t ignored;
  size_t where;
  if (length == 0)
    return misspelt(text, side, "an expression is wanted on both sides of a comparison", error);
  if (memchr(side, ' ', length) != NULL)
    return misspelt(text, memchr(side, ' ', length), "a blank within an expression; write it without", error);
  if (gchk_expression_evaluate_signed(side, length, NULL, NULL, &ignored, &where, &inner) != GCHK_OK)
    return misspelt(text, side + where, inner.message, error);
  return gchk_expression_scan(side, length, found, context, error);
}

// The next condition; false at the end of the text.
static gchk_status next(const char *text, const char **at, gchk_condition *c, gchk_error *error) {
  c->text = *at;
  c->length = strcspn(*at, ",");
  *at += c->length;
  const char *end = *at;
  *at += **at == ',';
  const char *begin = c->text;
  trim(&c->text, &c->length);
  if (c->length == 0)
    return misspelt(text, begin, "a condition is wanted, such as C%4==0", error);
  size_t before = strcspn(c->text, "=!<>,");
  const char *place = c->text + before;
  const struct sign *sign = sign_at(place, end);
  if (sign == NULL)
    return misspelt(text, place, "a comparison is wanted: ==, !=, <=, >=, < or >", error);
  c->sign = sign->sign;
  c->left = c->text;
  c->left_length = before;
  c->right = place + strlen(sign->text);
  c->right_length = (size_t)(c->text + c->length - c->right);
  trim(&c->left, &c->left_length);
  trim(&c->right, &c->right_length);
  size_t more = strcspn(c->right, "=!<>,");
  if (more < c->right_length)
    return misspelt(text, c->right + more, "one comparison at a time; separate several by commas", error);
  return GCHK_OK;
}

gchk_status gchk_conditions_scan(const char *text, gchk_size_name_fn found, void *context, gchk_error *error) {
  size_t count = 0;
  const char *at = text;
  do {
    gchk_condition c = {0};
    const bool ends_in_comma = at > text && *at == '\0';
    if (ends_in_comma)
      return misspelt(text, at, "a condition is wanted after the comma", error);
    if (++count > GCHK_MAX_CONDITIONS)
      return gchk_fail(error, GCHK_INVALID, "sizes_require: more than %d conditions", (int)GCHK_MAX_CONDITIONS);
    GCHK_TRY(next(text, &at, &c, error));
    GCHK_TRY(scan_side(text, c.left, c.left_length, found, context, error));
    GCHK_TRY(scan_side(text, c.right, c.right_length, found, context, error));
  } while (*at != '\0' || at[-1] == ',');
  return GCHK_OK;
}

size_t gchk_conditions_split(const char *text, gchk_condition conditions[GCHK_MAX_CONDITIONS]) {
  size_t count = 0;
  for (const char *at = text; *at != '\0' && count < GCHK_MAX_CONDITIONS; count++)
    if (next(text, &at, &conditions[count], NULL) != GCHK_OK)
      break;
  return count;
}

typedef struct lookup {
  const gchk_sizes *sizes;
  const char *missing; // of the last name that has no value; NULL: all have one
  char name[GCHK_SIZE_NAME];
} lookup;

static void note_missing(void *context, const char *name, bool is_list) {
  lookup *l = context;
  (void)is_list;
  if (l->missing != NULL || gchk_sizes_find(l->sizes, name) != NULL)
    return;
  (void)snprintf(l->name, sizeof l->name, "%s", name);
  l->missing = l->name;
}

gchk_status gchk_condition_holds(const gchk_condition *c, const gchk_sizes *sizes, bool *holds, gchk_error *error) {
  lookup l = {.sizes = sizes};
  int64_t left, right;
  size_t where;
  *holds = false;
  GCHK_TRY(gchk_expression_scan(c->left, c->left_length, note_missing, &l, error));
  GCHK_TRY(gchk_expression_scan(c->right, c->right_length, note_missing, &l, error));
  if (l.missing != NULL)
    return gchk_fail(error, GCHK_INVALID,
                     "nothing says how large %s is, of which %.*s is required; give it, as in \"%s=4\"", l.missing,
                     (int)c->length, c->text, l.missing);
  if (gchk_expression_evaluate_signed(c->left, c->left_length, gchk_sizes_value, sizes, &left, &where, NULL) !=
          GCHK_OK ||
      gchk_expression_evaluate_signed(c->right, c->right_length, gchk_sizes_value, sizes, &right, &where, NULL) !=
          GCHK_OK)
    return GCHK_OK;
  const bool answers[] = {[GCHK_IS_EQUAL] = left == right,
                          [GCHK_IS_UNEQUAL] = left != right,
                          [GCHK_AT_MOST] = left <= right,
                          [GCHK_AT_LEAST] = left >= right,
                          [GCHK_IS_LESS] = left<right, [GCHK_IS_MORE] = left> right};
  *holds = answers[c->sign];
  return GCHK_OK;
}

typedef struct sizes_text {
  const gchk_sizes *sizes;
  char text[256];
} sizes_text;

static void add_size(void *context, const char *name, bool is_list) {
  sizes_text *s = context;
  const gchk_size_binding *binding = gchk_sizes_find(s->sizes, name);
  char item[GCHK_SIZE_NAME + 32];
  size_t used = strlen(s->text);
  (void)is_list;
  if (binding == NULL)
    return;
  (void)snprintf(item, sizeof item, "%s=%zu", name, binding->value);
  const char *there = strstr(s->text, item);
  if (there == NULL || (there > s->text && there[-1] != ' '))
    (void)snprintf(s->text + used, sizeof s->text - used, "%s%s", used > 0 ? " " : "", item);
}

gchk_status gchk_conditions_check(const gchk_layer *layer, const gchk_sizes *sizes, gchk_error *error) {
  gchk_condition conditions[GCHK_MAX_CONDITIONS];
  size_t count = layer->sizes_require == NULL ? 0 : gchk_conditions_split(layer->sizes_require, conditions);
  for (size_t k = 0; k < count; k++) {
    const gchk_condition *c = &conditions[k];
    bool holds;
    gchk_status status = gchk_condition_holds(c, sizes, &holds, error);
    if (status != GCHK_OK) {
      (void)gchk_fail_within(error, "%s", layer->name);
      return status;
    }
    if (holds)
      continue;
    sizes_text are = {.sizes = sizes, .text = ""};
    GCHK_TRY(gchk_expression_scan(c->left, c->left_length, add_size, &are, error));
    GCHK_TRY(gchk_expression_scan(c->right, c->right_length, add_size, &are, error));
    return gchk_fail(error, GCHK_INVALID, "%s requires %.*s of its sizes, which does not hold for %s; give it others",
                     layer->name, (int)c->length, c->text, are.text);
  }
  return GCHK_OK;
}

gchk_status gchk_conditions_check_text(const gchk_layer *layer, const char *text, gchk_error *error) {
  gchk_sizes sizes;
  if (layer->sizes_require == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_layer_read_sizes(layer, text, &sizes, error));
  return gchk_conditions_check(layer, &sizes, error);
}
