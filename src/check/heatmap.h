/* The differences of a matrix as a map, of which a cell may stand for several elements. */
#ifndef GCHK_CHECK_HEATMAP_H
#define GCHK_CHECK_HEATMAP_H

#include "measure/work.h"

/* Of the draw of the row: the largest |analytic - numeric| a cell. False when out of memory. */
bool gchk_describe_heatmap(gchk_case_work *work, const gchk_tensor_work *tensor, gchk_tensor_result *result);

#endif
