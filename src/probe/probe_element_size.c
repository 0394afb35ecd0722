/*
 * Probe: the code and the table take elements to be of one size.
 *
 * What it looks at is which words of four bytes forward writes. Of n elements
 *
 *     float code declared f64 writes the words 0 .. n-1 of 2n,
 *     double code declared f32, and int64 code declared i32, the words 0 .. 2n-1 of n,
 *
 * in every output. Half an element written tells the first (n is odd, or 1). What else has such a footprint is a loop
 * that ends early, or late, and is told apart:
 *
 *     - of a double the lower word is any bit pattern, and as a float of any size; those of floats are of a size
 *     - float code writes no more than half of the gradients either
 *     - the upper word of a small int64 is 0 or -1
 *
 * Where that does not tell either (a copy of an even number of elements) nothing is said here.
 */
#include "probe/probe_element_size.h"

#include <math.h>
#include <string.h>

#include "calls/footprint.h"
#include "core/memory.h"
#include "instance/roles.h"
#include "instance/snapshot.h"
#include "start/case_instance.h"

enum { FILLS = 24, FEWEST_WORDS = 6, FEWEST_ZEROS = 4 };
static const double plausible = 0x1p40; // a float of this size, or one over it, is a number that layers compute

typedef struct sizing {
  gchk_case_work *work;
  gchk_instance *instance;
  gchk_arena *arena;
  gchk_footprint *prints;
} sizing;

static bool is_asked(const gchk_tensor *t, gchk_dtype dtype) {
  return t->role == GCHK_OUTPUT && t->dtype == dtype && t->count > 0;
}

static size_t first_asked(const gchk_instance *instance, gchk_dtype dtype) {
  size_t i = 0;
  while (i < instance->tensor_count && !is_asked(&instance->t[i], dtype))
    i++;
  return i;
}

// ---- what the words of outputs look like

/* The lower words of pairs, as floats; and how pairs are zero. */
typedef struct words {
  size_t sane, wild;               /* lower words that are not 0 */
  size_t half_zero, zero, nonzero; /* pairs of which one word is 0, both, none */
} words;

// The two words of pair p: which of them is the lower one of a double or an int64 is the machine's choice.
static void read_pair(const void *data, size_t p, uint32_t *low, uint32_t *high) {
  static const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, sizeof first);
  const size_t lower = first == 1 ? 0 : 1;
  *low = gchk_word_at(data, 2 * p + lower);
  *high = gchk_word_at(data, 2 * p + 1 - lower);
}

static void look_at_pairs(const void *data, size_t pairs, words *w) {
  for (size_t p = 0; p < pairs; p++) {
    uint32_t low, high;
    float x;
    read_pair(data, p, &low, &high);
    memcpy(&x, &low, sizeof x);
    const double size = fabs((double)x);
    w->half_zero += (low == 0) != (high == 0);
    w->zero += low == 0 && high == 0;
    w->nonzero += low != 0 && high != 0;
    if (size >= 1 / plausible && size <= plausible)
      w->sane++;
    else if (size != 0)
      w->wild++;
  }
}

// Lower words of doubles: of 256 exponents 80 are plausible ones. A layer may copy most and compute some.
static bool are_doubles(const words *w) {
  return w->sane + w->wild >= FEWEST_WORDS && 10 * w->wild >= w->sane + w->wild;
}

static bool are_floats(const words *w) {
  const bool move_in_pairs = w->half_zero == 0 && w->zero >= FEWEST_ZEROS && w->nonzero > 0;
  return w->sane > 0 && 10 * w->wild <= w->sane && !move_in_pairs;
}

// Does it stand right behind the data of a tensor that is read? There are numbers of a size, in bytes of any two kinds.
static bool is_behind_data(const gchk_instance *instance, uint32_t word) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    for (size_t e = t->count; gchk_role_is_given(t->role) && e < 2 * t->count; e++)
      if (gchk_word_at(t->value, e) == word)
        return true;
  }
  return false;
}

