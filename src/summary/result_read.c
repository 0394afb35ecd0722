/* A result from a file, with its causes found again: an earlier version wrote none, and they follow from the cases. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/input_file.h"
#include "core/memory.h"
#include "core/text.h"
#include "gradcheck/report.h"
#include "result/json_report.h"
#include "summary/causes.h"

static const size_t largest_result = (size_t)1 << 30;

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
  if (status == GCHK_OK)
    gchk_find_causes(*result);
  return status;
}
