/*
 * Every code that a finding can have, with what it means. Codes are stable: people put them into scripts.
 *
 * X(code, sentence). A probe finds a broken contract, a diagnosis names the mistake behind a wrong gradient, a
 * judgement is of figures, thresholds and expectations.
 */
#ifndef GCHK_RESULT_FINDING_CODES_H
#define GCHK_RESULT_FINDING_CODES_H

#include <string.h>

#define GCHK_PROBE_CODES(X)                                                                                            \
  X("guard-zone", "A call wrote outside a buffer.")                                                                    \
  X("reads-beyond-buffer", "What a call computes depends on the memory beside a buffer.")                              \
  X("writes-input", "A call changed an input, a parameter, an index or a constant, which it may only read.")           \
  X("writes-cache", "Backward changed a cache or an output that forward wrote.")                                       \
  X("writes-upstream", "Backward changed the upstream gradient without declaring upstream_clobbered.")                 \
  X("forward-writes-gradient", "Forward changed the gradient of an input or a parameter.")                             \
  X("forward-not-repeatable", "Two forwards on the same values gave different outputs: no difference means anything.") \
  X("backward-not-repeatable", "Two backwards after forwards on the same values gave different gradients.")            \
  X("backward-consumes-state", "A second backward after one forward gave other gradients: a note.")                    \
  X("unwritten-output", "Forward left elements of an output as they were.")                                            \
  X("reads-unwritten", "The result depends on what was in an output, cache or scratch buffer before forward.")         \
  X("unwritten-gradient", "Backward left elements of a gradient as they were and overwrote others.")                   \
  X("overwrites-gradient", "Backward overwrites a gradient that it declares to accumulate into.")                      \
  X("accumulates-gradient", "Backward accumulates into a gradient that it declares to overwrite.")                     \
  X("mixed-gradient-rule", "Backward overwrites some gradients and accumulates into others of the same kind.")         \
  X("reads-gradient", "A gradient depends on what was in the gradient buffers, in another way than by adding to it.")  \
  X("ignores-upstream", "Backward does not look at the upstream gradient.")                                            \
  X("not-linear-in-upstream", "Backward is not linear in the upstream gradient.")                                      \
  X("stale-state", "Gradients depend on an earlier call's values.")                                                    \
  X("null-gradient", "Leaving out an optional gradient changes another one.")                                          \
  X("batch-inconsistent", "The gradient of a batch is not that of its samples, although the outputs are.")             \
  X("thread-dependent", "Results under several threads differ by more than the order of additions explains.")

