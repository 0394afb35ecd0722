/* What a run of words declares. */
#include "author/c_types.h"

#include <string.h>

static const struct {
  const char *word;
  gchk_c_base base;
} plain_types[] = {
    {"void", GCHK_C_VOID},        {"float", GCHK_C_FLOAT},      {"double", GCHK_C_DOUBLE},
    {"int", GCHK_C_INT},          {"int32_t", GCHK_C_INT},      {"signed", GCHK_C_INT},
    {"unsigned", GCHK_C_INTEGER}, {"long", GCHK_C_INTEGER},     {"short", GCHK_C_INTEGER},
    {"char", GCHK_C_INTEGER},     {"size_t", GCHK_C_INTEGER},   {"ssize_t", GCHK_C_INTEGER},
    {"bool", GCHK_C_INTEGER},     {"_Bool", GCHK_C_INTEGER},    {"ptrdiff_t", GCHK_C_INTEGER},
    {"int8_t", GCHK_C_INTEGER},   {"uint8_t", GCHK_C_INTEGER},  {"int16_t", GCHK_C_INTEGER},
    {"int64_t", GCHK_C_INTEGER},  {"uint16_t", GCHK_C_INTEGER}, {"uint32_t", GCHK_C_INTEGER},
    {"uint64_t", GCHK_C_INTEGER}, {"_Complex", GCHK_C_OTHER},
};

static const char *const qualifiers[] = {
    "const",    "volatile",   "restrict",   "__restrict", "__restrict__", "static",       "extern",
    "inline",   "__inline",   "__inline__", "register",   "auto",         "constexpr",    "_Noreturn",
    "noexcept", "__global__", "__device__", "__host__",   "_Atomic",      "struct",       "enum",
    "union",    "class",      "typedef",    "typename",   "__const",      "__extension__"};

static bool is_qualifier(const gchk_token *token) {
  for (size_t i = 0; i < sizeof qualifiers / sizeof qualifiers[0]; i++)
    if (gchk_token_is(token, qualifiers[i]))
      return true;
  return false;
}

bool gchk_c_types_add(gchk_c_types *types, const gchk_c_type *type) {
  size_t number;
  if (gchk_name_table_find(&types->names, type->name, &number))
    return true;
  gchk_c_type *grown = gchk_arena_append(types->arena, types->at, types->count, sizeof *grown);
  if (grown == NULL)
    return false;
  types->at = grown;
  types->at[types->count] = *type;
  return gchk_name_table_put(&types->names, type->name, types->count++);
}

void gchk_c_types_deinit(gchk_c_types *types) {
  gchk_name_table_deinit(&types->names);
}

static bool is_plain(const gchk_token *word, gchk_c_base *base) {
  for (size_t i = 0; i < sizeof plain_types / sizeof plain_types[0]; i++)
    if (gchk_token_is(word, plain_types[i].word)) {
      *base = plain_types[i].base;
      return true;
    }
  return false;
}

/* What the words of a type amount to, one after the other. */
static gchk_c_base combine(gchk_c_base so_far, size_t words, gchk_c_base next) {
  if (words == 0)
    return next;
  if (so_far == GCHK_C_OTHER || next == GCHK_C_OTHER)
    return GCHK_C_OTHER;
  if (so_far == GCHK_C_DOUBLE || next == GCHK_C_DOUBLE) // long double
    return GCHK_C_OTHER;
  return so_far == GCHK_C_INTEGER || next == GCHK_C_INTEGER ? GCHK_C_INTEGER : next;
}

/* The declaration as it is read. */
typedef struct words {
  const gchk_token *name, *user_type;
  size_t plain[4], plain_count; /* where the words of a type of C are */
  gchk_c_base base;
  unsigned pointers;
  bool is_const, is_function;
  const gchk_token *tag; /* struct, enum or union; NULL */
} words;

enum { PLAIN_WORDS = sizeof((words *)0)->plain / sizeof((words *)0)->plain[0] };

