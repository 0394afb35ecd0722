/* Writing the arrays of a tensor as .npy. */
#include "dump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common.h"
#include "gradcheck/suite.h"
#include "options/texts.h"
#include "paths.h"

static gchk_status make_folder(const char *path, gchk_error *error) {
  struct stat info;
  if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
    return GCHK_OK;
  return gchk_fail(error, GCHK_IO, "%s: cannot be made: %s", path, strerror(errno));
}

// "folder/name", where what a path or a shell could misread in the name becomes '_'; NULL when out of memory.
static const char *join(cli_texts *texts, const char *folder, const char *name) {
  const size_t length = strlen(name);
  char *safe = malloc(length + 1);
  if (safe == NULL)
    return NULL;
  for (size_t i = 0; i <= length; i++) {
    const unsigned char c = (unsigned char)name[i];
    safe[i] = i < length && (c <= ' ' || c == '/' || c == '\\' || c == 127) ? '_' : name[i];
  }
  if (safe[0] == '.')
    safe[0] = '_';
  const char *path = cli_texts_add(texts, "%s/%s", folder, safe);
  free(safe);
  return path;
}

typedef struct place {
  cli_texts *texts;
  const char *stem; // "dir/case/tensor"
  const gchk_shape *shape;
} place;

static gchk_status write_array(const place *to, const char *what, const char *draw, const double *values,
                               gchk_error *error) {
  if (values == NULL)
    return GCHK_OK;
  const char *path = cli_texts_add(to->texts, "%s.%s%s.npy", to->stem, what, draw);
  return path == NULL ? cli_fail_memory(error, "--dump") : gchk_npy_write(path, GCHK_F64, to->shape, values, error);
}

static gchk_status write_draws(const place *to, const gchk_element_arrays *arrays, gchk_error *error) {
  static const char *const draws[] = {"", ".1"};
  for (size_t d = 0; d < arrays->draw_count && d < sizeof draws / sizeof draws[0]; d++) {
    GCHK_TRY(write_array(to, "analytic", draws[d], arrays->analytic[d], error));
    GCHK_TRY(write_array(to, "numeric", draws[d], arrays->numeric[d], error));
    GCHK_TRY(write_array(to, "bound", draws[d], arrays->bound[d], error));
    GCHK_TRY(write_array(to, "slack", draws[d], arrays->slack[d], error));
  }
  return write_array(to, "step", "", arrays->step, error);
}

static gchk_status write_verdicts(const place *to, const gchk_element_arrays *arrays, gchk_error *error) {
  double *verdicts = malloc((arrays->count > 0 ? arrays->count : 1) * sizeof *verdicts);
  if (verdicts == NULL)
    return cli_fail_memory(error, "--dump");
  for (size_t e = 0; e < arrays->count; e++)
    verdicts[e] = arrays->verdict[e];
  gchk_status status = write_array(to, "verdict", "", verdicts, error);
  free(verdicts);
  return status;
}

static gchk_status write_all(cli_texts *texts, const char *folder, const char *case_name,
                             const gchk_tensor_result *tensor, const gchk_element_arrays *arrays, gchk_error *error) {
  const char *case_folder = join(texts, folder, case_name);
  const char *stem = case_folder == NULL ? NULL : join(texts, case_folder, tensor->name);
  const place to = {texts, stem, &tensor->shape};
  if (stem == NULL)
    return cli_fail_memory(error, "--dump");
  GCHK_TRY(make_folder(folder, error));
  GCHK_TRY(make_folder(case_folder, error));
  GCHK_TRY(write_draws(&to, arrays, error));
  return write_verdicts(&to, arrays, error);
}

gchk_status cli_dump_arrays(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                            const gchk_element_arrays *arrays, gchk_error *error) {
  const cli_dump *dump = context;
  cli_texts texts = {0};
  gchk_status status = write_all(&texts, dump->folder, c->name, tensor, arrays, error);
  cli_texts_deinit(&texts);
  return status == GCHK_OK ? GCHK_OK : gchk_fail_within(error, "--dump");
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// The files of two tensors of a case: "a/b" and "a_b".
static gchk_status check_tensors(const gchk_case *c, gchk_error *error) {
  cli_texts texts = {0};
  const size_t count = c->layer->tensor_count;
  const char **stems = calloc(count + 1, sizeof *stems);
  gchk_status status = GCHK_OK;
  if (stems == NULL)
    return cli_fail_memory(error, "--dump");
  for (size_t i = 0; i < count && status == GCHK_OK; i++) {
    stems[i] = join(&texts, "", c->layer->tensors[i].name);
    if (stems[i] == NULL)
      status = cli_fail_memory(error, "--dump");
  }
  if (status == GCHK_OK)
    qsort(stems, count, sizeof *stems, compare_texts);
  for (size_t i = 1; i < count && status == GCHK_OK; i++)
    if (strcmp(stems[i - 1], stems[i]) == 0)
      status = gchk_fail(error, GCHK_INVALID,
                         "--dump: two tensors of %s would both be written to %s.*.npy; give them other names", c->name,
                         stems[i] + 1);
  free(stems);
  cli_texts_deinit(&texts);
  return status;
}

gchk_status cli_dump_check(const cli_options *options, const gchk_case *cases, size_t count, gchk_error *error) {
  cli_texts texts = {0};
  gchk_status status = GCHK_OK;
  cli_path *folders = calloc(count + 1, sizeof *folders);
  if (folders == NULL)
    return cli_fail_memory(error, "--dump");
  for (size_t i = 0; i < count && status == GCHK_OK; i++) {
    const char *what = cli_texts_add(&texts, "--dump of case %s", cases[i].name);
    folders[i] = (cli_path){what, join(&texts, options->dump, cases[i].name), PATH_IS_FOLDER};
    if (what == NULL || folders[i].path == NULL)
      status = cli_fail_memory(error, "--dump");
    if (status == GCHK_OK)
      status = check_tensors(&cases[i], error);
  }
  if (status == GCHK_OK)
    status = cli_paths_check(options, CMD_RUN, folders, count, error);
  free(folders);
  cli_texts_deinit(&texts);
  return status;
}
