/*
 * NPY: "\x93NUMPY" major minor | header length, 2 bytes (4 from version 2.0), little-endian | a Python literal
 * {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } padded with blanks | the numbers.
 *
 * Reference: numpy.lib.format. Only literals of that form are read: no nested or structured types, no objects.
 */
#include "suite/npy.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/suite.h"
#include "report/save.h"

enum { PREFIX_SIZE = 8, ALIGNMENT = 64, LARGEST_HEADER = 1 << 16, SHOWN = 32 };
static const size_t largest_file = (size_t)1 << 32;
static const unsigned char magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

typedef struct header {
  char kind; /* f, i, u */
  size_t item_size;
  bool is_big_endian, is_fortran;
  gchk_shape shape;
  bool has_descr, has_order, has_shape;
} header;

/* Text that is being read; on a mistake `at` stays where it is. */
typedef struct cursor {
  const char *at, *end;
} cursor;

static void skip_blanks(cursor *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\t' || *c->at == '\r'))
    c->at++;
}

static bool take(cursor *c, char wanted) {
  skip_blanks(c);
  if (c->at == c->end || *c->at != wanted)
    return false;
  c->at++;
  return true;
}

static bool take_word(cursor *c, const char *word) {
  size_t length = strlen(word);
  skip_blanks(c);
  if ((size_t)(c->end - c->at) < length || strncmp(c->at, word, length) != 0)
    return false;
  c->at += length;
  return true;
}

/* 'text' or "text", without escapes. */
static bool take_string(cursor *c, char *text, size_t size) {
  skip_blanks(c);
  if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
    return false;
  const char *stop = memchr(c->at + 1, *c->at, (size_t)(c->end - c->at - 1));
  if (stop == NULL || (size_t)(stop - c->at) > size)
    return false;
  size_t length = (size_t)(stop - c->at - 1);
  memcpy(text, c->at + 1, length);
  text[length] = '\0';
  c->at = stop + 1;
  return true;
}

static bool take_number(cursor *c, size_t *n) {
  skip_blanks(c);
  const char *start = c->at;
  size_t value = 0;
  for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
    size_t digit = (size_t)(*c->at - '0');
    if (value > (SIZE_MAX - digit) / 10)
      return false;
    value = value * 10 + digit;
  }
  *n = value;
  return c->at > start;
}

/* (), (3,), (3, 4) */
static bool take_shape(cursor *c, gchk_shape *shape) {
  *shape = (gchk_shape){.rank = 0};
  if (!take(c, '('))
    return false;
  while (!take(c, ')')) {
    if (shape->rank == GCHK_MAX_RANK || !take_number(c, &shape->dim[shape->rank]))
      return false;
    shape->rank++;
    if (!take(c, ','))
      return shape->rank > 1 && take(c, ')');
  }
  return true;
}

static gchk_status read_type(header *h, const char *name, const char *text, gchk_error *error) {
  static const char *const known[] = {"f4", "f8", "i4", "i8", "u1"};
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
    if (strlen(text) != 3 || strcmp(text + 1, known[i]) != 0 || strchr("<>|=", text[0]) == NULL)
      continue;
    h->kind = text[1];
    h->item_size = (size_t)(text[2] - '0');
    h->is_big_endian = text[0] == '>';
    /* "=" and "|" say nothing about the order of several bytes: numpy never writes them there. */
    if (h->item_size == 1 || text[0] == '<' || text[0] == '>')
      return GCHK_OK;
  }
  return gchk_fail(error, GCHK_INVALID, "%s: its numbers are of type '%s'; f4, f8, i4, i8 (< or >) and u1 can be read",
                   name, text);
}

static gchk_status bad_header(const char *name, const cursor *c, gchk_error *error) {
  size_t left = (size_t)(c->end - c->at);
  while (left > 0 && (c->at[left - 1] == ' ' || c->at[left - 1] == '\n'))
    left--;
  return gchk_fail(
      error, GCHK_INVALID,
      "%s: the NPY header cannot be read at \"%.*s\"; {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } "
      "is wanted, with at most %d dimensions",
      name, left < SHOWN ? (int)left : SHOWN, c->at, GCHK_MAX_RANK);
}

