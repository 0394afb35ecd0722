/*
 * From the case's ordinary point, and then from each that was found, the same moves in turn, from those that a call
 * tells most about: many values in many elements at once, an option, a size, a whole tensor, one element, and half-way
 * points between two calls in which a comparison came out otherwise. What takes an open branch is made small and kept.
 */
#include "reach/steer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/conditions.h"
#include "instance/layer_sizes.h"
#include "reach/code_constants.h"
#include "reach/steer_call.h"
#include "reach/steer_values.h"
#include "reach/trace.h"

static const char memory_for[] = "inputs that take branches";

typedef struct search {
  gchk_steer_call call;
  uint64_t left;           // calls
  gchk_constants compared; // what code compares with
  gchk_steered *found;
  gchk_steer_point start; // from where moves are made
  double values[GCHK_MOST_VALUES];
  size_t value_count;
} search;

static bool is_over(const search *s) {
  return s->left == 0 || s->call.open_count == 0 || s->found->count == GCHK_MOST_STEER_POINTS;
}

// Sets an element of a point's, where it may be chosen and there is room.
static void set(const search *s, gchk_steer_point *point, size_t tensor, size_t element, double value) {
  double low, high;
  size_t k = 0;
  if (!gchk_can_steer(s->call.spec, s->call.instance, tensor, &low, &high) || !(value >= low && value <= high))
    return;
  if (s->call.instance->t[tensor].dtype == GCHK_I32 && fabs(value - floor(value)) > 0)
    return;
  while (k < point->change_count && (point->changes[k].tensor != tensor || point->changes[k].element != element))
    k++;
  if (k == GCHK_MOST_CHANGES)
    return;
  point->changes[k] = (gchk_changed_value){tensor, element, value};
  point->change_count += k == point->change_count;
}

static bool takes_all(const search *s, const gchk_steer_point *point) {
  for (size_t i = 0; i < point->place_count; i++)
    for (size_t k = 0; k < s->call.open_count; k++)
      if (s->call.open[k].place == point->places[i] && (*s->call.open[k].ran & GCHK_RAN_BACKWARD) == 0)
        return false;
  return true;
}

// Takes the smaller point where it takes the branches too.
static gchk_status replace(search *s, gchk_steer_point *point, const gchk_steer_point *smaller, bool *is_done,
                           gchk_error *error) {
  bool is_valid;
  GCHK_TRY(gchk_steer_try(&s->call, smaller, &is_valid, error));
  *is_done = is_valid && takes_all(s, smaller);
  if (*is_done)
    *point = *smaller;
  return GCHK_OK;
}

/*
 * Moves values towards the ordinary ones, to where the branch begins: there what it computes should be what the other
 * one does, and far from it both may be too small to tell.
 */
static gchk_status move_near(search *s, gchk_steer_point *point, gchk_error *error) {
  enum { MOST = 16, HALVINGS = 8 };
  for (size_t i = 0; i < point->change_count && i < MOST; i++) {
    GCHK_TRY(gchk_steer_go_to(&s->call, point, error));
    const gchk_tensor *t = &s->call.instance->t[point->changes[i].tensor];
    double near = gchk_tensor_get(t, t->value, point->changes[i].element);
    for (int k = 0; k < HALVINGS && t->dtype != GCHK_I32; k++) {
      gchk_steer_point nearer = *point;
      bool is_done;
      const double far = point->changes[i].value, middle = near + (far - near) / 2;
      nearer.changes[i].value = middle;
      GCHK_TRY(replace(s, point, &nearer, &is_done, error));
      if (!is_done)
        near = middle;
    }
  }
  return GCHK_OK;
}

// Leaves changes out, in halves, quarters and so on, while the point still takes its branches.
static gchk_status make_small(search *s, gchk_steer_point *point, gchk_error *error) {
  for (size_t part = (point->change_count + 1) / 2; part > 0; part = part > 1 ? (part + 1) / 2 : 0)
    for (size_t first = 0; first < point->change_count;) {
      gchk_steer_point less = *point;
      bool is_done;
      const size_t end = first + part < less.change_count ? first + part : less.change_count;
      memmove(&less.changes[first], &less.changes[end], (less.change_count - end) * sizeof *less.changes);
      less.change_count -= end - first;
      GCHK_TRY(replace(s, point, &less, &is_done, error));
      first = is_done ? first : end;
    }
  return move_near(s, point, error);
}

