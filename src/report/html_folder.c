/* The HTML report as a folder: the page, and its stylesheet beside it. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/memory.h"
#include "gradcheck/report.h"
#include "report/html_style.h"
#include "report/save.h"

#define STYLESHEET_NAME "gradcheck.css"

static gchk_status save_stylesheet(const char *path, gchk_error *error) {
  gchk_text style = {0};
  gchk_html_stylesheet(&style);
  return gchk_save_text(path, &style, error);
}

gchk_status gchk_html_save_folder(const gchk_result *result, const char *folder, gchk_error *error) {
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return gchk_fail(error, GCHK_IO, "%s: cannot make the folder: %s", folder, strerror(errno));
  gchk_text style_path = {0}, page_path = {0};
  gchk_text_format(&style_path, "%s/" STYLESHEET_NAME, folder);
  gchk_text_format(&page_path, "%s/index.html", folder);
  gchk_status status = style_path.failed || page_path.failed ? gchk_fail_memory(error, folder) : GCHK_OK;
  if (status == GCHK_OK)
    status = save_stylesheet(style_path.data, error);
  const gchk_report_options options = {.stylesheet = STYLESHEET_NAME};
  if (status == GCHK_OK)
    status = gchk_report_save(result, GCHK_HTML, &options, page_path.data, error);
  gchk_text_deinit(&style_path);
  gchk_text_deinit(&page_path);
  return status;
}
