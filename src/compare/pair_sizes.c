/*
 * A size of the reference is what is said, or follows from the shapes of the pairs; what is left (stride, padding) is
 * what the layer calls so, or the reference's own default. Shapes differ in dimensions of 1 without harm: a loss is ()
 * or (1); and in first axes that are one in the reference: its N rows are the B T rows of (B, T, C).
 */
#include "compare/pair_sizes.h"

#include <string.h>

#include "core/memory.h"
#include "instance/conditions.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/sizes.h"

// A number by the name that the layer gives to an option or a size.
static bool own_number(const gchk_pairing *p, const char *name, double *number) {
  const size_t i = gchk_layer_find_option(p->layer, name);
  const gchk_size_binding *size = gchk_sizes_find(p->own_sizes, name);
  if (i < p->layer->option_count)
    *number = gchk_layer_option(p->layer, p->own_options, i);
  else if (size != NULL)
    *number = (double)size->value;
  return i < p->layer->option_count || size != NULL;
}

void gchk_pair_options(gchk_pairing *p) {
  for (size_t i = 0; i < p->reference->option_count; i++) {
    p->options[i] = gchk_layer_option(p->reference, NULL, i);
    (void)own_number(p, p->reference->options[i].name, &p->options[i]);
  }
}

static bool is_whole(double x) {
  return x >= 0 && x < 0x1p53 && x == (double)(size_t)x;
}

gchk_status gchk_pair_size(gchk_pairing *p, const gchk_term *term, bool *is_one, gchk_error *error) {
  const size_t option = gchk_layer_find_option(p->reference, term->key);
  gchk_size_mentions mentions = {.name = term->key};
  double number = 0;
  size_t size = 0;
  GCHK_TRY(gchk_layer_scan_sizes(p->reference, gchk_count_size_mention, &mentions, error));
  *is_one = mentions.count > 0 || option < p->reference->option_count;
  if (!*is_one)
    return GCHK_OK;
  if (!gchk_term_number(term->value, &number) && !own_number(p, term->value, &number)) {
    if (gchk_sizes_evaluate(p->own_sizes, term->value, &size, error) != GCHK_OK)
      return gchk_fail_within(error, "%s=%s", term->key, term->value);
    number = (double)size;
  }
  if (mentions.count == 0) {
    p->options[option] = number;
    return GCHK_OK;
  }
  if (!is_whole(number))
    return gchk_fail(error, GCHK_INVALID, "%s=%s: a size is a whole number", term->key, term->value);
  return gchk_sizes_set(&p->sizes, term->key, (size_t)number, error);
}

// The shape that the layer's tensor has, in the order of the reference's axes.
static gchk_status shape_of(const gchk_pairing *p, size_t own, const gchk_pair *pair, gchk_shape *shape,
                            gchk_error *error) {
  gchk_shape written;
  GCHK_TRY(gchk_sizes_shape(p->own_sizes, p->layer->tensors[own].shape, &written, error));
  *shape = written;
  if (pair->rank == 0)
    return GCHK_OK;
  char text[128];
  if (pair->rank != written.rank)
    return gchk_fail(error, GCHK_INVALID, "%s is %s, and here are %zu axes; name as many", p->layer->tensors[own].name,
                     gchk_shape_format(&written, text, sizeof text), pair->rank);
  for (size_t k = 0; k < written.rank; k++)
    shape->dim[pair->axis[k]] = written.dim[k];
  return GCHK_OK;
}

static gchk_shape without_ones(const gchk_shape *shape) {
  gchk_shape kept = {.rank = 0};
  for (size_t k = 0; k < shape->rank; k++)
    if (shape->dim[k] != 1)
      kept.dim[kept.rank++] = shape->dim[k];
  return kept;
}

// (B, T, C) as (B T, C): the first axes as one, so that `rank` are left.
static gchk_shape with_rows(const gchk_shape *shape, size_t rank) {
  const size_t merged = shape->rank - rank;
  gchk_shape rows = {.rank = rank};
  for (size_t k = 0; k < rank; k++)
    rows.dim[k] = shape->dim[merged + k];
  for (size_t k = 0; k < merged; k++)
    rows.dim[0] *= shape->dim[k];
  return rows;
}

static bool can_bind(gchk_sizes *sizes, const char *spec, const gchk_shape *shape, gchk_error *error) {
  const gchk_sizes before = *sizes;
  if (gchk_sizes_bind(sizes, spec, shape, error) == GCHK_OK)
    return true;
  *sizes = before;
  return false;
}

static bool bind(gchk_sizes *sizes, const char *spec, const gchk_shape *shape, gchk_error *error) {
  gchk_shape bare = without_ones(shape);
  if (can_bind(sizes, spec, shape, error) || can_bind(sizes, spec, &bare, NULL))
    return true;
  bare.dim[bare.rank++] = 1; // () where (1) is wanted
  return bare.rank == 1 && can_bind(sizes, spec, &bare, NULL);
}

static bool bind_rows(gchk_sizes *sizes, const char *spec, const gchk_shape *shape) {
  for (size_t rank = shape->rank; rank-- > 1;) {
    const gchk_shape rows = with_rows(shape, rank);
    if (can_bind(sizes, spec, &rows, NULL))
      return true;
  }
  return false;
}

