/* Sizes by name, and shapes written in them. */
#include "instance/sizes.h"

#include <stdio.h>
#include <string.h>

#include "instance/expression.h"

const gchk_size_binding *gchk_sizes_find(const gchk_sizes *sizes, const char *name) {
  for (size_t i = 0; i < sizes->count; i++)
    if (strcmp(sizes->binding[i].name, name) == 0)
      return &sizes->binding[i];
  return NULL;
}

static bool value_of(const void *sizes, const char *name, size_t *value) {
  const gchk_size_binding *binding = gchk_sizes_find(sizes, name);
  if (binding != NULL)
    *value = binding->value;
  return binding != NULL;
}

static gchk_status add(gchk_sizes *sizes, const char *name, size_t length, gchk_size_binding **binding,
                       gchk_error *error) {
  if (sizes->count == GCHK_MAX_SIZES)
    return gchk_fail(error, GCHK_INVALID, "more than %d sizes", (int)GCHK_MAX_SIZES);
  if (length >= GCHK_SIZE_NAME || !gchk_expression_is_name(name, length))
    return gchk_fail(error, GCHK_INVALID, "'%.*s' is no name of a size; a letter, then letters and digits, at most %d",
                     (int)length, name, (int)GCHK_SIZE_NAME - 1);
  *binding = &sizes->binding[sizes->count++];
  **binding = (gchk_size_binding){0};
  memcpy((*binding)->name, name, length);
  return GCHK_OK;
}

gchk_status gchk_sizes_set(gchk_sizes *sizes, const char *name, size_t value, gchk_error *error) {
  const gchk_size_binding *known = gchk_sizes_find(sizes, name);
  if (known != NULL && known->value == value)
    return GCHK_OK;
  if (known != NULL)
    return gchk_fail(error, GCHK_INVALID, "%s is %zu and cannot be %zu too", name, known->value, value);
  gchk_size_binding *binding = NULL;
  GCHK_TRY(add(sizes, name, strlen(name), &binding, error));
  binding->value = value;
  return GCHK_OK;
}

static bool same_dims(const size_t *a, const size_t *b, size_t rank) {
  for (size_t i = 0; i < rank; i++)
    if (a[i] != b[i])
      return false;
  return true;
}

// Binds a "D..." to `rank` dimensions.
static gchk_status set_list(gchk_sizes *sizes, const char *name, size_t length, const size_t *dim, size_t rank,
                            gchk_error *error) {
  char text[GCHK_SIZE_NAME];
  (void)snprintf(text, sizeof text, "%.*s", (int)length, name);
  gchk_shape shape = {.rank = rank};
  if (rank > 0)
    memcpy(shape.dim, dim, rank * sizeof dim[0]);
  size_t product;
  GCHK_TRY(gchk_shape_count(&shape, &product, error));
  const gchk_size_binding *known = gchk_sizes_find(sizes, text);
  char is[256], was[256];
  if (known != NULL && known->is_list && (known->dims.rank != rank || !same_dims(known->dims.dim, dim, rank)))
    return gchk_fail(error, GCHK_INVALID, "%s is %s and cannot be %s too", text,
                     gchk_shape_format(&known->dims, was, sizeof was), gchk_shape_format(&shape, is, sizeof is));
  if (known != NULL && known->value != product)
    return gchk_fail(error, GCHK_INVALID, "%s is %zu and cannot be %zu too", text, known->value, product);
  gchk_size_binding *binding = NULL;
  if (known != NULL)
    binding = &sizes->binding[known - sizes->binding];
  else
    GCHK_TRY(add(sizes, name, length, &binding, error));
  binding->value = product;
  binding->is_list = true;
  binding->dims = shape;
  return GCHK_OK;
}

// The next word of a blank-separated text; false at its end.
static bool next_word(const char **at, const char **word, size_t *length) {
  *at += strspn(*at, " ,");
  *word = *at;
  *length = strcspn(*at, " ,");
  *at += *length;
  return *length > 0;
}

static bool is_list_word(const char *word, size_t length) {
  return length > 3 && memcmp(word + length - 3, "...", 3) == 0;
}

gchk_status gchk_sizes_parse(gchk_sizes *sizes, const char *text, gchk_error *error) {
  const char *word;
  size_t length;
  for (const char *at = text; next_word(&at, &word, &length);) {
    const char *equals = memchr(word, '=', length);
    if (equals == NULL || equals == word)
      return gchk_fail(error, GCHK_INVALID, "sizes \"%s\": '%.*s' is not of the form N=3 or D=2x5", text, (int)length,
                       word);
    gchk_shape shape = {0};
    const char *end = word + length;
    bool is_list = strspn(equals + 1, "0123456789x") >= (size_t)(end - equals - 1);
    for (const char *digit = equals + 1; digit <= end;) {
      const char *stop = digit;
      while (stop < end && !(is_list && *stop == 'x'))
        stop++;
      size_t value;
      if (shape.rank == GCHK_MAX_RANK)
        return gchk_fail(error, GCHK_INVALID, "sizes \"%s\": more than %d dimensions", text, (int)GCHK_MAX_RANK);
      GCHK_TRY(gchk_expression_evaluate(digit, (size_t)(stop - digit), value_of, sizes, &value, error));
      shape.dim[shape.rank++] = value;
      digit = stop + 1;
    }
    for (size_t d = 0; shape.rank > 1 && d < shape.rank; d++)
      if (shape.dim[d] == 0)
        return gchk_fail(error, GCHK_INVALID, "sizes \"%s\": '%.*s' has a dimension of 0; at least 1 is wanted", text,
                         (int)length, word);
    char name[GCHK_SIZE_NAME + 1];
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - word), word);
    gchk_status status = shape.rank == 1 ? gchk_sizes_set(sizes, name, shape.dim[0], error)
                                         : set_list(sizes, name, strlen(name), shape.dim, shape.rank, error);
    if (status != GCHK_OK)
      return gchk_fail_within(error, "sizes \"%s\"", text);
  }
  return GCHK_OK;
}