// What was copied from there is no number of the layer's, though it looks like one.
static void take_back_copies(const gchk_instance *instance, const void *data, size_t pairs, words *w) {
  enum { FEW = 8 }; // of more, the others tell
  for (size_t p = 0; p < pairs && pairs <= FEW; p++) {
    uint32_t low, high;
    read_pair(data, p, &low, &high);
    const bool is_taken = w->sane > 0 && is_behind_data(instance, low);
    w->sane -= is_taken;
    w->wild += is_taken;
  }
}

/* The pairs of all outputs of `dtype`, over several fills: those of the data, or as many again behind it. */
static gchk_status look_at_fills(const gchk_case *spec, gchk_instance *instance, gchk_dtype dtype, bool of_data_alone,
                                 words *w, gchk_error *error) {
  gchk_case unplanted = *spec;
  unplanted.planted = false;
  *w = (words){.sane = 0};
  for (uint64_t fill = 0; fill < FILLS; fill++) {
    GCHK_TRY(gchk_case_fill(&unplanted, fill * UINT64_C(0x9E3779B97F4A7C15) + 1, instance, error));
    GCHK_TRY(gchk_instance_forward(instance, error));
    for (size_t i = 0; i < instance->tensor_count; i++) {
      const gchk_tensor *t = &instance->t[i];
      if (!is_asked(t, dtype))
        continue;
      look_at_pairs(t->value, of_data_alone ? t->count / 2 : t->count, w);
      if (of_data_alone)
        take_back_copies(instance, t->value, t->count / 2, w);
    }
  }
  return GCHK_OK;
}

// ---- what backward writes

/* Words of gradients: of the data's first half, its second, and behind it; NULL gradients have none. */
static gchk_status count_gradients(sizing *s, gchk_dtype dtype, size_t *first, size_t *second, size_t *behind,
                                   bool *has_half, gchk_error *error) {
  gchk_instance *instance = s->instance;
  *first = *second = *behind = 0;
  *has_half = false;
  gchk_footprints_start_backward(instance);
  GCHK_TRY(gchk_instance_backward(instance, error));
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (t->dtype != dtype || !gchk_instance_is_differentiable(instance, i))
      continue;
    const size_t all = instance->grads[i].bytes / GCHK_WORD, half = all / 2;
    *first += gchk_count_words(t->grad, 0, half);
    *second += gchk_count_words(t->grad, half, all);
    *behind += gchk_count_words(t->grad, all, all + instance->grads[i].room / GCHK_WORD);
    if (dtype == GCHK_F64 && t->count % 2 != 0)
      *has_half = *has_half || gchk_count_words(t->grad, t->count - 1, t->count) > 0;
  }
  *has_half = *has_half && *second == 0;
  return GCHK_OK;
}

// ---- float code declared f64

// Words 0 .. n-1 of 2n.
static bool is_half_written(const sizing *s, size_t i) {
  const size_t n = s->instance->t[i].count;
  return gchk_footprint_count(&s->prints[i], 0, n) == n && gchk_footprint_count(&s->prints[i], n, 2 * n) == 0;
}

// The first forward found zeros: has it left the second half of every output as it was?
static bool may_be_float(const gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (is_asked(&instance->t[i], GCHK_F64) &&
        gchk_count_words(instance->t[i].value, instance->t[i].count, 2 * instance->t[i].count) > 0)
      return false;
  return first_asked(instance, GCHK_F64) < instance->tensor_count;
}

/* The layer as if it were declared f32, on a copy of its table. */
static gchk_status declared_as_float(const sizing *s, gchk_layer *layer, gchk_error *error) {
  *layer = *s->work->spec->layer;
  gchk_tensor_spec *rows = gchk_arena_alloc(s->arena, layer->tensor_count, sizeof *rows);
  if (rows == NULL)
    return gchk_fail_memory(error, "a layer of floats");
  memcpy(rows, layer->tensors, layer->tensor_count * sizeof *rows);
  for (size_t i = 0; i < layer->tensor_count; i++)
    rows[i].dtype = rows[i].dtype == GCHK_F64 ? GCHK_F32 : rows[i].dtype;
  layer->tensors = rows;
  layer->dtype = GCHK_F32;
  layer->twin = NULL;
  return GCHK_OK;
}

