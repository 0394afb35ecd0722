/*
 * Walks the table of a case's fields (result/fields.h), and passes each between memory and bytes: in the order of the
 * table, in the representation of this program, lists behind their length, at the end a digest of all before.
 *
 * What is read was written by a process in which a layer ran. No length is believed that the bytes behind it cannot
 * hold, no name or place that does not exist.
 */
#include "run/case_bytes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/memory.h"
#include "result/field_codecs.h"
#include "result/fields.h"
#include "result/result_fields.h"

/* One way or the other. */
typedef struct passage {
  gchk_text *out; // NULL: it is read
  const char *in;
  size_t left;
  gchk_arena *arena;
  gchk_reader reader; // its status, and what checks of fields complain to
} passage;

static void refuse(passage *p) {
  if (p->reader.status == GCHK_OK)
    p->reader.status = gchk_fail(p->reader.error, GCHK_INVALID, "the result of a case is damaged");
}

static void pass(passage *p, void *data, size_t size) {
  if (p->out != NULL) {
    gchk_text_write(p->out, data, size);
  } else if (size > p->left || p->reader.status != GCHK_OK) {
    refuse(p);
    memset(data, 0, size);
  } else {
    memcpy(data, p->in, size);
    p->in += size;
    p->left -= size;
  }
}

static void *allocate(passage *p, size_t count, size_t size) {
  void *memory = p->reader.status == GCHK_OK ? gchk_arena_alloc(p->arena, count, size) : NULL;
  if (memory == NULL)
    gchk_read_no_memory(&p->reader);
  return memory;
}

// How many things follow that have `least` bytes each.
static void pass_count(passage *p, size_t *count, size_t least) {
  pass(p, count, sizeof *count);
  if (p->out == NULL && *count > p->left / least) {
    refuse(p);
    *count = 0;
  }
}

static void pass_flag(passage *p, bool *flag) {
  unsigned char byte = p->out != NULL && *flag;
  pass(p, &byte, 1);
  if (byte > 1)
    refuse(p);
  *flag = byte == 1;
}

static void pass_integer(passage *p, int *value, int most) {
  pass(p, value, sizeof *value);
  if (p->out == NULL && (*value < 0 || *value > most)) {
    refuse(p);
    *value = 0;
  }
}

// What is below 0 is not known, and 0 in a file.
static void pass_natural(passage *p, int *value, int most) {
  int natural = *value > 0 ? *value : 0;
  pass_integer(p, &natural, most);
  if (p->out == NULL)
    *value = natural;
}

static void pass_real(passage *p, double *value) {
  pass(p, value, sizeof *value);
  if (p->out == NULL && isnan(*value))
    *value = (double)NAN; // whichever it was
}

// What is no UTF-8 is written as a file has it.
static const char *readable(passage *p, const char *text) {
  gchk_text valid = {0};
  uint32_t code;
  size_t length = 0, wrong = 0;
  for (const char *c = text; *c != '\0'; c += length > 0 ? length : 1) {
    length = gchk_utf8_decode(c, &code);
    if (length > 0)
      gchk_text_write(&valid, c, length);
    else
      gchk_text_format(&valid, "\\x%02X", (unsigned)(unsigned char)*c);
    wrong += length == 0;
  }
  if (wrong > 0 && !valid.failed)
    text = gchk_arena_strdup(p->arena, valid.data);
  if (valid.failed || text == NULL)
    gchk_read_no_memory(&p->reader);
  gchk_text_deinit(&valid);
  return text;
}

static void read_string(passage *p, const char **string, size_t length) {
  char *text = length < SIZE_MAX ? allocate(p, length + 1, 1) : NULL;
  if (text == NULL)
    return;
  pass(p, text, length);
  if (memchr(text, '\0', length) != NULL)
    refuse(p);
  *string = readable(p, text);
}

// NULL has a length of its own.
static void pass_string(passage *p, const char **string, bool is_optional) {
  const size_t none = SIZE_MAX;
  size_t length = p->out != NULL && *string != NULL ? strlen(*string) : none;
  pass(p, &length, sizeof length);
  if (p->out != NULL) {
    gchk_text_write(p->out, *string, length == none ? 0 : length);
    return;
  }
  *string = is_optional ? NULL : "";
  if (length == none ? !is_optional : length > p->left)
    refuse(p);
  else if (length != none)
    read_string(p, string, length);
}

static void pass_shape(passage *p, void *at, void *outer) {
  gchk_shape *shape = at;
  (void)outer;
  pass_count(p, &shape->rank, sizeof *shape->dim);
  if (shape->rank > GCHK_MAX_RANK) {
    refuse(p);
    shape->rank = 0;
  }
  for (size_t i = 0; i < shape->rank; i++)
    pass(p, &shape->dim[i], sizeof shape->dim[i]);
}

