/* Rows wider than what is used: a leading dimension, with a size of the name of what is used. */
#ifndef GCHK_PROBE_ROW_PADDING_H
#define GCHK_PROBE_ROW_PADDING_H

#include "instance/instance.h"

/* Is what a call left alone the gap behind each row, and nothing else? One byte an element; 0: it was written. */
bool gchk_is_row_padding(const gchk_instance *instance, const gchk_tensor *tensor, const unsigned char *untouched);

#endif
