/*
 * gradcheck: verifies the backward passes of neural networks. This header includes all others of libgradcheck but
 * libcheck.h and layer.hpp (C++); those of gradcheck_layers (layers.h, network.h) and of gradcheck_suite (suite.h,
 * train.h) stand alone.
 */
#ifndef GRADCHECK_GRADCHECK_H
#define GRADCHECK_GRADCHECK_H

#include "gradcheck/author.h"
#include "gradcheck/bind.h"
#include "gradcheck/check.h"
#include "gradcheck/compare.h"
#include "gradcheck/environment.h"
#include "gradcheck/event.h"
#include "gradcheck/explain.h"
#include "gradcheck/glossary.h"
#include "gradcheck/layer.h"
#include "gradcheck/list.h"
#include "gradcheck/mutate.h"
#include "gradcheck/origins.h"
#include "gradcheck/plugin.h"
#include "gradcheck/random.h"
#include "gradcheck/report.h"
#include "gradcheck/result.h"
#include "gradcheck/status.h"
#include "gradcheck/suggest.h"
#include "gradcheck/supervise.h"
#include "gradcheck/tensor.h"
#include "gradcheck/train_report.h"

#endif
