/* `gradcheck init FILE`: from prototypes to a plug-in, for a person to correct. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "author/guess_shapes.h"
#include "author/new_file.h"
#include "author/next_steps.h"
#include "author/source_text.h"
#include "author/wrapped.h"
#include "author/write_plugin.h"
#include "core/memory.h"
#include "gradcheck/author.h"
#include "gradcheck/supervise.h"
#include "report/quoted.h"
#include "report/save.h"

/* The whole run. */
typedef struct init {
  const char *path;
  const char *output; /* "-": standard output */
  gchk_arena *arena;
  gchk_tokens tokens;
  gchk_c_source source;
  gchk_passes_list passes;
  gchk_guess **layers;
  size_t layer_count, todo_count;
  gchk_text code, said; /* of the layers alone */
} init;

static gchk_status read_source(init *run, gchk_error *error) {
  const char *text;
  size_t length = 0;
  gchk_text usual = {0};
  GCHK_TRY(gchk_source_text_read(&text, &length, run->path, run->arena, error));
  GCHK_TRY(gchk_tokens_read(&run->tokens, run->path, text, length, error));
  GCHK_TRY(gchk_c_source_read(&run->source, &run->tokens, run->arena, error));
  gchk_put_path_as_name(&usual, run->path);
  const char *name = usual.failed ? NULL : gchk_arena_strdup(run->arena, usual.data);
  gchk_text_deinit(&usual);
  if (name == NULL)
    return gchk_fail_memory(error, run->path);
  return gchk_passes_find(&run->passes, &run->source, name, run->arena, error);
}

static gchk_status guess_layers(init *run, gchk_error *error) {
  gchk_passes_list *list = &run->passes;
  run->layers = gchk_arena_alloc(run->arena, list->count + 1, sizeof(gchk_guess *));
  if (run->layers == NULL)
    return gchk_fail_memory(error, run->path);
  for (size_t i = 0; i < list->count; i++) {
    gchk_guess *guess = gchk_arena_alloc(run->arena, 1, sizeof *guess);
    if (guess == NULL)
      return gchk_fail_memory(error, run->path);
    GCHK_TRY(gchk_guess_layer(guess, &list->at[i], run->arena, error));
    if (guess->problem == NULL) {
      GCHK_TRY(gchk_guess_shapes(guess, run->arena, error));
      run->layers[run->layer_count++] = guess;
      gchk_put_guess(&run->code, &run->said, guess, &run->todo_count);
    } else {
      list->left_out[list->left_out_count++] = gchk_arena_printf(
          run->arena, "%s:%d: %s %s", run->path, list->at[i].backward->line, list->at[i].name, guess->problem);
    }
  }
  return gchk_arena_has_failed(run->arena) ? gchk_fail_memory(error, run->path) : GCHK_OK;
}

/* What nothing was made of, a line each, the first few. */
static void put_left_out(gchk_text *text, const init *run, const char *before, const char *after) {
  enum { FEW = 20 };
  const gchk_passes_list *list = &run->passes;
  for (size_t i = 0; i < list->left_out_count && i < FEW; i++) {
    gchk_text_put(text, before);
    gchk_put_name(text, list->left_out[i]);
    gchk_text_put(text, after);
  }
  if (list->left_out_count > FEW)
    gchk_text_format(text, "%sand %zu more%s", before, list->left_out_count - FEW, after);
  if (list->other_count > 0)
    gchk_text_format(text, "%s%zu more, whose names say neither forward nor backward%s", before, list->other_count,
                     after);
}

/* A .c file, which has the functions themselves, is included itself. */
static bool is_source(const init *run) {
  return gchk_path_ends_with(run->path, ".c");
}

/* What the plug-in includes: beside its own folder the path as it was given, which is found from here with -I. */
static bool is_beside(const init *run) {
  const size_t folder = (size_t)(gchk_base_name(run->path) - run->path);
  return strcmp(run->output, "-") != 0 && folder == (size_t)(gchk_base_name(run->output) - run->output) &&
         memcmp(run->path, run->output, folder) == 0;
}

/* A source is included by a name that the command of `gradcheck mutate` gives to each mutated copy. */
static void put_include(gchk_text *text, const init *run) {
  const char *name = is_beside(run) ? gchk_base_name(run->path) : run->path;
  if (is_source(run))
    gchk_text_format(text, "#ifndef GCHK_SOURCE\n#define GCHK_SOURCE \"%s\"\n#endif\n#include GCHK_SOURCE\n\n", name);
  else
    gchk_text_format(text, "#include \"%s\"\n\n", name);
}

static void put_plugin(gchk_text *text, const init *run) {
  bool has_struct = false;
  for (size_t i = 0; i < run->layer_count; i++)
    has_struct = has_struct || run->layers[i]->structure != NULL;
  gchk_text_put(text, "/*\n * The layers of ");
  gchk_put_name(text, gchk_base_name(run->path));
  gchk_text_put(
      text, " for gradcheck, as `gradcheck init` guessed them from names: for you to correct.\n"
            " * What it could not know is marked TODO. A row of a table is a tensor: name, role, shape. What more a\n"
            " * row and a layer can say: `gradcheck new`, gradcheck/tensor.h, gradcheck/layer.h.\n */\n");
  gchk_text_format(text, "%s#include \"gradcheck/gradcheck.h\"\n\n", has_struct ? "#include <stdlib.h>\n\n" : "");
  put_include(text, run);
  gchk_text_write(text, run->code.data != NULL ? run->code.data : "", run->code.length);
  gchk_wrapped lines = {.text = text, .indent = "            "};
  gchk_text word = {0};
  gchk_text_put(&word, "GCHK_PLUGIN(");
  for (size_t i = 0; i < run->layer_count; i++) {
    gchk_text_format(&word, "&check_%s%s", run->layers[i]->passes->name, i + 1 < run->layer_count ? "," : ")\n");
    gchk_wrap(&lines, &word);
  }
  text->failed = text->failed || run->code.failed;
}

