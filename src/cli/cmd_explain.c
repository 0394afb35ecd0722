/* gradcheck explain CASE:TENSOR[i,j]: one element, given or the worst, and why it got its verdict. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "explain_code.h"
#include "gradcheck/explain.h"
#include "gradcheck/layers.h"
#include "options/texts.h"
#include "targets.h"

typedef struct place {
  const char *case_name, *tensor; // of texts
  size_t index[GCHK_MAX_RANK], rank;
} place;

// "case:tensor[1,2]"; the last colon divides, for case names may have colons. Without brackets: rank 0.
static bool parse_place(const char *text, cli_texts *texts, place *p) {
  const char *bracket = strrchr(text, '[');
  size_t length = bracket != NULL ? (size_t)(bracket - text) : strlen(text);
  size_t colon = length;
  while (colon > 0 && text[colon - 1] != ':')
    colon--;
  if (colon < 2 || length - colon == 0 || length > INT_MAX)
    return false;
  *p = (place){.case_name = cli_texts_add(texts, "%.*s", (int)(colon - 1), text),
               .tensor = cli_texts_add(texts, "%.*s", (int)(length - colon), text + colon)};
  if (bracket == NULL)
    return true;
  const char *at = bracket + 1;
  while (*at >= '0' && *at <= '9' && p->rank < GCHK_MAX_RANK) {
    char *end;
    p->index[p->rank++] = strtoull(at, &end, 10);
    at = *end == ',' ? end + 1 : end;
  }
  return p->rank > 0 && at[0] == ']' && at[1] == '\0';
}

static int show(const gchk_explanation *x, const char *svg) {
  gchk_error error;
  if (svg != NULL && gchk_explanation_draw(x, svg, &error) != GCHK_OK)
    return cli_fail_writing(&error);
  if (!cli_is_stdout(svg) && gchk_explanation_print(x, gchk_output(), &error) != GCHK_OK)
    return cli_fail_writing(&error);
  return x->verdict == GCHK_FAIL ? EXIT_WRONG : x->verdict == GCHK_INCONCLUSIVE ? EXIT_UNDECIDED : 0;
}

/* The case, and where in it: a case's whole name, or CASE:TENSOR with indices or without. NULL: there is none. */
static const gchk_case *find_place(const cli_targets *targets, const char *text, cli_texts *texts, place *p,
                                   gchk_error *error) {
  *p = (place){.tensor = NULL};
  const gchk_case *c = cli_targets_find(targets, text, error);
  if (c != NULL || strchr(text, ':') == NULL)
    return c;
  if (!parse_place(text, texts, p)) {
    (void)gchk_fail(error, GCHK_INVALID,
                    "'%s' is no element; write CASE:TENSOR[I,J], as in 'two-layer-net:W1[0,7]', or CASE:TENSOR for its "
                    "worst one",
                    text);
    return NULL;
  }
  if (p->case_name == NULL || p->tensor == NULL) {
    (void)cli_fail_memory(error, "a name");
    return NULL;
  }
  return cli_targets_find(targets, p->case_name, error);
}

static int explain(const cli_targets *targets, const cli_options *options, cli_texts *texts) {
  gchk_error error;
  place p;
  gchk_explanation x;
  gchk_options check = GCHK_OPTIONS_INIT;
  check.seed = options->seed;
  check.step = options->step;
  const gchk_case *c = find_place(targets, options->arguments[0], texts, &p, &error);
  if (c == NULL)
    return cli_is_almost_word(options->arguments[0]) ? cli_refuse_word(options->arguments[0]) : cli_fail(&error);
  const gchk_status status = p.rank == 0 ? gchk_explain_worst(c, &check, p.tensor, &x, &error)
                                         : gchk_explain_element(c, &check, p.tensor, p.index, p.rank, &x, &error);
  return status == GCHK_OK ? show(&x, options->svg) : cli_fail(&error);
}

int cli_explain(const cli_options *options) {
  gchk_error error;
  cli_targets *targets;
  cli_texts texts = {0};
  if (options->argument_count == 1 && cli_is_word(options->arguments[0]))
    return cli_explain_word(options->arguments[0]);
  if (cli_targets_open(&targets, options->arguments + 1, options->argument_count - 1, options->arguments[0], options,
                       &error) != GCHK_OK)
    return cli_fail(&error);
  gchk_blas_set_threads(1);
  const int code = explain(targets, options, &texts);
  cli_targets_close(targets);
  cli_texts_deinit(&texts);
  return code;
}