// After a call: keeps the point where it took branches that are open, and closes these.
static gchk_status keep(search *s, const gchk_steer_point *point, gchk_error *error) {
  gchk_steer_point *found = &s->found->points[s->found->count];
  *found = *point;
  found->place_count = 0;
  for (size_t k = 0; k < s->call.open_count; k++)
    if ((*s->call.open[k].ran & GCHK_RAN_BACKWARD) != 0 && found->place_count < GCHK_MOST_PLACES_FOUND)
      found->places[found->place_count++] = s->call.open[k].place;
  if (found->place_count == 0)
    return GCHK_OK;
  gchk_constants_take(&s->compared, s->call.compared);
  GCHK_TRY(make_small(s, found, error));
  size_t open = 0;
  for (size_t k = 0; k < s->call.open_count; k++) {
    bool is_taken = false;
    for (size_t i = 0; i < found->place_count; i++)
      is_taken = is_taken || found->places[i] == s->call.open[k].place;
    if (!is_taken)
      s->call.open[open++] = s->call.open[k];
  }
  s->call.open_count = open;
  s->found->count++;
  return GCHK_OK;
}

// What the layer refuses at a point that nobody asked for is no mistake.
static gchk_status try_point(search *s, const gchk_steer_point *point, gchk_error *error) {
  bool is_valid = false;
  if (is_over(s))
    return GCHK_OK;
  s->left--;
  gchk_error refused;
  const gchk_status status = gchk_steer_try(&s->call, point, &is_valid, &refused);
  if (status == GCHK_NO_MEMORY)
    return gchk_fail_memory(error, memory_for);
  return is_valid ? keep(s, point, error) : GCHK_OK;
}

static gchk_status plant_many(search *s, gchk_error *error) {
  for (size_t i = 0; i < s->call.instance->tensor_count; i++) {
    const size_t n = s->call.instance->t[i].count;
    for (size_t first = 0; first < s->value_count && n > 0 && !is_over(s); first += n) {
      GCHK_TRY(gchk_steer_go_to(&s->call, &s->start, error));
      gchk_steer_point point = s->start;
      for (size_t e = 0; e < n && first + e < s->value_count; e++)
        set(s, &point, i, e, s->values[first + e]);
      if (point.change_count > 0)
        GCHK_TRY(try_point(s, &point, error));
    }
  }
  return GCHK_OK;
}

static gchk_status plant_one(search *s, gchk_error *error) {
  enum { FEW = 3 };
  for (size_t k = 0; k < s->value_count; k++)
    for (size_t i = 0; i < s->call.instance->tensor_count; i++) {
      const size_t n = s->call.instance->t[i].count;
      for (size_t e = 0; e < FEW && e < n && !is_over(s); e++) {
        GCHK_TRY(gchk_steer_go_to(&s->call, &s->start, error));
        gchk_steer_point point = s->start;
        set(s, &point, i, e * (n - 1) / (FEW - 1), s->values[k]);
        if (point.change_count > 0)
          GCHK_TRY(try_point(s, &point, error));
      }
    }
  return GCHK_OK;
}

static const double factors[] = {10, 0.1, 0, 1e3, 1e-3, -1, 1e-6};
enum { FACTORS = sizeof factors / sizeof factors[0] };

// The start with the whole of a tensor, or of all of them (`which` is their number), times a factor.
static gchk_status scale(search *s, size_t which, double factor, gchk_steer_point *point, gchk_error *error) {
  GCHK_TRY(gchk_steer_go_to(&s->call, &s->start, error));
  const gchk_instance *instance = s->call.instance;
  gchk_steer_values(&s->start, s->call.instance);
  *point = s->start;
  for (size_t i = 0; i < instance->tensor_count; i++)
    for (size_t e = 0; (i == which || which == instance->tensor_count) && e < instance->t[i].count; e++)
      set(s, point, i, e, factor * gchk_tensor_get(&instance->t[i], instance->t[i].value, e));
  return GCHK_OK;
}

static gchk_status scale_whole(search *s, gchk_error *error) {
  for (size_t k = 0; k < FACTORS; k++)
    for (size_t i = 0; i <= s->call.instance->tensor_count && !is_over(s); i++) {
      gchk_steer_point point;
      GCHK_TRY(scale(s, i, factors[k], &point, error));
      GCHK_TRY(try_point(s, &point, error));
    }
  return GCHK_OK;
}

