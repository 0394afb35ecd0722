/*
 * Would the check have caught it? Backward's source is changed in one place at a time (+ for -, * for /, an index one
 * further, a constant doubled, a term dropped), compiled by the user's own command, and checked. A change that passes
 * has survived: a mistake there would go unseen.
 *
 *     const char *const compile[] = {"cc", "-O1", "-shared", "-fPIC", "{source}", "-o", "{output}", NULL};
 *     const char *const check[] = {"gradcheck", "run", "{output}", "--timeout", "{timeout}", NULL};
 *     gchk_mutation_options options = GCHK_MUTATION_OPTIONS_INIT;
 *     options.compile = compile;
 *     options.check = check;
 *     gchk_mutation *mutation;
 *     status = gchk_mutate("kernels.c", &options, &mutation, &error);
 *
 * The source is never written: what is compiled is a copy in a temporary folder, with the same lines, file name
 * (__FILE__) and includes, and every compilation and check is a process of its own.
 */
#ifndef GRADCHECK_MUTATE_H
#define GRADCHECK_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gradcheck/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gchk_fate {
  GCHK_UNTRIED = 0, /* the run was interrupted before */
  GCHK_CAUGHT,      /* the check does not pass: it fails, crashes, takes too long, or cannot decide */
  GCHK_SURVIVED,
  GCHK_UNCOMPILED, /* it is no C */
  GCHK_SAME_CODE,  /* the compiler makes the same machine code of it: nothing was changed */
  GCHK_ARGUED,     /* survived, and was argued to compute the same */
  GCHK_NEVER_RUNS  /* the check does not call its function at all, and can tell nothing of it */
} gchk_fate;
enum { GCHK_FATES = GCHK_NEVER_RUNS + 1 };

/* One change of the source: `length` bytes at `at` become `text`. */
typedef struct gchk_mutant {
  const char *function;
  const char *what; /* "- for +", "index + 1" */
  int line;
  size_t at, length;
  const char *text;
  const char *before, *after; /* its line without what indents it; lines that it goes over are joined by a blank */
  gchk_fate fate;
  const char *reason; /* of one that was argued, also where it was caught in the end; else NULL */
} gchk_mutant;

typedef struct gchk_mutation {
  const char *path;
  gchk_mutant *mutants;              /* in the order of the source */
  size_t mutant_count, all_count;    /* those that were to be tried, and those that there are */
  size_t fates[GCHK_FATES];          /* how many of each */
  double score;                      /* caught of caught and survived; NaN where there are none */
  double compile_cpu_s, check_cpu_s; /* of the unmutated source */
  struct gchk_arena *arena;
} gchk_mutation;

typedef struct gchk_mutation_options {
  size_t size;                   /* sizeof of this struct, by GCHK_MUTATION_OPTIONS_INIT */
  const char *const *compile;    /* a command, ended by NULL: {source} and {output} are the files in their places */
  const char *const *check;      /* likewise {output}, and {timeout} for seconds; exit status 0: nothing was found */
  const char *functions;         /* "NAME,NAME"; NULL: those that are backward's own */
  const char *equivalent;        /* a file of changes that compute the same, each with the reason; NULL: none */
  size_t jobs;                   /* mutants at a time; 0: one a processor */
  uint64_t limit;                /* a sample of so many mutants; 0: all */
  uint64_t seed;                 /* of the sample */
  double timeout_s;              /* {timeout} for the unmutated source, and the most for a mutant; 0: no limit */
  const volatile int *interrupt; /* not 0: end; NULL: goes on to the end */
  void (*progress)(void *context, size_t done, size_t total); /* after each mutant; NULL: nobody asks */
  void *context;
} gchk_mutation_options;

#define GCHK_MUTATION_OPTIONS_INIT                                                                                     \
  { .size = sizeof(gchk_mutation_options), .timeout_s = 60 }

/*
 * Finds the mutants of the source at `path` without trying any: of `functions`, or of what is backward's own where it
 * is NULL. The caller frees *mutation by gchk_mutation_free. GCHK_INVALID (not C as far as it has to be, no such
 * function), GCHK_IO, GCHK_NO_MEMORY.
 */
GCHK_API gchk_status gchk_mutants_find(gchk_mutation **mutation, const char *path, const char *functions,
                                       gchk_error *error) GCHK_MUST_USE;

/*
 * Finds them and tries each. Costs one compilation, and of what compiles to other code one check, a mutant; and the
 * same of the unmutated source, with a call that ends the program in all functions, and in each that has survivors.
 * GCHK_INVALID also: the unmutated source does not compile or does not pass; what the command compiles is not
 * {source}; an entry of `equivalent` is of no mutant.
 * GCHK_INTERRUPTED by `interrupt`: *mutation is there, and those not tried are GCHK_UNTRIED. Else it is NULL where this
 * fails.
 */
GCHK_API gchk_status gchk_mutate(const char *path, const gchk_mutation_options *options, gchk_mutation **mutation,
                                 gchk_error *error) GCHK_MUST_USE;

GCHK_API void gchk_mutation_free(gchk_mutation *mutation);

/* The survivors, a block each as the file of equivalents has them, and a line with the numbers. GCHK_IO. */
GCHK_API gchk_status gchk_mutation_print(const gchk_mutation *mutation, FILE *out, gchk_error *error) GCHK_MUST_USE;

/* Every mutant with its fate, as JSON; "-" is standard output. GCHK_IO, GCHK_NO_MEMORY. */
GCHK_API gchk_status gchk_mutation_save(const gchk_mutation *mutation, const char *path,
                                        gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
