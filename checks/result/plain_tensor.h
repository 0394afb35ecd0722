/* A tensor of three elements that passes, for results that are put together by hand. */
#ifndef CHECKS_RESULT_PLAIN_TENSOR_H
#define CHECKS_RESULT_PLAIN_TENSOR_H

#include "gradcheck/result.h"

static inline gchk_tensor_result plain_tensor(const char *name) {
  return (gchk_tensor_result){.name = name,
                              .dtype = GCHK_F64,
                              .shape = {1, {3}},
                              .verdict = GCHK_PASS,
                              .reason = "",
                              .checked = 3,
                              .total = 3,
                              .reference = {.source = ""},
                              .undecided = {.block = "", .error = "", .why_not = ""}};
}

/* A case of layer `layer` of plug-in mine.so that passes with these tensors. */
static inline gchk_case_result plain_case(const char *name, const char *layer, gchk_tensor_result *tensors,
                                          size_t count) {
  return (gchk_case_result){.name = name,
                            .verdict = GCHK_PASS,
                            .dtype = GCHK_F64,
                            .layer = layer,
                            .file = "",
                            .target = "mine.so",
                            .reason = "",
                            .tensor_count = count,
                            .tensors = tensors};
}

#endif
