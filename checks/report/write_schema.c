/* Writes the schemas of what gradcheck writes as JSON into a folder: what reports/schema.json and its like are. */
#include <stdio.h>

#include "report/schemas.h"
#include "result/schema.h"

static bool write_one(const char *folder, const gchk_schema *of) {
  char path[4096];
  gchk_text schema = {0};
  gchk_fields_schema(&schema, of->root, of->id, of->title);
  snprintf(path, sizeof path, "%s/%s", folder, of->file);
  FILE *file = schema.failed ? NULL : fopen(path, "w");
  bool is_written = file != NULL && fputs(schema.data, file) >= 0;
  is_written = file != NULL && fclose(file) == 0 && is_written;
  if (!is_written)
    fprintf(stderr, "write_schema: %s was not written\n", path);
  gchk_text_deinit(&schema);
  return is_written;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: write_schema FOLDER\n");
    return 2;
  }
  bool are_written = true;
  for (size_t i = 0; i < GCHK_SCHEMAS; i++)
    are_written = write_one(argv[1], &gchk_schemas[i]) && are_written;
  return are_written ? 0 : 1;
}
