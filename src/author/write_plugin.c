/* One layer: the numbers of its tensors, their table, options, callbacks, and the layer itself. */
#include "author/write_plugin.h"

#include <string.h>

#include "author/wrapped.h"
#include "author/write_calls.h"

static const char *const role_constants[] = {
    [GCHK_INPUT] = "GCHK_INPUT",      [GCHK_PARAMETER] = "GCHK_PARAMETER", [GCHK_OUTPUT] = "GCHK_OUTPUT",
    [GCHK_CACHE] = "GCHK_CACHE",      [GCHK_SCRATCH] = "GCHK_SCRATCH",     [GCHK_INDEX] = "GCHK_INDEX",
    [GCHK_CONSTANT] = "GCHK_CONSTANT"};

static const char *dtype_constant(gchk_c_base base) {
  return base == GCHK_C_DOUBLE ? "GCHK_F64" : base == GCHK_C_FLOAT ? "GCHK_F32" : "GCHK_I32";
}

static void put_todo(gchk_text *text, const char *todo, size_t *todo_count) {
  if (todo == NULL)
    return;
  ++*todo_count;
  gchk_text_format(text, "    /* TODO: %s */\n", todo);
}

/* Is it a loss of classes, whose real targets are one-hot? */
static bool is_of_classes(const char *layer) {
  static const char *const words[] = {"soft", "Soft", "cross", "Cross", "nll", "NLL"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strstr(layer, words[i]) != NULL)
      return true;
  return false;
}

/* What the values of a tensor have to be, where its name says it. */
static void put_fill(gchk_text *text, const gchk_guess *guess, const gchk_guessed_tensor *t) {
  if (t->role == GCHK_INDEX)
    gchk_text_format(text, ", .fill = {.kind = %s, .below = \"%s\"}",
                     t->class_ == GCHK_NAME_TARGET ? "GCHK_FILL_LABELS" : "GCHK_FILL_INDICES", t->below);
  else if (t->role == GCHK_CONSTANT && t->class_ == GCHK_NAME_TARGET && is_of_classes(guess->passes->name))
    gchk_text_put(text, ", .fill = {.kind = GCHK_FILL_ONE_HOT}");
  else if (t->role == GCHK_INPUT && t->class_ == GCHK_NAME_PROBS)
    gchk_text_put(text, ", .fill = {.kind = GCHK_FILL_UNIFORM, .a = 0.1, .b = 0.9}");
}

static void put_numbers(gchk_text *text, const gchk_guess *guess) {
  gchk_wrapped lines = {.text = text, .indent = "       "};
  gchk_text word = {0};
  gchk_text_put(&word, "enum {");
  gchk_wrap(&lines, &word);
  for (size_t i = 0; i < guess->tensor_count; i++) {
    gchk_text_format(&word, "at_%s_%s%s", guess->passes->name, guess->tensors[i].name,
                     i + 1 < guess->tensor_count ? "," : " };\n");
    gchk_wrap(&lines, &word);
  }
}

static void put_tensors(gchk_text *text, const gchk_guess *guess, size_t *todo_count) {
  put_numbers(text, guess);
  gchk_text_format(text, "static const gchk_tensor_spec check_%s_tensors[] = {\n", guess->passes->name);
  for (size_t i = 0; i < guess->tensor_count; i++) {
    const gchk_guessed_tensor *t = &guess->tensors[i];
    put_todo(text, t->todo, todo_count);
    gchk_text_format(text, "    GCHK_TENSOR(\"%s\", %s, \"%s\"", t->name, role_constants[t->role], t->shape);
    if (t->base != guess->base && t->role != GCHK_INDEX)
      gchk_text_format(text, ", .dtype = %s", dtype_constant(t->base));
    put_fill(text, guess, t);
    if (t->role == GCHK_CACHE && t->has_gradient)
      gchk_text_put(text, ", .grad = GCHK_GRAD_SCRATCH");
    gchk_text_put(text, "),\n");
  }
  gchk_text_put(text, "};\n\n");
}

static void put_options(gchk_text *text, const gchk_guess *guess, size_t *todo_count) {
  static const gchk_usual_option unknown = {"", 1, -10, 10};
  if (guess->option_count == 0)
    return;
  gchk_text_format(text, "static const gchk_option_spec check_%s_options[] = {\n", guess->passes->name);
  for (size_t i = 0; i < guess->option_count; i++) {
    const gchk_guessed_option *o = &guess->options[i];
    const gchk_usual_option *usual = o->usual != NULL ? o->usual : &unknown;
    put_todo(text, o->usual != NULL ? NULL : "its value, and between which bounds?", todo_count);
    gchk_text_format(text, "    {\"%s\", ", o->name);
    const double numbers[] = {usual->initial, usual->least, usual->largest};
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
      gchk_text_shortest(text, 6, numbers[k]);
      gchk_text_put(text, ", ");
    }
    gchk_text_format(text, "\"%s\"},\n", o->name);
  }
  gchk_text_put(text, "};\n\n");
}

