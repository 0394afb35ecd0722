/*
 * The pattern of a tensor.
 *
 * For every bit b of the index of an element (index_bits.h) all elements with b = 1 are perturbed together, and then
 * all with b = 0. An output that moves in the one test alone depends on elements with that bit alone; one that moves in
 * both depends on either, and b tells nothing of it. So every output has a mask and a value, and
 *
 *     the elements that move it  are among  { e : bits(e) & mask = value }.
 *
 * With M the bits that are in the masks of all outputs that move, elements that differ in bits(e) & M share none. This
 * takes 2 log2 n forwards and finds rows, columns, samples of a batch, single elements, and these scattered anywhere in
 * the outputs.
 *
 * Three perturbations: small ones in both directions, as large as the largest steps of a ladder, show what moves an
 * output at the point; several times the tensor's size, up and down, show units that are dead there and elements that
 * another one is larger than. A tensor whose values have one sign keeps it.
 */
#include "pattern/pattern.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "instance/move.h"
#include "measure/case_instance.h"
#include "measure/variable.h"
#include "pattern/index_bits.h"

typedef enum perturbation { NEAR, UP, DOWN, PERTURBATIONS } perturbation;

typedef struct search {
  gchk_case_work *work;
  const gchk_tensor *t;
  gchk_index_bits bits;
  uint64_t left;     /* M, as far as it is known */
  uint64_t *word;    /* the bits of an element */
  uint64_t *seen[2]; /* an output: the bits b for which it moved when elements with b = 0, or b = 1, were perturbed */
  double *x, *moved; /* an element: as it is, and perturbed */
  double *y;
} search;

size_t gchk_pattern_cost(const gchk_tensor *t) {
  gchk_index_bits bits;
  return gchk_index_bits_init(&bits, &t->shape) ? (size_t)bits.count * 2 * PERTURBATIONS : 0;
}

static void release(search *s) {
  free(s->word);
  free(s->seen[0]);
  free(s->seen[1]);
  free(s->x);
  free(s->moved);
  free(s->y);
}

static gchk_status start(search *s, gchk_error *error) {
  const size_t n = s->t->count, m = s->work->output_count;
  s->word = gchk_calloc(n, sizeof *s->word);
  s->seen[0] = gchk_calloc(m, sizeof *s->seen[0]);
  s->seen[1] = gchk_calloc(m, sizeof *s->seen[1]);
  s->x = gchk_calloc(n, sizeof *s->x);
  s->moved = gchk_calloc(n, sizeof *s->moved);
  s->y = gchk_calloc(m, sizeof *s->y);
  if (s->word == NULL || s->seen[0] == NULL || s->seen[1] == NULL || s->x == NULL || s->moved == NULL || s->y == NULL)
    return gchk_fail_memory(error, "the pattern of a tensor");
  for (size_t e = 0; e < n; e++) {
    s->word[e] = gchk_index_bits_of(&s->bits, e);
    s->x[e] = gchk_tensor_get(s->t, s->t->value, e);
  }
  s->left = s->bits.count == 0 ? 0 : ~UINT64_C(0) >> (64 - s->bits.count);
  return GCHK_OK;
}

/* Fills `moved`. */
static void perturb(search *s, perturbation kind, gchk_random *random) {
  const double rms = gchk_root_mean_square(s->t);
  bool is_positive = true, is_negative = true;
  for (size_t e = 0; e < s->t->count; e++) {
    is_positive = is_positive && s->x[e] >= 0;
    is_negative = is_negative && s->x[e] <= 0;
  }
  const bool shrinks = (kind == DOWN && is_positive) || (kind == UP && is_negative);
  for (size_t e = 0; e < s->t->count; e++) {
    const double x = s->x[e], size = gchk_scale_of(x, rms), much = gchk_random_uniform(random, 4, 8);
    const double near = x + copysign(size * much / 0x1p7, gchk_random_uniform(random, -1, 1));
    const double far = shrinks ? x / (much * much) : x + (kind == UP ? much : -much) * size;
    s->moved[e] = kind == NEAR ? near : far;
    if (!gchk_tensor_holds(s->t, s->moved[e]))
      s->moved[e] = x;
  }
}

