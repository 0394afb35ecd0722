/* What there is to check, for programs: cases with their tensors and shapes. Nothing of a layer is called. */
#ifndef GRADCHECK_LIST_H
#define GRADCHECK_LIST_H

#include "gradcheck/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes the cases as JSON into the file `path`; "-" is standard output. reports/list-schema.json describes it. `title`
 * is what to call all of them ("textbook.yaml"), `total` how many there were before some of them were selected. Errors:
 * GCHK_INVALID where the sizes of a case give a tensor no shape, GCHK_IO, GCHK_NO_MEMORY.
 */
GCHK_API gchk_status gchk_list_save(const gchk_case *cases, size_t count, const char *title, size_t total,
                                    const char *path, gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
