/*
 * Structs as bytes for another process: without addresses, so that who reads them follows no pointer of who wrote them.
 *
 * A table says what the fields of a struct are; by it the bytes are written and read again. Reading trusts nothing: it
 * takes bytes that there are, in memory of its own, and work and memory are bounded by their number.
 */
#ifndef GCHK_SUITE_STRUCT_IMAGE_H
#define GCHK_SUITE_STRUCT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/text.h"

typedef enum gchk_image_field_kind {
  GCHK_IMAGE_PLAIN,   /* a number or an enumeration, of `size` bytes */
  GCHK_IMAGE_FLAG,    /* bool */
  GCHK_IMAGE_TEXT,    /* const char *, may be NULL */
  GCHK_IMAGE_TEXTS,   /* const char *const *, ended by NULL; may be NULL */
  GCHK_IMAGE_CODE,    /* a pointer to a function: whether there is one, and which field before has the same; read as the
                          kind's stand-in */
  GCHK_IMAGE_NUMBERS, /* a pointer to numbers of `size` bytes, as many as the size_t at `count`; may be NULL */
  GCHK_IMAGE_STRUCTS, /* the same, to structs `of` a kind */
  GCHK_IMAGE_POINTERS, /* the same, to pointers to such structs, none of them NULL; read as one array behind them */
  GCHK_IMAGE_ONE,      /* a pointer to a struct `of` a kind; may be NULL */
  GCHK_IMAGE_LEFT_OUT  /* is not written, and read as zeros */
} gchk_image_field_kind;

typedef struct gchk_image_field {
  gchk_image_field_kind kind;
  size_t offset, size, count; /* offsets in the struct; `size` of what lies there, or of one number */
  const struct gchk_image_struct *of;
} gchk_image_field;

typedef struct gchk_image_struct {
  size_t size;
  const gchk_image_field *fields; /* a count that several fields share is the same in all */
  size_t field_count;
  const void *stand_ins; /* a struct of this kind whose callbacks stand for those that are elsewhere */
} gchk_image_struct;

/* Longer than any that makes sense, and so an error. */
enum { GCHK_LONGEST_IMAGE = 1 << 30 };

/* Appends the struct at `from`. False when out of memory or too long. Follows every pointer and count in it. */
bool gchk_image_write(gchk_text *image, const gchk_image_struct *kind, const void *from) GCHK_MUST_USE;

/*
 * Reads a struct into `to` from *length bytes at *bytes, and moves both on. What it points to belongs to the arena.
 * GCHK_INVALID where the bytes are not what writing gives, GCHK_NO_MEMORY.
 */
gchk_status gchk_image_read(const unsigned char **bytes, size_t *length, const gchk_image_struct *kind, void *to,
                            gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

#endif