static size_t word_count(const char *spec, bool *has_list) {
  const char *word;
  size_t length, count = 0;
  *has_list = false;
  for (const char *at = spec; next_word(&at, &word, &length); count++)
    *has_list = *has_list || is_list_word(word, length);
  return count;
}

static gchk_status misfit(const gchk_shape *shape, const char *spec, gchk_error *error) {
  char text[256];
  return gchk_fail(error, GCHK_INVALID, "is %s, but \"%s\" is wanted", gchk_shape_format(shape, text, sizeof text),
                   spec);
}

gchk_status gchk_sizes_bind(gchk_sizes *sizes, const char *spec, const gchk_shape *shape, gchk_error *error) {
  bool has_list;
  size_t words = word_count(spec, &has_list);
  if (has_list ? shape->rank + 1 < words : shape->rank != words)
    return misfit(shape, spec, error);
  size_t list_rank = has_list ? shape->rank + 1 - words : 0;
  const char *word;
  size_t length, d = 0;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    char text[256];
    gchk_status status = GCHK_OK;
    if (is_list_word(word, length)) {
      status = set_list(sizes, word, length - 3, shape->dim + d, list_rank, error);
      d += list_rank;
    } else if (gchk_expression_is_name(word, length) && length < GCHK_SIZE_NAME) {
      char name[GCHK_SIZE_NAME];
      (void)snprintf(name, sizeof name, "%.*s", (int)length, word);
      status = gchk_sizes_set(sizes, name, shape->dim[d++], error);
    } else {
      d++; // an expression: gchk_sizes_shape compares it once its names are bound
    }
    if (status != GCHK_OK)
      return gchk_fail_within(error, "is %s, but \"%s\" is wanted", gchk_shape_format(shape, text, sizeof text), spec);
  }
  return GCHK_OK;
}

gchk_status gchk_sizes_shape(const gchk_sizes *sizes, const char *spec, gchk_shape *shape, gchk_error *error) {
  *shape = (gchk_shape){0};
  const char *word;
  size_t length;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    if (is_list_word(word, length)) {
      char name[GCHK_SIZE_NAME + 1];
      (void)snprintf(name, sizeof name, "%.*s", (int)(length - 3), word);
      const gchk_size_binding *binding = gchk_sizes_find(sizes, name);
      if (binding == NULL)
        return gchk_fail(error, GCHK_INVALID, "nothing says how large %s is; give it, as in \"%s=3x4\"", name, name);
      size_t rank = binding->is_list ? binding->dims.rank : 1;
      if (shape->rank + rank > GCHK_MAX_RANK)
        return gchk_fail(error, GCHK_INVALID, "\"%s\" has more than %d dimensions", spec, (int)GCHK_MAX_RANK);
      memcpy(shape->dim + shape->rank, binding->is_list ? binding->dims.dim : &binding->value, rank * sizeof(size_t));
      shape->rank += rank;
      continue;
    }
    if (shape->rank == GCHK_MAX_RANK)
      return gchk_fail(error, GCHK_INVALID, "\"%s\" has more than %d dimensions", spec, (int)GCHK_MAX_RANK);
    size_t value;
    GCHK_TRY(gchk_expression_evaluate(word, length, value_of, sizes, &value, error));
    if (value == 0)
      return gchk_fail(error, GCHK_INVALID, "dimension '%.*s' of \"%s\" is 0; at least 1 is wanted", (int)length, word,
                       spec);
    shape->dim[shape->rank++] = value;
  }
  return GCHK_OK;
}

gchk_status gchk_sizes_evaluate(const gchk_sizes *sizes, const char *expression, size_t *value, gchk_error *error) {
  return gchk_expression_evaluate(expression, strlen(expression), value_of, sizes, value, error);
}

gchk_status gchk_sizes_scan(const char *spec, gchk_size_name_fn found, void *context, gchk_error *error) {
  const char *word;
  size_t length, lists = 0;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    if (is_list_word(word, length)) {
      char name[GCHK_SIZE_NAME];
      if (length - 3 >= sizeof name || !gchk_expression_is_name(word, length - 3))
        return gchk_fail(error, GCHK_INVALID, "shape \"%s\": '%.*s' is no name followed by '...'", spec, (int)length,
                         word);
      if (++lists > 1)
        return gchk_fail(error, GCHK_INVALID, "shape \"%s\": only one dimension can be a list '...'", spec);
      (void)snprintf(name, sizeof name, "%.*s", (int)(length - 3), word);
      if (found != NULL)
        found(context, name, true);
      continue;
    }
    if (gchk_expression_scan(word, length, found, context, error) != GCHK_OK)
      return gchk_fail_within(error, "shape \"%s\"", spec);
  }
  return GCHK_OK;
}

size_t gchk_size(const gchk_call *call, const char *name) {
  const gchk_size_binding *binding = gchk_sizes_find(call->sizes, name);
  return binding == NULL ? 0 : binding->value;
}

int gchk_int(const gchk_call *call, const char *name) {
  return (int)gchk_size(call, name);
}
