/* Sizes by plan, and sizes of which one is large. */
#include "exposure/size_plans.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "exposure/size_search.h"
#include "instance/conditions.h"
#include "instance/layer_sizes.h"

typedef struct names {
  char name[GCHK_MAX_SIZES][GCHK_SIZE_NAME];
  bool is_list[GCHK_MAX_SIZES];
  size_t count;
} names;

static void note_name(void *context, const char *name, bool is_list) {
  names *n = context;
  for (size_t i = 0; i < n->count; i++) {
    if (strcmp(n->name[i], name) == 0) {
      n->is_list[i] = n->is_list[i] || is_list;
      return;
    }
  }
  if (n->count == GCHK_MAX_SIZES || strlen(name) >= GCHK_SIZE_NAME)
    return;
  n->is_list[n->count] = is_list;
  memcpy(n->name[n->count++], name, strlen(name) + 1);
}

static gchk_status collect_names(const gchk_layer *layer, names *n, gchk_error *error) {
  n->count = 0;
  GCHK_TRY(gchk_layer_scan_sizes(layer, note_name, n, error));
  return layer->sizes_require == NULL ? GCHK_OK : gchk_conditions_scan(layer->sizes_require, note_name, n, error);
}

typedef struct size_plan {
  const char *suffix;
  const size_t *sizes; // by order of the names, the last ones repeated
  size_t count;
  bool lists_are_two; // "D..." has two dimensions; else one
  gchk_size_liking liking;
} size_plan;

static const size_t distinct_sizes[] = {3, 5, 7, 4, 6, 9, 11, 8};
static const size_t square_sizes[] = {4};
static const size_t single_sizes[] = {1, 5, 3, 7, 4, 6, 9};
static const size_t remainder_sizes[] = {2, 17, 9, 5, 3, 7};

static const size_plan plans[] = {
    {"distinct", distinct_sizes, sizeof distinct_sizes / sizeof distinct_sizes[0], true, GCHK_SIZES_DISTINCT},
    {"square", square_sizes, 1, false, GCHK_SIZES_ALL_THE_SAME},
    {"single", single_sizes, sizeof single_sizes / sizeof single_sizes[0], false, GCHK_SIZES_AS_WISHED},
    {"remainder", remainder_sizes, sizeof remainder_sizes / sizeof remainder_sizes[0], false, GCHK_SIZES_AS_WISHED},
};

// Do these sizes give every tensor a shape?
static bool sizes_fit(const gchk_layer *layer, const char *text) {
  gchk_sizes sizes;
  if (gchk_layer_read_sizes(layer, text, &sizes, NULL) != GCHK_OK)
    return false;
  gchk_shape shape;
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_sizes_shape(&sizes, layer->tensors[i].shape, &shape, NULL) != GCHK_OK)
      return false;
  return true;
}

enum { SIZES_TEXT = GCHK_MAX_SIZES * (GCHK_SIZE_NAME + 16) };

static void write_wish(const gchk_size_wish *wish, size_t count, char text[SIZES_TEXT]) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    int length = snprintf(text + used, SIZES_TEXT - used, "%s%s=%zu%s", i == 0 ? "" : " ", wish[i].name, wish[i].value,
                          wish[i].is_pair ? "x2" : "");
    used += length > 0 ? (size_t)length : 0;
  }
}

// How many of the names, in their order, the shape of the first tensor has: an image's, before those of its kernel.
static size_t names_of_first(const gchk_layer *layer, const names *n) {
  names first = {.count = 0};
  if (layer->tensor_count == 0 || gchk_sizes_scan(layer->tensors[0].shape, note_name, &first, NULL) != GCHK_OK)
    return n->count;
  return first.count;
}

/*
 * Kernels that fit their image: where sizes do not fit, those that the first tensor does not have are small ones. The
 * text is left with the first of these that fit.
 */
static bool shrink_kernels(const gchk_layer *layer, const names *n, gchk_size_wish *wish, char text[SIZES_TEXT]) {
  static const size_t small[][2] = {{3, 2}, {2, 3}, {2, 2}, {2, 1}, {1, 2}, {1, 1}};
  for (size_t k = 0; k < sizeof small / sizeof small[0]; k++) {
    for (size_t i = names_of_first(layer, n); i < n->count; i++)
      wish[i].value = small[k][i % 2];
    write_wish(wish, n->count, text);
    if (sizes_fit(layer, text))
      return true;
  }
  return false;
}

// The wish, changed until the layer's conditions hold; *made is NULL where they do not, or shapes do not exist.
static gchk_status fit_wish(const gchk_layer *layer, gchk_arena *arena, const names *n, gchk_size_wish *wish,
                            gchk_size_liking liking, const char **made, gchk_error *error) {
  char text[SIZES_TEXT];
  *made = NULL;
  bool fits = layer->sizes_require == NULL || gchk_search_sizes(layer, wish, n->count, liking);
  write_wish(wish, n->count, text);
  fits = fits && (sizes_fit(layer, text) || (layer->sizes_require == NULL && shrink_kernels(layer, n, wish, text)));
  if (!fits)
    return GCHK_OK;
  *made = gchk_arena_strdup(arena, text);
  return *made != NULL ? GCHK_OK : gchk_fail_memory(error, "shape cases");
}

