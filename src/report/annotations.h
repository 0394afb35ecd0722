/* The annotations that GitHub Actions shows beside the code. */
#ifndef GCHK_REPORT_ANNOTATIONS_H
#define GCHK_REPORT_ANNOTATIONS_H

#include "core/text.h"
#include "gradcheck/result.h"

/* At most nine lines ::error file=,line=,title=::message, and one that says how many more there are. */
void gchk_github_annotations(const gchk_result *result, gchk_text *out);

#endif