static void put_sizes(gchk_text *text, const gchk_guess *guess) {
  for (size_t i = 0; i < guess->size_count; i++)
    gchk_text_format(text, "%s%s=%u", i > 0 ? " " : "", guess->sizes[i].name, guess->sizes[i].value);
}

static bool has_name(const char *text, const char *name) {
  static const char of_names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  const size_t wanted = strlen(name);
  for (const char *at = text; at != NULL && *at != '\0';) {
    const size_t length = strspn(at, of_names);
    if (length == wanted && memcmp(at, name, length) == 0)
      return true;
    at += length > 0 ? length : 1;
  }
  return false;
}

static bool is_in_a_shape(const gchk_guess *guess, const char *size) {
  bool is_there = false;
  for (size_t i = 0; i < guess->tensor_count && !is_there; i++)
    is_there = has_name(guess->tensors[i].shape, size) || has_name(guess->tensors[i].below, size);
  return is_there;
}

/* Sizes of no known meaning, and those that no tensor was given: then the shapes of some are wrong. */
static void put_size_todos(gchk_text *text, const gchk_guess *guess, size_t *todo_count) {
  for (size_t i = 0; i < guess->size_count; i++) {
    gchk_text todo = {0};
    const bool is_known = guess->sizes[i].count != GCHK_COUNT_OTHER;
    if (is_known && is_in_a_shape(guess, guess->sizes[i].name))
      continue;
    gchk_text_format(&todo,
                     is_known ? "no shape above has %s: which must?" : "what is %s, and what values may it have?",
                     guess->sizes[i].name);
    put_todo(text, todo.data, todo_count);
    text->failed = text->failed || todo.failed;
    gchk_text_deinit(&todo);
  }
}

static bool has_loss(const gchk_guess *guess) {
  for (size_t i = 0; i < guess->tensor_count; i++)
    if (guess->tensors[i].role == GCHK_OUTPUT && guess->tensors[i].class_ == GCHK_NAME_LOSS)
      return true;
  return false;
}

static void put_layer(gchk_text *text, const gchk_guess *guess, size_t *todo_count) {
  const char *layer = guess->passes->name;
  gchk_text_format(text,
                   "static const gchk_layer check_%s = {\n    \"%s\",\n    GCHK_HERE,\n    .dtype = %s,\n"
                   "    GCHK_TENSORS(check_%s_tensors),\n    .forward = check_%s_forward,\n"
                   "    .backward = check_%s_backward,\n",
                   layer, layer, dtype_constant(guess->base), layer, layer, layer);
  put_size_todos(text, guess, todo_count);
  gchk_text_put(text, "    .sizes = \"");
  put_sizes(text, guess);
  gchk_text_put(text, "\",\n");
  if (guess->option_count > 0)
    gchk_text_format(text, "    GCHK_OPTION_TABLE(check_%s_options),\n", layer);
  if (guess->structure != NULL)
    gchk_text_format(text, "    .create = check_%s_create,\n    .destroy = free,\n    .bind = check_%s_bind,\n", layer,
                     layer);
  if (guess->ignores_upstream) {
    put_todo(text, has_loss(guess) ? NULL : "backward takes no upstream gradient: is it 1, as that of a loss?",
             todo_count);
    gchk_text_put(text, "    .flags = GCHK_IGNORES_UPSTREAM,\n");
  }
  gchk_text_put(text, "};\n\n");
}

static void put_said(gchk_text *said, const gchk_guess *guess, size_t todos) {
  gchk_wrapped lines = {.text = said, .indent = "      ", .column = 1};
  gchk_text word = {0};
  gchk_text_format(said, "  %s, ", guess->passes->name);
  put_sizes(said, guess);
  if (todos > 0)
    gchk_text_format(said, ", %zu TODO", todos);
  gchk_text_put(said, ":\n     ");
  for (size_t i = 0; i < guess->tensor_count; i++) {
    gchk_text_format(&word, "%s (%s) %s%s", guess->tensors[i].name, guess->tensors[i].shape,
                     gchk_role_name(guess->tensors[i].role), i + 1 < guess->tensor_count ? "," : "\n");
    gchk_wrap(&lines, &word);
  }
}

void gchk_put_guess(gchk_text *text, gchk_text *said, const gchk_guess *guess, size_t *todo_count) {
  size_t todos = 0;
  gchk_text_format(text, "/* ---- %s:", guess->passes->name);
  for (size_t k = 0; k < guess->passes->forward_count; k++)
    gchk_text_format(text, " %s,", guess->forward[k]->name);
  gchk_text_format(text, " %s ---- */\n\n", guess->passes->backward->name);
  put_tensors(text, guess, &todos);
  put_options(text, guess, &todos);
  if (guess->structure != NULL)
    gchk_put_struct(text, guess, &todos);
  gchk_put_callbacks(text, guess, &todos);
  put_layer(text, guess, &todos);
  put_said(said, guess, todos);
  *todo_count += todos;
}