// The sizes of a plan, times a factor.
static gchk_status fit_plan(const gchk_layer *layer, gchk_arena *arena, const names *n, const size_plan *plan,
                            size_t factor, const char **made, gchk_error *error) {
  gchk_size_wish wish[GCHK_MAX_SIZES] = {{.value = 0}};
  for (size_t i = 0; i < n->count; i++) {
    memcpy(wish[i].name, n->name[i], sizeof wish[i].name);
    wish[i].value = factor * plan->sizes[i % plan->count];
    wish[i].is_pair = n->is_list[i] && plan->lists_are_two;
  }
  return fit_wish(layer, arena, n, wish, plan->liking, made, error);
}

enum { PLANS = sizeof plans / sizeof plans[0] };

// Two plans may lead to the same sizes, where little is left to choose: the later one is tried with larger ones.
static bool is_listed(const gchk_size_case *cases, size_t count, const char *sizes) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(cases[i].sizes, sizes) == 0)
      return true;
  return false;
}

static gchk_status plan_sizes(const gchk_layer *layer, gchk_arena *arena, const names *n, gchk_size_case *cases,
                              size_t *count, gchk_error *error) {
  enum { LARGER = 3 };
  const size_t last = layer->sizes_require == NULL ? 1 : LARGER;
  for (size_t p = 0; p < PLANS; p++) {
    bool is_new = false;
    for (size_t factor = 1; factor <= last && !is_new; factor++) {
      const char *text;
      GCHK_TRY(fit_plan(layer, arena, n, &plans[p], factor, &text, error));
      is_new = text != NULL && (layer->sizes_require == NULL || !is_listed(cases, *count, text));
      if (is_new)
        cases[(*count)++] = (gchk_size_case){plans[p].suffix, text};
    }
  }
  return GCHK_OK;
}

// As many as the layer lists, or as there are plans.
static size_t most_cases(const gchk_layer *layer) {
  size_t listed = 0;
  while (layer->shape_cases != NULL && layer->shape_cases[listed] != NULL)
    listed++;
  return listed > PLANS ? listed : PLANS;
}

bool gchk_sizes_are_free(const gchk_layer *layer) {
  return layer->shape_cases == NULL && layer->sizes == NULL && gchk_count_size_names(layer) > 0;
}

gchk_status gchk_plan_sizes(const gchk_layer *layer, gchk_arena *arena, gchk_size_case **cases, size_t *count,
                            gchk_error *error) {
  *count = 0;
  *cases = gchk_arena_alloc(arena, most_cases(layer), sizeof **cases);
  if (*cases == NULL)
    return gchk_fail_memory(error, "shape cases");
  if (layer->shape_cases != NULL) {
    for (size_t i = 0; layer->shape_cases[i] != NULL; i++) {
      GCHK_TRY(gchk_conditions_check_text(layer, layer->shape_cases[i], error));
      (*cases)[(*count)++] = (gchk_size_case){layer->shape_cases[i], layer->shape_cases[i]};
    }
    return GCHK_OK;
  }
  if (layer->sizes != NULL) {
    GCHK_TRY(gchk_conditions_check_text(layer, layer->sizes, error));
    (*cases)[(*count)++] = (gchk_size_case){"", layer->sizes};
    return GCHK_OK;
  }
  names n;
  GCHK_TRY(collect_names(layer, &n, error));
  if (n.count == 0) {
    (*cases)[(*count)++] = (gchk_size_case){"", ""};
    return GCHK_OK;
  }
  GCHK_TRY(plan_sizes(layer, arena, &n, *cases, count, error));
  if (*count == 0 && layer->sizes_require != NULL)
    return gchk_fail(error, GCHK_INVALID,
                     "%s: no sizes were found that keep to sizes_require \"%s\" and fit its shapes; give it .sizes = "
                     "\"%s=...\", or look whether the conditions contradict each other",
                     layer->name, layer->sizes_require, n.name[0]);
  if (*count == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: no sizes of gradcheck's own fit its shapes; give it .sizes = \"%s=...\"",
                     layer->name, n.name[0]);
  return GCHK_OK;
}

size_t gchk_count_size_names(const gchk_layer *layer) {
  names n;
  return collect_names(layer, &n, NULL) == GCHK_OK ? n.count : 0;
}

gchk_status gchk_make_size_large(const gchk_layer *layer, gchk_arena *arena, size_t which, const gchk_large_size *size,
                                 gchk_size_case *made, gchk_error *error) {
  gchk_size_wish wish[GCHK_MAX_SIZES] = {{.value = 0}};
  names n;
  GCHK_TRY(collect_names(layer, &n, error));
  for (size_t i = 0; i < n.count; i++) {
    memcpy(wish[i].name, n.name[i], sizeof wish[i].name);
    wish[i].value = i == which ? size->large : size->small[i % 2];
  }
  GCHK_TRY(fit_wish(layer, arena, &n, wish, GCHK_SIZES_AS_WISHED, &made->sizes, error));
  if (wish[which].value < size->large) // a kernel, or something that the layer's conditions bound
    made->sizes = NULL;
  made->suffix = gchk_arena_printf(arena, "%s-%zu", n.name[which], wish[which].value);
  return made->suffix != NULL ? GCHK_OK : gchk_fail_memory(error, "shape cases");
}

gchk_status gchk_make_sizes_roomy(const gchk_layer *layer, gchk_arena *arena, size_t factor, gchk_size_case *made,
                                  gchk_error *error) {
  names n;
  GCHK_TRY(collect_names(layer, &n, error));
  made->suffix = plans[0].suffix;
  return fit_plan(layer, arena, &n, &plans[0], factor, &made->sizes, error);
}
