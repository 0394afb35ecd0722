/* Probe: The code and the table take elements to be of one size. */
#ifndef GCHK_PROBE_PROBE_ELEMENT_SIZE_H
#define GCHK_PROBE_PROBE_ELEMENT_SIZE_H

#include "measure/work.h"

/*
 * After the first forward of work->instance, whatever it gave: is the code float and declared f64, or double and
 * declared f32, or int64 and declared i32? Then there is one finding, and work->refused says so: nothing else that is
 * found means anything. Costs no call where the first forward wrote all of its outputs and nothing else; else some
 * ten. The instance is left as it was.
 */
gchk_status gchk_probe_element_size(gchk_case_work *work, gchk_error *error) GCHK_MUST_USE;

#endif
