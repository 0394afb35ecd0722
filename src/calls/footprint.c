/* Footprints: paint, call, look. */
#include "calls/footprint.h"

#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"

// Of either sign and between 3/4 and 1 as a float, near 2^-9 as the upper half of a double.
// Another one at each place of each tensor, so that what is copied from one to another shows.
static uint32_t word_for(size_t tensor, size_t k, size_t pattern, bool is_integer) {
  static const uint32_t heads[GCHK_FOOTPRINT_PATTERNS] = {UINT32_C(0xbf400000), UINT32_C(0x3f400000)};
  const uint32_t mixed = (uint32_t)(k + 1 + 104729 * tensor) * UINT32_C(2654435761) >> 11;
  return is_integer ? (uint32_t)pattern : heads[pattern] | (mixed & UINT32_C(0x001fffff));
}

uint32_t gchk_word_at(const void *data, size_t k) {
  uint32_t word;
  memcpy(&word, (const unsigned char *)data + k * GCHK_WORD, sizeof word);
  return word;
}

static void paint(void *data, size_t tensor, size_t words, size_t pattern, bool is_integer) {
  for (size_t k = 0; k < words; k++) {
    const uint32_t word = word_for(tensor, k, pattern, is_integer);
    memcpy((unsigned char *)data + k * GCHK_WORD, &word, sizeof word);
  }
}

static size_t words_behind(const gchk_buffer *buffer) {
  return buffer->room / GCHK_WORD;
}

gchk_status gchk_footprints_new(const gchk_instance *instance, gchk_arena *arena, gchk_footprint **prints,
                                gchk_error *error) {
  *prints = gchk_arena_alloc(arena, instance->tensor_count, sizeof **prints);
  if (*prints == NULL)
    return gchk_fail_memory(error, "the footprints of a call");
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_buffer *buffer = &instance->values[i];
    gchk_footprint *print = &(*prints)[i];
    print->words = buffer->bytes / GCHK_WORD;
    print->all = print->words + words_behind(buffer);
    print->written = gchk_role_is_made(instance->t[i].role) ? gchk_arena_alloc(arena, print->all, 1) : NULL;
    if (gchk_role_is_made(instance->t[i].role) && print->written == NULL)
      return gchk_fail_memory(error, "the footprints of a call");
  }
  return GCHK_OK;
}

// Behind what is given too, so that what a call reads there is a number.
static void paint_all(const gchk_instance *instance, const gchk_footprint *prints, size_t pattern) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const bool is_integer = instance->t[i].dtype == GCHK_I32;
    unsigned char *data = instance->t[i].value;
    if (prints[i].written != NULL)
      paint(data, i, prints[i].all, pattern, is_integer);
    else
      paint(data + prints[i].words * GCHK_WORD, i, prints[i].all - prints[i].words, is_integer ? 0 : pattern,
            is_integer);
  }
}

gchk_status gchk_footprints_of_forward(gchk_instance *instance, gchk_footprint *prints, gchk_error *error) {
  for (size_t pattern = 0; pattern < GCHK_FOOTPRINT_PATTERNS; pattern++) {
    paint_all(instance, prints, pattern);
    GCHK_TRY(gchk_instance_forward(instance, error));
    for (size_t i = 0; i < instance->tensor_count; i++)
      for (size_t k = 0; prints[i].written != NULL && k < prints[i].all; k++)
        if (gchk_word_at(instance->t[i].value, k) != word_for(i, k, pattern, instance->t[i].dtype == GCHK_I32))
          prints[i].written[k] = 1;
  }
  return GCHK_OK;
}

size_t gchk_count_words(const void *data, size_t from, size_t end) {
  size_t count = 0;
  for (size_t k = from; k < end; k++)
    count += gchk_word_at(data, k) != 0;
  return count;
}

size_t gchk_footprint_count(const gchk_footprint *print, size_t from, size_t end) {
  size_t count = 0;
  for (size_t k = from; k < end && k < print->all; k++)
    count += print->written[k];
  return count;
}

void gchk_footprints_start_backward(gchk_instance *instance) {
  for (size_t i = 0; i < instance->tensor_count; i++) {
    const gchk_buffer *buffer = &instance->grads[i];
    const size_t words = buffer->bytes / GCHK_WORD + words_behind(buffer);
    if (instance->t[i].grad == NULL)
      continue;
    if (instance->t[i].role == GCHK_OUTPUT)
      paint(instance->t[i].grad, i, words, 0, false);
    else
      memset(instance->t[i].grad, 0, words * GCHK_WORD);
  }
}
