/* From tokens to declarations, at the level of the file and within extern "C" {...}. */
#include "author/c_source.h"

#include <string.h>

#include "author/c_types.h"
#include "core/memory.h"

typedef struct reader {
  gchk_c_source *source;
  const gchk_tokens *tokens;
  gchk_c_types types;
  gchk_name_table functions;
  gchk_arena *arena;
} reader;

static const gchk_token *token_at(const reader *r, size_t i) {
  return &r->tokens->at[i < r->tokens->count ? i : r->tokens->count];
}

static bool is_at(const reader *r, size_t i, const char *text) {
  return gchk_token_is(token_at(r, i), text);
}

static bool is_opener(const reader *r, size_t i) {
  return is_at(r, i, "(") || is_at(r, i, "[") || is_at(r, i, "{");
}

/* Where the part that begins at `i` ends: at `stop`, or at one of "{", ";" and `last`. Brackets are passed over. */
static size_t find_end(const reader *r, size_t i, size_t last, const char *stop) {
  while (i < last && !is_at(r, i, stop) && !is_at(r, i, ";") && !is_at(r, i, "{"))
    i = is_opener(r, i) ? token_at(r, i)->partner + 1 : i + 1;
  return i;
}

/* How many parts the tokens first to last-1 have, between commas that are in no brackets. */
static size_t count_parts(const reader *r, size_t first, size_t last) {
  size_t count = first < last;
  for (size_t i = first; i < last; i = is_opener(r, i) ? token_at(r, i)->partner + 1 : i + 1)
    count += is_at(r, i, ",");
  return count;
}

/* The end of the part that begins at `first`. */
static size_t part_end(const reader *r, size_t first, size_t last) {
  size_t i = first;
  while (i < last && !is_at(r, i, ","))
    i = is_opener(r, i) ? token_at(r, i)->partner + 1 : i + 1;
  return i;
}

static bool read_parameters(reader *r, gchk_c_function *f, size_t first, size_t last) {
  if (last == first + 1 && is_at(r, first, "void"))
    return true;
  const size_t count = count_parts(r, first, last);
  f->parameters = gchk_arena_alloc(r->arena, count + 1, sizeof *f->parameters);
  if (f->parameters == NULL)
    return false;
  for (size_t at = first; f->parameter_count < count; at++) {
    gchk_c_variable *p = &f->parameters[f->parameter_count++];
    const size_t end = part_end(r, at, last);
    if (!gchk_c_declare(p, &r->types, r->tokens, at, end))
      return false;
    if (is_at(r, at, ".") || is_at(r, at, "&") || (end > at && is_at(r, end - 1, "&")))
      f->problem = "takes what C has no parameters of";
    else if (p->type[0] == '\0')
      f->problem = "is declared without the types of its parameters";
    else if (p->name[0] == '\0')
      f->problem = "has parameters without names, which are what is guessed from";
    at = end;
  }
  return true;
}

/* The function's name and "(": the first word before a parenthesis that is no attribute; `last` where there is none. */
static size_t find_name(const reader *r, size_t first, size_t last) {
  for (size_t i = first; i + 1 < last; i++) {
    if (is_at(r, i, "="))
      return last;
    if (is_opener(r, i)) {
      i = token_at(r, i)->partner;
      continue;
    }
    const gchk_token *t = token_at(r, i);
    const bool is_attribute = t->length > 2 && memcmp(t->text, "__", 2) == 0;
    if (t->kind == GCHK_TOKEN_WORD && !is_attribute && is_at(r, i + 1, "("))
      return i;
  }
  return last;
}

static bool add_function(reader *r, const gchk_c_function *f) {
  size_t number;
  if (gchk_name_table_find(&r->functions, f->name, &number)) {
    gchk_c_function *first = &r->source->functions[number];
    if (first->parameter_count != f->parameter_count)
      first->problem = "is declared twice, with other parameters";
    return true;
  }
  gchk_c_source *source = r->source;
  gchk_c_function *grown = gchk_arena_append(r->arena, source->functions, source->function_count, sizeof *grown);
  if (grown == NULL)
    return false;
  source->functions = grown;
  source->functions[source->function_count] = *f;
  return gchk_name_table_put(&r->functions, f->name, source->function_count++);
}

/* Tokens first to last-1, where they declare a function. */
static bool read_function(reader *r, size_t first, size_t last) {
  const size_t name = find_name(r, first, last);
  if (name == last || name == first || is_at(r, name - 1, ":") || is_at(r, name - 1, "~"))
    return true;
  gchk_c_function f = {.name = gchk_token_text(r->arena, token_at(r, name)), .line = token_at(r, name)->line};
  return f.name != NULL && gchk_c_declare(&f.returns, &r->types, r->tokens, first, name) &&
         read_parameters(r, &f, name + 2, token_at(r, name + 1)->partner) && add_function(r, &f);
}

/* "float *x, *y;" is two members; the type's words are read again with each further one. */
static bool read_member(reader *r, gchk_c_struct *s, size_t *room, size_t first, size_t last) {
  size_t type_end = first;
  while (type_end < last && token_at(r, type_end)->kind == GCHK_TOKEN_WORD)
    type_end++;
  const bool is_direct = type_end == last || !is_at(r, type_end, "*");
  type_end -= is_direct && type_end > first; // the last word is the first member's name
  for (size_t at = first; at < last;) {
    const size_t end = part_end(r, at, last);
    gchk_c_variable type, own;
    if (!gchk_c_declare(&own, &r->types, r->tokens, at, end))
      return false;
    if (at > first) {
      if (!gchk_c_declare(&type, &r->types, r->tokens, first, type_end))
        return false;
      const bool is_known = type.type[0] != '\0';
      own.type = is_known ? type.type : type.name;
      own.base = type.base;
      own.is_const = type.is_const;
      own.structure = type.structure;
      own.pointers += type.pointers;
    }
    if (own.name[0] != '\0' && *room > 0) {
      s->members[s->member_count++] = own;
      --*room;
    }
    at = end + 1;
  }
  return true;
}

