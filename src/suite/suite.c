/* Suite files: from the file to the text, which is loaded in suite_text.c. */
#include "gradcheck/suite.h"

#include <stdlib.h>
#include <string.h>

#include "suite/source.h"
#include "suite/suite_text.h"

static const size_t largest_suite = (size_t)1 << 26;

gchk_status gchk_suite_load(gchk_suite **suite, const char *path, gchk_dtype dtype, gchk_error *error) {
  return gchk_suite_load_with(suite, path, dtype, NULL, error);
}

gchk_status gchk_suite_load_with(gchk_suite **suite, const char *path, gchk_dtype dtype, const gchk_twin_options *twins,
                                 gchk_error *error) {
  gchk_suite_options options = GCHK_SUITE_OPTIONS_INIT;
  options.dtype = dtype;
  options.twins = twins;
  return gchk_suite_load_some(suite, path, &options, error);
}

gchk_status gchk_suite_load_some(gchk_suite **suite, const char *path, const gchk_suite_options *options,
                                 gchk_error *error) {
  gchk_suite_options known = {.dtype = GCHK_DTYPE_UNSET};
  memcpy(&known, options, options->size < sizeof known ? options->size : sizeof known);
  gchk_source *source = NULL;
  unsigned char *text = NULL;
  size_t size = 0;
  *suite = NULL;
  GCHK_TRY(gchk_source_open(&source, path, error));
  gchk_status status = gchk_source_read_all(source, largest_suite, &text, &size, error);
  if (status == GCHK_OK)
    status = gchk_suite_load_text_with(suite, path, (const char *)text, size, &known, error);
  free(text);
  gchk_source_close(source);
  return status;
}

gchk_status gchk_suite_add_origins(const gchk_suite *suite, gchk_origins *origins, gchk_error *error) {
  const gchk_suite_reader *reader = &suite->reader;
  GCHK_TRY(gchk_origins_add(origins, GCHK_ORIGIN_INPUT, reader->path, error));
  for (size_t i = 0; i < reader->plugin_count; i++)
    GCHK_TRY(gchk_plugin_file_add_origins(reader->plugins[i], origins, error));
  for (size_t i = 0; i < reader->files->count; i++)
    GCHK_TRY(gchk_origins_add(origins, GCHK_ORIGIN_INPUT, reader->files->paths[i], error));
  return GCHK_OK;
}

const gchk_case *gchk_suite_cases(const gchk_suite *suite, size_t *count) {
  *count = suite->count;
  return suite->cases;
}

const char *const *gchk_suite_files_read(const gchk_suite *suite, size_t *count) {
  *count = suite->reader.files->count;
  return suite->reader.files->paths;
}