// A place in the tensor.
static void pass_index(passage *p, void *at, void *outer) {
  const gchk_tensor_result *tensor = outer;
  size_t *flat = at, count;
  pass(p, flat, sizeof *flat);
  if (p->out == NULL && (gchk_shape_count(&tensor->shape, &count, NULL) != GCHK_OK || *flat >= count))
    refuse(p);
}

static void pass_evidence(passage *p, void *at, void *outer) {
  gchk_finding *finding = at;
  (void)outer;
  pass_count(p, &finding->evidence_count, 2 * sizeof(size_t) + sizeof(double));
  if (p->out == NULL && finding->evidence_count > 0)
    finding->evidence = allocate(p, finding->evidence_count, sizeof *finding->evidence);
  for (size_t i = 0; i < finding->evidence_count && p->reader.status == GCHK_OK; i++) {
    gchk_evidence *e = &finding->evidence[i];
    gchk_text name = {0};
    if (p->out != NULL)
      gchk_put_evidence_name(&name, finding, i);
    const char *key = name.failed ? e->key : name.data;
    pass_string(p, p->out != NULL ? &key : &e->key, false);
    gchk_text_deinit(&name);
    pass_string(p, &e->text, true);
    pass_real(p, &e->number);
    if (p->out == NULL && e->text != NULL && gchk_is_name_of_real(e->text)) {
      e->number = strtod(e->text, NULL);
      e->text = NULL;
    }
  }
}

static void pass_cells(passage *p, void *at, void *outer) {
  gchk_heatmap *map = at;
  size_t count = 0;
  (void)outer;
  if (!gchk_multiply(map->rows, map->columns, &count) || (p->out == NULL && count > p->left / sizeof *map->cells))
    refuse(p);
  else if (p->out == NULL)
    map->cells = allocate(p, count, sizeof *map->cells);
  for (size_t i = 0; i < count && p->reader.status == GCHK_OK; i++)
    pass_real(p, &map->cells[i]);
}

// Of numbers that are shown, as many as there are, up to a limit.
static void pass_shown(passage *p, double *values, size_t *shown, size_t room) {
  pass_count(p, shown, sizeof *values);
  if (*shown > room) {
    refuse(p);
    *shown = 0;
  }
  for (size_t i = 0; i < *shown; i++)
    pass_real(p, &values[i]);
}

static void pass_edge_values(passage *p, void *at, void *outer) {
  gchk_edge_result *edge = at;
  (void)outer;
  pass_shown(p, edge->value, &edge->shown, sizeof edge->value / sizeof *edge->value);
}

static void pass_edge_gradients(passage *p, void *at, void *outer) {
  gchk_edge_result *edge = at;
  (void)outer;
  for (size_t i = 0; i < edge->shown; i++)
    pass_real(p, &edge->grad[i]);
}

static void pass_local(passage *p, void *at, void *outer) {
  gchk_local_result *local = at;
  (void)outer;
  pass_shown(p, local->value, &local->shown, sizeof local->value / sizeof *local->value);
}

/* Fields that no plain kind fits. */
static const struct {
  const gchk_codec *codec;
  void (*pass)(passage *p, void *at, void *outer);
} codecs[] = {
    {&gchk_codec_shape, pass_shape},
    {&gchk_codec_index, pass_index},
    {&gchk_codec_evidence, pass_evidence},
    {&gchk_codec_cells, pass_cells},
    {&gchk_codec_value_shown, pass_edge_values},
    {&gchk_codec_grad_shown, pass_edge_gradients},
    {&gchk_codec_local_shown, pass_local},
};

static void pass_coded(passage *p, const gchk_field *f, void *object, void *outer) {
  if (p->out == NULL && f->check != NULL)
    f->check(&p->reader, NULL, object, outer);
  for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++)
    if (codecs[i].codec == f->codec) {
      codecs[i].pass(p, (char *)object + f->offset, outer);
      return;
    }
  refuse(p); // there is none for the fields of a case
}

static void pass_rows(passage *p, const gchk_fields *fields, void *object, void *outer);

static void pass_object(passage *p, const gchk_fields *fields, void *object, void *outer) {
  bool is_there = true;
  if (fields->is_there != NULL) {
    is_there = p->out != NULL && fields->is_there(object);
    pass_flag(p, &is_there);
  }
  if (p->out == NULL && fields->prepare != NULL)
    fields->prepare(object, is_there);
  if (is_there)
    pass_rows(p, fields, object, outer);
}