static void take_word(words *w, const gchk_tokens *tokens, size_t i) {
  const gchk_token *t = &tokens->at[i];
  gchk_c_base base;
  if (is_qualifier(t)) {
    w->is_const = w->is_const || (gchk_token_is(t, "const") && w->pointers == 0);
    if (gchk_token_is(t, "struct") || gchk_token_is(t, "enum") || gchk_token_is(t, "union"))
      w->tag = t;
  } else if (is_plain(t, &base)) {
    w->base = combine(w->base, w->plain_count, base);
    if (w->plain_count < PLAIN_WORDS)
      w->plain[w->plain_count++] = i;
  } else {
    if (w->plain_count == 0 && w->user_type == NULL)
      w->user_type = w->name; // of two words the first is the type, and the last the name
    w->name = t;
  }
}

static void take_star(words *w) {
  if (w->plain_count == 0 && w->user_type == NULL) {
    w->user_type = w->name;
    w->name = NULL;
  }
  w->pointers++;
}

/* The first word that is no qualifier; NULL: none is. */
static const gchk_token *word_within(const gchk_tokens *tokens, size_t first, size_t last) {
  for (size_t i = first; i < last; i++)
    if (tokens->at[i].kind == GCHK_TOKEN_WORD && !is_qualifier(&tokens->at[i]))
      return &tokens->at[i];
  return NULL;
}

static void take_tokens(words *w, const gchk_tokens *tokens, size_t first, size_t last) {
  for (size_t i = first; i < last; i++) {
    const gchk_token *t = &tokens->at[i];
    if (gchk_token_is(t, "=")) // a default
      return;
    if (t->kind == GCHK_TOKEN_WORD)
      take_word(w, tokens, i);
    else if (gchk_token_is(t, "*"))
      take_star(w);
    else if (gchk_token_is(t, "[")) {
      w->pointers++;
      i = t->partner;
    } else if (gchk_token_is(t, "(")) {
      const bool is_attribute = i > first && t[-1].length > 2 && memcmp(t[-1].text, "__", 2) == 0;
      if (is_attribute)
        w->name = w->name == &t[-1] ? NULL : w->name;
      else if (!w->is_function)
        w->name = word_within(tokens, i + 1, t->partner); // float (*name)(...)
      w->is_function = w->is_function || !is_attribute;
      i = t->partner;
    }
  }
}

const char *gchk_token_text(gchk_arena *arena, const gchk_token *token) {
  return gchk_arena_printf(arena, "%.*s", (int)token->length, token->text);
}

static const char *plain_text(const words *w, const gchk_tokens *tokens, gchk_arena *arena) {
  const char *text = "";
  for (size_t i = 0; i < w->plain_count && text != NULL; i++) {
    const gchk_token *t = &tokens->at[w->plain[i]];
    text = gchk_arena_printf(arena, "%s%s%.*s", text, i > 0 ? " " : "", (int)t->length, t->text);
  }
  return text;
}

bool gchk_c_declare(gchk_c_variable *variable, const gchk_c_types *types, const gchk_tokens *tokens, size_t first,
                    size_t last) {
  words w = {.name = NULL};
  size_t number;
  take_tokens(&w, tokens, first, last);
  *variable = (gchk_c_variable){.base = w.base, .pointers = w.pointers, .is_const = w.is_const, .name = "", .type = ""};
  if (w.name != NULL)
    variable->name = gchk_token_text(types->arena, w.name);
  if (w.plain_count > 0)
    variable->type = plain_text(&w, tokens, types->arena);
  else if (w.user_type != NULL) {
    const bool has_tag = w.tag != NULL;
    variable->type =
        gchk_arena_printf(types->arena, "%.*s%s%.*s", has_tag ? (int)w.tag->length : 0, has_tag ? w.tag->text : "",
                          has_tag ? " " : "", (int)w.user_type->length, w.user_type->text);
    if (variable->type != NULL && gchk_name_table_find(&types->names, variable->type, &number)) {
      variable->base = types->at[number].base;
      variable->pointers += types->at[number].pointers;
      variable->structure = types->at[number].structure;
    }
  }
  if (w.is_function) { // a pointer to one
    variable->base = GCHK_C_OTHER;
    variable->pointers++;
  }
  return !gchk_arena_has_failed(types->arena);
}
