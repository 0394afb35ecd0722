/* What a table says of the meaning of its tensors. */
#include "instance/meaning.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "instance/index.h"
#include "instance/layer_table.h"
#include "instance/roles.h"

enum { WORDS = GCHK_MAX_RANK + 1 };

// The words of a shape, at most as many as it can have; *count says how many there are.
static void split(const char *shape, const char *word[WORDS], size_t length[WORDS], size_t *count) {
  *count = 0;
  for (const char *at = shape + strspn(shape, " ,"); *at != '\0'; at += strspn(at, " ,")) {
    size_t n = strcspn(at, " ,");
    if (*count < WORDS) {
      word[*count] = at;
      length[*count] = n;
    }
    ++*count;
    at += n;
  }
}

bool gchk_ends_in_a_square(const char *shape) {
  const char *word[WORDS];
  size_t length[WORDS], count;
  split(shape, word, length, &count);
  if (count < 2 || count > GCHK_MAX_RANK || length[count - 1] != length[count - 2])
    return false;
  const char *last = word[count - 1];
  size_t n = length[count - 1];
  return memcmp(last, word[count - 2], n) == 0 && !(n > 3 && memcmp(last + n - 3, "...", 3) == 0);
}

static bool is_moved(const gchk_tensor_spec *row) {
  return gchk_role_is_moved(row->role);
}

static gchk_status not_moved(const gchk_layer *layer, const gchk_tensor_spec *row, const char *field,
                             gchk_error *error) {
  return gchk_fail(error, GCHK_INVALID, "%s: tensor %s: %s is for an input or a parameter that is differentiated; %s",
                   layer->name, row->name, field,
                   is_moved(row) ? "this one's gradient is GCHK_GRAD_NONE or GCHK_GRAD_SCRATCH, leave one of them out"
                                 : "leave it out");
}

gchk_status gchk_validate_meaning(const gchk_layer *layer, size_t i, gchk_error *error) {
  const gchk_tensor_spec *row = &layer->tensors[i];
  const bool has_gradient = is_moved(row) && row->grad != GCHK_GRAD_NONE && row->grad != GCHK_GRAD_SCRATCH;
  double ignored;
  if (row->symmetric && !is_moved(row) && row->role != GCHK_CONSTANT)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: tensor %s: symmetric is for an input, a parameter or a constant; leave it out", layer->name,
                     row->name);
  if (row->symmetric && !gchk_ends_in_a_square(row->shape))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: tensor %s is declared symmetric, but the last two dimensions of \"%s\" are not the same; "
                     "write them alike, \"N N\" or \"B N N\"",
                     layer->name, row->name, row->shape);
  if (row->symmetric && (row->fill.kind == GCHK_FILL_ONE_HOT || row->fill.kind == GCHK_FILL_DISTINCT))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: tensor %s is declared symmetric, and a fill that is %s cannot be; fill it another way",
                     layer->name, row->name, row->fill.kind == GCHK_FILL_ONE_HOT ? "one-hot" : "distinct");
  if (row->gradient_is_zero && !has_gradient)
    return not_moved(layer, row, "gradient_is_zero", error);
  if (row->surrogate != NULL && !has_gradient)
    return not_moved(layer, row, "surrogate", error);
  if (row->ignored == NULL)
    return GCHK_OK;
  if (gchk_layer_row_dtype(layer, row) != GCHK_I32 || row->role != GCHK_INDEX)
    return gchk_fail(error, GCHK_INVALID, "%s: tensor %s: ignored is for labels, of role GCHK_INDEX; leave it out",
                     layer->name, row->name);
  if (gchk_ignored_label(layer, row->ignored, NULL, &ignored, error) != GCHK_OK)
    return gchk_fail_within(error, "%s: tensor %s", layer->name, row->name);
  return GCHK_OK;
}

gchk_callback gchk_surrogate_of(const gchk_layer *layer, size_t i) {
  if (i < layer->tensor_count && layer->tensors[i].surrogate != NULL)
    return layer->tensors[i].surrogate;
  return layer->surrogate;
}

bool gchk_has_surrogate(const gchk_layer *layer) {
  bool has = layer->surrogate != NULL;
  for (size_t i = 0; i < layer->tensor_count; i++)
    has = has || layer->tensors[i].surrogate != NULL;
  return has;
}

