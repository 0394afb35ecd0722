/* gradcheck mutate SOURCE: mistakes put into backward, one at a time, and those that a run of its plug-in misses. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cflags.h"
#include "commands.h"
#include "common.h"
#include "gradcheck/mutate.h"
#include "process/signals.h"

enum { PATH_SIZE = 4096, EXIT_NOTHING = 4, RUN_ARGUMENTS = 16 };

/* `gradcheck run` of what was compiled, with this command's options that are a run's too: `words` has room for all. */
static void write_run(const char **words, const cli_options *options, const char *memory) {
  const char *const run[] = {"/proc/self/exe", "run",       "{output}", "--quiet", "--fail-fast", "--jobs", "1",
                             "--timeout",      "{timeout}", "--memory", memory};
  size_t count = 0;
  for (size_t i = 0; i < sizeof run / sizeof run[0]; i++)
    words[count++] = run[i];
  for (size_t i = 2, next = 0; i < options->recorded_count; i++) // behind "gradcheck mutate"
    if (next < options->argument_count && options->recorded[i] == options->arguments[next])
      next++;
    else
      words[count++] = options->recorded[i];
  words[count] = NULL;
}

static const char *usual_compiler(const char *source) {
  const char *dot = strrchr(source, '.');
  return dot == NULL || strcmp(dot, ".c") == 0 ? "cc" : "c++";
}

static void tell_progress(void *context, size_t done, size_t total) {
  (void)context;
  (void)fprintf(gchk_errors(), "\r%zu of %zu mutants%s", done, total, done == total ? "\r\033[K" : "");
  (void)fflush(gchk_errors());
}

static int report(const gchk_mutation *mutation, const cli_options *options, gchk_error *error) {
  if (gchk_mutation_print(mutation, gchk_output(), error) != GCHK_OK)
    return cli_fail_writing(error);
  const char *json = options->reports[GCHK_JSON];
  if (json != NULL && gchk_mutation_save(mutation, json, error) != GCHK_OK)
    return cli_fail_writing(error);
  if (isnan(mutation->score))
    return EXIT_NOTHING;
  return mutation->score < options->min_score ? EXIT_WRONG : 0;
}

static int mutate(const cli_options *options, const gchk_mutation_options *mutating) {
  gchk_error error;
  gchk_mutation *mutation;
  const gchk_status status = gchk_mutate(options->arguments[0], mutating, &mutation, &error);
  int code = status == GCHK_OK ? 0 : cli_fail(&error);
  if (mutation != NULL) {
    const int reported = report(mutation, options, &error);
    code = code == 0 ? reported : code;
  }
  gchk_mutation_free(mutation);
  return code;
}

int cli_mutate(const cli_options *options) {
  char include[PATH_SIZE + 2] = "-I", memory[32];
  const char *usual[] = {usual_compiler(options->arguments[0]),
                         "-O1",
                         "-shared",
                         "-fPIC",
                         include,
                         "{source}",
                         "-o",
                         "{output}",
                         "-lm",
                         NULL};
  const char *shell[] = {"sh", "-c", options->check, NULL};
  const char **words = calloc(options->recorded_count + options->argument_count + RUN_ARGUMENTS, sizeof *words);
  if (words == NULL) {
    cli_complain("out of memory");
    return EXIT_UNFINISHED;
  }
  int code = EXIT_UNFINISHED;
  (void)snprintf(memory, sizeof memory, "%llu", (unsigned long long)options->memory_mib);
  write_run(words, options, memory);
  const char **compile = words + options->recorded_count + RUN_ARGUMENTS;
  for (size_t i = 1; i < options->argument_count; i++)
    compile[i - 1] = options->arguments[i];
  gchk_mutation_options mutating = GCHK_MUTATION_OPTIONS_INIT;
  mutating.compile = options->argument_count > 1 ? compile : usual;
  mutating.check = options->check != NULL ? shell : words;
  mutating.functions = options->functions;
  mutating.equivalent = options->equivalent;
  mutating.jobs = options->jobs;
  mutating.limit = options->limit;
  mutating.seed = options->seed;
  mutating.timeout_s = options->timeout_s;
  mutating.interrupt = cli_catch_signals(false);
  mutating.progress = isatty(gchk_errors_descriptor()) ? tell_progress : NULL;
  if (options->argument_count > 1 || cli_find_headers(include + 2, PATH_SIZE))
    code = mutate(options, &mutating);
  free(words);
  return code;
}
