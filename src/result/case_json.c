/* One case's result through a pipe: the rows of a case in a result's file, and those of its timing. */
#include "result/case_json.h"

#include "core/memory.h"
#include "result/field_codecs.h"
#include "result/fields_read.h"
#include "result/fields_write.h"
#include "result/result_fields.h"

gchk_status gchk_case_to_json(const gchk_case_result *result, char **text, gchk_error *error) {
  gchk_text out = {0};
  gchk_json json = {.text = &out};
  gchk_fields_write(&json, NULL, &gchk_piped_case_fields, result);
  *text = gchk_text_take(&out);
  return *text != NULL ? GCHK_OK : gchk_fail_memory(error, "the result of a case");
}

gchk_status gchk_case_from_json(gchk_arena *arena, const char *text, size_t length, gchk_case_result *result,
                                gchk_error *error) {
  *result = (gchk_case_result){0};
  gchk_reader reader = {
      .arena = arena, .file = "case", .text = text, .length = length, .version = GCHK_FORMAT_VERSION, .error = error};
  json_t *root = gchk_read_text(&reader);
  if (root != NULL)
    gchk_fields_read(&reader, root, &gchk_piped_case_fields, result);
  json_decref(root);
  return reader.status;
}
