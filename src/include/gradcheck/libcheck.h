/*
 * Gradient checks as libcheck assertions. Include <check.h> before it, or let it.
 *
 *     START_TEST(layernorm_has_the_right_gradients) {
 *       ck_assert_gradients(&layernorm);
 *     }
 *     END_TEST
 *
 * And beside a built-in layer, whose outputs and gradients they must be (link gradcheck_layers):
 *
 *     ck_assert_agrees(&my_conv, "conv2d stride=2 w=W^T");
 *
 * The test fails, with the failure block of the text report as its message, unless everything that the layer has was
 * checked and passed: what could not be checked is no pass. The result is freed in any case.
 */
#ifndef GRADCHECK_LIBCHECK_H
#define GRADCHECK_LIBCHECK_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "gradcheck/check.h"
#include "gradcheck/layers.h"
#include "gradcheck/report.h"

#define ck_assert_gradients(layer) ck_assert_gradients_with((layer), NULL)

/* With options; `options` may be NULL. With `allow_inconclusive` what is only inconclusive passes. */
#define ck_assert_gradients_with(layer, options)                                                                       \
  do {                                                                                                                 \
    char gchk_message_[GCHK_CK_MESSAGE_SIZE];                                                                          \
    if (!gchk_ck_gradients_pass((layer), (options), gchk_message_, sizeof gchk_message_))                              \
      ck_abort_msg("%s", gchk_message_);                                                                               \
  } while (0)

/* ck_assert_gradients, and the layer agrees with `reference`: a built-in layer and the terms of gradcheck/compare.h. */
#define ck_assert_agrees(layer, reference) ck_assert_agrees_with((layer), (reference), NULL)

#define ck_assert_agrees_with(layer, reference, options)                                                               \
  do {                                                                                                                 \
    char gchk_message_[GCHK_CK_MESSAGE_SIZE];                                                                          \
    if (!gchk_ck_layer_agrees((layer), (reference), (options), gchk_message_, sizeof gchk_message_))                   \
      ck_abort_msg("%s", gchk_message_);                                                                               \
  } while (0)

enum { GCHK_CK_MESSAGE_SIZE = 8192 };

/* Why a result without a failing tensor is no pass: the cases that are not, with their reasons. */
static inline void gchk_ck_write_reasons(const gchk_result *result, char *message, size_t size) {
  size_t used = (size_t)snprintf(message, size, "gradients not verified: %s", gchk_verdict_name(result->verdict));
  for (size_t i = 0; i < result->case_count && used < size; i++) {
    const gchk_case_result *one = &result->cases[i];
    if (one->verdict != GCHK_PASS)
      used += (size_t)snprintf(message + used, size - used, "\n%s: %s: %s", one->name, gchk_verdict_name(one->verdict),
                               one->reason);
    for (size_t k = 0; k < one->tensor_count && used < size; k++)
      if (one->tensors[k].verdict != GCHK_PASS)
        used += (size_t)snprintf(message + used, size - used, "\n%s %s: %s: %s", one->name, one->tensors[k].name,
                                 gchk_verdict_name(one->tensors[k].verdict), one->tensors[k].reason);
  }
}

/* True when the layer's gradients were checked and pass; else `message` says why not, cut to `size`. */
static inline bool gchk_ck_gradients_pass(const gchk_layer *layer, const gchk_options *options, char *message,
                                          size_t size) {
  gchk_result *result = NULL;
  gchk_error error;
  message[0] = '\0';
  if (gchk_check_layer(layer, options, &result, &error) != GCHK_OK) {
    (void)snprintf(message, size, "%s", error.message);
    return false;
  }
  bool passes = result->exit_code == 0;
  char *text = passes ? NULL : gchk_failure_text(result);
  if (text != NULL)
    (void)snprintf(message, size, "gradients are wrong:\n%s", text);
  else if (!passes)
    gchk_ck_write_reasons(result, message, size);
  free(text);
  gchk_result_free(result);
  return passes;
}

/* True when, besides, outputs and gradients are those of the built-in layer that `text` names. */
static inline bool gchk_ck_layer_agrees(const gchk_layer *layer, const char *text, const gchk_options *options,
                                        char *message, size_t size) {
  gchk_layer compared = *layer;
  gchk_reference reference;
  gchk_error error;
  if (gchk_registry_reference(&reference, text, layer, NULL, NULL, &error) != GCHK_OK) {
    (void)snprintf(message, size, "%s", error.message);
    return false;
  }
  compared.reference = &reference;
  return gchk_ck_gradients_pass(&compared, options, message, size);
}

#endif
