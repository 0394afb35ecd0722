/* What is wrong in a case, and what is wrong as it was expected to be. */
#ifndef GCHK_SUMMARY_WRONG_H
#define GCHK_SUMMARY_WRONG_H

#include "gradcheck/result.h"

/* Did this case fail as it was expected to? Its failing tensors are then none to worry about. */
bool gchk_failed_as_expected(const gchk_case_result *c);

/* Is something wrong with the case that none of its tensors shows? It is a problem of its own then. */
bool gchk_is_wrong_as_a_whole(const gchk_case_result *c);

#endif
