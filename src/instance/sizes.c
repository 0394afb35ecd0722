/* Sizes by name, and shapes written in them. */
#include "instance/sizes.h"

#include <stdio.h>
#include <string.h>

#include "instance/expression.h"
#include "instance/same_shape.h"

const gchk_size_binding *gchk_sizes_find(const gchk_sizes *sizes, const char *name) {
  for (size_t i = 0; i < sizes->count; i++)
    if (strcmp(sizes->binding[i].name, name) == 0)
      return &sizes->binding[i];
  return NULL;
}

static const gchk_size_binding *find_name(const gchk_sizes *sizes, const char *name, size_t length) {
  char text[GCHK_SIZE_NAME];
  (void)snprintf(text, sizeof text, "%.*s", (int)length, name);
  return length < sizeof text ? gchk_sizes_find(sizes, text) : NULL;
}

bool gchk_sizes_value(const void *sizes, const char *name, size_t *value) {
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
  if (known != NULL && known->is_list && !gchk_is_same_shape(&known->dims, &shape))
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

/* A word that stands for dimensions: "D...", "D...rank" (so many of them), or "D...^E..." (two that are broadcast). */
typedef struct list_word {
  const char *name, *rank, *other;
  size_t name_length, rank_length, other_length;
} list_word;

static const char *find_dots(const char *at, const char *end) {
  while (at + 3 <= end && memcmp(at, "...", 3) != 0)
    at++;
  return at + 3 <= end ? at : NULL;
}

static bool read_list(const char *word, size_t length, list_word *list) {
  const char *end = word + length, *dots = find_dots(word, end);
  if (dots == NULL)
    return false;
  *list = (list_word){.name = word, .name_length = (size_t)(dots - word)};
  const char *rest = dots + 3;
  const bool is_pair = rest < end && *rest == '^' && length >= 3 && memcmp(end - 3, "...", 3) == 0;
  if (is_pair) {
    list->other = rest + 1;
    list->other_length = (size_t)(end - 3 - list->other);
  } else if (rest < end) {
    list->rank = rest;
    list->rank_length = (size_t)(end - rest);
  }
  return true;
}

gchk_status gchk_sizes_parse(gchk_sizes *sizes, const char *text, gchk_error *error) {
  const char *word;
  size_t length;
  for (const char *at = text; next_word(&at, &word, &length);) {
    const char *equals = memchr(word, '=', length);
    if (equals == NULL || equals == word)
      return gchk_fail(error, GCHK_INVALID, "sizes \"%s\": '%.*s' is not of the form N=3 or D=2x5, without blanks",
                       text, (int)length, word);
    gchk_shape shape = {0};
    const char *end = word + length;
    char name[GCHK_SIZE_NAME + 1];
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - word), word);
    const gchk_size_binding *other = find_name(sizes, equals + 1, (size_t)(end - equals - 1));
    const bool is_empty = end - equals == 3 && memcmp(equals, "=()", 3) == 0;
    if (is_empty || (other != NULL && other->is_list)) {
      const gchk_shape list = is_empty ? (gchk_shape){.rank = 0} : other->dims;
      GCHK_TRY(set_list(sizes, name, strlen(name), list.dim, list.rank, error));
      continue;
    }
    bool is_list = strspn(equals + 1, "0123456789x") >= (size_t)(end - equals - 1);
    for (const char *digit = equals + 1; digit <= end;) {
      const char *stop = digit;
      while (stop < end && !(is_list && *stop == 'x'))
        stop++;
      size_t value;
      if (shape.rank == GCHK_MAX_RANK)
        return gchk_fail(error, GCHK_INVALID, "sizes \"%s\": more than %d dimensions", text, (int)GCHK_MAX_RANK);
      GCHK_TRY(gchk_expression_evaluate(digit, (size_t)(stop - digit), gchk_sizes_value, sizes, &value, error));
      shape.dim[shape.rank++] = value;
      digit = stop + 1;
    }
    for (size_t d = 0; shape.rank > 1 && d < shape.rank; d++)
      if (shape.dim[d] == 0)
        return gchk_fail(error, GCHK_INVALID, "sizes \"%s\": '%.*s' has a dimension of 0; at least 1 is wanted", text,
                         (int)length, word);
    gchk_status status = shape.rank == 1 ? gchk_sizes_set(sizes, name, shape.dim[0], error)
                                         : set_list(sizes, name, strlen(name), shape.dim, shape.rank, error);
    if (status != GCHK_OK)
      return gchk_fail_within(error, "sizes \"%s\"", text);
  }
  return GCHK_OK;
}

