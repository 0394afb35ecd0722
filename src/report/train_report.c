/* What a training run leaves behind: a row a format, and one writer for all of them. */
#include "gradcheck/train_report.h"

#include "report/save.h"
#include "report/train_csv.h"
#include "report/train_html.h"

typedef void (*write_fn)(const gchk_train_record *record, gchk_text *out);

static const write_fn writers[GCHK_TRAIN_FORMAT_COUNT] = {
    [GCHK_TRAIN_CSV] = gchk_train_csv,
    [GCHK_TRAIN_HTML] = gchk_train_html,
};

gchk_status gchk_train_report_save(const gchk_train_record *record, gchk_train_format format, const char *path,
                                   gchk_error *error) {
  if ((unsigned)format >= GCHK_TRAIN_FORMAT_COUNT)
    return gchk_fail(error, GCHK_INVALID, "there is no format %d of a training report", (int)format);
  gchk_text text = {0};
  writers[format](record, &text);
  return gchk_save_text(path, &text, error);
}
