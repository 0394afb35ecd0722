/*
 * Checks the corpus of right code and prints a table by kind: how often all passed, and why the others did not.
 *
 *     bench_corpus [--kind NAME] [--first SEED] [--seeds N] [--small] [--verbose] [--agree [STRIDE]]
 *                  [--explain TENSOR INDEX]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "corpus/corpus.h"
#include "gradcheck/explain.h"

typedef struct arguments {
  const char *kind;
  uint64_t first, seeds;
  size_t stride;       // 0: check; else explain every stride-th element as well, and compare
  const char *explain; // a tensor, of which one element is explained instead
  size_t element;
  bool verbose, is_small; // small: the samples of the test
} arguments;

typedef struct tally {
  size_t pass, with_undecided, inconclusive, fail, other, runs;
  double seconds, slowest;
} tally;

static double seconds_now(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// The counts of one run's verdict.
static void count(const gchk_result *result, double seconds, tally *t) {
  t->runs++;
  t->seconds += seconds;
  t->slowest = seconds > t->slowest ? seconds : t->slowest;
  if (result->exit_code == 0 && result->summary.with_undecided > 0)
    t->with_undecided++;
  else if (result->exit_code == 0)
    t->pass++;
  else if (result->exit_code == 5)
    t->inconclusive++;
  else if (result->exit_code == 1)
    t->fail++;
  else
    t->other++;
}

static void add(tally *sum, const tally *t) {
  sum->pass += t->pass;
  sum->with_undecided += t->with_undecided;
  sum->inconclusive += t->inconclusive;
  sum->fail += t->fail;
  sum->other += t->other;
  sum->runs += t->runs;
  sum->seconds += t->seconds;
  sum->slowest = t->slowest > sum->slowest ? t->slowest : sum->slowest;
}

static void print_tally(const char *name, const char *precision, const tally *t) {
  printf("%-24s %-9s %5zu %9zu %7zu %5zu %5zu   %6.2f %7.1f %7.2f\n", name, precision, t->pass, t->with_undecided,
         t->inconclusive, t->fail, t->other, 100.0 * (double)(t->pass + t->with_undecided) / (double)t->runs,
         t->seconds, t->slowest);
}

static bool is_bad(gchk_verdict verdict) {
  return verdict == GCHK_INCONCLUSIVE || verdict == GCHK_FAIL || verdict == GCHK_ERROR;
}

// What is not green in a run, a line a tensor.
static void print_reasons(const corpus_sample *sample, const gchk_result *result) {
  for (size_t i = 0; i < result->case_count; i++) {
    const gchk_case_result *c = &result->cases[i];
    if (!is_bad(c->verdict))
      continue;
    printf("  %s seed %llu %s %s: %s %s\n", c->name, (unsigned long long)sample->seed,
           corpus_precision_name(sample->precision), sample->size_text, gchk_verdict_name(c->verdict), c->reason);
    for (size_t k = 0; k < c->finding_count; k++)
      printf("    %s: %s\n", c->findings[k].code, c->findings[k].text);
    for (size_t k = 0; k < c->tensor_count; k++) {
      const gchk_tensor_result *t = &c->tensors[k];
      if (!is_bad(t->verdict))
        continue;
      printf("    %s: %s: pass %zu kink %zu undecided %zu fail %zu of %zu: %s\n", t->name,
             gchk_verdict_name(t->verdict), t->elements.pass, t->elements.kink, t->elements.undecided, t->elements.fail,
             t->total, t->reason);
      for (size_t w = 0; w < t->worst_count && w < 2; w++)
        if (is_bad(t->worst[w].verdict))
          printf("      [%zu] %s analytic %.9g numeric %.9g bound %.3g\n", t->worst[w].flat,
                 gchk_verdict_name(t->worst[w].verdict), t->worst[w].analytic, t->worst[w].numeric, t->worst[w].bound);
      for (size_t f = 0; f < t->finding_count; f++)
        printf("      %s: %s\n", t->findings[f].code, t->findings[f].text);
    }
  }
}

// Explains one element in every case of the sample that has it.
static void explain(const corpus_sample *sample, const char *tensor, size_t element) {
  gchk_options options = GCHK_OPTIONS_INIT;
  options.seed = sample->seed;
  gchk_case_list list;
  gchk_error error;
  if (gchk_layer_cases(&sample->layer, &list, &error) != GCHK_OK) {
    fprintf(stderr, "bench_corpus: %s\n", error.message);
    exit(2);
  }
  for (size_t i = 0; i < list.count; i++) {
    gchk_explanation x;
    if (gchk_explain_element(&list.cases[i], &options, tensor, &element, 1, &x, &error) != GCHK_OK ||
        gchk_explanation_print(&x, stdout, &error) != GCHK_OK)
      printf("%s\n", error.message);
  }
  gchk_case_list_deinit(&list);
}

static tally run_kind(const arguments *a, const corpus_kind *kind, corpus_precision precision,
                      corpus_agreement *agreement) {
  tally t = {0};
  for (uint64_t seed = a->first; seed < a->first + a->seeds; seed++) {
    corpus_sample sample;
    corpus_sample_init(&sample, kind, seed, precision, 0, a->is_small);
    if (a->explain != NULL) {
      explain(&sample, a->explain, a->element);
      corpus_sample_deinit(&sample);
      continue;
    }
    const double start = seconds_now();
    gchk_result *result = corpus_check(&sample, NULL);
    count(result, seconds_now() - start, &t);
    if (a->verbose && result->exit_code != 0)
      print_reasons(&sample, result);
    gchk_result_free(result);
    if (a->stride > 0)
      corpus_agree(&sample, a->stride, agreement);
    corpus_sample_deinit(&sample);
  }
  if (t.runs > 0)
    print_tally(kind->name, corpus_precision_name(precision), &t);
  (void)fflush(stdout);
  return t;
}

static arguments parse(int argc, char **argv) {
  arguments a = {.seeds = 50};
  for (int i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    const bool has_value = value != NULL && value[0] != '-';
    if (strcmp(argv[i], "--verbose") == 0)
      a.verbose = true;
    else if (strcmp(argv[i], "--small") == 0)
      a.is_small = true;
    else if (strcmp(argv[i], "--agree") == 0)
      a.stride = has_value ? strtoul(argv[++i], NULL, 10) : 1;
    else if (strcmp(argv[i], "--explain") == 0 && i + 2 < argc) {
      a.explain = argv[++i];
      a.element = strtoul(argv[++i], NULL, 10);
    } else if (strcmp(argv[i], "--kind") == 0 && has_value)
      a.kind = argv[++i];
    else if (strcmp(argv[i], "--first") == 0 && has_value)
      a.first = strtoull(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--seeds") == 0 && has_value)
      a.seeds = strtoull(argv[++i], NULL, 10);
    else {
      fprintf(stderr,
              "bench_corpus: %s is not known; [--kind NAME] [--first SEED] [--seeds N] [--small] [--verbose] [--agree "
              "[STRIDE]]\n",
              argv[i]);
      exit(2);
    }
  }
  if (a.kind != NULL && corpus_find(a.kind) == NULL) {
    fprintf(stderr, "bench_corpus: there is no kind %s\n", a.kind);
    exit(2);
  }
  return a;
}

int main(int argc, char **argv) {
  const arguments a = parse(argc, argv);
  tally total[CORPUS_PRECISIONS] = {{0}};
  corpus_agreement agreement = {0};
  printf("%-24s %-9s %5s %9s %7s %5s %5s   %6s %7s %7s\n", "kind", "precision", "pass", "undecided", "inconcl", "FAIL",
         "other", "exit 0", "s", "slowest");
  for (size_t k = 0; k < corpus_kind_count; k++) {
    if (a.kind != NULL && strcmp(a.kind, corpus_kinds[k].name) != 0)
      continue;
    for (int p = 0; p < CORPUS_PRECISIONS; p++) {
      const tally t = run_kind(&a, &corpus_kinds[k], (corpus_precision)p, &agreement);
      add(&total[p], &t);
    }
  }
  for (int p = 0; p < CORPUS_PRECISIONS && a.explain == NULL; p++)
    print_tally("all", corpus_precision_name((corpus_precision)p), &total[p]);
  if (a.stride > 0)
    printf("run and explain: %zu elements, %zu disagree%s%s\n", agreement.elements, agreement.disagree,
           agreement.disagree > 0 ? "; first: " : "", agreement.first);
  return 0;
}
