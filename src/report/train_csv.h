/* The curves of a training run as CSV. */
#ifndef GCHK_REPORT_TRAIN_CSV_H
#define GCHK_REPORT_TRAIN_CSV_H

#include "core/text.h"
#include "gradcheck/train_report.h"

/* "iteration,loss,train_accuracy,test_accuracy": a line an iteration, in 17 digits; empty where there is none. */
void gchk_train_csv(const gchk_train_record *record, gchk_text *out);

#endif
