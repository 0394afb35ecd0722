/* gradcheck: verifies the backward passes of neural networks. This header includes all others but libcheck.h. */
#ifndef GRADCHECK_GRADCHECK_H
#define GRADCHECK_GRADCHECK_H

#include "gradcheck/check.h"
#include "gradcheck/event.h"
#include "gradcheck/explain.h"
#include "gradcheck/layer.h"
#include "gradcheck/plugin.h"
#include "gradcheck/random.h"
#include "gradcheck/report.h"
#include "gradcheck/result.h"
#include "gradcheck/status.h"
#include "gradcheck/tensor.h"

#endif