/* The dimensions that a name stands for as a list: those of "D=2x5", or one, of "D=10". */
static bool dims_of(const gchk_sizes *sizes, const char *name, size_t length, gchk_shape *dims) {
  const gchk_size_binding *binding = find_name(sizes, name, length);
  if (binding == NULL)
    return false;
  *dims = binding->is_list ? binding->dims : (gchk_shape){.rank = 1, .dim = {binding->value}};
  return true;
}

/* How many dimensions a list has, by its rank or by what is bound; false where nothing says it. */
static bool rank_of(const gchk_sizes *sizes, const list_word *list, size_t *rank) {
  gchk_shape dims;
  if (list->rank != NULL)
    return gchk_expression_evaluate(list->rank, list->rank_length, gchk_sizes_value, sizes, rank, NULL) == GCHK_OK;
  if (!dims_of(sizes, list->name, list->name_length, &dims))
    return false;
  *rank = dims.rank;
  return true;
}

/* How a shape's dimensions are shared out: `open` is the place of the list that takes what the others leave. */
typedef struct layout {
  size_t taken, lists, unknown; /* dimensions of the others; lists; those of unknown rank */
  const char *open;             /* NULL: every list has a rank */
} layout;

/* The list that takes the rest is the first that nothing says the rank of; where all are bound, the last. */
static layout lay_out(const gchk_sizes *sizes, const char *spec) {
  layout l = {0};
  const char *word;
  size_t length, rank, of_open = 0;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    list_word list;
    if (!read_list(word, length, &list)) {
      l.taken++;
      continue;
    }
    const bool is_known = rank_of(sizes, &list, &rank);
    l.lists++;
    l.unknown += !is_known;
    if (list.rank == NULL && (l.unknown == 0 || (l.unknown == 1 && !is_known))) {
      l.taken += of_open;
      l.open = word;
      of_open = is_known ? rank : 0;
    } else if (is_known) {
      l.taken += rank;
    }
  }
  return l;
}

static gchk_status misfit(const gchk_shape *shape, const char *spec, gchk_error *error) {
  char text[256];
  return gchk_fail(error, GCHK_INVALID, "is %s, but \"%s\" is wanted", gchk_shape_format(shape, text, sizeof text),
                   spec);
}

