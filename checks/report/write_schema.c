/* Writes the schema of a result into a file: what reports/schema.json is. */
#include <stdio.h>
#include <stdlib.h>

#include "result/schema.h"

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: write_schema FILE\n");
    return 2;
  }
  gchk_text schema = {0};
  gchk_result_schema(&schema);
  FILE *file = schema.failed ? NULL : fopen(argv[1], "w");
  bool is_written = file != NULL && fputs(schema.data, file) >= 0;
  is_written = file != NULL && fclose(file) == 0 && is_written;
  if (!is_written)
    fprintf(stderr, "write_schema: %s was not written\n", argv[1]);
  gchk_text_deinit(&schema);
  return is_written ? 0 : 1;
}