/* kernels.c beside kernels.h, or what stands for it. */
static void put_sources(gchk_text *text, const init *run) {
  gchk_text source = {0};
  if (is_source(run))
    return;
  gchk_text_write(&source, run->path, strlen(run->path) - 1);
  gchk_text_put(&source, "c");
  if (source.failed || access(source.data, R_OK) != 0)
    gchk_text_put(text, "YOUR_SOURCES.c");
  else
    gchk_put_quoted(text, source.data);
  text->failed = text->failed || source.failed;
  gchk_text_deinit(&source);
}

static void put_said(gchk_text *text, const init *run) {
  const bool is_stdout = strcmp(run->output, "-") == 0;
  bool is_float = false;
  gchk_put_name(text, is_stdout ? "standard output" : run->output);
  gchk_text_format(text, ": %zu %s, guessed from the names of ", run->layer_count,
                   run->layer_count == 1 ? "layer" : "layers");
  gchk_put_name(text, run->path);
  gchk_text_put(text, ". Compare it with what you know");
  if (run->todo_count > 0)
    gchk_text_format(text, "; %zu %s TODO", run->todo_count, run->todo_count == 1 ? "place says" : "places say");
  gchk_text_put(text, ".\n\n");
  gchk_text_write(text, run->said.data != NULL ? run->said.data : "", run->said.length);
  if (run->passes.left_out_count + run->passes.other_count > 0) {
    gchk_text_put(text, "\nLeft out:\n");
    put_left_out(text, run, "  ", "\n");
  }
  if (is_stdout)
    return;
  for (size_t i = 0; i < run->layer_count; i++)
    is_float = is_float || run->layers[i]->base == GCHK_C_FLOAT;
  gchk_text sources = {0};
  put_sources(&sources, run);
  gchk_text_put(text, "\n");
  gchk_put_next_steps(text, run->output,
                      &(gchk_build){.is_float = is_float,
                                    .flags = is_beside(run) ? NULL : "-I. ",
                                    .sources = sources.data,
                                    .included = is_source(run) ? run->path : NULL});
  text->failed = text->failed || sources.failed || run->said.failed;
  gchk_text_deinit(&sources);
}

static gchk_status fail_without_layers(const init *run, gchk_error *error) {
  gchk_text why = {0};
  put_left_out(&why, run, "; ", "");
  if (why.failed) {
    gchk_text_deinit(&why);
    return gchk_fail_memory(error, run->path);
  }
  const gchk_status status = gchk_fail(error, GCHK_INVALID,
                                       "%s: no forward with its backward is here, such as relu_forward(out, inp, N) "
                                       "and relu_backward(dinp, dout, inp, N)%s",
                                       run->path, why.length > 0 ? why.data : "");
  gchk_text_deinit(&why);
  return status;
}

static gchk_status write_plugin(const init *run, gchk_error *error) {
  gchk_text text = {0};
  put_plugin(&text, run);
  if (strcmp(run->output, "-") == 0)
    return gchk_write_text(gchk_output(), "standard output", &text, error);
  return gchk_create_file(run->output, &text, error);
}

static gchk_status init_plugin(init *run, char **said, gchk_error *error) {
  gchk_text text = {0};
  GCHK_TRY(read_source(run, error));
  GCHK_TRY(guess_layers(run, error));
  if (run->layer_count == 0)
    return fail_without_layers(run, error);
  GCHK_TRY(write_plugin(run, error));
  put_said(&text, run);
  *said = gchk_text_take(&text);
  return *said != NULL ? GCHK_OK : gchk_fail_memory(error, run->path);
}

/* PATH/kernels_gradcheck.c of PATH/kernels.h. */
static const char *usual_output(const init *run) {
  const char *base = gchk_base_name(run->path), *dot = strrchr(base, '.');
  return gchk_arena_printf(run->arena, "%.*s_gradcheck.c", (int)(dot - run->path), run->path);
}

static gchk_status check_paths(const char *path, const char *output, gchk_error *error) {
  if (!gchk_path_ends_with(path, ".h") && !gchk_path_ends_with(path, ".c"))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: a header or a source of C is wanted (.h, .c); for C++, `gradcheck new layer.cpp`", path);
  if (strpbrk(path, "\"\\\n\r") != NULL)
    return gchk_fail(error, GCHK_INVALID, "%s: no #include can name it; rename the file", path);
  if (output != NULL && strcmp(output, "-") != 0 && !gchk_path_ends_with(output, ".c"))
    return gchk_fail(error, GCHK_INVALID, "%s: the plug-in is a file of C (.c)", output);
  return GCHK_OK;
}

gchk_status gchk_author_init(const char *path, const char *output, char **said, gchk_error *error) {
  *said = NULL;
  GCHK_TRY(check_paths(path, output, error));
  init run = {.path = path, .output = output, .arena = gchk_arena_new()};
  if (run.arena == NULL)
    return gchk_fail_memory(error, path);
  if (output == NULL)
    run.output = usual_output(&run);
  const gchk_status status = run.output == NULL ? gchk_fail_memory(error, path) : init_plugin(&run, said, error);
  gchk_tokens_deinit(&run.tokens);
  gchk_text_deinit(&run.code);
  gchk_text_deinit(&run.said);
  gchk_arena_free(run.arena);
  return status;
}
