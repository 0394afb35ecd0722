/* Classes of elements. */
#include "pattern/pattern.h"

#include "core/memory.h"
#include "pattern/bit_trials.h"
#include "pattern/windows.h"
#include "start/case_instance.h"

static const size_t nowhere = SIZE_MAX;

/* Of the blocks of a window those of this phase are numbered; the places of others have no digit. */
static size_t number_blocks(const gchk_windows *w, size_t phase, size_t places, size_t *digit) {
  for (size_t i = 0; i < places; i++) {
    const size_t block = i / w->places;
    digit[i] = block % w->width == phase ? block / w->width : nowhere;
  }
  return (w->blocks - phase + w->width - 1) / w->width;
}

/* What is left of a place by `mask` is numbered among all there are. */
static size_t number_bits(size_t mask, size_t places, size_t all_places, size_t *digit) {
  size_t count = 0;
  for (size_t i = 0; i < all_places; i++)
    digit[i] = nowhere;
  for (size_t i = 0; i < places; i++)
    if (digit[i & mask] == nowhere)
      digit[i & mask] = count++;
  return count;
}

/* The place whose digit is an element's. */
static size_t place_of_element(const gchk_pattern *p, size_t dimension, uint64_t word) {
  const gchk_dependence *d = &p->dependence;
  return gchk_index_bits_along(&d->bits, dimension, d->windows[dimension].width > 0 ? word : word & d->left);
}

static size_t phase_along(const gchk_pattern *p, size_t dimension) {
  size_t phase = p->phase;
  for (size_t d = 0; d < dimension; d++)
    phase /= p->dependence.windows[d].width > 0 ? p->dependence.windows[d].width : 1;
  return p->dependence.windows[dimension].width > 0 ? phase % p->dependence.windows[dimension].width : 0;
}

/* The one block of the phase that is in the window of the output, or nowhere. */
static size_t place_of_output(const gchk_pattern *p, size_t dimension, size_t output) {
  const gchk_dependence *d = &p->dependence;
  const gchk_windows *w = &d->windows[dimension];
  if (w->width == 0)
    return gchk_index_bits_along(&d->bits, dimension, d->value[output] & d->left);
  const size_t first = w->first[output], phase = phase_along(p, dimension);
  const size_t block = first + (phase + w->width - first % w->width) % w->width;
  return block <= w->last[output] ? block * w->places : nowhere;
}

size_t gchk_phase_of(const gchk_pattern *p, size_t element) {
  const gchk_dependence *d = &p->dependence;
  const uint64_t word = gchk_index_bits_of(&d->bits, element);
  size_t phase = 0;
  for (size_t k = p->t->shape.rank; k > 0; k--) {
    const gchk_windows *w = &d->windows[k - 1];
    if (w->width > 0)
      phase = phase * w->width + gchk_index_bits_along(&d->bits, k - 1, word) / w->places % w->width;
  }
  return phase;
}

/* class_count for what has no class. */
static size_t add_digit(const gchk_pattern *p, size_t class, size_t dimension, size_t place) {
  const size_t digit = place == nowhere || class == p->class_count ? nowhere : p->digit[dimension][place];
  return digit == nowhere ? p->class_count : class * p->radix[dimension] + digit;
}

static size_t class_of_element(const gchk_pattern *p, size_t element) {
  const uint64_t word = gchk_index_bits_of(&p->dependence.bits, element);
  size_t class = 0;
  for (size_t d = 0; d < p->t->shape.rank; d++)
    class = add_digit(p, class, d, place_of_element(p, d, word));
  return class;
}

static size_t class_of_output(const gchk_pattern *p, size_t output) {
  size_t class = p->dependence.moves[output] ? 0 : p->class_count;
  for (size_t d = 0; d < p->t->shape.rank; d++)
    class = add_digit(p, class, d, place_of_output(p, d, output));
  return class;
}

/* Sorts 0 .. count-1 by class; what has none, class_count, is behind. */
static void sort_by_class(const size_t *class, size_t count, size_t class_count, size_t *start, size_t *sorted) {
  for (size_t k = 0; k <= class_count; k++)
    start[k] = 0;
  for (size_t i = 0; i < count; i++)
    if (class[i] < class_count)
      start[class[i] + 1]++;
  for (size_t k = 0; k < class_count; k++)
    start[k + 1] += start[k];
  size_t behind = start[class_count];
  for (size_t i = 0; i < count; i++)
    sorted[class[i] < class_count ? start[class[i]]++ : behind++] = i;
  for (size_t k = class_count; k > 0; k--)
    start[k] = start[k - 1];
  start[0] = 0;
}

