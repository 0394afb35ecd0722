/* What `gradcheck init` guesses from, on any bytes: an error or the code of some layers, never a crash. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "author/guess_shapes.h"
#include "author/write_plugin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void guess(const gchk_passes *passes, gchk_arena *arena) {
  gchk_error error;
  gchk_text code = {0}, said = {0};
  size_t todo_count = 0;
  gchk_guess *made = gchk_arena_alloc(arena, 1, sizeof *made);
  if (made != NULL && gchk_guess_layer(made, passes, arena, &error) == GCHK_OK && made->problem == NULL &&
      gchk_guess_shapes(made, arena, &error) == GCHK_OK) {
    gchk_put_guess(&code, &said, made, &todo_count);
    if (!code.failed && strstr(code.data, "GCHK_TENSOR(") == NULL)
      __builtin_trap();
  }
  gchk_text_deinit(&code);
  gchk_text_deinit(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gchk_error error;
  gchk_tokens tokens = {.count = 0};
  gchk_c_source source;
  gchk_passes_list list;
  gchk_arena *arena = gchk_arena_new();
  char *text = calloc(size + 1, 1);
  if (arena != NULL && text != NULL) {
    memcpy(text, data, size);
    if (gchk_tokens_read(&tokens, "fuzz.h", text, size, &error) == GCHK_OK &&
        gchk_c_source_read(&source, &tokens, arena, &error) == GCHK_OK &&
        gchk_passes_find(&list, &source, "fuzz", arena, &error) == GCHK_OK)
      for (size_t i = 0; i < list.count; i++)
        guess(&list.at[i], arena);
    gchk_tokens_deinit(&tokens);
  }
  free(text);
  gchk_arena_free(arena);
  return 0;
}
