/*
 * How the rows of a table of fields are written: KIND(struct, "key", member, "sentence"). A member of another type than
 * the kind's does not compile. Only the files with tables include this.
 */
#ifndef GCHK_RESULT_FIELD_ROWS_H
#define GCHK_RESULT_FIELD_ROWS_H

#include "result/field_codecs.h"
#include "result/field_names.h"
#include "result/fields.h"

// Where a member is, if it is of the type that the kind wants.
#define AT(type, member, wanted) _Generic(((type *)NULL)->member, wanted : offsetof(type, member))

#define PLAIN(tag, wanted, type, name, member, sentence)                                                               \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_##tag, .offset = AT(type, member, wanted) }
#define STRING(type, name, member, sentence)          PLAIN(STRING, const char *, type, name, member, sentence)
#define OPTIONAL_STRING(type, name, member, sentence) PLAIN(OPTIONAL_STRING, const char *, type, name, member, sentence)
#define LABEL(type, name, member, sentence)           PLAIN(LABEL, const char *, type, name, member, sentence)
#define REAL(type, name, member, sentence)            PLAIN(REAL, double, type, name, member, sentence)
#define OPTIONAL_REAL(type, name, member, sentence)   PLAIN(OPTIONAL_REAL, double, type, name, member, sentence)
#define COUNT(type, name, member, sentence)           PLAIN(COUNT, uint64_t, type, name, member, sentence)
#define SIZE(type, name, member, sentence)            PLAIN(SIZE, size_t, type, name, member, sentence)
#define BOOL(type, name, member, sentence)            PLAIN(BOOL, bool, type, name, member, sentence)

#define CHOICE(type, name, member, members, sentence)                                                                  \
  {                                                                                                                    \
    .key = (name), .doc = (sentence), .kind = GCHK_FIELD_STRING, .offset = AT(type, member, const char *),             \
    .schema = (members)                                                                                                \
  }
#define STATISTIC(type, name, member, number, sentence)                                                                \
  {                                                                                                                    \
    .key = (name), .doc = (sentence), .kind = GCHK_FIELD_STATISTIC, .offset = AT(type, member, double),                \
    .count = AT(type, number, size_t)                                                                                  \
  }
#define INTEGER(type, name, member, most, sentence)                                                                    \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_INTEGER, .offset = AT(type, member, int), .limit = (most) }
#define NAMED(tag, type, name, member, wanted, list, sentence)                                                         \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_##tag, .offset = AT(type, member, wanted), .names = &(list) }
#define VERDICT(type, name, member, sentence)                                                                          \
  NAMED(NAME, type, name, member, gchk_verdict, gchk_verdict_names, sentence)
#define ROLE(type, name, member, sentence)  NAMED(NAME, type, name, member, gchk_role, gchk_role_names, sentence)
#define DTYPE(type, name, member, sentence) NAMED(NAME, type, name, member, gchk_dtype, gchk_dtype_names, sentence)
#define DOUBT(type, name, member, sentence) NAMED(NAME, type, name, member, gchk_doubt, gchk_doubt_names, sentence)
#define PRINTED_KIND(type, name, member, sentence)                                                                     \
  NAMED(NAME, type, name, member, gchk_printed_kind, gchk_printed_names, sentence)
#define OPTIONAL_DTYPE(type, name, member, sentence)                                                                   \
  NAMED(OPTIONAL_NAME, type, name, member, gchk_dtype, gchk_dtype_names, sentence)

#define ARRAY(tag, type, name, member, wanted, number, sentence, ...)                                                  \
  {                                                                                                                    \
    .key = (name), .doc = (sentence), .kind = GCHK_FIELD_##tag, .offset = AT(type, member, wanted),                    \
    .count = AT(type, number, size_t), __VA_ARGS__                                                                     \
  }
#define OBJECT(type, name, member, fields, sentence)                                                                   \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_OBJECT, .offset = offsetof(type, member), .of = &(fields) }
#define GROUP(name, fields, sentence)                                                                                  \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_OBJECT, .of = &(fields) }
#define CODEC(type, name, member, way, sentence)                                                                       \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_CODEC, .offset = offsetof(type, member), .codec = &(way) }
#define WHOLE(name, way, sentence, ...)                                                                                \
  { .key = (name), .doc = (sentence), .kind = GCHK_FIELD_CODEC, .codec = &(way), __VA_ARGS__ }

#define TABLE(type, list) .size = sizeof(type), .count = sizeof(list) / sizeof((list)[0]), .rows = (list)

#endif
