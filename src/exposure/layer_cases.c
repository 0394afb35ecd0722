/*
 * The cases that gradcheck makes of a layer: its shapes and modes, and what its user did not vary.
 *
 * Each kind is a row: when it applies, how many of it there are, and how the n-th differs from the layer's first shape
 * in its sizes, its options and its values. Rows are asked in their order, and none goes beyond what the whole may
 * cost (size_plans.h, vary_options.h and start/plant.h say what is chosen):
 *
 *     all of them              twice the elements that the layer's own shapes have differentiated, or FEW_ELEMENTS
 *                              where that is more; and so for the work (case_cost.h), or `little_work`
 *     one large size           131, which is past 64 and 128 and leaves 3 of both, else 67, else 19: as large as is not
 *                              more than half of `little_work`, of GCHK_VARIED_ELEMENTS elements
 *
 * Values that are planted need some elements to be seen in: where sizes are gradcheck's to choose, they are chosen so
 * that an input has `ROOMY` elements.
 */
#include <math.h>

#include "core/arena.h"
#include "core/memory.h"
#include "core/text.h"
#include "exposure/case_cost.h"
#include "exposure/size_plans.h"
#include "exposure/vary_options.h"
#include "gradcheck/check.h"
#include "instance/layer_sizes.h"
#include "instance/layer_table.h"
#include "instance/sizes.h"
#include "start/plant.h"

static const double twice = 2, little_work = 4e6;
enum { FEW_ELEMENTS = 1500, ROOMY = 96, MOST_TIMES = 64 };

typedef struct maker {
  const gchk_layer *layer;
  gchk_arena *arena;
  const char *first, *roomy; // sizes
  gchk_case_cost own, spent;
  gchk_case *cases;
  size_t count;
} maker;

typedef struct kind {
  const char *name; // of the case; NULL: `vary` says it
  bool (*applies)(const gchk_layer *layer);
  size_t (*how_many)(const gchk_layer *layer); // NULL: one
  /* Changes the n-th one, and its name; leaves its sizes NULL where there is none. NULL: nothing but what is here. */
  gchk_status (*vary)(maker *m, size_t n, gchk_case *c, const char **name, gchk_error *error);
  gchk_planting planted;
  bool all_ignored, is_roomy;
  bool is_declared; // what forward refuses of it is an error, and it is made whatever it costs
} kind;

static bool has_planting(const gchk_layer *layer, gchk_planting planted) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_can_be_planted(&layer->tensors[i], planted))
      return true;
  return false;
}

static bool has_usual(const gchk_layer *layer) {
  return has_planting(layer, GCHK_PLANT_USUAL);
}

static bool has_tails(const gchk_layer *layer) {
  return has_planting(layer, GCHK_PLANT_TAILS);
}

static bool has_square(const gchk_layer *layer) {
  return has_planting(layer, GCHK_PLANT_SINGULAR);
}

static bool has_ignored(const gchk_layer *layer) {
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_tensor_spec_can_be_ignored(&layer->tensors[i]))
      return true;
  return false;
}

static bool has_options(const gchk_layer *layer) {
  return layer->option_count > 0;
}

static size_t count_options(const gchk_layer *layer) {
  return layer->option_count * GCHK_OTHER_VALUES;
}

// All options get their first other value before any gets its second.
static gchk_status vary_option(maker *m, size_t n, gchk_case *c, const char **name, gchk_error *error) {
  const gchk_layer *layer = m->layer;
  const size_t which = n % layer->option_count, value = n / layer->option_count;
  double others[GCHK_OTHER_VALUES];
  char number[GCHK_REAL_SIZE];
  c->sizes = NULL;
  if (value >= gchk_other_option_values(layer, which, others))
    return GCHK_OK;
  double *options = gchk_arena_alloc(m->arena, layer->option_count, sizeof *options);
  if (options == NULL)
    return gchk_fail_memory(error, "options");
  for (size_t i = 0; i < layer->option_count; i++)
    options[i] = i == which ? others[value] : gchk_layer_option(layer, NULL, i);
  c->options = options;
  c->sizes = m->first;
  *name = gchk_arena_printf(m->arena, "option-%s=%s", layer->options[which].name,
                            gchk_format_real(number, sizeof number, 'g', 6, others[value]));
  return *name != NULL ? GCHK_OK : gchk_fail_memory(error, "options");
}