static gchk_status read_dictionary(header *h, const char *name, cursor c, gchk_error *error) {
  char key[16], type[16];
  if (!take(&c, '{'))
    return bad_header(name, &c, error);
  while (!take(&c, '}')) {
    cursor start = c;
    if (!take_string(&c, key, sizeof(key)) || !take(&c, ':'))
      return bad_header(name, &start, error);
    bool is_read = false;
    if (strcmp(key, "descr") == 0 && !h->has_descr) {
      skip_blanks(&c);
      if (c.at < c.end && *c.at == '[')
        return gchk_fail(error, GCHK_INVALID, "%s: a structured type; f4, f8, i4, i8 and u1 can be read", name);
      is_read = h->has_descr = take_string(&c, type, sizeof(type));
      if (is_read)
        GCHK_TRY(read_type(h, name, type, error));
    } else if (strcmp(key, "fortran_order") == 0 && !h->has_order) {
      h->is_fortran = take_word(&c, "True");
      is_read = h->has_order = h->is_fortran || take_word(&c, "False");
    } else if (strcmp(key, "shape") == 0 && !h->has_shape) {
      is_read = h->has_shape = take_shape(&c, &h->shape);
    }
    if (!is_read)
      return bad_header(name, &start, error);
    if (!take(&c, ',')) {
      if (!take(&c, '}'))
        return bad_header(name, &c, error);
      break;
    }
  }
  skip_blanks(&c);
  if (c.at != c.end || !h->has_descr || !h->has_order || !h->has_shape)
    return bad_header(name, &c, error);
  return GCHK_OK;
}

static double number_at(const unsigned char *bytes, const header *h, bool *is_exact) {
  uint64_t bits = 0;
  for (size_t i = 0; i < h->item_size; i++)
    bits = bits << 8 | bytes[h->is_big_endian ? i : h->item_size - 1 - i];
  *is_exact = true;
  if (h->kind == 'u')
    return (double)bits;
  if (h->item_size == 4) {
    uint32_t low = (uint32_t)bits;
    float single;
    memcpy(&single, &low, sizeof(single));
    if (h->kind == 'f')
      return (double)single;
    return low < 0x80000000U ? (double)low : (double)low - 4294967296.0;
  }
  if (h->kind == 'f') {
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
  }
  /* A double holds all whole numbers up to 2^53. */
  bool is_negative = bits >> 63 != 0;
  uint64_t size = is_negative ? ~bits + 1 : bits;
  *is_exact = size <= (uint64_t)1 << 53;
  return is_negative ? -(double)size : (double)size;
}

static gchk_status read_numbers(gchk_array *array, const char *name, const header *h, const unsigned char *bytes,
                                gchk_error *error) {
  size_t position[GCHK_MAX_RANK] = {0}, stride[GCHK_MAX_RANK] = {0};
  size_t rank = h->shape.rank, step = 1;
  /* stride[d] is how far apart in the file two neighbours along dimension d are. */
  for (size_t k = 0; k < rank; k++) {
    size_t d = h->is_fortran ? k : rank - 1 - k;
    stride[d] = step;
    step *= h->shape.dim[d];
  }
  size_t from = 0;
  for (size_t i = 0; i < array->count; i++) {
    bool is_exact = true;
    array->values[i] = number_at(bytes + from * h->item_size, h, &is_exact);
    if (!is_exact)
      return gchk_fail(error, GCHK_INVALID,
                       "%s: number %zu is %.17g, and a double holds whole numbers up to 2^53 exactly", name, i,
                       array->values[i]);
    for (size_t d = rank; d-- > 0;) {
      from += stride[d];
      if (++position[d] < h->shape.dim[d])
        break;
      from -= position[d] * stride[d];
      position[d] = 0;
    }
  }
  return GCHK_OK;
}

