/* Writing gradients as .npy. */
#include "dump.h"

#include <errno.h>
#include <stdio.h>
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

gchk_status cli_dump_gradients(void *context, const gchk_case *c, const gchk_tensor_result *tensor,
                               const double *analytic, const double *numeric, gchk_error *error) {
  const cli_dump *dump = context;
  char folder[PATH_SIZE], path[PATH_SIZE + NAME_SIZE + 32], case_name[NAME_SIZE], name[NAME_SIZE];
  file_name(c->name, case_name);
  file_name(tensor->name, name);
  GCHK_TRY(make_folder(dump->folder, error));
  int length = snprintf(folder, sizeof folder, "%s/%s", dump->folder, case_name);
  if (length < 0 || (size_t)length >= sizeof folder)
    return gchk_fail(error, GCHK_INVALID, "%s: the path is too long", dump->folder);
  GCHK_TRY(make_folder(folder, error));
  (void)snprintf(path, sizeof path, "%s/%s.analytic.npy", folder, name);
  GCHK_TRY(gchk_npy_write(path, GCHK_F64, &tensor->shape, analytic, error));
  (void)snprintf(path, sizeof path, "%s/%s.numeric.npy", folder, name);
  return gchk_npy_write(path, GCHK_F64, &tensor->shape, numeric, error);
}
