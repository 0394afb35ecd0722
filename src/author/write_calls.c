/* One argument a parameter; lines are broken between arguments. */
#include "author/write_calls.h"

#include <string.h>

#include "author/wrapped.h"

/* What nobody knows, as something that compiles. */
static void put_nothing(gchk_text *word, const gchk_c_variable *v, size_t *todo_count) {
  ++*todo_count;
  if (v->pointers > 0)
    gchk_text_format(word, "NULL /* TODO: %s */", v->name);
  else
    gchk_text_format(word, "(%s){0} /* TODO: %s */", v->type, v->name);
}

static void put_size(gchk_text *word, const gchk_guess *guess, const gchk_use *use) {
  const char *name = guess->sizes[use->index].name;
  if (use->variable->base == GCHK_C_INT)
    gchk_text_format(word, "gchk_int(c, \"%s\")", name);
  else if (strcmp(use->variable->type, "size_t") == 0)
    gchk_text_format(word, "gchk_size(c, \"%s\")", name);
  else
    gchk_text_format(word, "(%s)gchk_size(c, \"%s\")", use->variable->type, name);
}

static void put_use(gchk_text *word, const gchk_guess *guess, const gchk_use *use, size_t *todo_count) {
  const char *layer = guess->passes->name;
  switch (use->kind) {
  case GCHK_USE_VALUE:
  case GCHK_USE_GRADIENT:
    gchk_text_format(word, "c->t[at_%s_%s].%s", layer, guess->tensors[use->index].name,
                     use->kind == GCHK_USE_VALUE ? "value" : "grad");
    break;
  case GCHK_USE_SIZE:
    put_size(word, guess, use);
    break;
  case GCHK_USE_OPTION:
    gchk_text_format(word, "%sc->option[%zu]", use->variable->base == GCHK_C_FLOAT ? "(float)" : "", use->index);
    break;
  case GCHK_USE_STATE:
    if (use->variable->pointers > 0)
      gchk_text_put(word, "c->state");
    else
      gchk_text_format(word, "*(%s *)c->state", guess->structure->name);
    break;
  case GCHK_USE_NOTHING:
    put_nothing(word, use->variable, todo_count);
    break;
  }
}

static void put_call(gchk_wrapped *lines, const gchk_guess *guess, size_t k, const gchk_c_function *f, const char *end,
                     size_t *todo_count) {
  gchk_text word = {0};
  const size_t returned = k < GCHK_MOST_FORWARDS ? guess->returned[k] : SIZE_MAX;
  if (returned != SIZE_MAX)
    gchk_text_format(&word, "*(%s *)c->t[at_%s_%s].value = ", f->returns.type, guess->passes->name,
                     guess->tensors[returned].name);
  else if (f->returns.base != GCHK_C_VOID || f->returns.pointers > 0)
    gchk_text_put(&word, "(void)");
  gchk_text_format(&word, "%s(", f->name);
  for (size_t i = 0; i < f->parameter_count; i++) {
    put_use(&word, guess, &guess->uses[k][i], todo_count);
    if (i + 1 == f->parameter_count)
      break;
    gchk_text_put(&word, ",");
    gchk_wrap(lines, &word);
  }
  gchk_text_format(&word, ")%s", end);
  gchk_wrap(lines, &word);
}

static gchk_wrapped begin_callback(gchk_text *text, const gchk_guess *guess, const char *way) {
  gchk_wrapped lines = {.text = text, .indent = "    "};
  gchk_text word = {0};
  gchk_text_format(&word, "GCHK_CALLBACK(check_%s_%s,", guess->passes->name, way);
  gchk_wrap(&lines, &word);
  return lines;
}

void gchk_put_callbacks(gchk_text *text, const gchk_guess *guess, size_t *todo_count) {
  const size_t forwards = guess->passes->forward_count;
  gchk_wrapped lines = begin_callback(text, guess, "forward");
  for (size_t k = 0; k < forwards; k++)
    put_call(&lines, guess, k, guess->forward[k], k + 1 < forwards ? ";\n   " : ")\n\n", todo_count);
  lines = begin_callback(text, guess, "backward");
  put_call(&lines, guess, GCHK_MOST_FORWARDS, guess->passes->backward, ")\n\n", todo_count);
}

static void put_member(gchk_text *text, const gchk_guess *guess, const gchk_use *use, size_t *todo_count) {
  gchk_text word = {0};
  if (use->kind == GCHK_USE_SIZE || use->kind == GCHK_USE_OPTION) {
    put_use(&word, guess, use, todo_count);
    gchk_text_format(text, "  made->%s = %s;\n", use->variable->name, word.failed ? "" : word.data);
  } else if (use->kind == GCHK_USE_NOTHING) {
    ++*todo_count;
    gchk_text_format(text, "  /* TODO: made->%s stays zero */\n", use->variable->name);
  }
  text->failed = text->failed || word.failed;
  gchk_text_deinit(&word);
}

void gchk_put_struct(gchk_text *text, const gchk_guess *guess, size_t *todo_count) {
  const char *layer = guess->passes->name, *type = guess->structure->name;
  gchk_text_format(
      text,
      "/* The struct of a shape case. TODO: where %s has a function that makes and frees one, call it here. */\n"
      "static gchk_status check_%s_create(const gchk_call *c, void **state, gchk_error *error) {\n"
      "  %s *made = calloc(1, sizeof *made);\n"
      "  if (made == NULL)\n"
      "    return gchk_fail(error, GCHK_NO_MEMORY, \"out of memory\");\n"
      "  (void)c;\n",
      type, layer, type);
  ++*todo_count;
  for (size_t i = 0; i < guess->structure->member_count; i++)
    put_member(text, guess, &guess->members[i], todo_count);
  gchk_text_format(text,
                   "  *state = made;\n"
                   "  return GCHK_OK;\n"
                   "}\n\n"
                   "/* Its pointers are gradcheck's buffers. */\n"
                   "static const gchk_pointer check_%s_pointers[] = {\n",
                   layer);
  for (size_t i = 0; i < guess->structure->member_count; i++) {
    const gchk_use *use = &guess->members[i];
    if (use->kind == GCHK_USE_VALUE || use->kind == GCHK_USE_GRADIENT)
      gchk_text_format(text, "    GCHK_POINTER(%s, %s, \"%s\", %s),\n", type, use->variable->name,
                       guess->tensors[use->index].name, use->kind == GCHK_USE_VALUE ? "GCHK_VALUE" : "GCHK_GRAD");
  }
  gchk_text_format(text, "};\nGCHK_BIND_CALLBACK(check_%s_bind, check_%s_pointers)\n\n", layer, layer);
}