/* Perturbs the elements that have `side` for a bit, and notes which outputs move. */
static gchk_status test(search *s, unsigned bit, unsigned side, gchk_error *error) {
  gchk_instance *instance = s->work->instance;
  for (size_t e = 0; e < s->t->count; e++)
    if (((s->word[e] >> bit) & 1) == side)
      gchk_tensor_set(s->t, s->t->value, e, s->moved[e]);
  gchk_status status = gchk_instance_forward(instance, error);
  if (status == GCHK_OK)
    status = gchk_instance_outputs(instance, s->y, error);
  for (size_t e = 0; e < s->t->count; e++)
    if (((s->word[e] >> bit) & 1) == side)
      gchk_tensor_set(s->t, s->t->value, e, s->x[e]);
  for (size_t j = 0; status == GCHK_OK && j < s->work->output_count; j++)
    if (s->y[j] != s->work->y[j])
      s->seen[side][j] |= UINT64_C(1) << bit;
  if (s->work->stage != NULL)
    s->work->stage(s->work->stage_context, s->t->name, s->work->elements_done);
  return status;
}

static void note_free(search *s) {
  for (size_t j = 0; j < s->work->output_count; j++)
    s->left &= ~(s->seen[0][j] & s->seen[1][j]);
}

/* An output that moved, and in neither test of a bit, may depend on either. */
static void note_unknown(search *s) {
  for (size_t j = 0; j < s->work->output_count; j++) {
    const uint64_t known = s->seen[0][j] | s->seen[1][j];
    if (known != 0)
      s->left &= known;
  }
}

static gchk_status test_all(search *s, gchk_error *error) {
  for (unsigned bit = 0; bit < s->bits.count; bit++) {
    if (((s->left >> bit) & 1) == 0)
      continue;
    for (unsigned side = 0; side < 2; side++)
      GCHK_TRY(test(s, bit, side, error));
    note_free(s);
  }
  return GCHK_OK;
}

/* What the layer refuses far from the point tells nothing; what it does not do near it cannot be differentiated. */
static gchk_status ask(search *s, gchk_error *error) {
  gchk_random random = gchk_random_stream(gchk_case_seed(s->work->spec, s->work->options->seed), s->t->name);
  for (perturbation kind = NEAR; kind < PERTURBATIONS && s->left != 0; kind++) {
    perturb(s, kind, &random);
    const gchk_status status = test_all(s, kind == NEAR ? error : NULL);
    if (status == GCHK_NO_MEMORY)
      return gchk_fail_memory(error, "the pattern of a tensor");
    if (status != GCHK_OK && kind == NEAR)
      return status;
  }
  note_unknown(s);
  return GCHK_OK;
}

/* Classes by number: of every dimension the number of what is left of an index among all there are, in mixed radix. */
typedef struct numbering {
  size_t *rank[GCHK_MAX_RANK]; /* of what is left of a place, 0: there is none, else the number from 1 on */
  size_t radix[GCHK_MAX_RANK];
} numbering;

static gchk_status number(const search *s, numbering *numbers, gchk_error *error) {
  for (size_t d = 0; d < s->t->shape.rank; d++) {
    const size_t mask = gchk_index_bits_along(&s->bits, d, s->left);
    const size_t places = (size_t)1 << s->bits.width[d];
    size_t *rank = numbers->rank[d] = gchk_calloc(places, sizeof *rank);
    if (rank == NULL)
      return gchk_fail_memory(error, "the pattern of a tensor");
    for (size_t i = 0; i < s->t->shape.dim[d]; i++)
      rank[i & mask] = 1;
    for (size_t i = 0; i < places; i++)
      if (rank[i] != 0)
        rank[i] = ++numbers->radix[d];
  }
  return GCHK_OK;
}

