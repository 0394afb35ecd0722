/* Writes into streams and files, and says so when that fails. Nothing is left under a file's final name then. */
#define _XOPEN_SOURCE 700 // realpath
#include "report/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "gradcheck/supervise.h"

enum { NAME_ATTEMPTS = 100 };

static gchk_status fail_io(gchk_error *error, const char *name, int number) {
  return gchk_fail(error, GCHK_IO, "%s: cannot be written: %s", name, strerror(number ? number : EIO));
}

gchk_status gchk_write_bytes(FILE *out, const char *name, const char *data, size_t length, gchk_error *error) {
  errno = 0;
  size_t written = length ? fwrite(data, 1, length, out) : 0;
  if (written < length || fflush(out) != 0)
    return fail_io(error, name, errno);
  return GCHK_OK;
}

// A file takes what it is given; what a pipe takes is its reader's affair, and a signal ends the waiting.
static gchk_status write_descriptor(int descriptor, bool is_file, const char *name, const char *data, size_t length,
                                    gchk_error *error) {
  while (length > 0) {
    ssize_t written = write(descriptor, data, length);
    if (written < 0 && errno == EINTR && is_file)
      continue;
    if (written <= 0)
      return fail_io(error, name, written < 0 ? errno : ENOSPC);
    data += written;
    length -= (size_t)written;
  }
  return GCHK_OK;
}

/* A new file beside `path`. Its permissions are those of a file that the user makes, or those of the one it replaces.
 */
static int open_beside(const char *path, gchk_text *name) {
  for (unsigned attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    gchk_text_deinit(name);
    gchk_text_format(name, "%s.tmp-%ld-%u", path, (long)getpid(), attempt);
    if (name->failed) {
      errno = ENOMEM;
      return -1;
    }
    int descriptor = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST)
      return descriptor;
  }
  return -1;
}

static gchk_status replace_file(const char *path, const struct stat *old, const char *data, size_t length,
                                gchk_error *error) {
  gchk_text name = {0};
  int descriptor = open_beside(path, &name);
  if (descriptor < 0) {
    gchk_status failed = fail_io(error, path, errno);
    gchk_text_deinit(&name);
    return failed;
  }
  gchk_status status = write_descriptor(descriptor, true, path, data, length, error);
  if (status == GCHK_OK && old != NULL && fchmod(descriptor, old->st_mode & 07777) != 0)
    status = fail_io(error, path, errno);
  // Some file systems say only now that they are full; those that cannot sync at all say EINVAL.
  if (status == GCHK_OK && fsync(descriptor) != 0 && errno != EINVAL)
    status = fail_io(error, path, errno);
  if (close(descriptor) != 0 && status == GCHK_OK)
    status = fail_io(error, path, errno);
  if (status == GCHK_OK && rename(name.data, path) != 0)
    status = fail_io(error, path, errno);
  if (status != GCHK_OK)
    unlink(name.data);
  gchk_text_deinit(&name);
  return status;
}

gchk_status gchk_save_bytes(const char *path, const char *data, size_t length, gchk_error *error) {
  if (strcmp(path, "-") == 0)
    return gchk_write_bytes(gchk_output(), "standard output", data, length, error);
  struct stat old;
  if (stat(path, &old) != 0)
    return replace_file(path, NULL, data, length, error);
  if (S_ISREG(old.st_mode)) {
    char *target = realpath(path, NULL); // renaming onto a link would replace the link
    if (target == NULL)
      return fail_io(error, path, errno);
    gchk_status status = replace_file(target, &old, data, length, error);
    free(target);
    return status;
  }
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0)
    return fail_io(error, path, errno);
  gchk_status status = write_descriptor(descriptor, false, path, data, length, error);
  if (close(descriptor) != 0 && status == GCHK_OK)
    status = fail_io(error, path, errno);
  return status;
}

gchk_status gchk_write_text(FILE *out, const char *name, gchk_text *text, gchk_error *error) {
  const char *where = out == gchk_output() ? "standard output" : name;
  gchk_status status =
      text->failed ? gchk_fail_memory(error, name) : gchk_write_bytes(out, where, text->data, text->length, error);
  gchk_text_deinit(text);
  return status;
}

gchk_status gchk_save_text(const char *path, gchk_text *text, gchk_error *error) {
  gchk_status status =
      text->failed ? gchk_fail_memory(error, path) : gchk_save_bytes(path, text->data, text->length, error);
  gchk_text_deinit(text);
  return status;
}
