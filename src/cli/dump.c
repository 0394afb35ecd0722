/* Writing the arrays of a tensor as .npy. */
#include "dump.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gradcheck/suite.h"

enum { PATH_SIZE = 4096, NAME_SIZE = 256 };

static gchk_status make_folder(const char *path, gchk_error *error) {
  if (mkdir(path, 0777) == 0 || errno == EEXIST)
    return GCHK_OK;
  return gchk_fail(error, GCHK_IO, "%s: cannot be made: %s", path, strerror(errno));
}

// A name as a file name: what a path or a shell could misread becomes '_'.
static void file_name(const char *name, char *out) {
  size_t i = 0;
  for (; name[i] != '\0' && i < NAME_SIZE - 1; i++) {
    unsigned char c = (unsigned char)name[i];
    out[i] = c <= ' ' || c == '/' || c == '\\' || c == 127 ? '_' : name[i];
  }
  out[i] = '\0';
  if (out[0] == '.')
    out[0] = '_';
}

typedef struct place {
  char folder[PATH_SIZE], name[NAME_SIZE];
  const gchk_shape *shape;
} place;

static gchk_status write_array(const place *to, const char *what, const char *draw, const double *values,
                               gchk_error *error) {
  char path[PATH_SIZE + NAME_SIZE + 32];
  if (values == NULL)
    return GCHK_OK;
  (void)snprintf(path, sizeof path, "%s/%s.%s%s.npy", to->folder, to->name, what, draw);
  return gchk_npy_write(path, GCHK_F64, to->shape, values, error);
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
    return gchk_fail(error, GCHK_NO_MEMORY, "%s: out of memory for its verdicts", to->name);
  for (size_t e = 0; e < arrays->count; e++)
    verdicts[e] = arrays->verdict[e];
  gchk_status status = write_array(to, "verdict", "", verdicts, error);
  free(verdicts);
  return status;
}

gchk_status cli_dump_arrays(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                            const gchk_element_arrays *arrays, gchk_error *error) {
  const cli_dump *dump = context;
  char case_name[NAME_SIZE];
  place to = {.shape = &tensor->shape};
  file_name(c->name, case_name);
  file_name(tensor->name, to.name);
  GCHK_TRY(make_folder(dump->folder, error));
  int length = snprintf(to.folder, sizeof to.folder, "%s/%s", dump->folder, case_name);
  if (length < 0 || (size_t)length >= sizeof to.folder)
    return gchk_fail(error, GCHK_INVALID, "%s: the path is too long", dump->folder);
  GCHK_TRY(make_folder(to.folder, error));
  GCHK_TRY(write_draws(&to, arrays, error));
  return write_verdicts(&to, arrays, error);
}