static bool read_members(reader *r, gchk_c_struct *s, size_t first, size_t last) {
  size_t room = 0;
  for (size_t i = first; i < last; i++)
    room += is_at(r, i, ";") || is_at(r, i, ",");
  size_t left = room;
  s->members = gchk_arena_alloc(r->arena, room + 1, sizeof *s->members);
  if (s->members == NULL)
    return false;
  for (size_t at = first; at < last;) {
    const size_t end = find_end(r, at, last, ";");
    if (is_at(r, end, "{")) { // a struct within: its own members are not looked at
      at = token_at(r, end)->partner + 1;
      continue;
    }
    if (!read_member(r, s, &left, at, end))
      return false;
    at = end + 1;
  }
  return true;
}

/* The struct of that tag, which may have been named before it is defined; NULL when out of memory. */
static gchk_c_struct *struct_of(reader *r, const char *tag) {
  size_t number;
  if (tag != NULL && gchk_name_table_find(&r->types.names, tag, &number) && r->types.at != NULL &&
      r->types.at[number].structure != NULL)
    return r->types.at[number].structure;
  gchk_c_struct *s = gchk_arena_alloc(r->arena, 1, sizeof *s);
  const gchk_c_type type = {.name = tag, .base = GCHK_C_STRUCT, .structure = s};
  if (s == NULL || (tag != NULL && !gchk_c_types_add(&r->types, &type)))
    return NULL;
  s->name = tag;
  return s;
}

/* "struct NAME" where the word after `struct` is at `i`; NULL: there is none, or no memory. */
static const char *tag_at(const reader *r, size_t i) {
  const gchk_token *t = token_at(r, i);
  return t->kind == GCHK_TOKEN_WORD ? gchk_arena_printf(r->arena, "struct %.*s", (int)t->length, t->text) : NULL;
}

/* struct NAME {...} with "{" at `open`, and the name that a typedef gives it, where there is one alone. */
static bool read_struct(reader *r, size_t first, size_t open, size_t next) {
  const size_t close = token_at(r, open)->partner;
  gchk_c_struct *s = struct_of(r, is_at(r, open - 1, "struct") ? NULL : tag_at(r, open - 1));
  if (s == NULL || gchk_arena_has_failed(r->arena))
    return false;
  if (is_at(r, first, "typedef") && next == close + 3) {
    s->name = gchk_token_text(r->arena, token_at(r, close + 1));
    const gchk_c_type type = {.name = s->name, .base = GCHK_C_STRUCT, .structure = s};
    if (s->name == NULL || !gchk_c_types_add(&r->types, &type))
      return false;
  }
  return s->members != NULL || read_members(r, s, open + 1, close); // of two definitions the first
}

/* typedef float real; typedef struct net Net; */
static bool read_typedef(reader *r, size_t first, size_t last) {
  gchk_c_variable v;
  gchk_c_struct *s = NULL;
  if (is_at(r, first + 1, "struct") && (s = struct_of(r, tag_at(r, first + 2))) == NULL)
    return false;
  if (!gchk_c_declare(&v, &r->types, r->tokens, first, last))
    return false;
  const gchk_c_type type = {.name = v.name, .base = v.base, .pointers = v.pointers, .structure = s};
  if (s != NULL && v.pointers == 0)
    s->name = v.name;
  return v.name[0] == '\0' || v.type[0] == '\0' || gchk_c_types_add(&r->types, &type);
}

static bool is_struct(const reader *r, size_t first, size_t open) {
  for (size_t i = first; i < open; i++)
    if (is_at(r, i, "struct"))
      return find_name(r, first, open) == open;
  return false;
}

/* One declaration or definition from `i` on; *next is behind it. */
static bool read_one(reader *r, size_t i, size_t *next) {
  const size_t count = r->tokens->count;
  const size_t end = find_end(r, i, count, ";");
  if (!is_at(r, end, "{")) {
    *next = end + 1;
    return is_at(r, i, "typedef") ? read_typedef(r, i, end) : is_at(r, i, "template") || read_function(r, i, end);
  }
  const size_t close = token_at(r, end)->partner;
  if (is_at(r, i, "extern") && end == i + 2) { // extern "C" {
    *next = end + 1;
    return true;
  }
  // A block by itself, as behind old parameters, ends where it ends; a struct goes on to a semicolon.
  const bool goes_on = end > i && (is_at(r, i, "typedef") || find_name(r, i, end) == end);
  *next = goes_on ? find_end(r, close + 1, count, ";") + 1 : close + 1;
  if (is_struct(r, i, end))
    return read_struct(r, i, end, *next);
  return is_at(r, i, "template") || read_function(r, i, end);
}

gchk_status gchk_c_source_read(gchk_c_source *source, const gchk_tokens *tokens, gchk_arena *arena, gchk_error *error) {
  *source = (gchk_c_source){.path = tokens->path};
  reader r = {.source = source, .tokens = tokens, .types = {.arena = arena}, .arena = arena};
  bool is_fine = true;
  for (size_t i = 0; i < tokens->count && is_fine;) {
    if (is_at(&r, i, ";") || is_at(&r, i, "}"))
      i++;
    else
      is_fine = read_one(&r, i, &i);
  }
  gchk_c_types_deinit(&r.types);
  gchk_name_table_deinit(&r.functions);
  return is_fine ? GCHK_OK : gchk_fail_memory(error, tokens->path);
}
