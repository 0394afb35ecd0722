/*
 * A whole result as JSON, written and read by its table of fields. What differs between two runs of one seed is under
 * `environment` and `timing` alone. The summary is read, not computed again: a file says what its run said. A number of
 * cases that contradicts the list is refused all the same: it is a file that was cut or edited.
 */
#include "result/json_report.h"

#include "core/memory.h"
#include "gradcheck/report.h"
#include "result/field_codecs.h"
#include "result/fields_read.h"
#include "result/fields_write.h"
#include "result/result_fields.h"

void gchk_json_report(const gchk_result *result, gchk_text *out) {
  gchk_json json = {.text = out};
  gchk_fields_write(&json, NULL, &gchk_result_fields, result);
  gchk_text_put(out, "\n");
}

gchk_status gchk_json_parse(const char *name, const char *text, size_t length, gchk_result **result,
                            gchk_error *error) {
  *result = gchk_result_new();
  if (*result == NULL)
    return gchk_fail_memory(error, name);
  gchk_reader reader = {.arena = (*result)->arena,
                        .file = name,
                        .text = text,
                        .length = length,
                        .version = GCHK_FORMAT_VERSION,
                        .error = error};
  json_t *root = gchk_read_text(&reader);
  if (root != NULL)
    gchk_fields_read(&reader, root, &gchk_result_fields, *result);
  json_decref(root);
  if (reader.status != GCHK_OK) {
    gchk_result_free(*result);
    *result = NULL;
  }
  return reader.status;
}