// A comparison that came out one way alone each time.
static bool is_one_way(const gchk_compared_values *c, bool *is_above) {
  *is_above = c->low > 0;
  return c->low > 0 || c->high < 0;
}

static const gchk_compared_values *find_compared(const gchk_compare_trace *trace, uintptr_t place) {
  for (size_t i = 0; i < trace->count; i++)
    if (trace->list[i].place == place)
      return &trace->list[i];
  return NULL;
}

/*
 * Between the start and the start scaled by `factor`: goes on halving to where the comparison turns, and tries both
 * sides on the way.
 */
static gchk_status halve(search *s, size_t which, double factor, uintptr_t place, bool is_above, gchk_error *error) {
  enum { HALVINGS = 24 };
  double near = 1, far = factor;
  for (int k = 0; k < HALVINGS && !is_over(s); k++) {
    const double middle = near + (far - near) / 2;
    bool now_above = false;
    gchk_steer_point point;
    GCHK_TRY(scale(s, which, middle, &point, error));
    GCHK_TRY(try_point(s, &point, error));
    const gchk_compared_values *c = find_compared(s->call.compared, place);
    if (c != NULL && is_one_way(c, &now_above) && now_above == is_above)
      near = middle;
    else
      far = middle;
  }
  return GCHK_OK;
}

static gchk_status halve_all(search *s, gchk_error *error) {
  gchk_compare_trace *before = gchk_calloc(1, sizeof *before);
  bool is_valid;
  if (before == NULL)
    return gchk_fail_memory(error, memory_for);
  gchk_status status = gchk_steer_try(&s->call, &s->start, &is_valid, error);
  *before = *s->call.compared;
  for (size_t k = 0; k < FACTORS; k++)
    for (size_t i = 0; status == GCHK_OK && i <= s->call.instance->tensor_count; i++)
      for (size_t j = 0; status == GCHK_OK && j < before->count && !is_over(s); j++) {
        bool is_above, is_above_there = false;
        gchk_steer_point point;
        if (before->list[j].is_whole || !is_one_way(&before->list[j], &is_above))
          continue;
        status = scale(s, i, factors[k], &point, error);
        if (status == GCHK_OK)
          status = try_point(s, &point, error);
        const gchk_compared_values *there = find_compared(s->call.compared, before->list[j].place);
        if (there != NULL && !(is_one_way(there, &is_above_there) && is_above_there == is_above) && status == GCHK_OK)
          status = halve(s, i, factors[k], before->list[j].place, is_above, error);
      }
  free(before);
  return status;
}

static gchk_status try_option(search *s, size_t option, double value, gchk_error *error) {
  gchk_steer_point point = s->start;
  if (!point.has_options)
    memcpy(point.options, s->call.instance->options, s->call.instance->layer->option_count * sizeof *point.options);
  point.has_options = true;
  point.options[option] = value;
  return try_point(s, &point, error);
}

static gchk_status try_options(search *s, gchk_error *error) {
  const gchk_layer *layer = s->call.spec->layer;
  for (size_t i = 0; i < layer->option_count && layer->option_count <= GCHK_MOST_OPTIONS_STEERED; i++) {
    const gchk_option_spec *option = &layer->options[i];
    const double ends[] = {option->minimum, option->maximum};
    for (size_t k = 0; k < 2 && option->minimum < option->maximum; k++) {
      GCHK_TRY(gchk_steer_go_to(&s->call, &s->start, error));
      GCHK_TRY(try_option(s, i, ends[k], error));
    }
    for (size_t k = 0; k < s->value_count && option->minimum < option->maximum && !is_over(s); k++) {
      GCHK_TRY(gchk_steer_go_to(&s->call, &s->start, error));
      if (s->values[k] > option->minimum && s->values[k] < option->maximum)
        GCHK_TRY(try_option(s, i, s->values[k], error));
    }
  }
  return GCHK_OK;
}

