/*
 * Numbers have the bytes that they have here, for writer and reader are one program. A text, a list or an array begins
 * with its length; one that is NULL is said by a length that none has.
 */
#include "suite/struct_image.h"

#include <stdint.h>
#include <string.h>

#include "core/memory.h"

static const uint64_t nothing = UINT64_MAX;

static const void *pointer_at(const void *place) {
  const void *pointer;
  memcpy(&pointer, place, sizeof pointer);
  return pointer;
}

static size_t size_at(const void *from, size_t offset) {
  size_t size;
  memcpy(&size, (const unsigned char *)from + offset, sizeof size);
  return size;
}

static void put(gchk_text *image, const void *bytes, size_t count) {
  if (count > 0 && image->length < GCHK_LONGEST_IMAGE)
    gchk_text_write(image, bytes, count);
}

static void put_number(gchk_text *image, uint64_t number) {
  put(image, &number, sizeof number);
}

static void put_text(gchk_text *image, const char *text) {
  put_number(image, text != NULL ? strlen(text) : nothing);
  if (text != NULL)
    put(image, text, strlen(text));
}

static void put_texts(gchk_text *image, const char *const *texts) {
  size_t count = 0;
  while (texts != NULL && texts[count] != NULL)
    count++;
  put_number(image, texts != NULL ? count : nothing);
  for (size_t i = 0; i < count; i++)
    put_text(image, texts[i]);
}

static void put_struct(gchk_text *image, const gchk_image_struct *kind, const void *from);

static void put_array(gchk_text *image, const gchk_image_field *field, const unsigned char *array, size_t count) {
  put_number(image, count);
  put_number(image, array != NULL ? 1 : 0);
  if (array == NULL)
    return;
  if (field->kind == GCHK_IMAGE_NUMBERS) {
    put(image, array, count * field->size);
    return;
  }
  for (size_t i = 0; i < count && image->length < GCHK_LONGEST_IMAGE; i++)
    put_struct(image, field->of,
               field->kind == GCHK_IMAGE_STRUCTS ? array + i * field->of->size : pointer_at(array + i * sizeof array));
}

enum { NO_CODE = 0, OWN_CODE, CODE_OF_FIRST };

// No code, code of its own, or that of the k-th field of the struct: a callback may be there twice, and must not.
static void put_code(gchk_text *image, const gchk_image_struct *kind, size_t i, const unsigned char *from) {
  const gchk_image_field *field = &kind->fields[i];
  unsigned char which = pointer_at(from + field->offset) != NULL ? OWN_CODE : NO_CODE;
  for (size_t k = 0; k < i && which == OWN_CODE; k++)
    if (kind->fields[k].kind == GCHK_IMAGE_CODE &&
        memcmp(from + kind->fields[k].offset, from + field->offset, field->size) == 0)
      which = (unsigned char)(CODE_OF_FIRST + k);
  put(image, &which, 1);
}

static void put_field(gchk_text *image, const gchk_image_struct *kind, size_t i, const void *from) {
  const gchk_image_field *field = &kind->fields[i];
  const unsigned char *place = (const unsigned char *)from + field->offset;
  switch (field->kind) {
  case GCHK_IMAGE_PLAIN:
    put(image, place, field->size);
    break;
  case GCHK_IMAGE_FLAG:
    put(image, *place != 0 ? "\1" : "\0", 1);
    break;
  case GCHK_IMAGE_TEXT:
    put_text(image, pointer_at(place));
    break;
  case GCHK_IMAGE_TEXTS:
    put_texts(image, pointer_at(place));
    break;
  case GCHK_IMAGE_CODE:
    put_code(image, kind, i, from);
    break;
  case GCHK_IMAGE_NUMBERS:
  case GCHK_IMAGE_STRUCTS:
  case GCHK_IMAGE_POINTERS:
    put_array(image, field, pointer_at(place), size_at(from, field->count));
    break;
  case GCHK_IMAGE_ONE: {
    const void *one = pointer_at(place);
    put(image, one != NULL ? "\1" : "\0", 1);
    if (one != NULL)
      put_struct(image, field->of, one);
    break;
  }
  case GCHK_IMAGE_LEFT_OUT:
    break;
  }
}