/* Digits of all places, and how many classes that makes. */
static void number(gchk_pattern *p) {
  const gchk_dependence *d = &p->dependence;
  p->class_count = 1;
  for (size_t k = 0; k < p->t->shape.rank; k++) {
    const gchk_windows *w = &d->windows[k];
    const size_t places = p->t->shape.dim[k], all_places = (size_t)1 << d->bits.width[k];
    const size_t mask = gchk_index_bits_along(&d->bits, k, d->left);
    p->radix[k] = w->width > 0 ? number_blocks(w, phase_along(p, k), places, p->digit[k])
                               : number_bits(mask, places, all_places, p->digit[k]);
    p->class_count *= p->radix[k];
  }
}

static void sort_phase(gchk_pattern *p, size_t phase) {
  p->phase = phase;
  number(p);
  for (size_t e = 0; e < p->t->count; e++)
    p->class_of[e] = class_of_element(p, e);
  for (size_t j = 0; j < p->dependence.output_count; j++)
    p->output_class[j] = class_of_output(p, j);
  sort_by_class(p->class_of, p->t->count, p->class_count, p->element_start, p->elements);
  sort_by_class(p->output_class, p->dependence.output_count, p->class_count, p->output_start, p->outputs);
}

void gchk_pattern_set_phase(gchk_pattern *p, size_t phase) {
  if (p->phase != phase)
    sort_phase(p, phase);
}

/* The first phase has the most blocks. */
static gchk_status make_room(gchk_pattern *p, gchk_arena *arena, gchk_error *error) {
  const size_t n = p->t->count, m = p->dependence.output_count;
  bool has_all = true;
  p->phase_count = 1;
  for (size_t k = 0; k < p->t->shape.rank; k++) {
    const gchk_windows *w = &p->dependence.windows[k];
    p->phase_count *= w->width > 0 ? w->width : 1;
    p->digit[k] = gchk_arena_alloc(arena, (size_t)1 << p->dependence.bits.width[k], sizeof(size_t));
    has_all = has_all && p->digit[k] != NULL;
  }
  if (has_all)
    number(p);
  p->most_classes = p->class_count;
  p->class_of = gchk_arena_alloc(arena, n, sizeof(size_t));
  p->elements = gchk_arena_alloc(arena, n, sizeof(size_t));
  p->element_start = gchk_arena_alloc(arena, p->most_classes + 1, sizeof(size_t));
  p->outputs = gchk_arena_alloc(arena, m, sizeof(size_t));
  p->output_class = gchk_arena_alloc(arena, m, sizeof(size_t));
  p->output_start = gchk_arena_alloc(arena, p->most_classes + 1, sizeof(size_t));
  if (!has_all || p->class_of == NULL || p->elements == NULL || p->element_start == NULL || p->outputs == NULL ||
      p->output_class == NULL || p->output_start == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  return GCHK_OK;
}

/* Is what moves every output an element? It is not where trials contradict each other. */
static bool is_consistent(const gchk_pattern *p) {
  const gchk_dependence *d = &p->dependence;
  for (size_t j = 0; j < d->output_count; j++)
    for (size_t k = 0; d->moves[j] && k < p->t->shape.rank; k++)
      if (d->windows[k].width == 0 && p->digit[k][gchk_index_bits_along(&d->bits, k, d->value[j] & d->left)] == nowhere)
        return false;
  return true;
}

static bool has_windows(const gchk_pattern *p) {
  bool any = false;
  for (size_t k = 0; k < p->t->shape.rank; k++)
    any = any || p->dependence.windows[k].width > 0;
  return any;
}

static gchk_status find_dependence(gchk_case_work *work, double most, gchk_pattern *p, gchk_error *error) {
  gchk_dependence *found = &p->dependence;
  gchk_random random = gchk_random_stream(gchk_case_seed(work->spec, work->options->seed), p->t->name);
  gchk_trial trial;
  if (!gchk_index_bits_init(&found->bits, &p->t->shape))
    return GCHK_OK;
  found->output_count = work->output_count;
  gchk_status status = gchk_trial_open(&trial, work, p->t, &found->bits, error);
  if (status == GCHK_OK)
    status = gchk_find_bits(&trial, &random, found, error);
  if (status == GCHK_OK)
    status = gchk_find_windows(&trial, &random, most, found, error);
  gchk_trial_close(&trial);
  return status;
}

gchk_status gchk_find_pattern(gchk_case_work *work, const gchk_tensor_work *tensor, double most, gchk_pattern *p,
                              gchk_error *error) {
  *p = (gchk_pattern){.t = &work->instance->t[tensor->index]};
  GCHK_TRY(find_dependence(work, most, p, error));
  if (p->dependence.left == 0 && !has_windows(p))
    return GCHK_OK;
  GCHK_TRY(make_room(p, work->scratch, error));
  if (is_consistent(p))
    sort_phase(p, 0);
  else
    p->class_count = 0;
  return GCHK_OK;
}
