/*
 * The cases of a layer that says no sizes of its own, or several, or that has modes.
 *
 * Where a layer's shapes are written in names, its sizes can be chosen: pairwise distinct and odd (an index taken from
 * another axis, or a tail that a loop by two or four drops, shows), all the same (a transposed matrix fits, and only
 * its values show), a batch of one, and sizes that leave a remainder. "D..." becomes two dimensions, or one.
 *
 * Where the layer requires something of its sizes, those nearest to the plan that keep to it are searched for.
 *
 * The first shape case comes once more with planted values: zeros, ties, equal rows, ones, ignored labels; and once
 * with all labels ignored that can be.
 */
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "gradcheck/check.h"
#include "instance/conditions.h"
#include "instance/layer_sizes.h"
#include "instance/size_search.h"
#include "measure/plant.h"

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

// The sizes of a plan, times a factor, changed until the layer's conditions hold; *fits where they do and shapes exist.
static char *write_sizes(gchk_arena *arena, const gchk_layer *layer, const names *n, const size_plan *plan,
                         size_t factor, bool *fits) {
  char text[GCHK_MAX_SIZES * (GCHK_SIZE_NAME + 16)];
  gchk_size_wish wish[GCHK_MAX_SIZES] = {{.value = 0}};
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < n->count; i++) {
    memcpy(wish[i].name, n->name[i], sizeof wish[i].name);
    wish[i].value = factor * plan->sizes[i % plan->count];
    wish[i].is_pair = n->is_list[i] && plan->lists_are_two;
  }
  *fits = layer->sizes_require == NULL || gchk_search_sizes(layer, wish, n->count, plan->liking);
  for (size_t i = 0; i < n->count; i++) {
    int length = snprintf(text + used, sizeof text - used, "%s%s=%zu%s", i == 0 ? "" : " ", wish[i].name, wish[i].value,
                          wish[i].is_pair ? "x2" : "");
    used += length > 0 ? (size_t)length : 0;
  }
  *fits = *fits && sizes_fit(layer, text);
  return gchk_arena_strdup(arena, text);
}

typedef struct size_case {
  const char *suffix, *sizes;
} size_case;

enum { PLANS = sizeof plans / sizeof plans[0] };

// As many as the layer lists, or as there are plans.
static size_t most_cases(const gchk_layer *layer) {
  size_t listed = 0;
  while (layer->shape_cases != NULL && layer->shape_cases[listed] != NULL)
    listed++;
  return listed > PLANS ? listed : PLANS;
}

// Two plans may lead to the same sizes, where little is left to choose: the later one is tried with larger ones.
static bool is_listed(const size_case *cases, size_t count, const char *sizes) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(cases[i].sizes, sizes) == 0)
      return true;
  return false;
}

static gchk_status plan_sizes(const gchk_layer *layer, gchk_arena *arena, const names *n, size_case *cases,
                              size_t *count, gchk_error *error) {
  enum { LARGER = 3 };
  const size_t last = layer->sizes_require == NULL ? 1 : LARGER;
  for (size_t p = 0; p < PLANS; p++) {
    bool is_new = false;
    for (size_t factor = 1; factor <= last && !is_new; factor++) {
      bool fits;
      char *text = write_sizes(arena, layer, n, &plans[p], factor, &fits);
      if (text == NULL)
        return gchk_fail_memory(error, "shape cases");
      is_new = fits && (layer->sizes_require == NULL || !is_listed(cases, *count, text));
      if (is_new)
        cases[(*count)++] = (size_case){plans[p].suffix, text};
    }
  }
  return GCHK_OK;
}

