/* Values from data files: idx, csv, npy and npz with rows, columns, split, scale, standardise, one_hot and labels. */
#ifndef GCHK_SUITE_SUITE_DATA_H
#define GCHK_SUITE_SUITE_DATA_H

#include "suite/suite_keys.h"
#include "suite/suite_value.h"

/*
 * Reads the file that the keys name, and does what they say, into `value`, whose name and node are set. Where the
 * reader leaves files, only the keys are looked at, and the value has no numbers.
 */
gchk_status gchk_suite_data_read(const gchk_suite_reader *reader, const gchk_value_keys *keys,
                                 gchk_suite_value *value) GCHK_MUST_USE;

#endif
