/* Headings, examples and exit statuses: what --help and the manual pages say alike. */
#include "options/help_texts.h"

#include <string.h>

#include "options/options.h"

/* Which options a heading is for: from this one to the next of these, in the order of the table. */
static const struct {
  const char *first, *title;
} groups[] = {
    {"filter", "Which cases"},
    {"seed", "What is checked of them, and against what"},
    {"fail-fast", "How the run goes"},
    {"text", "Reports"},
    {"baseline", "Gates and baselines"},
    {"function", "Which places are changed, and how many of the changes must be caught"},
    {"output", "What is written"},
    {"svg", "Graphs"},
    {"iterations", "Training"},
    {"color", "Display and help"},
};

static const char *heading_of(const char *name) {
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
    if (strcmp(groups[i].first, name) == 0)
      return groups[i].title;
  return NULL;
}

const cli_option *cli_next_option(unsigned command, size_t *index, const char **heading) {
  for (*heading = NULL; *index < cli_option_count;) {
    const cli_option *option = &cli_option_table[(*index)++];
    const char *next = heading_of(option->name);
    *heading = next != NULL ? next : *heading;
    if ((option->commands & command) != 0)
      return option;
  }
  return NULL;
}

static const cli_example examples[] = {
    {0, "gradcheck new layer.c", "begin with a layer that passes"},
    {0, "gradcheck init kernels.h", "or with the functions that you have"},
    {0, "gradcheck run mine.so", "check the layers of a plug-in"},
    {0, "gradcheck run suite.yaml --html report.html", "check a suite, and make a page"},
    {0, "gradcheck explain 'affine:W[0,7]' mine.so", "why this element is right or wrong"},
    {0, "gradcheck explain zero-gradient", "what a word of a report means"},
    {CMD_RUN, "gradcheck run mine.so", "all layers, in all their shapes"},
    {CMD_RUN, "gradcheck run mine.so --filter 'conv*' --filter '-*3d'", "some of them"},
    {CMD_RUN, "gradcheck run mine.so --last-failed r.json --json r.json", "what failed last time"},
    {CMD_RUN, "gradcheck run mine.so --compare mine=conv2d", "beside a layer that is trusted"},
    {CMD_RUN, "gradcheck run mine.so --seeds 5 --fail-fast", "with more values"},
    {CMD_RUN, "gradcheck run mine.so --junit r.xml --baseline b.json", "in CI"},
    {CMD_LIST, "gradcheck list mine.so", "cases, tensors and shapes"},
    {CMD_LIST, "gradcheck list mine.so --json -", "the same for a program"},
    {CMD_EXPLAIN, "gradcheck explain 'affine:W[0,7]' mine.so", "all steps of one element"},
    {CMD_EXPLAIN, "gradcheck explain zero-gradient", "what a finding means, and what to do"},
    {CMD_EXPLAIN, "gradcheck explain affine:W mine.so", "the worst element of a tensor"},
    {CMD_EXPLAIN, "gradcheck explain affine mine.so --svg v.svg", "of a case; and its errors, drawn"},
    {CMD_EXPLAIN, "gradcheck explain kink", "what a word means; all: codes, words"},
    {CMD_GRAPH, "gradcheck graph two-layer-net", "values and gradients, drawn with characters"},
    {CMD_GRAPH, "gradcheck graph two-layer-net --svg net.svg", "as a drawing"},
    {CMD_TRAIN, "gradcheck train", "digits, by stochastic gradient descent"},
    {CMD_TRAIN, "gradcheck train digits --check-every 500 --weights w.npz", "checked on the way, and kept"},
    {CMD_EVALUATE, "gradcheck evaluate digits --weights w.npz", "how good these weights are"},
    {CMD_REPORT, "gradcheck report result.json --html report.html", "a page, without running again"},
    {CMD_DIFF, "gradcheck diff before.json after.json", "what got worse"},
    {CMD_DIFF, "gradcheck diff before.json after.json --renamed a:W=w", "with a tensor that was renamed"},
    {CMD_MERGE, "gradcheck merge 1.json 2.json --json all.json", "two shards are one run"},
    {CMD_ACCEPT, "gradcheck accept result.json base.json", "later runs are compared with this one"},
    {CMD_NEW, "gradcheck new layer.c", "a layer in C, for your functions to go into"},
    {CMD_NEW, "gradcheck new layer.cpp", "the same in C++17"},
    {CMD_INIT, "gradcheck init kernels.h", "kernels_gradcheck.c, from the prototypes"},
    {CMD_INIT, "gradcheck init kernels.h -o -", "to look at it first"},
    {CMD_MUTATE, "gradcheck mutate layer.c", "a plug-in of one file"},
    {CMD_MUTATE, "gradcheck mutate kernels.c -- cc -shared -fPIC {source} layer.c -o {output} -lm", "of several"},
    {CMD_MUTATE, "gradcheck mutate layer.c --limit 50 --min-score 98%", "a sample, in CI"},
};

const cli_example *cli_next_example(unsigned command, size_t *index) {
  while (*index < sizeof examples / sizeof examples[0]) {
    const cli_example *example = &examples[(*index)++];
    if (example->command == command)
      return example;
  }
  return NULL;
}

const char cli_exit_codes[] =
    "Exit status: 0 everything asked for was checked and passed; 1 a gradient is wrong, a contract is broken, a\n"
    "baseline regressed or a mutant survived; 2 bad usage or input; 3 could not finish; 4 nothing was checked; 5\n"
    "nothing is wrong but something is inconclusive.\n";
