/* The glossary: a row a word, in alphabetical order. */
#include "gradcheck/glossary.h"

#include <stdbool.h>

#include "gradcheck/suggest.h"

static const gchk_glossary_entry terms[] = {
    {"accumulate",
     "Backward adds to what its gradient buffer holds (+=); the caller zeroes the buffer first. The other "
     "contract is overwrite."},
    {"analytic", "The gradient that backward wrote: what is checked."},
    {"base point", "The values of inputs and parameters at which gradients are compared. Other base points are other "
                   "values, at which undecided elements are tried again."},
    {"baseline",
     "An earlier result that this run is compared with. What got worse since then is a regression, and fails "
     "the run."},
    {"below resolution",
     "The gradient passed, but beside the largest gradient of its tensor it is too small to be told "
     "from zero: it is flat or unresolved, and is counted apart from other passes."},
    {"bound",
     "How far a numeric derivative may be off: the truncation of its formula and the rounding of forward, both "
     "measured. A difference within it is no mistake that this run could tell."},
    {"cache", "A tensor that forward writes for backward to read, such as the mean and the standard deviation of a "
              "normalisation."},
    {"case",
     "A layer or a network with its shapes, values and settings: what is selected by name, runs in a process of "
     "its own, and has a verdict."},
    {"cause", "Findings of one layer that one mistake explains, put together over tensors, shapes and precisions."},
    {"central difference", "(f(x+h) - f(x-h)) / 2h, the numeric derivative: both sides of the point, so that its error "
                           "falls with the square of the step h."},
    {"contract",
     "What a layer promises beside its values: to write only its own buffers, to overwrite or to accumulate, "
     "to give the same for the same. Probes look at it."},
    {"diagnosis", "The name of the mistake behind a wrong gradient, as far as the figures prove it: a code such as "
                  "wrong-sign."},
    {"element", "One number of a tensor. Each is differentiated and judged by itself."},
    {"error bars",
     "A difference counted in units of its own error bound. A right gradient has up to about 3; wrong ones "
     "have thousands and more."},
    {"exact zero", "The gradient is 0, and no output moves by a bit however far the variable is moved: a full pass."},
    {"finding", "One thing that is wrong, or worth knowing (a note), with a stable code and its evidence."},
    {"flat",
     "The gradient is 0, and no output moves while the variable is moved by up to its own size. It passes, counted "
     "apart: a slope that rounding hides could be there."},
    {"guard zone",
     "Memory before and after each buffer that must stay as it is, and must not matter: what a call writes "
     "or reads beyond a buffer shows there."},
    {"inconclusive",
     "Nothing contradicts the gradient, but the error bound is too wide to tell right from wrong. It is "
     "not a pass: the run exits 5 unless --allow-inconclusive."},
    {"kink", "A point at which the function has a corner, as relu has at 0: two slopes, and any value between them is "
             "accepted as a gradient. Weaker than a pass, and counted apart."},
    {"mean", "The mean of |analytic - numeric| over the elements of a tensor: the figure that thresholds gate."},
    {"numeric", "The derivative by central differences of forward: what the analytic gradient is compared with."},
    {"order", "How fast the error of differences falls with the step: 2 for central differences of a smooth function."},
    {"overwrite", "Backward sets its gradient buffer (=), whatever was in it. The other contract is accumulate."},
    {"planted",
     "A case whose values have what real data has and random numbers never do: zeros, ties, equal rows, ones, an "
     "input that is just its target, ignored labels. Its name ends in /planted."},
    {"probe", "A check of the calling contract rather than of values: guard zones, repeated calls, other upstream "
              "gradients, threads, gradients left out."},
    {"reference",
     "A gradient or a layer from elsewhere that is trusted, an autograd's or a built-in one, that this one is "
     "compared with."},
    {"rounding", "What finite digits do to forward. It divides by the step, and so rises as steps get smaller."},
    {"sensitivity",
     "The share of a tensor's elements, of those that were checked one by one, at which a mistake of a given size (a "
     "sign, a factor of 2, 1 %) would have shown in this run."},
    {"skipped", "Not checked, for the reason that is given. It never counts as passed."},
    {"slack",
     "What rounding inside backward itself may have done to the analytic gradient, as measured by repeating it at "
     "values that are moved by a rounding error."},
    {"staircase",
     "A forward that rounds coarsely moves by jumps: small steps see nothing on a tread, and large ones see the "
     "mean slope."},
    {"step",
     "How far h a variable is moved to either side. Large steps see the function bend, small ones see rounding; "
     "the best lies between, at the foot of the V of the step curve."},
    {"step curve",
     "Error against step, both logarithmic: a V, whose right arm is truncation and whose left one is rounding. "
     "A wrong gradient leaves a floor that no step gets below."},
    {"suite",
     "A YAML file with a list of cases, their values and their thresholds. `gradcheck help suite` is its manual."},
    {"suppressed", "A finding that the layer's table or the suite says is known: a note until its day has passed, with "
                   "the reason, in every report."},
    {"threshold",
     "The limit that --threshold or a suite sets to the mean difference. Above it a tensor fails; a mismatch "
     "below it is waived."},
    {"tied", "Equal values, of which max and the like choose one. Tied elements are also moved together, where each by "
             "itself is on a kink."},
    {"truncation",
     "The error of a difference formula itself: how much the function bends within the step. It falls with "
     "the square of the step."},
    {"twin",
     "The same source built in double. A float layer's twin is differenced in its place, and the float backward is "
     "compared with that, to seven digits instead of three."},
    {"undecided",
     "An element that stays inconclusive after every retry. A tensor passes with a few that are scattered, or, where "
     "the layer's other shapes are decided, with those that terms cancel to; --strict tolerates none."},
    {"unresolved",
     "The gradient is not 0 and agrees with the difference, but is too small beside the largest of its tensor "
     "to be told from zero. It passes, counted apart."},
    {"upstream gradient", "The gradient of the loss by the output of a layer: what backward is given. It is drawn at "
                          "random, signed, and twice."},
    {"waived", "A mismatch beyond the error bound that passes because it is within a threshold: a note says that it is "
               "systematic."},
    {"xfail", "A case that is expected to fail, and does. If it passes, that is the failure."},
};

enum { TERMS = sizeof terms / sizeof terms[0] };

const gchk_glossary_entry *gchk_glossary_at(size_t index) {
  return index < TERMS ? &terms[index] : NULL;
}

static bool is_same_word(const char *word, const char *written) {
  for (; *word != '\0' && (*word == *written || (*word == ' ' && *written == '-')); word++)
    written++;
  return *word == '\0' && *written == '\0';
}

const gchk_glossary_entry *gchk_glossary_find(const char *word) {
  for (size_t i = 0; i < TERMS; i++)
    if (is_same_word(terms[i].word, word))
      return &terms[i];
  return NULL;
}

const gchk_glossary_entry *gchk_glossary_suggest(const char *wrong) {
  const char *words[TERMS];
  for (size_t i = 0; i < TERMS; i++)
    words[i] = terms[i].word;
  const char *nearest = gchk_suggest(wrong, words, TERMS);
  return nearest == NULL ? NULL : gchk_glossary_find(nearest);
}