gchk_status gchk_sizes_bind(gchk_sizes *sizes, const char *spec, const gchk_shape *shape, gchk_error *error) {
  const layout l = lay_out(sizes, spec);
  if (l.open != NULL ? shape->rank < l.taken : shape->rank != l.taken && l.unknown == 0)
    return misfit(shape, spec, error);
  // which dimensions are whose cannot be told yet: gchk_sizes_shape compares them once it can
  if (l.unknown > 1 || (l.unknown == 1 && l.open == NULL))
    return GCHK_OK;
  const char *word;
  size_t length, d = 0;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    char text[256];
    gchk_status status = GCHK_OK;
    list_word list;
    if (read_list(word, length, &list)) {
      size_t rank = shape->rank - l.taken;
      if (word != l.open)
        (void)rank_of(sizes, &list, &rank);
      status = set_list(sizes, list.name, list.name_length, shape->dim + d, rank, error);
      d += rank;
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

/* numpy's rule: from the last on, two dimensions are the same, or one of them is 1 or missing. */
static gchk_status broadcast(const gchk_shape *a, const gchk_shape *b, gchk_shape *both, gchk_error *error) {
  char first[256], second[256];
  *both = a->rank >= b->rank ? *a : *b;
  const gchk_shape *shorter = a->rank >= b->rank ? b : a;
  for (size_t k = 1; k <= shorter->rank; k++) {
    size_t *dim = &both->dim[both->rank - k];
    const size_t other = shorter->dim[shorter->rank - k];
    if (*dim != other && *dim != 1 && other != 1)
      return gchk_fail(error, GCHK_INVALID,
                       "%s and %s cannot be broadcast: counted from the last, dimensions are the same, or one of them "
                       "is 1",
                       gchk_shape_format(a, first, sizeof first), gchk_shape_format(b, second, sizeof second));
    *dim = other == 1 ? *dim : other;
  }
  return GCHK_OK;
}

static gchk_status dims_by_name(const gchk_sizes *sizes, const char *name, size_t length, gchk_shape *dims,
                                gchk_error *error) {
  return dims_of(sizes, name, length, dims)
             ? GCHK_OK
             : gchk_fail(error, GCHK_INVALID, "nothing says how large %.*s is; give it, as in \"%.*s=3x4\"",
                         (int)length, name, (int)length, name);
}

/* The dimensions of a list; one of no dimensions may be written "D=1", too. */
static gchk_status list_shape(const gchk_sizes *sizes, const list_word *list, gchk_shape *dims, gchk_error *error) {
  gchk_shape other;
  size_t rank, count;
  char text[256];
  GCHK_TRY(dims_by_name(sizes, list->name, list->name_length, dims, error));
  if (list->other != NULL) {
    const gchk_shape first = *dims;
    GCHK_TRY(dims_by_name(sizes, list->other, list->other_length, &other, error));
    return broadcast(&first, &other, dims, error);
  }
  if (list->rank == NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_expression_evaluate(list->rank, list->rank_length, gchk_sizes_value, sizes, &rank, error));
  GCHK_TRY(gchk_shape_count(dims, &count, error));
  if (rank == 0 && count == 1)
    dims->rank = 0;
  return rank == dims->rank ? GCHK_OK
                            : gchk_fail(error, GCHK_INVALID, "%.*s is %s, but %.*s is %zu; make them as many",
                                        (int)list->name_length, list->name, gchk_shape_format(dims, text, sizeof text),
                                        (int)list->rank_length, list->rank, rank);
}

gchk_status gchk_sizes_shape(const gchk_sizes *sizes, const char *spec, gchk_shape *shape, gchk_error *error) {
  *shape = (gchk_shape){0};
  const char *word;
  size_t length;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    list_word list;
    gchk_shape dims = {.rank = 1};
    if (read_list(word, length, &list)) {
      GCHK_TRY(list_shape(sizes, &list, &dims, error));
    } else {
      GCHK_TRY(gchk_expression_evaluate(word, length, gchk_sizes_value, sizes, &dims.dim[0], error));
      if (dims.dim[0] == 0)
        return gchk_fail(error, GCHK_INVALID, "dimension '%.*s' of \"%s\" is 0; at least 1 is wanted", (int)length,
                         word, spec);
    }
    if (shape->rank + dims.rank > GCHK_MAX_RANK)
      return gchk_fail(error, GCHK_INVALID, "\"%s\" has more than %d dimensions", spec, (int)GCHK_MAX_RANK);
    memcpy(shape->dim + shape->rank, dims.dim, dims.rank * sizeof(size_t));
    shape->rank += dims.rank;
  }
  return GCHK_OK;
}

gchk_status gchk_sizes_evaluate(const gchk_sizes *sizes, const char *expression, size_t *value, gchk_error *error) {
  return gchk_expression_evaluate(expression, strlen(expression), gchk_sizes_value, sizes, value, error);
}

static gchk_status scan_name(const char *name, size_t length, const char *spec, gchk_size_name_fn found, void *context,
                             gchk_error *error) {
  char text[GCHK_SIZE_NAME];
  if (length >= sizeof text || !gchk_expression_is_name(name, length))
    return gchk_fail(error, GCHK_INVALID, "shape \"%s\": '%.*s' is no name followed by '...'", spec, (int)length, name);
  (void)snprintf(text, sizeof text, "%.*s", (int)length, name);
  if (found != NULL)
    found(context, text, true);
  return GCHK_OK;
}

gchk_status gchk_sizes_scan(const char *spec, gchk_size_name_fn found, void *context, gchk_error *error) {
  const char *word;
  size_t length;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    list_word list;
    if (read_list(word, length, &list)) {
      GCHK_TRY(scan_name(list.name, list.name_length, spec, found, context, error));
      if (list.other != NULL)
        GCHK_TRY(scan_name(list.other, list.other_length, spec, found, context, error));
      word = list.rank;
      length = list.rank_length;
    }
    if (word != NULL && gchk_expression_scan(word, length, found, context, error) != GCHK_OK)
      return gchk_fail_within(error, "shape \"%s\"", spec);
  }
  return GCHK_OK;
}

void gchk_count_size_mention(void *context, const char *name, bool is_list) {
  gchk_size_mentions *mentions = context;
  (void)is_list;
  mentions->count += strcmp(mentions->name, name) == 0;
}

size_t gchk_size(const gchk_call *call, const char *name) {
  const gchk_size_binding *binding = gchk_sizes_find(call->sizes, name);
  return binding == NULL ? 0 : binding->value;
}

int gchk_int(const gchk_call *call, const char *name) {
  return (int)gchk_size(call, name);
}

bool gchk_sizes_has_dimension(const char *spec, const char *name) {
  const char *word;
  size_t length;
  for (const char *at = spec; next_word(&at, &word, &length);) {
    list_word list;
    const size_t own = read_list(word, length, &list) ? list.name_length : length;
    if (strlen(name) == own && strncmp(word, name, own) == 0)
      return true;
  }
  return false;
}