#define GCHK_DIAGNOSIS_CODES(X)                                                                                        \
  X("non-finite-gradient", "The gradient is not finite where the function has a finite derivative.")                   \
  X("zero-gradient", "The gradient is exactly zero where the derivative is not.")                                      \
  X("constant-ratio", "The gradient is the derivative times one factor.")                                              \
  X("wrong-sign", "The gradient is the negative of the derivative.")                                                   \
  X("wrong-sign-in-region", "The gradient has the wrong sign on one side of a branch only.")                           \
  X("wrong-in-region", "The gradient is wrong on one side of a branch only.")                                          \
  X("ratio-in-region", "The gradient is off by one factor on one side of a branch only.")                              \
  X("transposed", "The gradient is that of the transposed tensor, or has its axes permuted.")                          \
  X("reversed-axis", "The gradient runs backwards along an axis.")                                                     \
  X("shifted-axis", "The gradient is shifted along an axis.")                                                          \
  X("permuted-elements", "The gradient holds the right values at the wrong elements.")                                 \
  X("swapped-tensors", "The gradient is that of another tensor.")                                                      \
  X("jacobian-not-transposed", "Backward multiplies by the Jacobian instead of its transpose.")                        \
  X("identity-backward", "The gradient is the upstream gradient itself.")                                              \
  X("diagonal-only", "Only the diagonal of the Jacobian was used.")                                                    \
  X("upstream-ignored", "The gradient is that of the plain sum of the outputs.")                                       \
  X("upstream-function", "The gradient uses another function of the upstream gradient: its square, size, or sign.")    \
  X("upstream-one-element", "One element of the upstream gradient was used for all.")                                  \
  X("one-sample-only", "Only one index of a batch or time axis contributes.")                                          \
  X("sample-reused", "Values or upstream gradients of one sample were used for all of them.")                          \
  X("one-contribution-only", "Of several contributions to an element only one was kept: `=` for `+=`.")                \
  X("path-lost", "One of several ways from an element to the outputs does not contribute.")                            \
  X("missing-tail", "Elements at the end of an axis were left out.")                                                   \
  X("wrong-at-index", "Only some indices of an axis are wrong.")                                                       \
  X("wrong-at-border", "Only elements at the border are wrong: padding, stride, or clipped windows.")                  \
  X("wrong-where-repeated", "Only elements that are used more than once are wrong.")                                   \
  X("wrong-at-ties", "Only elements that are tied with another are wrong.")                                            \
  X("wrong-derivative", "The gradient is another function's derivative.")                                              \
  X("missing-mean-term", "What is missing is constant along each row: a term with the mean of the upstream gradient.") \
  X("missing-variance-term", "What is missing is a multiple of x: a variance term, N-1 for N, or another eps.")        \
  X("missing-sum-term", "What is missing is a multiple of the output: the sum over a softmax row.")                    \
  X("wrong-tensor-read", "Backward reads one tensor where it should read another.")                                    \
  X("epsilon-mismatch", "The error falls with the scale of the input: another eps in backward than in forward.")       \
  X("single-precision", "The gradient of a double layer has only single precision.")                                   \
  X("mode-ignored", "Backward does the same in train and eval, forward does not.")                                     \
  X("unclassified", "The mistake fits none of the known classes.")

#define GCHK_JUDGEMENT_CODES(X)                                                                                        \
  X("first-wrong", "Going backward through a network, the first node that passes on a wrong gradient.")                \
  X("threshold-exceeded", "The mean absolute difference is above the threshold.")                                      \
  X("systematic-mismatch", "A mismatch beyond the error bound, but within the threshold.")                             \
  X("many-kinks", "Many elements sit on a kink, where any slope between the two sides is right.")                      \
  X("update-differs", "The layer's fast update gives other outputs than its forward.")                                 \
  X("reference-differs", "The gradient differs from one that was computed elsewhere.")                                 \
  X("option-ignored", "With an option at another value the gradient is right: backward does not account for it.")      \
  X("dead-units", "Units of a network are zero for every sample, and so are their gradients.")                         \
  X("screened", "A large tensor was compared along random directions before elements were.")                           \
  X("expected-value", "An output differs from the value that the case expects.")                                       \
  X("expected-gradient", "A gradient differs from the one that the case expects.")                                     \
  X("expected-failure", "A case failed that is expected to.")                                                          \
  X("unexpected-pass", "A case passed that is expected to fail.")

typedef struct gchk_finding_code {
  const char *code, *meaning;
} gchk_finding_code;

#define GCHK_FINDING_ROW(code, meaning) {code, meaning},
static const gchk_finding_code gchk_finding_codes[] = {
    GCHK_PROBE_CODES(GCHK_FINDING_ROW) GCHK_DIAGNOSIS_CODES(GCHK_FINDING_ROW) GCHK_JUDGEMENT_CODES(GCHK_FINDING_ROW)};
#undef GCHK_FINDING_ROW
enum { GCHK_FINDING_CODE_COUNT = sizeof(gchk_finding_codes) / sizeof(gchk_finding_codes[0]) };

/* What a code means; NULL for one that is not in the table. */
static inline const char *gchk_finding_meaning(const char *code) {
  for (size_t i = 0; i < GCHK_FINDING_CODE_COUNT; i++)
    if (strcmp(gchk_finding_codes[i].code, code) == 0)
      return gchk_finding_codes[i].meaning;
  return NULL;
}

#endif