bool gchk_pair_fits(const gchk_pairing *p, size_t own, size_t i) {
  static const gchk_pair as_it_is = {.rank = 0};
  gchk_sizes trial = p->sizes;
  gchk_shape shape;
  return shape_of(p, own, &as_it_is, &shape, NULL) == GCHK_OK &&
         bind(&trial, p->reference->tensors[i].shape, &shape, NULL);
}

static gchk_status bind_pair(gchk_pairing *p, size_t i, gchk_error *error) {
  const gchk_pair *pair = &p->pairs[i];
  const char *spec = p->reference->tensors[i].shape;
  gchk_shape shape;
  GCHK_TRY(shape_of(p, pair->own, pair, &shape, error));
  if (bind(&p->sizes, spec, &shape, error) || bind_rows(&p->sizes, spec, &shape))
    return GCHK_OK;
  return gchk_fail_within(error, "%s as %s", p->layer->tensors[pair->own].name, p->reference->tensors[i].name);
}

// Lists last: what they take of a shape is what the others leave.
static gchk_status bind_all(gchk_pairing *p, gchk_error *error) {
  for (int of_lists = 0; of_lists < 2; of_lists++)
    for (size_t i = 0; i < p->reference->tensor_count; i++)
      if (p->pairs[i].kind == GCHK_PAIR_TENSOR &&
          (strstr(p->reference->tensors[i].shape, "...") != NULL) == (of_lists == 1))
        GCHK_TRY(bind_pair(p, i, error));
  return GCHK_OK;
}

// Would all fit with this one the other way round?
static bool fits_transposed(gchk_pairing *p, size_t i) {
  const gchk_pair written = p->pairs[i];
  gchk_shape shape;
  if (written.kind != GCHK_PAIR_TENSOR || written.rank != 0 ||
      shape_of(p, written.own, &written, &shape, NULL) != GCHK_OK || shape.rank != 2)
    return false;
  p->pairs[i].rank = 2;
  p->pairs[i].axis[0] = 1;
  p->pairs[i].axis[1] = 0;
  const bool fits = bind_all(p, NULL) == GCHK_OK;
  p->pairs[i] = written;
  return fits;
}

gchk_status gchk_pair_bind(gchk_pairing *p, gchk_error *error) {
  const gchk_sizes before = p->sizes;
  gchk_error why = {GCHK_OK, ""};
  const gchk_status status = bind_all(p, &why);
  if (status == GCHK_OK)
    return status;
  for (size_t i = 0; i < p->reference->tensor_count; i++) {
    p->sizes = before;
    const char *own = p->layer->tensors[p->pairs[i].own].name, *of = p->reference->tensors[i].name;
    if (fits_transposed(p, i))
      return gchk_fail(error, status, "%s; with its transpose it would fit, %s=%s^T", why.message, own, of);
  }
  return gchk_fail(error, status, "%s; name the sizes, or the order of axes as in x=x(0,2,3,1)", why.message);
}

// What the layer calls the same is the same.
static void take_own(void *context, const char *name, bool is_list) {
  gchk_pairing *p = context;
  double number;
  if (!is_list && gchk_sizes_find(&p->sizes, name) == NULL && own_number(p, name, &number) && is_whole(number) &&
      gchk_sizes_set(&p->sizes, name, (size_t)number, NULL) != GCHK_OK)
    return; // there is no room; who needs it will miss it
}

static bool is_same_shape(const gchk_shape *own, const gchk_shape *wanted) {
  gchk_shape x = without_ones(own), y = without_ones(wanted);
  if (x.rank > y.rank && y.rank > 0)
    x = with_rows(&x, y.rank);
  return x.rank == y.rank && (x.rank == 0 || memcmp(x.dim, y.dim, x.rank * sizeof x.dim[0]) == 0);
}

static gchk_status check_shape(const gchk_pairing *p, size_t i, gchk_error *error) {
  const gchk_pair *pair = &p->pairs[i];
  const gchk_tensor_spec *row = &p->reference->tensors[i];
  gchk_shape own = {.rank = 0}, wanted;
  char is[128], should_be[128];
  if (gchk_sizes_shape(&p->sizes, row->shape, &wanted, error) != GCHK_OK)
    return gchk_fail_within(error, "%s of the reference, \"%s\"", row->name, row->shape);
  if (pair->kind == GCHK_PAIR_TENSOR)
    GCHK_TRY(shape_of(p, pair->own, pair, &own, error));
  if (pair->kind == GCHK_PAIR_NONE || pair->kind == GCHK_PAIR_CONSTANT || is_same_shape(&own, &wanted))
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID, "%s is %s where %s of the reference is %s (\"%s\"); correct its sizes or axes",
                   pair->kind == GCHK_PAIR_LOSS ? "the loss" : p->layer->tensors[pair->own].name,
                   gchk_shape_format(&own, is, sizeof is), row->name,
                   gchk_shape_format(&wanted, should_be, sizeof should_be), row->shape);
}

gchk_status gchk_pair_finish(gchk_pairing *p, gchk_error *error) {
  GCHK_TRY(gchk_layer_scan_sizes(p->reference, take_own, p, error));
  gchk_layer_default_sizes(p->reference, &p->sizes);
  GCHK_TRY(gchk_pair_bind(p, error)); // lists whose length is one of these
  GCHK_TRY(gchk_conditions_check(p->reference, &p->sizes, error));
  for (size_t i = 0; i < p->reference->tensor_count; i++)
    GCHK_TRY(check_shape(p, i, error));
  return GCHK_OK;
}
