/* Writes reports into streams and files, and says so when that fails. Nothing of a report is left under its final name
 * then. */
#define _XOPEN_SOURCE 700 // realpath
#include "report/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memory.h"
#include "gradcheck/report.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/text_report.h"
#include "result/json_report.h"

enum { NAME_ATTEMPTS = 100 };

static gchk_status fail_io(gchk_error *error, const char *name, int number) {
  return gchk_fail(error, GCHK_IO, "%s: cannot write: %s", name, strerror(number ? number : EIO));
}

gchk_status gchk_write_bytes(FILE *out, const char *name, const char *data, size_t length, gchk_error *error) {
  errno = 0;
  size_t written = length ? fwrite(data, 1, length, out) : 0;
  if (written < length || fflush(out) != 0)
    return fail_io(error, name, errno);
  return GCHK_OK;
}

static gchk_status write_descriptor(int descriptor, const char *name, const char *data, size_t length,
                                    gchk_error *error) {
  while (length > 0) {
    ssize_t written = write(descriptor, data, length);
    if (written < 0 && errno == EINTR)
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
  gchk_status status = write_descriptor(descriptor, path, data, length, error);
  if (status == GCHK_OK && old && fchmod(descriptor, old->st_mode & 07777) != 0)
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
    return gchk_write_bytes(stdout, "standard output", data, length, error);
  struct stat old;
  if (stat(path, &old) != 0)
    return replace_file(path, NULL, data, length, error);
  if (S_ISREG(old.st_mode)) {
    char *target = realpath(path, NULL); // renaming onto a link would replace the link
    if (!target)
      return fail_io(error, path, errno);
    gchk_status status = replace_file(target, &old, data, length, error);
    free(target);
    return status;
  }
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0)
    return fail_io(error, path, errno);
  gchk_status status = write_descriptor(descriptor, path, data, length, error);
  if (close(descriptor) != 0 && status == GCHK_OK)
    status = fail_io(error, path, errno);
  return status;
}

static gchk_status render(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                          gchk_text *text, gchk_error *error) {
  switch (format) {
  case GCHK_TEXT:
    gchk_text_report(result, options, text);
    break;
  case GCHK_JSON:
    gchk_json_report(result, text);
    break;
  case GCHK_JUNIT:
    gchk_junit_report(result, options, text);
    break;
  case GCHK_HTML:
    gchk_html_report(result, options, text);
    break;
  case GCHK_MARKDOWN:
    gchk_markdown_report(result, text);
    break;
  default:
    return gchk_fail(error, GCHK_INVALID, "there is no report format %d", (int)format);
  }
  return text->failed ? gchk_fail_memory(error, "a report") : GCHK_OK;
}

gchk_status gchk_report_write(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                              FILE *out, gchk_error *error) {
  gchk_text text = {0};
  gchk_status status = render(result, format, options, &text, error);
  if (status == GCHK_OK)
    status = gchk_write_bytes(out, "report", text.data, text.length, error);
  gchk_text_deinit(&text);
  return status;
}

gchk_status gchk_report_save(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                             const char *path, gchk_error *error) {
  gchk_text text = {0};
  gchk_status status = render(result, format, options, &text, error);
  if (status == GCHK_OK)
    status = gchk_save_bytes(path, text.data, text.length, error);
  gchk_text_deinit(&text);
  return status;
}

void gchk_print(const gchk_result *result, FILE *out) {
  gchk_status status = gchk_report_write(result, GCHK_TEXT, NULL, out, NULL);
  (void)status; // a quick look: whoever has to know uses gchk_report_write
}

char *gchk_failure_text(const gchk_result *result) {
  gchk_text text = {0};
  gchk_text_problems(result, NULL, &text);
  if (text.length == 0 || text.failed) {
    gchk_text_deinit(&text);
    return NULL;
  }
  return gchk_text_take(&text);
}

gchk_status gchk_html_save_folder(const gchk_result *result, const char *folder, gchk_error *error) {
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return gchk_fail(error, GCHK_IO, "%s: cannot make the folder: %s", folder, strerror(errno));
  gchk_text style = {0}, page = {0}, style_path = {0}, page_path = {0};
  gchk_text_format(&style_path, "%s/" GCHK_STYLESHEET_NAME, folder);
  gchk_text_format(&page_path, "%s/index.html", folder);
  gchk_html_stylesheet(&style);
  gchk_status status =
      style_path.failed || page_path.failed || style.failed ? gchk_fail_memory(error, folder) : GCHK_OK;
  gchk_report_options options = {.stylesheet = GCHK_STYLESHEET_NAME};
  if (status == GCHK_OK)
    status = render(result, GCHK_HTML, &options, &page, error);
  if (status == GCHK_OK)
    status = gchk_save_bytes(style_path.data, style.data, style.length, error);
  if (status == GCHK_OK)
    status = gchk_save_bytes(page_path.data, page.data, page.length, error);
  gchk_text_deinit(&style);
  gchk_text_deinit(&page);
  gchk_text_deinit(&style_path);
  gchk_text_deinit(&page_path);
  return status;
}