static void put_struct(gchk_text *image, const gchk_image_struct *kind, const void *from) {
  for (size_t i = 0; i < kind->field_count; i++)
    put_field(image, kind, i, from);
}

bool gchk_image_write(gchk_text *image, const gchk_image_struct *kind, const void *from) {
  put_struct(image, kind, from);
  return !image->failed && image->length < GCHK_LONGEST_IMAGE;
}

typedef struct reading {
  const unsigned char *at;
  size_t left;
  gchk_arena *arena;
  bool is_out_of_memory;
} reading;

static bool get(reading *r, void *to, size_t count) {
  if (count > r->left)
    return false;
  memcpy(to, r->at, count);
  r->at += count;
  r->left -= count;
  return true;
}

static bool get_flag(reading *r, bool *flag) {
  unsigned char byte;
  if (!get(r, &byte, 1) || byte > 1)
    return false;
  *flag = byte == 1;
  return true;
}

// Room for what the next bytes hold: of each of the `count` things there is a byte at the least.
static void *room_for(reading *r, uint64_t count, size_t size) {
  if (count > r->left)
    return NULL;
  void *room = gchk_arena_alloc(r->arena, (size_t)count + 1, size);
  r->is_out_of_memory = r->is_out_of_memory || room == NULL;
  return room;
}

static bool get_text(reading *r, const char **text) {
  uint64_t length;
  *text = NULL;
  if (!get(r, &length, sizeof length))
    return false;
  if (length == nothing)
    return true;
  char *copy = room_for(r, length, 1);
  *text = copy;
  return copy != NULL && get(r, copy, (size_t)length);
}

static bool get_texts(reading *r, const char *const **texts) {
  uint64_t count;
  *texts = NULL;
  if (!get(r, &count, sizeof count))
    return false;
  if (count == nothing)
    return true;
  const char **list = room_for(r, count, sizeof *list);
  *texts = list;
  for (uint64_t i = 0; list != NULL && i < count; i++)
    if (!get_text(r, &list[i]) || list[i] == NULL)
      return false;
  return list != NULL;
}

static bool get_struct(reading *r, const gchk_image_struct *kind, unsigned char *to);

static bool get_structs(reading *r, const gchk_image_struct *kind, unsigned char *array, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!get_struct(r, kind, array + i * kind->size))
      return false;
  return true;
}

static bool get_pointers(reading *r, const gchk_image_struct *kind, unsigned char *pointers, size_t count) {
  unsigned char *array = room_for(r, count, kind->size);
  for (size_t i = 0; array != NULL && i < count; i++) {
    const void *one = array + i * kind->size;
    memcpy(pointers + i * sizeof one, &one, sizeof one);
  }
  return array != NULL && get_structs(r, kind, array, count);
}

static bool get_array(reading *r, const gchk_image_field *field, const void **array, size_t *size) {
  uint64_t count, is_there;
  *array = NULL;
  if (!get(r, &count, sizeof count) || !get(r, &is_there, sizeof is_there) || is_there > 1 || count > SIZE_MAX)
    return false;
  *size = (size_t)count;
  if (is_there == 0)
    return true;
  const size_t each = field->kind == GCHK_IMAGE_STRUCTS   ? field->of->size
                      : field->kind == GCHK_IMAGE_NUMBERS ? field->size
                                                          : sizeof(const void *);
  unsigned char *made = room_for(r, count, each);
  *array = made;
  if (made == NULL)
    return false;
  if (field->kind == GCHK_IMAGE_NUMBERS)
    return count <= r->left / each && get(r, made, (size_t)count * each);
  return field->kind == GCHK_IMAGE_STRUCTS ? get_structs(r, field->of, made, (size_t)count)
                                           : get_pointers(r, field->of, made, (size_t)count);
}

static bool get_one(reading *r, const gchk_image_struct *kind, const void **one) {
  bool is_there = false;
  *one = NULL;
  if (!get_flag(r, &is_there))
    return false;
  if (!is_there)
    return true;
  unsigned char *made = room_for(r, 1, kind->size);
  *one = made;
  return made != NULL && get_struct(r, kind, made);
}

