/*
 * Pairs are made from what is surest: what is said, the same name, names that mean the same, and what is alone in its
 * role and shape. A tensor of either that is left over is refused, never passed over: what is not compared is not
 * right.
 */
#include "compare/pairing.h"

#include <string.h>

#include "compare/pair_sizes.h"
#include "compare/terms.h"
#include "core/memory.h"
#include "core/text.h"
#include "instance/layer_table.h"
#include "instance/roles.h"
#include "instance/sizes.h"

/* Names that mean the same. Each row ends with NULL. */
static const char *const synonyms[][12] = {
    {"x", "X", "inp", "input", "in"},
    {"y", "Y", "out", "output", "o"},
    {"w", "W", "weight", "weights", "kernel", "filter", "gamma", "g", "scale"},
    {"b", "B", "bias", "beta", "shift"},
    {"t", "T", "target", "targets", "label", "labels"},
};

static bool is_in(const char *const *row, const char *name) {
  for (size_t i = 0; row[i] != NULL; i++)
    if (strcmp(row[i], name) == 0)
      return true;
  return false;
}

static bool is_same_name(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

static bool mean_the_same(const char *a, const char *b) {
  for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
    if (is_in(synonyms[i], a) && is_in(synonyms[i], b))
      return true;
  return false;
}

// Whole numbers with whole numbers, what is given with what is given, outputs with outputs.
static bool can_be(const gchk_tensor_spec *own, const gchk_tensor_spec *of) {
  if (own->role == GCHK_INDEX || of->role == GCHK_INDEX)
    return own->role == of->role;
  return of->role == GCHK_OUTPUT ? own->role == GCHK_OUTPUT
                                 : gchk_role_is_given(of->role) && gchk_role_is_given(own->role);
}

static bool is_taken(const gchk_pairing *p, size_t own) {
  for (size_t i = 0; i < p->reference->tensor_count; i++)
    if (p->pairs[i].kind == GCHK_PAIR_TENSOR && p->pairs[i].own == own)
      return true;
  return false;
}

static bool is_open(const gchk_pairing *p, size_t i) {
  const gchk_role role = p->reference->tensors[i].role;
  return p->pairs[i].kind == GCHK_PAIR_NONE && (gchk_role_is_given(role) || role == GCHK_OUTPUT);
}

// What the reference is given, and nothing gives.
static bool is_missing(const gchk_pairing *p, size_t i) {
  return is_open(p, i) && p->reference->tensors[i].role != GCHK_OUTPUT;
}

static bool is_wanted(const gchk_pairing *p, size_t own) {
  const gchk_role role = p->layer->tensors[own].role;
  const bool is_result = role == GCHK_OUTPUT && p->layer->loss == NULL; // else the loss is
  return (gchk_role_is_given(role) || is_result) && !is_taken(p, own);
}

static gchk_status say_pair(gchk_pairing *p, const gchk_term *term, size_t own, size_t of, gchk_error *error) {
  gchk_pair *pair = &p->pairs[of];
  if (!can_be(&p->layer->tensors[own], &p->reference->tensors[of]))
    return gchk_fail(error, GCHK_INVALID, "%s=%s: %s is %s and %s is %s; tensors of one role are compared", term->key,
                     term->value, term->key, gchk_role_name(p->layer->tensors[own].role), term->name,
                     gchk_role_name(p->reference->tensors[of].role));
  if (pair->kind != GCHK_PAIR_NONE || is_taken(p, own))
    return gchk_fail(error, GCHK_INVALID, "%s=%s: one of them is said already; each tensor is named once", term->key,
                     term->value);
  *pair = (gchk_pair){.kind = GCHK_PAIR_TENSOR, .own = own, .rank = term->rank};
  memcpy(pair->axis, term->axis, sizeof pair->axis);
  return GCHK_OK;
}

static gchk_status say(gchk_pairing *p, const gchk_term *term, gchk_error *error) {
  const size_t own = gchk_layer_find_row(p->layer, term->key), of = gchk_layer_find_row(p->reference, term->name);
  const size_t key = gchk_layer_find_row(p->reference, term->key);
  bool is_size;
  double number;
  if (own < p->layer->tensor_count && of < p->reference->tensor_count)
    return say_pair(p, term, own, of, error);
  GCHK_TRY(gchk_pair_size(p, term, &is_size, error));
  if (is_size)
    return GCHK_OK;
  if (key < p->reference->tensor_count && gchk_term_number(term->value, &number) && is_missing(p, key)) {
    p->pairs[key] = (gchk_pair){.kind = GCHK_PAIR_CONSTANT, .constant = number};
    return GCHK_OK;
  }
  if (key < p->reference->tensor_count && gchk_layer_find_row(p->layer, term->name) < p->layer->tensor_count)
    return gchk_fail(error, GCHK_INVALID, "%s=%s: the tensor of %s stands first; write %s=%s", term->key, term->value,
                     p->layer->name, term->name, term->key);
  if (own < p->layer->tensor_count)
    return gchk_fail(error, GCHK_INVALID, "%s=%s: %s has no tensor '%s'; `gradcheck help layers` lists them", term->key,
                     term->value, p->reference->name, term->name);
  return gchk_fail(error, GCHK_INVALID,
                   "%s=%s: '%s' is no tensor of %s, and no size, option or tensor of %s; `gradcheck help layers` lists "
                   "those",
                   term->key, term->value, term->key, p->layer->name, p->reference->name);
}

static gchk_status say_all(gchk_pairing *p, const char *terms, gchk_arena *arena, gchk_error *error) {
  for (const char *at = terms != NULL ? terms : "";;) {
    gchk_term term;
    bool is_there;
    GCHK_TRY(gchk_term_read(&at, &term, &is_there, arena, error));
    if (!is_there)
      return GCHK_OK;
    GCHK_TRY(say(p, &term, error));
  }
}

// Of several that could be it none is.
static void pair_by_name(gchk_pairing *p, bool (*is_name)(const char *, const char *)) {
  for (size_t i = 0; i < p->reference->tensor_count; i++) {
    size_t found = 0, own = 0;
    for (size_t k = 0; is_open(p, i) && k < p->layer->tensor_count; k++)
      if (is_wanted(p, k) && can_be(&p->layer->tensors[k], &p->reference->tensors[i]) &&
          is_name(p->layer->tensors[k].name, p->reference->tensors[i].name)) {
        own = k;
        found++;
      }
    if (found == 1)
      p->pairs[i] = (gchk_pair){.kind = GCHK_PAIR_TENSOR, .own = own};
  }
}

static bool could_be(const gchk_pairing *p, size_t own, size_t i) {
  return is_wanted(p, own) && is_open(p, i) && p->layer->tensors[own].role == p->reference->tensors[i].role &&
         gchk_pair_fits(p, own, i);
}

// What is alone: one that it could be, which could be no other.
static void pair_by_shape(gchk_pairing *p) {
  for (size_t i = 0; i < p->reference->tensor_count; i++) {
    size_t found = 0, own = 0, others = 0;
    for (size_t k = 0; k < p->layer->tensor_count; k++)
      if (could_be(p, k, i)) {
        own = k;
        found++;
      }
    for (size_t k = 0; found == 1 && k < p->reference->tensor_count; k++)
      others += could_be(p, own, k);
    if (found == 1 && others == 1)
      p->pairs[i] = (gchk_pair){.kind = GCHK_PAIR_TENSOR, .own = own};
  }
}

// A loss from a callback is the reference's only output.
static void pair_loss(gchk_pairing *p) {
  size_t outputs = 0, last = 0;
  for (size_t i = 0; i < p->reference->tensor_count; i++)
    if (p->reference->tensors[i].role == GCHK_OUTPUT) {
      last = i;
      outputs++;
    }
  if (p->layer->loss != NULL && outputs == 1)
    p->pairs[last] = (gchk_pair){.kind = GCHK_PAIR_LOSS};
}

static bool has_output(const gchk_pairing *p) {
  bool has_one = false;
  for (size_t i = 0; i < p->reference->tensor_count; i++)
    has_one = has_one || (p->reference->tensors[i].role == GCHK_OUTPUT && p->pairs[i].kind != GCHK_PAIR_NONE);
  return has_one;
}

static void put_row(gchk_text *list, const gchk_tensor_spec *row) {
  gchk_text_format(list, "%s%s \"%s\"", list->length > 0 ? ", " : "", row->name, row->shape);
}

static gchk_status refuse_open(const gchk_pairing *p, const char *first, gchk_text *open, gchk_text *left,
                               gchk_error *error) {
  for (size_t i = 0; i < p->reference->tensor_count; i++)
    if (is_missing(p, i))
      put_row(open, &p->reference->tensors[i]);
  for (size_t k = 0; k < p->layer->tensor_count; k++)
    if (is_wanted(p, k) && p->layer->tensors[k].role != GCHK_OUTPUT)
      put_row(left, &p->layer->tensors[k]);
  if (open->failed || left->failed)
    return gchk_fail_memory(error, "a comparison");
  return gchk_fail(error, GCHK_INVALID,
                   "of %s nothing says what %s is; name the tensor, as in NAME=%s%s%s, or where there is none give a "
                   "number, as in %s=0",
                   p->reference->name, open->data, first, left->length > 0 ? " with one of " : "",
                   left->length > 0 ? left->data : "", first);
}

// All at once, with what is left of the layer: gamma "C", beta "C".
static gchk_status refuse_without_counterpart(const gchk_pairing *p, gchk_error *error) {
  size_t first = 0;
  while (first < p->reference->tensor_count && !is_missing(p, first))
    first++;
  if (first == p->reference->tensor_count)
    return GCHK_OK;
  gchk_text open = {0}, left = {0};
  const gchk_status status = refuse_open(p, p->reference->tensors[first].name, &open, &left, error);
  gchk_text_deinit(&open);
  gchk_text_deinit(&left);
  return status;
}

static gchk_status refuse_left_over(const gchk_pairing *p, gchk_error *error) {
  GCHK_TRY(refuse_without_counterpart(p, error));
  for (size_t k = 0; k < p->layer->tensor_count; k++) {
    const gchk_tensor_spec *row = &p->layer->tensors[k];
    if (is_wanted(p, k))
      return gchk_fail(
          error, GCHK_INVALID,
          "%s has no counterpart of %s, %s \"%s\"; say which it is, as in %s=NAME, or compare with another",
          p->reference->name, row->name, gchk_role_name(row->role), row->shape, row->name);
  }
  if (!has_output(p))
    return gchk_fail(error, GCHK_INVALID, "%s has a loss, and %s no single output to compare it with", p->layer->name,
                     p->reference->name);
  return GCHK_OK;
}

static gchk_status make(gchk_pairing *p, const char *terms, gchk_arena *arena, gchk_error *error) {
  GCHK_TRY(say_all(p, terms, arena, error));
  pair_loss(p);
  pair_by_name(p, is_same_name);
  pair_by_name(p, mean_the_same);
  GCHK_TRY(gchk_pair_bind(p, error));
  pair_by_shape(p);
  GCHK_TRY(refuse_left_over(p, error));
  GCHK_TRY(gchk_pair_bind(p, error));
  return gchk_pair_finish(p, error);
}

gchk_status gchk_pairing_make(gchk_pairing *p, const gchk_reference *said, const gchk_layer *layer,
                              const gchk_sizes *sizes, const double *options, gchk_arena *arena, gchk_error *error) {
  *p = (gchk_pairing){.layer = layer, .reference = said->layer, .own_sizes = sizes, .own_options = options};
  p->pairs = gchk_arena_alloc(arena, p->reference->tensor_count, sizeof *p->pairs);
  p->options = gchk_arena_alloc(arena, p->reference->option_count + 1, sizeof *p->options);
  if (p->pairs == NULL || p->options == NULL)
    return gchk_fail_memory(error, "a comparison");
  gchk_pair_options(p);
  if (make(p, said->terms, arena, error) != GCHK_OK)
    return gchk_fail_within(error, "comparing %s with %s", layer->name, p->reference->name);
  return GCHK_OK;
}
