#include "core/file_start.h"

#include <stdio.h>

void gchk_file_start(const char *path, char *text, size_t size) {
  FILE *file = fopen(path, "r");
  const size_t length = file != NULL ? fread(text, 1, size - 1, file) : 0;
  if (file != NULL)
    (void)fclose(file);
  text[length] = '\0';
}