static bool get_code(reading *r, const gchk_image_struct *kind, size_t i, unsigned char *to) {
  const gchk_image_field *field = &kind->fields[i];
  unsigned char which;
  if (!get(r, &which, 1))
    return false;
  const size_t first = which >= CODE_OF_FIRST ? (size_t)which - CODE_OF_FIRST : i;
  if (first > i || kind->fields[first].kind != GCHK_IMAGE_CODE)
    return false;
  if (which != NO_CODE)
    memcpy(to + field->offset, (const unsigned char *)kind->stand_ins + kind->fields[first].offset, field->size);
  return true;
}

static bool get_field(reading *r, const gchk_image_struct *kind, size_t i, unsigned char *to) {
  const gchk_image_field *field = &kind->fields[i];
  unsigned char *place = to + field->offset;
  const void *pointer = NULL;
  const char *text = NULL;
  const char *const *texts = NULL;
  bool flag = false, is_read = true;
  switch (field->kind) {
  case GCHK_IMAGE_PLAIN:
    return get(r, place, field->size);
  case GCHK_IMAGE_FLAG:
    is_read = get_flag(r, &flag);
    memcpy(place, &flag, sizeof flag);
    break;
  case GCHK_IMAGE_TEXT:
    is_read = get_text(r, &text);
    memcpy(place, &text, sizeof text);
    break;
  case GCHK_IMAGE_TEXTS:
    is_read = get_texts(r, &texts);
    memcpy(place, &texts, sizeof texts);
    break;
  case GCHK_IMAGE_CODE:
    is_read = get_code(r, kind, i, to);
    break;
  case GCHK_IMAGE_NUMBERS:
  case GCHK_IMAGE_STRUCTS:
  case GCHK_IMAGE_POINTERS: {
    size_t count = 0;
    is_read = get_array(r, field, &pointer, &count);
    memcpy(to + field->count, &count, sizeof count);
    memcpy(place, &pointer, sizeof pointer);
    break;
  }
  case GCHK_IMAGE_ONE:
    is_read = get_one(r, field->of, &pointer);
    memcpy(place, &pointer, sizeof pointer);
    break;
  case GCHK_IMAGE_LEFT_OUT:
    break;
  }
  return is_read;
}

// Arrays that share a count, of which writing gives them one, have as many elements each.
static bool shared_counts_agree(const gchk_image_struct *kind, size_t before, const gchk_image_field *field, size_t was,
                                const unsigned char *to) {
  for (size_t i = 0; i < before; i++) {
    const gchk_image_field *other = &kind->fields[i];
    const bool is_array = other->kind == GCHK_IMAGE_NUMBERS || other->kind == GCHK_IMAGE_STRUCTS;
    if (is_array && other->count == field->count)
      return size_at(to, field->count) == was;
  }
  return true;
}

static bool get_struct(reading *r, const gchk_image_struct *kind, unsigned char *to) {
  memset(to, 0, kind->size);
  for (size_t i = 0; i < kind->field_count; i++) {
    const gchk_image_field *field = &kind->fields[i];
    const bool is_array = field->kind == GCHK_IMAGE_NUMBERS || field->kind == GCHK_IMAGE_STRUCTS;
    const size_t was = is_array ? size_at(to, field->count) : 0;
    if (!get_field(r, kind, i, to) || (is_array && !shared_counts_agree(kind, i, field, was, to)))
      return false;
  }
  return true;
}

gchk_status gchk_image_read(const unsigned char **bytes, size_t *length, const gchk_image_struct *kind, void *to,
                            gchk_arena *arena, gchk_error *error) {
  reading r = {*bytes, *length, arena, false};
  const bool is_read = get_struct(&r, kind, to);
  *bytes = r.at;
  *length = r.left;
  if (is_read)
    return GCHK_OK;
  return r.is_out_of_memory ? gchk_fail_memory(error, "a table")
                            : gchk_fail(error, GCHK_INVALID, "the bytes end early, or are no table's");
}