static size_t size_of_item(const gchk_field *f) {
  return f->kind == GCHK_FIELD_LIST ? f->of->size : f->kind == GCHK_FIELD_SIZES ? sizeof(size_t) : sizeof(char *);
}

static void pass_list(passage *p, const gchk_field *f, void *object, void *outer) {
  size_t *count = (void *)((char *)object + f->count);
  void *at = (char *)object + f->offset;
  const size_t size = size_of_item(f);
  char *items = NULL;
  pass_count(p, count, f->kind == GCHK_FIELD_LIST ? f->of->count : sizeof(size_t)); // a byte a field at least
  if (p->out != NULL) {
    memcpy(&items, at, sizeof items);
  } else if (*count > 0) {
    items = allocate(p, *count, size);
    memcpy(at, &items, sizeof items);
  }
  for (size_t i = 0; i < *count && p->reader.status == GCHK_OK; i++) {
    void *item = items + i * size;
    if (f->kind == GCHK_FIELD_SIZES)
      pass(p, item, size);
    else if (f->kind == GCHK_FIELD_STRINGS)
      pass_string(p, item, false);
    else
      pass_rows(p, f->of, item, object);
  }
  if (p->out == NULL && f->check != NULL && f->kind != GCHK_FIELD_LIST && p->reader.status == GCHK_OK)
    f->check(&p->reader, NULL, object, outer);
}

static void pass_field(passage *p, const gchk_field *f, void *object, void *outer) {
  void *at = (char *)object + f->offset;
  switch (f->kind) {
  case GCHK_FIELD_LABEL:
    break;
  case GCHK_FIELD_STRING:
  case GCHK_FIELD_OPTIONAL_STRING:
    pass_string(p, at, f->kind == GCHK_FIELD_OPTIONAL_STRING);
    break;
  case GCHK_FIELD_REAL:
  case GCHK_FIELD_OPTIONAL_REAL:
  case GCHK_FIELD_STATISTIC:
    pass_real(p, at);
    break;
  case GCHK_FIELD_COUNT:
    pass(p, at, sizeof(uint64_t));
    break;
  case GCHK_FIELD_SIZE:
    pass(p, at, sizeof(size_t));
    break;
  case GCHK_FIELD_INTEGER:
    pass_natural(p, at, f->limit);
    break;
  case GCHK_FIELD_BOOL:
    pass_flag(p, at);
    break;
  case GCHK_FIELD_NAME:
  case GCHK_FIELD_OPTIONAL_NAME:
    pass_integer(p, at, f->names->count - 1);
    break;
  case GCHK_FIELD_SIZES:
  case GCHK_FIELD_STRINGS:
  case GCHK_FIELD_LIST:
    pass_list(p, f, object, outer);
    break;
  case GCHK_FIELD_LIST_AGAIN: // of a result alone
    refuse(p);
    break;
  case GCHK_FIELD_OBJECT:
    pass_object(p, f->of, at, object);
    break;
  case GCHK_FIELD_SAME:
    pass_rows(p, f->of, object, outer);
    break;
  case GCHK_FIELD_CODEC:
    pass_coded(p, f, object, outer);
    break;
  }
}

static void pass_rows(passage *p, const gchk_fields *fields, void *object, void *outer) {
  for (size_t i = 0; i < fields->count && p->reader.status == GCHK_OK; i++)
    pass_field(p, &fields->rows[i], object, outer);
  if (p->out == NULL && fields->check != NULL && p->reader.status == GCHK_OK)
    fields->check(&p->reader, NULL, object, outer);
}

void gchk_case_to_bytes(gchk_case_result *result, gchk_text *bytes) {
  const size_t before = bytes->length;
  passage p = {.out = bytes};
  pass_rows(&p, &gchk_piped_case_fields, result, NULL);
  if (bytes->failed)
    return;
  const uint64_t digest = gchk_digest_of_many(bytes->data + before, bytes->length - before);
  gchk_text_write(bytes, (const char *)&digest, sizeof digest);
}

gchk_status gchk_case_from_bytes(gchk_arena *arena, const char *bytes, size_t length, gchk_case_result *result,
                                 gchk_error *error) {
  passage p = {.in = bytes, .arena = arena, .reader = {.arena = arena, .file = "case", .error = error}};
  uint64_t digest = 0;
  *result = (gchk_case_result){0};
  if (length > sizeof digest) {
    p.left = length - sizeof digest;
    memcpy(&digest, bytes + p.left, sizeof digest);
  }
  if (p.left == 0 || digest != gchk_digest_of_many(bytes, p.left))
    refuse(&p);
  pass_rows(&p, &gchk_piped_case_fields, result, NULL);
  if (p.left > 0)
    refuse(&p);
  return p.reader.status;
}