static gchk_status choose_sizes(const gchk_layer *layer, gchk_arena *arena, size_case *cases, size_t *count,
                                gchk_error *error) {
  *count = 0;
  if (layer->shape_cases != NULL) {
    for (size_t i = 0; layer->shape_cases[i] != NULL; i++) {
      GCHK_TRY(gchk_conditions_check_text(layer, layer->shape_cases[i], error));
      cases[(*count)++] = (size_case){layer->shape_cases[i], layer->shape_cases[i]};
    }
    return GCHK_OK;
  }
  if (layer->sizes != NULL) {
    GCHK_TRY(gchk_conditions_check_text(layer, layer->sizes, error));
    cases[(*count)++] = (size_case){"", layer->sizes};
    return GCHK_OK;
  }
  names n;
  GCHK_TRY(collect_names(layer, &n, error));
  if (n.count == 0) {
    cases[(*count)++] = (size_case){"", ""};
    return GCHK_OK;
  }
  GCHK_TRY(plan_sizes(layer, arena, &n, cases, count, error));
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

static char *case_name(gchk_arena *arena, const gchk_layer *layer, const char *suffix, const char *mode) {
  bool has_suffix = suffix[0] != '\0', has_mode = mode[0] != '\0';
  return gchk_arena_printf(arena, "%s%s%s%s%s", layer->name, has_suffix ? "/" : "", suffix, has_mode ? "/" : "", mode);
}

static bool can_be_planted(const gchk_layer *layer) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_tensor_spec_can_be_planted(&layer->tensors[i]) || gchk_tensor_spec_can_be_ignored(&layer->tensors[i]))
      return true;
  return false;
}

static bool has_ignored(const gchk_layer *layer) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_tensor_spec_can_be_ignored(&layer->tensors[i]))
      return true;
  return false;
}

gchk_status gchk_layer_cases(const gchk_layer *layer, gchk_case_list *list, gchk_error *error) {
  *list = (gchk_case_list){0};
  GCHK_TRY(gchk_layer_validate(layer, error));
  gchk_arena *arena = gchk_arena_new();
  size_case *chosen = arena == NULL ? NULL : gchk_arena_alloc(arena, most_cases(layer), sizeof *chosen);
  size_t count = 0;
  gchk_status status = chosen == NULL ? gchk_fail_memory(error, "shape cases") : GCHK_OK;
  if (status == GCHK_OK)
    status = choose_sizes(layer, arena, chosen, &count, error);
  // Without a backward one case says so.
  bool is_empty = layer->backward == NULL;
  count = is_empty && count > 1 ? 1 : count;
  bool has_inputs = !is_empty && can_be_planted(layer);
  bool has_labels = !is_empty && has_ignored(layer);
  size_t modes = !is_empty && layer->flags & GCHK_HAS_MODES ? 2 : 1;
  size_t total = count * modes + has_inputs + has_labels;
  gchk_case *cases = status == GCHK_OK ? gchk_arena_alloc(arena, total, sizeof *cases) : NULL;
  if (status == GCHK_OK && cases == NULL)
    status = gchk_fail_memory(error, "shape cases");
  for (size_t i = 0; status == GCHK_OK && i < count * modes; i++) {
    gchk_mode mode = i % modes == 0 ? GCHK_TRAIN : GCHK_EVAL;
    const char *mode_name = modes == 1 ? "" : mode == GCHK_TRAIN ? "train" : "eval";
    cases[i] = (gchk_case){.name = case_name(arena, layer, chosen[i / modes].suffix, mode_name),
                           .layer = layer,
                           .sizes = chosen[i / modes].sizes,
                           .auxiliary = i >= modes && layer->shape_cases == NULL,
                           .mode = mode};
    if (cases[i].name == NULL)
      status = gchk_fail_memory(error, "shape cases");
  }
  if (status == GCHK_OK && has_inputs) {
    gchk_case *planted = &cases[count * modes];
    *planted = (gchk_case){.name = case_name(arena, layer, "planted", ""),
                           .layer = layer,
                           .sizes = chosen[0].sizes,
                           .auxiliary = true,
                           .planted = true};
    if (planted->name == NULL)
      status = gchk_fail_memory(error, "shape cases");
  }
  if (status == GCHK_OK && has_labels) {
    gchk_case *ignored = &cases[total - 1];
    *ignored = (gchk_case){.name = case_name(arena, layer, "ignored", ""),
                           .layer = layer,
                           .sizes = chosen[0].sizes,
                           .auxiliary = true,
                           .all_ignored = true};
    if (ignored->name == NULL)
      status = gchk_fail_memory(error, "shape cases");
  }
  if (status != GCHK_OK) {
    gchk_arena_free(arena);
    return status;
  }
  *list = (gchk_case_list){cases, total, arena};
  return GCHK_OK;
}

void gchk_case_list_deinit(gchk_case_list *list) {
  gchk_arena_free(list->arena);
  *list = (gchk_case_list){0};
}
