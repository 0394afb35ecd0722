/* Launchers tell by the environment: Open MPI, and what MPICH and its relatives use (PMI). */
#include "options/part_of_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct launcher {
  const char *rank, *size;
  const char
      *local_size; // programs on this machine, and a folder there for as long as they run; NULL: it tells of none
  const char *folder;
} launcher;

static const launcher launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE", "PMIX_SERVER_TMPDIR"},
    {"PMI_RANK", "PMI_SIZE", NULL, NULL}};

static unsigned long number(const char *name) {
  const char *text = getenv(name);
  return text != NULL ? strtoul(text, NULL, 10) : 0;
}

static bool can_write_to(const char *folder) {
  struct stat there;
  (void)mkdir(folder, 0777); // or it is there
  return stat(folder, &there) == 0 && S_ISDIR(there.st_mode) && access(folder, W_OK | X_OK) == 0;
}

// A program of several that were started together, but not the first: all that it does is to help. What is about
// results is the first one's, and so is what may be wrong with it.
static void help(cli_options *options, unsigned long rank, unsigned long size) {
  options->helps = options->quiet = true;
  options->shard = rank;
  options->shards = size - 1;
  for (size_t i = 0; i < GCHK_FORMAT_COUNT; i++)
    options->reports[i] = NULL;
  options->html_dir = options->events = options->dump = options->baseline = options->save_baseline = NULL;
  options->renamed.count = 0;
  options->force = options->divided = false;
  options->min_reach = 0;
}

// The launcher that has started several programs, NULL: none has, or the shard is told.
static const launcher *find_launcher(const cli_options *options) {
  for (size_t i = 0; i < sizeof launchers / sizeof launchers[0] && options->shards < 2; i++)
    if (number(launchers[i].size) > 1)
      return &launchers[i];
  return NULL;
}

// Programs that are all on one machine meet in a folder of their launcher's, which goes with them.
static void find_store(cli_options *options, const launcher *by) {
  enum { LONGEST = 4096 };
  static char store[LONGEST];
  const char *folder = by->folder != NULL ? getenv(by->folder) : NULL;
  if (folder == NULL || number(by->local_size) != number(by->size) || access(folder, W_OK | X_OK) != 0)
    return;
  const int length = snprintf(store, sizeof store, "%s/gradcheck", folder);
  if (length > 0 && (size_t)length < sizeof store)
    options->store = store;
}

bool cli_take_part(cli_options *options, char *problem, size_t size) {
  const launcher *by = find_launcher(options);
  const unsigned long programs = by != NULL ? number(by->size) : 1, rank = by != NULL ? number(by->rank) : 0;
  problem[0] = '\0';
  if (options->store == NULL && by != NULL)
    find_store(options, by);
  const bool can_meet = options->store != NULL || by == NULL;
  if (!can_meet && rank == 0)
    (void)snprintf(problem, size,
                   "%lu programs were started together: give them --store DIR, an empty folder that all of them see, "
                   "in which they meet",
                   programs);
  else if (options->store != NULL && !can_write_to(options->store))
    (void)snprintf(problem, size, "--store %s: no folder that can be written to", options->store);
  if (problem[0] != '\0' || !can_meet)
    return false;
  if (rank > 0)
    help(options, rank, programs);
  return true;
}