/* What the header says, of which the beginning of a file is enough: where the numbers begin, and their bytes. */
static gchk_status read_head(header *h, size_t *start, size_t *wanted, const char *name, const unsigned char *bytes,
                             size_t size, gchk_error *error) {
  *h = (header){.kind = 0};
  if (size < PREFIX_SIZE || memcmp(bytes, magic, sizeof(magic)) != 0)
    return gchk_fail(error, GCHK_INVALID, "%s: is not NPY; it must begin with 93 4e 55 4d 50 59 and a version", name);
  unsigned major = bytes[6];
  if (major < 1 || major > 3)
    return gchk_fail(error, GCHK_INVALID, "%s: NPY version %u.%u; 1.0, 2.0 and 3.0 can be read", name, major, bytes[7]);
  size_t length_size = major == 1 ? 2 : 4, length = 0, count = 0;
  *start = PREFIX_SIZE + length_size;
  if (size >= *start)
    for (size_t i = length_size; i-- > 0;)
      length = length << 8 | bytes[PREFIX_SIZE + i];
  if (size < *start || length > size - *start || length > LARGEST_HEADER)
    return gchk_fail(error, GCHK_INVALID, "%s: ends within its header or has one of %zu bytes; get the file again",
                     name, length);
  const char *text = (const char *)bytes + *start;
  GCHK_TRY(read_dictionary(h, name, (cursor){.at = text, .end = text + length}, error));
  *start += length;
  char shape[128];
  (void)gchk_shape_format(&h->shape, shape, sizeof(shape));
  if (gchk_shape_count(&h->shape, &count, NULL) != GCHK_OK || !gchk_multiply(count, h->item_size, wanted) ||
      *wanted > largest_file)
    return gchk_fail(error, GCHK_INVALID, "%s: its header says %s, more than fits the memory", name, shape);
  if (count == 0)
    return gchk_fail(error, GCHK_INVALID, "%s: its shape is %s, so there are no numbers in it", name, shape);
  return GCHK_OK;
}

static gchk_status check_size(const header *h, size_t bytes, size_t wanted, const char *name, gchk_error *error) {
  char shape[128];
  if (bytes == wanted)
    return GCHK_OK;
  return gchk_fail(
      error, GCHK_INVALID,
      "%s: has %zu bytes of numbers, but its header says %s of %zu bytes each, %zu bytes; get the file again", name,
      bytes, gchk_shape_format(&h->shape, shape, sizeof(shape)), h->item_size, wanted);
}

gchk_status gchk_npy_decode(gchk_array *array, const char *name, const unsigned char *bytes, size_t size,
                            gchk_error *error) {
  header h;
  size_t start = 0, wanted = 0;
  GCHK_TRY(read_head(&h, &start, &wanted, name, bytes, size, error));
  GCHK_TRY(check_size(&h, size - start, wanted, name, error));
  GCHK_TRY(gchk_array_resize(array, &h.shape, error));
  array->is_integer = h.kind != 'f';
  gchk_status status = read_numbers(array, name, &h, bytes + start, error);
  if (status != GCHK_OK)
    gchk_array_deinit(array);
  return status;
}

/* The size that the header says is compared with the file's before the numbers are read. */
static gchk_status find_size(gchk_source *source, size_t *size, gchk_error *error) {
  enum { LARGEST_HEAD = PREFIX_SIZE + 4 + LARGEST_HEADER };
  const char *name = gchk_source_name(source);
  size_t got = 0, start = 0, wanted = 0, known = 0;
  header h;
  unsigned char *head = gchk_calloc(LARGEST_HEAD, 1);
  if (head == NULL)
    return gchk_fail_memory(error, name);
  const bool is_known = gchk_source_size(source, &known);
  gchk_status status = gchk_source_peek(source, head, LARGEST_HEAD, &got, error);
  if (status == GCHK_OK)
    status = read_head(&h, &start, &wanted, name, head, got, error);
  if (status == GCHK_OK && is_known && known >= start)
    status = check_size(&h, known - start, wanted, name, error);
  free(head);
  *size = start + wanted;
  return status;
}

