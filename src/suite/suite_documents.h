/* `documents`: what documents print of a case. */
#ifndef GCHK_SUITE_SUITE_DOCUMENTS_H
#define GCHK_SUITE_SUITE_DOCUMENTS_H

#include "gradcheck/check.h"
#include "suite/suite_case.h"

/* The rows of a case that has `documents`, once its layer is there, in the reader's arena; `rows` are the layer's. */
gchk_status gchk_suite_read_documents(const gchk_suite_case *c, const gchk_name_table *rows,
                                      const gchk_printed **printed, size_t *count) GCHK_MUST_USE;

#endif
