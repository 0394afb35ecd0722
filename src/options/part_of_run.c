/* Launchers tell by the environment: Open MPI, and what MPICH and its relatives use (PMI). */
#include "options/part_of_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct launcher {
  const char *rank, *size;
} launcher;

static const launcher launchers[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, {"PMI_RANK", "PMI_SIZE"}};

static unsigned long number(const char *name) {
  const char *text = getenv(name);
  return text != NULL ? strtoul(text, NULL, 10) : 0;
}

static bool can_write_to(const char *folder) {
  struct stat there;
  (void)mkdir(folder, 0777); // or it is there
  return stat(folder, &there) == 0 && S_ISDIR(there.st_mode) && access(folder, W_OK | X_OK) == 0;
}

// A program of several that were started together, but not the first: all that it does is to help.
static void help(cli_options *options, unsigned long rank, unsigned long size) {
  options->helps = options->quiet = true;
  options->shard = rank;
  options->shards = size - 1;
  for (size_t i = 0; i < GCHK_FORMAT_COUNT; i++)
    options->reports[i] = NULL;
  options->html_dir = options->events = options->dump = options->baseline = options->save_baseline = NULL;
}

// How many programs were started together: at most 1 without a launcher, or where the shard is told.
static unsigned long find_rank(const cli_options *options, unsigned long *rank) {
  unsigned long size = 0;
  *rank = 0;
  for (size_t i = 0; i < sizeof launchers / sizeof launchers[0] && size < 2 && options->shards < 2; i++) {
    size = number(launchers[i].size);
    *rank = number(launchers[i].rank);
  }
  return size;
}

bool cli_take_part(cli_options *options, char *problem, size_t size) {
  unsigned long rank;
  const unsigned long programs = find_rank(options, &rank);
  problem[0] = '\0';
  if (options->store == NULL && programs > 1 && rank == 0)
    (void)snprintf(problem, size,
                   "%lu programs were started together: give them --store DIR, an empty folder that all of them see, "
                   "in which they meet",
                   programs);
  else if (options->store != NULL && !can_write_to(options->store))
    (void)snprintf(problem, size, "--store %s: no folder that can be written to", options->store);
  if (problem[0] != '\0' || (options->store == NULL && programs > 1))
    return false;
  if (rank > 0)
    help(options, rank, programs);
  return true;
}
