/* New files and the names that they give. */
#include "author/new_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/write_all.h"

const char *gchk_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

bool gchk_path_ends_with(const char *path, const char *end) {
  const char *name = gchk_base_name(path);
  const size_t length = strlen(name), end_length = strlen(end);
  return length > end_length && strcmp(name + length - end_length, end) == 0;
}

void gchk_put_path_as_name(gchk_text *text, const char *path) {
  const char *name = gchk_base_name(path), *dot = strrchr(name, '.');
  const size_t length = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
  if (length == 0 || isdigit((unsigned char)name[0]))
    gchk_text_put(text, "layer_");
  for (size_t i = 0; i < length; i++) {
    const bool is_fine = (unsigned char)name[i] < 128 && isalnum((unsigned char)name[i]);
    gchk_text_write(text, is_fine ? &name[i] : "_", 1);
  }
}

static gchk_status create(const char *path, const gchk_text *text, gchk_error *error) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST)
    return gchk_fail(error, GCHK_INVALID,
                     "%s is there already, and is left as it is; choose another name, or remove it", path);
  if (fd < 0)
    return gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", path, strerror(errno));
  const bool is_written = gchk_write_all(fd, text->data, text->length);
  const int reason = errno;
  if (close(fd) == 0 && is_written)
    return GCHK_OK;
  const int why = is_written ? errno : reason;
  (void)unlink(path);
  return gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", path, strerror(why));
}

gchk_status gchk_create_file(const char *path, gchk_text *text, gchk_error *error) {
  const gchk_status status =
      text->failed || text->data == NULL ? gchk_fail_memory(error, path) : create(path, text, error);
  gchk_text_deinit(text);
  return status;
}
