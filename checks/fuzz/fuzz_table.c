/* The reader of tables that another process sends, on any bytes: an error, or layers that can be checked and sent on. */
#include <stdint.h>
#include <string.h>

#include "gradcheck/check.h"
#include "suite/layer_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const gchk_layer_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    gchk_error error;
    gchk_case_list cases;
    if (gchk_layer_validate(list->layers[i], &error) == GCHK_OK &&
        gchk_layer_cases(list->layers[i], &cases, &error) == GCHK_OK)
      gchk_case_list_deinit(&cases);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gchk_error error;
  gchk_layer_list list, again;
  gchk_arena *arena = gchk_arena_new();
  const unsigned char *bytes = data;
  size_t length = size;
  if (gchk_image_read(&bytes, &length, &gchk_image_of_layers, &list, arena, &error) == GCHK_OK && list.layers != NULL) {
    gchk_text image = {0};
    look_at(&list);
    if (!gchk_image_write(&image, &gchk_image_of_layers, &list))
      __builtin_trap();
    bytes = (const unsigned char *)image.data;
    length = image.length;
    if (gchk_image_read(&bytes, &length, &gchk_image_of_layers, &again, arena, &error) != GCHK_OK || length != 0 ||
        again.count != list.count)
      __builtin_trap();
    gchk_text_deinit(&image);
  }
  gchk_arena_free(arena);
  return 0;
}