/* False where no element has these bits. */
static bool class_of(const search *s, const numbering *numbers, uint64_t word, size_t *class) {
  *class = 0;
  for (size_t d = 0; d < s->t->shape.rank; d++) {
    const size_t rank = numbers->rank[d][gchk_index_bits_along(&s->bits, d, word & s->left)];
    if (rank == 0)
      return false;
    *class = *class * numbers->radix[d] + rank - 1;
  }
  return true;
}

/* Sorts 0 .. count-1 by class; what has none, class_count, is behind. */
static void sort_by_class(const size_t *class, size_t count, size_t class_count, size_t *start, size_t *sorted) {
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

/* The class of every output, class_count where nothing moves it. False where what moves it is no element. */
static bool find_classes(const search *s, const numbering *numbers, size_t class_count, size_t *output_class) {
  for (size_t j = 0; j < s->work->output_count; j++) {
    output_class[j] = class_count;
    if ((s->seen[0][j] | s->seen[1][j]) != 0 && !class_of(s, numbers, s->seen[1][j], &output_class[j]))
      return false;
  }
  return true;
}

static gchk_status sort(const search *s, const numbering *numbers, gchk_pattern *pattern, gchk_error *error) {
  const size_t n = s->t->count, m = s->work->output_count;
  gchk_arena *arena = s->work->scratch;
  size_t class_count = 1;
  for (size_t d = 0; d < s->t->shape.rank; d++)
    class_count *= numbers->radix[d];
  size_t *output_class = gchk_calloc(m, sizeof *output_class);
  pattern->class_of = gchk_arena_alloc(arena, n, sizeof(size_t));
  pattern->elements = gchk_arena_alloc(arena, n, sizeof(size_t));
  pattern->element_start = gchk_arena_alloc(arena, class_count + 1, sizeof(size_t));
  pattern->outputs = gchk_arena_alloc(arena, m, sizeof(size_t));
  pattern->output_start = gchk_arena_alloc(arena, class_count + 1, sizeof(size_t));
  gchk_status status = GCHK_OK;
  if (output_class == NULL || pattern->class_of == NULL || pattern->elements == NULL ||
      pattern->element_start == NULL || pattern->outputs == NULL || pattern->output_start == NULL) {
    status = gchk_fail_memory(error, "the pattern of a tensor");
  } else if (find_classes(s, numbers, class_count, output_class)) {
    for (size_t e = 0; e < n; e++)
      (void)class_of(s, numbers, s->word[e], &pattern->class_of[e]);
    sort_by_class(pattern->class_of, n, class_count, pattern->element_start, pattern->elements);
    sort_by_class(output_class, m, class_count, pattern->output_start, pattern->outputs);
    pattern->class_count = class_count;
  }
  free(output_class);
  return status;
}

static gchk_status find(search *s, gchk_pattern *pattern, gchk_error *error) {
  numbering numbers = {.radix = {0}};
  GCHK_TRY(start(s, error));
  GCHK_TRY(ask(s, error));
  if (s->left == 0)
    return GCHK_OK;
  gchk_status status = number(s, &numbers, error);
  if (status == GCHK_OK)
    status = sort(s, &numbers, pattern, error);
  for (size_t d = 0; d < GCHK_MAX_RANK; d++)
    free(numbers.rank[d]);
  return status;
}

gchk_status gchk_find_pattern(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_pattern *pattern,
                              gchk_error *error) {
  search s = {.work = work, .t = &work->instance->t[tensor->index]};
  *pattern = (gchk_pattern){.class_count = 0};
  if (!gchk_index_bits_init(&s.bits, &s.t->shape))
    return GCHK_OK;
  const gchk_status status = find(&s, pattern, error);
  release(&s);
  return status;
}
