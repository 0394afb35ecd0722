/* A training run as one HTML page in the look of the HTML report, without scripts. */
#ifndef GCHK_REPORT_TRAIN_HTML_H
#define GCHK_REPORT_TRAIN_HTML_H

#include "core/text.h"
#include "gradcheck/train_report.h"

void gchk_train_html(const gchk_train_record *record, gchk_text *out);

#endif