gchk_status gchk_instance_evaluate(gchk_instance *instance, size_t i, gchk_error *error) {
  gchk_callback surrogate = gchk_surrogate_of(instance->layer, i);
  return surrogate == NULL ? gchk_instance_forward(instance, error)
                           : gchk_instance_forward_by(instance, surrogate, "surrogate", error);
}

// Rows and columns of the matrices of tensor i; 0 where it is not symmetric.
static size_t order_of(const gchk_instance *instance, size_t i) {
  const gchk_shape *shape = &instance->t[i].shape;
  bool is_symmetric = instance->layer->tensors[i].symmetric && shape->rank >= 2;
  return is_symmetric ? shape->dim[shape->rank - 1] : 0;
}

static size_t mirror(size_t element, size_t n) {
  size_t of_matrix = element % (n * n), row = of_matrix / n, column = of_matrix % n;
  return element - of_matrix + column * n + row;
}

size_t gchk_symmetric_partner(const gchk_instance *instance, size_t i, size_t element) {
  size_t n = order_of(instance, i);
  return n == 0 ? element : mirror(element, n);
}

void gchk_make_symmetric(gchk_instance *instance, size_t i) {
  const gchk_tensor *t = &instance->t[i];
  size_t n = order_of(instance, i);
  for (size_t e = 0; n > 0 && e < t->count; e++)
    if (mirror(e, n) < e)
      gchk_tensor_set(t, t->value, mirror(e, n), gchk_tensor_get(t, t->value, e));
}

gchk_status gchk_check_symmetric(const gchk_instance *instance, size_t i, gchk_error *error) {
  const gchk_tensor *t = &instance->t[i];
  size_t n = order_of(instance, i);
  for (size_t e = 0; n > 0 && e < t->count; e++) {
    double x = gchk_tensor_get(t, t->value, e), y = gchk_tensor_get(t, t->value, mirror(e, n));
    char here[GCHK_INDEX_TEXT], there[GCHK_INDEX_TEXT];
    if (!(x == y))
      return gchk_fail(error, GCHK_INVALID,
                       "tensor %s is declared symmetric, but %s is %g and %s is %g; give it symmetric values", t->name,
                       gchk_index_format(&t->shape, e, here, sizeof here), x,
                       gchk_index_format(&t->shape, mirror(e, n), there, sizeof there), y);
  }
  return GCHK_OK;
}

void gchk_fold_symmetric(const gchk_instance *instance, size_t i, double *gradient) {
  size_t n = order_of(instance, i);
  for (size_t e = 0; n > 0 && e < instance->t[i].count; e++)
    if (mirror(e, n) < e)
      gradient[e] = gradient[mirror(e, n)] = gradient[e] + gradient[mirror(e, n)];
}

gchk_status gchk_ignored_label(const gchk_layer *layer, const char *text, const double *options, double *label,
                               gchk_error *error) {
  char *end;
  size_t option = gchk_layer_find_option(layer, text);
  if (option < layer->option_count) {
    *label = options == NULL ? 0 : options[option];
  } else {
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0')
      return gchk_fail(error, GCHK_INVALID,
                       "the ignored label is \"%s\"; a whole number such as \"-100\" is wanted, or the name of an "
                       "option of the layer",
                       text);
    *label = (double)number;
  }
  if (!(*label >= INT_MIN && *label <= INT_MAX && *label == floor(*label)))
    return gchk_fail(error, GCHK_INVALID, "the ignored label \"%s\" is %g; it must be a whole number from %d to %d",
                     text, *label, INT_MIN, INT_MAX);
  return GCHK_OK;
}

void gchk_plant_some(const gchk_tensor *t, double label, gchk_random *random) {
  enum { ONE_IN = 3 };
  size_t n = t->count;
  if (n == 0)
    return;
  size_t ignored = gchk_random_below(random, n);
  size_t kept = n > 1 ? (ignored + 1 + gchk_random_below(random, n - 1)) % n : n;
  for (size_t e = 0; e < n; e++)
    if (e == ignored || (e != kept && gchk_random_below(random, ONE_IN) == 0))
      gchk_tensor_set(t, t->value, e, label);
}