// The sizes with one of them another, as text; false where they do not fit the layer or have lists of dimensions.
static bool write_sizes(const gchk_layer *layer, const gchk_sizes *sizes, size_t which, size_t value,
                        char text[GCHK_STEERED_SIZES]) {
  size_t used = 0;
  for (size_t i = 0; i < sizes->count; i++) {
    const gchk_size_binding *b = &sizes->binding[i];
    const int length = snprintf(text + used, GCHK_STEERED_SIZES - used, "%s%s=%zu", i > 0 ? " " : "", b->name,
                                i == which ? value : b->value);
    if (b->is_list || length < 0 || (size_t)length >= GCHK_STEERED_SIZES - used)
      return false;
    used += (size_t)length;
  }
  gchk_sizes read;
  return gchk_layer_read_sizes(layer, text, &read, NULL) == GCHK_OK &&
         gchk_conditions_check(layer, &read, NULL) == GCHK_OK;
}

// A size that was compared with a constant, itself or as a factor: both sides of it.
static gchk_status try_size(search *s, const gchk_sizes *sizes, size_t which, double operand, double constant,
                            gchk_error *error) {
  enum { LARGEST = 512, SIDES = 3 };
  const double size = (double)sizes->binding[which].value, times = operand / size;
  if (!(size > 0) || !(constant > 0) || !(times >= 1) || fabs(times - floor(times)) > 0 ||
      !(constant / times <= LARGEST))
    return GCHK_OK;
  const size_t at = (size_t)(constant / times);
  for (size_t side = 0; side < SIDES && !is_over(s); side++) {
    gchk_steer_point point = {.has_options = s->start.has_options};
    memcpy(point.options, s->start.options, sizeof point.options);
    const size_t value = at + 2 - side;
    if (value > 1 && value - 1 != sizes->binding[which].value &&
        write_sizes(s->call.spec->layer, sizes, which, value - 1, point.sizes))
      GCHK_TRY(try_point(s, &point, error));
  }
  return GCHK_OK;
}

static gchk_status try_sizes(search *s, gchk_error *error) {
  bool is_valid;
  gchk_compare_trace *before = gchk_calloc(1, sizeof *before);
  if (before == NULL)
    return gchk_fail_memory(error, memory_for);
  gchk_status status = gchk_steer_try(&s->call, &s->start, &is_valid, error);
  const gchk_sizes sizes = s->call.instance->sizes;
  *before = *s->call.compared;
  for (size_t k = 0; k < before->count; k++) {
    const gchk_compared_values *c = &before->list[k];
    for (size_t i = 0; i < sizes.count && c->is_whole && !c->a_varies && !c->b_varies && status == GCHK_OK; i++) {
      status = try_size(s, &sizes, i, c->a, c->b, error);
      if (status == GCHK_OK)
        status = try_size(s, &sizes, i, c->b, c->a, error);
    }
  }
  free(before);
  return status;
}

static gchk_status go_through(search *s, gchk_error *error) {
  typedef gchk_status (*move)(search *, gchk_error *);
  static const move moves[] = {plant_many, try_options, try_sizes, scale_whole, plant_one, halve_all};
  bool is_valid;
  GCHK_TRY(gchk_steer_try(&s->call, &s->start, &is_valid, error));
  gchk_constants_take(&s->compared, s->call.compared);
  s->value_count = gchk_values_near(&s->compared, s->values);
  for (size_t i = 0; i < sizeof moves / sizeof moves[0] && !is_over(s); i++) {
    GCHK_TRY(gchk_steer_go_to(&s->call, &s->start, error));
    GCHK_TRY(moves[i](s, error));
  }
  return GCHK_OK;
}

void gchk_steer(gchk_reach *reach, const gchk_case *spec, uint64_t seed, uint64_t budget, gchk_steered *found) {
  gchk_error error;
  search s = {.call = {.spec = spec, .seed = seed, .compared = gchk_calloc(1, sizeof(gchk_compare_trace))},
              .left = budget,
              .found = found};
  gchk_status status = s.call.compared == NULL ? gchk_fail_memory(&error, memory_for)
                                               : gchk_reach_open(reach, &s.call.open, &s.call.open_count, &error);
  gchk_constants_of_code(&s.compared, s.call.open, s.call.open_count);
  for (size_t k = 0; k <= found->count && status == GCHK_OK && !is_over(&s); k++) {
    if (k > 0)
      s.start = found->points[k - 1];
    status = go_through(&s, &error);
  }
  found->calls = s.call.calls;
  gchk_steer_call_deinit(&s.call);
}