static gchk_status looks_like_float(const sizing *s, bool *answer, gchk_error *error) {
  gchk_layer layer;
  gchk_case spec = *s->work->spec;
  gchk_instance *instance = NULL;
  words w;
  *answer = false;
  GCHK_TRY(declared_as_float(s, &layer, error));
  spec.layer = &layer;
  gchk_status status = gchk_case_instance(&spec, 1, &instance, NULL);
  if (status == GCHK_OK)
    status = look_at_fills(&spec, instance, GCHK_F32, true, &w, NULL);
  *answer = status == GCHK_OK && are_floats(&w);
  gchk_instance_free(instance);
  return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "a layer of floats") : GCHK_OK;
}

static gchk_status is_float_code(sizing *s, bool *answer, gchk_error *error) {
  const gchk_instance *instance = s->instance;
  bool has_half = false, has_half_gradient;
  size_t first, second, behind;
  *answer = false;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (is_asked(t, GCHK_F64) && !is_half_written(s, i))
      return GCHK_OK;
    const bool is_made = t->dtype == GCHK_F64 && (t->role == GCHK_OUTPUT || t->role == GCHK_CACHE);
    has_half = has_half || (is_made && t->count % 2 != 0 && is_half_written(s, i));
  }
  *answer = has_half;
  if (has_half)
    return GCHK_OK;
  GCHK_TRY(count_gradients(s, GCHK_F64, &first, &second, &behind, &has_half_gradient, error));
  *answer = has_half_gradient;
  return has_half_gradient || second > 0 ? GCHK_OK : looks_like_float(s, answer, error);
}

// ---- double code declared f32, int64 code declared i32

// Words 0 .. 2n-1, and no further.
static bool is_doubly_written(const sizing *s, size_t i) {
  const gchk_footprint *print = &s->prints[i];
  const size_t wide = 2 * s->instance->t[i].count;
  return gchk_footprint_count(print, 0, wide) == wide && gchk_footprint_count(print, wide, print->all) == 0;
}

// The first forward wrote behind an output or a cache of elements of four bytes.
static bool may_be_wide(const gchk_instance *instance, gchk_dtype dtype) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    ptrdiff_t offset;
    const bool is_made = t->dtype == dtype && (t->role == GCHK_OUTPUT || t->role == GCHK_CACHE);
    if (is_made && !gchk_buffer_is_whole(&instance->values[i], &offset) && offset > 0)
      return true;
  }
  return false;
}

// Every word is one of those given or read behind them, or 0: the layer copies, and its words tell nothing.
static bool is_copy(const gchk_instance *instance, const gchk_tensor *output) {
  enum { ENOUGH = 32 };
  for (size_t k = 0; k < output->count && k < ENOUGH; k++) {
    const uint32_t word = gchk_word_at(output->value, k);
    bool is_found = word == 0;
    for (size_t i = 0; i < instance->tensor_count && !is_found; i++)
      for (size_t e = 0; gchk_role_is_given(instance->t[i].role) && e < 2 * instance->t[i].count && !is_found; e++)
        is_found = gchk_word_at(instance->t[i].value, e) == word;
    if (!is_found)
      return false;
  }
  return true;
}

static gchk_status is_double_code(sizing *s, bool *answer, gchk_error *error) {
  gchk_instance *instance = s->instance;
  words w;
  size_t first, second, behind, largest = 0;
  bool has_half, copies = true;
  *answer = false;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_tensor *t = &instance->t[i];
    if (!is_asked(t, GCHK_F32))
      continue;
    if (!is_doubly_written(s, i))
      return GCHK_OK;
    copies = copies && is_copy(instance, t);
    largest = t->count > largest ? t->count : largest;
  }
  GCHK_TRY(count_gradients(s, GCHK_F32, &first, &second, &behind, &has_half, error));
  GCHK_TRY(look_at_fills(s->work->spec, instance, GCHK_F32, false, &w, error));
  *answer = are_doubles(&w) || (copies && largest > 1 && behind > 0 && w.half_zero == 0);
  return GCHK_OK;
}

