/* Tensors of which a direction says that they are wrong, and no element that was checked does. */
#ifndef GCHK_SCREEN_WHOLE_AFTER_ALL_H
#define GCHK_SCREEN_WHOLE_AFTER_ALL_H

#include "measure/work.h"

/*
 * Once the chosen elements are decided: the bound along a direction is as good as steps agree, by chance where all
 * elements together cross many kinks. The others are decided one by one then, and the tensor is not screened any more,
 * if that is a part of a full check, as samples are, or gchk_options.full asks for it; not within a budget that was
 * given. Their rows say so.
 */
gchk_status gchk_check_whole_after_all(gchk_case_work *work, gchk_case_result *result, gchk_error *error) GCHK_MUST_USE;

#endif