static bool is_cheap(const gchk_case *c) {
  return gchk_cost_of_case(c).work <= little_work / 2;
}

static gchk_status vary_size(maker *m, size_t n, gchk_case *c, const char **name, gchk_error *error) {
  static const gchk_large_size tried[] = {{131, {2, 3}}, {131, {2, 2}}, {131, {2, 1}}, {67, {2, 3}},
                                          {67, {2, 2}},  {19, {2, 3}},  {19, {2, 2}}};
  for (size_t k = 0; k < sizeof tried / sizeof tried[0]; k++) {
    gchk_size_case made;
    GCHK_TRY(gchk_make_size_large(m->layer, m->arena, n, &tried[k], &made, error));
    c->sizes = made.sizes;
    *name = made.suffix;
    if (c->sizes != NULL && is_cheap(c))
      return GCHK_OK;
  }
  c->sizes = NULL;
  return GCHK_OK;
}

static const kind kinds[] = {
    {.name = "planted", .applies = has_usual, .planted = GCHK_PLANT_USUAL},
    {.name = "ignored", .applies = has_ignored, .all_ignored = true, .is_declared = true},
    {.name = "tails", .applies = has_tails, .planted = GCHK_PLANT_TAILS, .is_roomy = true},
    {.name = "saturated", .applies = has_tails, .planted = GCHK_PLANT_SATURATED, .is_roomy = true},
    {.applies = has_options, .how_many = count_options, .vary = vary_option},
    {.applies = gchk_sizes_are_free, .how_many = gchk_count_size_names, .vary = vary_size},
    {.name = "singular", .applies = has_square, .planted = GCHK_PLANT_SINGULAR},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static size_t how_many(const kind *k, const gchk_layer *layer) {
  if (layer->backward == NULL || !k->applies(layer))
    return 0;
  return k->how_many == NULL ? 1 : k->how_many(layer);
}

static gchk_status name_case(const maker *m, gchk_case *c, const char *suffix, const char *mode, gchk_error *error) {
  const bool has_suffix = suffix[0] != '\0', has_mode = mode[0] != '\0';
  c->name = gchk_arena_printf(m->arena, "%s%s%s%s%s", m->layer->name, has_suffix ? "/" : "", suffix,
                              has_mode ? "/" : "", mode);
  return c->name != NULL ? GCHK_OK : gchk_fail_memory(error, "shape cases");
}

// False where all together would cost too much.
static bool spend(maker *m, gchk_case_cost cost) {
  const gchk_case_cost all = {m->spent.elements + cost.elements, m->spent.work + cost.work};
  if (all.elements > fmax(twice * m->own.elements, FEW_ELEMENTS) || all.work > fmax(twice * m->own.work, little_work))
    return false;
  m->spent = all;
  return true;
}

static gchk_status add_varied(maker *m, const kind *k, size_t n, gchk_error *error) {
  const char *name = k->name;
  gchk_case c = {.layer = m->layer,
                 .sizes = k->is_roomy ? m->roomy : m->first,
                 .auxiliary = k->is_declared ? GCHK_AUXILIARY : GCHK_VARIED,
                 .planted = (uint8_t)k->planted,
                 .all_ignored = k->all_ignored};
  if (k->vary != NULL)
    GCHK_TRY(k->vary(m, n, &c, &name, error));
  if (c.sizes == NULL)
    return GCHK_OK;
  if (!k->is_declared && !spend(m, gchk_cost_of_case(&c)))
    return GCHK_OK;
  GCHK_TRY(name_case(m, &c, name, "", error));
  m->cases[m->count++] = c;
  return GCHK_OK;
}

// What the layer says of its sizes is its author's: that it cannot be is told before any of it runs.
static gchk_status check_sizes(const gchk_layer *layer, const char *text, gchk_error *error) {
  gchk_sizes sizes;
  gchk_shape shape;
  if (layer->sizes == NULL && layer->shape_cases == NULL)
    return GCHK_OK;
  text = text != NULL ? text : layer->sizes;
  if (gchk_layer_read_sizes(layer, text, &sizes, error) != GCHK_OK)
    return gchk_fail_within(error, "%s: \"%s\"", layer->name, text);
  for (size_t i = 0; i < layer->tensor_count; i++)
    if (gchk_sizes_shape(&sizes, layer->tensors[i].shape, &shape, error) != GCHK_OK)
      return gchk_fail_within(error, "%s: sizes \"%s\": tensor %s", layer->name, text, layer->tensors[i].name);
  return GCHK_OK;
}

// In train mode and in eval mode where they differ; without a backward one case says so.
static gchk_status add_shapes(maker *m, const gchk_size_case *shapes, size_t count, gchk_error *error) {
  const bool has_modes = m->layer->backward != NULL && (m->layer->flags & GCHK_HAS_MODES) != 0;
  const size_t modes = has_modes ? 2 : 1;
  for (size_t i = 0; i < count * modes; i++) {
    GCHK_TRY(check_sizes(m->layer, shapes[i / modes].sizes, error));
    const gchk_mode mode = i % modes == 0 ? GCHK_TRAIN : GCHK_EVAL;
    gchk_case *c = &m->cases[m->count];
    *c = (gchk_case){.layer = m->layer,
                     .sizes = shapes[i / modes].sizes,
                     .auxiliary = i >= modes && m->layer->shape_cases == NULL ? GCHK_AUXILIARY : GCHK_OWN,
                     .mode = mode};
    const char *mode_name = !has_modes ? "" : mode == GCHK_TRAIN ? "train" : "eval";
    GCHK_TRY(name_case(m, c, shapes[i / modes].suffix, mode_name, error));
    const gchk_case_cost cost = gchk_cost_of_case(c);
    m->own.elements += cost.elements;
    m->own.work += cost.work;
    m->count++;
  }
  return GCHK_OK;
}

// The first shape, or a larger one where that is gradcheck's own choice and no input has many elements.
static gchk_status find_room(maker *m, gchk_error *error) {
  m->roomy = m->first;
  if (!gchk_sizes_are_free(m->layer))
    return GCHK_OK;
  for (size_t times = 2; times <= MOST_TIMES && gchk_largest_input(m->layer, m->roomy) < ROOMY; times *= 2) {
    gchk_size_case made;
    GCHK_TRY(gchk_make_sizes_roomy(m->layer, m->arena, times, &made, error));
    const gchk_case trial = {.layer = m->layer, .sizes = made.sizes};
    if (made.sizes == NULL || gchk_cost_of_case(&trial).elements > 2 * ROOMY || !is_cheap(&trial))
      return GCHK_OK;
    m->roomy = made.sizes;
  }
  return GCHK_OK;
}

static gchk_status make(maker *m, gchk_error *error) {
  gchk_size_case *shapes;
  size_t count, most;
  GCHK_TRY(gchk_plan_sizes(m->layer, m->arena, &shapes, &count, error));
  count = m->layer->backward == NULL && count > 1 ? 1 : count;
  most = 2 * count;
  for (size_t k = 0; k < KINDS; k++)
    most += how_many(&kinds[k], m->layer);
  m->cases = gchk_arena_alloc(m->arena, most, sizeof *m->cases);
  if (m->cases == NULL)
    return gchk_fail_memory(error, "shape cases");
  m->first = shapes[0].sizes;
  GCHK_TRY(add_shapes(m, shapes, count, error));
  GCHK_TRY(find_room(m, error));
  for (size_t k = 0; k < KINDS; k++)
    for (size_t n = 0, all = how_many(&kinds[k], m->layer); n < all; n++)
      GCHK_TRY(add_varied(m, &kinds[k], n, error));
  return GCHK_OK;
}

gchk_status gchk_layer_cases(const gchk_layer *layer, gchk_case_list *list, gchk_error *error) {
  *list = (gchk_case_list){0};
  GCHK_TRY(gchk_layer_validate(layer, error));
  maker m = {.layer = layer, .arena = gchk_arena_new()};
  const gchk_status status = m.arena != NULL ? make(&m, error) : gchk_fail_memory(error, "shape cases");
  if (status != GCHK_OK) {
    gchk_arena_free(m.arena);
    return status;
  }
  *list = (gchk_case_list){m.cases, m.count, m.arena};
  return GCHK_OK;
}

void gchk_case_list_deinit(gchk_case_list *list) {
  gchk_arena_free(list->arena);
  *list = (gchk_case_list){0};
}
