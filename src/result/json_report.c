/*
 * A whole result as JSON, written and read by its table of fields. What differs between two runs of one seed is under
 * `environment` and `timing` alone. The summary is read, not computed again: a file says what its run said. A number of
 * cases that contradicts the list is refused all the same: it is a file that was cut or edited.
 */
#include "result/json_report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/input_file.h"
#include "core/memory.h"
#include "gradcheck/report.h"
#include "result/field_codecs.h"
#include "result/fields_read.h"
#include "result/fields_write.h"
#include "result/result_fields.h"

static const size_t largest_result = (size_t)1 << 30;

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

gchk_status gchk_result_read(const char *path, gchk_result **result, gchk_error *error) {
  *result = NULL;
  int fd;
  size_t size;
  GCHK_TRY(gchk_input_open(&fd, &size, path, largest_result, error));
  gchk_text text = {0};
  char block[65536];
  ssize_t got;
  while ((got = read(fd, block, sizeof block)) != 0 && text.length <= largest_result && !text.failed) {
    if (got > 0)
      gchk_text_write(&text, block, (size_t)got);
    else if (errno != EINTR)
      break;
  }
  const int problem = got < 0 ? errno : 0;
  (void)close(fd);
  gchk_status status = GCHK_OK;
  if (problem != 0)
    status = gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", path, strerror(problem));
  else if (text.length > largest_result) // it grew
    status = gchk_fail(error, GCHK_INVALID, "%s: more than %zu bytes; no result is so long", path, largest_result);
  else if (text.failed)
    status = gchk_fail_memory(error, path);
  else
    status = gchk_json_parse(path, text.length > 0 ? text.data : "", text.length, result, error);
  gchk_text_deinit(&text);
  return status;
}