// The upper words are the sign of numbers below 2^31. Of one element, it may be a loop that goes one too far.
static bool is_int64_code(const sizing *s, size_t *which) {
  for (size_t i = 0; i < s->instance->tensor_count; i++) {
    const gchk_tensor *t = &s->instance->t[i];
    if (t->dtype != GCHK_I32 || s->prints[i].written == NULL || t->count < 2 || !is_doubly_written(s, i))
      continue;
    bool is_sign = true;
    for (size_t e = 0; e < t->count; e++) {
      uint32_t low, high;
      read_pair(t->value, e, &low, &high);
      is_sign = is_sign && high == (low >> 31 != 0 ? UINT32_MAX : 0);
    }
    *which = i;
    if (is_sign)
      return true;
  }
  return false;
}

// ---- the finding

static void report(sizing *s, size_t i, const char *what, const char *code, const char *declared) {
  gchk_case_work *work = s->work;
  const gchk_tensor *t = &s->instance->t[i];
  const size_t size = gchk_dtype_size(t->dtype), written = size == GCHK_WORD ? 2 * GCHK_WORD : GCHK_WORD;
  gchk_finding *finding = gchk_finding_add(
      &work->findings, GCHK_CODE_ELEMENT_SIZE,
      "%s: forward writes %zu bytes of %s %s, which has %zu elements of %s (%zu bytes): %s code "
      "declared %s?",
      what, written * t->count, gchk_role_name(t->role), t->name, t->count, declared, size * t->count, code, declared);
  gchk_finding_text(&work->findings, finding, "tensor", "%s", t->name);
  gchk_finding_text(&work->findings, finding, "declared", "%s", declared);
  gchk_finding_text(&work->findings, finding, "code", "%s", code);
  gchk_finding_number(&work->findings, finding, "bytes", (double)(written * t->count));
  work->refused = "the code takes elements to be of another size than the table says: no number of it means anything";
}

static gchk_status look(sizing *s, gchk_error *error) {
  const gchk_instance *instance = s->instance;
  size_t which = instance->tensor_count;
  bool is_float = false, is_double = false;
  const bool has_floats = may_be_wide(instance, GCHK_F32), has_integers = may_be_wide(instance, GCHK_I32);
  GCHK_TRY(gchk_footprints_new(instance, s->arena, &s->prints, error));
  GCHK_TRY(gchk_footprints_of_forward(s->instance, s->prints, error));
  if (has_integers && is_int64_code(s, &which)) {
    report(s, which, "twice the bytes of an integer tensor are written", "int64", "i32");
    return GCHK_OK;
  }
  if (has_floats)
    GCHK_TRY(is_double_code(s, &is_double, error));
  else if (!has_integers)
    GCHK_TRY(is_float_code(s, &is_float, error));
  if (is_float)
    report(s, first_asked(instance, GCHK_F64), "half of every output is unwritten", "float", "f64");
  if (is_double)
    report(s, first_asked(instance, GCHK_F32), "twice the bytes of every output are written", "double", "f32");
  return GCHK_OK;
}

gchk_status gchk_probe_element_size(gchk_case_work *work, gchk_error *error) {
  gchk_instance *instance = work->instance;
  const bool is_suspected =
      may_be_wide(instance, GCHK_F32) || may_be_wide(instance, GCHK_I32) || may_be_float(instance);
  if (!is_suspected)
    return GCHK_OK;
  sizing s = {.work = work, .instance = instance, .arena = gchk_arena_new()};
  gchk_snapshot *before = gchk_snapshot_new(instance, GCHK_SNAPSHOT_ALL);
  gchk_status status = s.arena == NULL || before == NULL ? gchk_fail_memory(error, "the probes") : GCHK_OK;
  if (status == GCHK_OK) {
    status = look(&s, NULL);
    gchk_snapshot_restore(before, instance);
    for (size_t i = 0; i < instance->tensor_count; i++) {
      gchk_buffer_mend(&instance->values[i]);
      gchk_buffer_mend(&instance->grads[i]);
    }
  }
  gchk_snapshot_free(before);
  gchk_arena_free(s.arena);
  // A layer that cannot be called like this is left to the other probes.
  return status == GCHK_NO_MEMORY ? gchk_fail_memory(error, "the probes") : GCHK_OK;
}