gchk_status gchk_npy_read(gchk_array *array, gchk_source *source, gchk_error *error) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  GCHK_TRY(find_size(source, &size, error));
  GCHK_TRY(gchk_source_read_all(source, size, &bytes, &size, error));
  gchk_status status = gchk_npy_decode(array, gchk_source_name(source), bytes, size, error);
  free(bytes);
  return status;
}

static void put_little_endian(unsigned char *at, uint64_t bits, size_t size) {
  for (size_t i = 0; i < size; i++)
    at[i] = (unsigned char)(bits >> (8 * i) & 0xff);
}

static void put_number(unsigned char *at, gchk_dtype dtype, double x) {
  uint64_t bits = 0;
  if (dtype == GCHK_F64) {
    memcpy(&bits, &x, sizeof(bits));
  } else if (dtype == GCHK_F32) {
    float single = (float)x;
    uint32_t low;
    memcpy(&low, &single, sizeof(low));
    bits = low;
  } else {
    bits = (uint64_t)(int64_t)x;
  }
  put_little_endian(at, bits, gchk_dtype_size(dtype));
}

gchk_status gchk_npy_encode(unsigned char **bytes, size_t *size, gchk_dtype dtype, const gchk_shape *shape,
                            const double *values, gchk_error *error) {
  char text[320], dimensions[8 * 24] = "";
  size_t count = 0, data_size = 0, used = 0, item = gchk_dtype_size(dtype);
  *bytes = NULL;
  *size = 0;
  GCHK_TRY(gchk_shape_count(shape, &count, error));
  for (size_t i = 0; dtype == GCHK_I32 && i < count; i++)
    if (!(values[i] >= INT32_MIN && values[i] <= INT32_MAX && values[i] == floor(values[i])))
      return gchk_fail(error, GCHK_INVALID, "number %zu is %.17g; an i32 array holds whole numbers of 32 bits", i,
                       values[i]);
  for (size_t i = 0; i < shape->rank; i++)
    used += (size_t)snprintf(dimensions + used, sizeof(dimensions) - used, "%s%zu", i > 0 ? ", " : "", shape->dim[i]);
  int length = snprintf(text, sizeof(text), "{'descr': '<%s', 'fortran_order': False, 'shape': (%s%s), }",
                        dtype == GCHK_F64   ? "f8"
                        : dtype == GCHK_F32 ? "f4"
                                            : "i4",
                        dimensions, shape->rank == 1 ? "," : "");
  /* Blanks and a newline bring the numbers to a multiple of 64 bytes, as numpy does. */
  size_t begin = ((size_t)length + 1 + PREFIX_SIZE + 2 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (!gchk_multiply(count, item, &data_size) || data_size > SIZE_MAX - begin)
    return gchk_fail_memory(error, "an NPY file");
  unsigned char *file = gchk_calloc(begin + data_size, 1);
  if (file == NULL)
    return gchk_fail_memory(error, "an NPY file");
  memcpy(file, magic, sizeof(magic));
  file[6] = 1;
  put_little_endian(file + PREFIX_SIZE, begin - PREFIX_SIZE - 2, 2);
  memset(file + PREFIX_SIZE + 2, ' ', begin - PREFIX_SIZE - 2);
  memcpy(file + PREFIX_SIZE + 2, text, (size_t)length);
  file[begin - 1] = '\n';
  for (size_t i = 0; i < count; i++)
    put_number(file + begin + i * item, dtype, values[i]);
  *bytes = file;
  *size = begin + data_size;
  return GCHK_OK;
}

gchk_status gchk_npy_write(const char *path, gchk_dtype dtype, const gchk_shape *shape, const double *values,
                           gchk_error *error) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  GCHK_TRY(gchk_npy_encode(&bytes, &size, dtype, shape, values, error));
  gchk_status status = gchk_save_bytes(path, (const char *)bytes, size, error);
  free(bytes);
  return status;
}
