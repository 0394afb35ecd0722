/* Commands of the user's as processes, each in a group of its own, with an end. */
#ifndef GCHK_MUTATE_CHILD_COMMAND_H
#define GCHK_MUTATE_CHILD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/arena.h"
#include "gradcheck/status.h"

/* What is written in a command in place of the value: "{source}". */
typedef struct gchk_place_holder {
  const char *name, *value;
} gchk_place_holder;

/* The command with the values in their places, ended by NULL, of `arena`. GCHK_NO_MEMORY. */
gchk_status gchk_fill_command(char ***filled, const char *const *command, const gchk_place_holder *values, size_t count,
                              gchk_arena *arena, gchk_error *error) GCHK_MUST_USE;

typedef struct gchk_command_limits {
  double cpu_s;  /* of each process; 0: none */
  double wall_s; /* of the whole; 0: none */
} gchk_command_limits;

typedef struct gchk_running {
  pid_t pid; /* 0: none */
  double ends;
} gchk_running;

typedef struct gchk_ended {
  int exit_status; /* 128 + the number of a signal that ended it */
  double cpu_s;    /* of it and of all that it waited for */
} gchk_ended;

/* Starts it with no input; what it prints goes over the file `log`, whose folder is its TMPDIR. GCHK_IO. */
gchk_status gchk_start_command(gchk_running *running, char *const *command, const char *log,
                               const gchk_command_limits *limits, gchk_error *error) GCHK_MUST_USE;

/* Has it ended? One that is over its time is killed with all its group. */
bool gchk_has_ended(gchk_running *running, gchk_ended *ended);

/* Ends it: by SIGTERM first, and two seconds later by SIGKILL. */
void gchk_stop_command(gchk_running *running);

#endif
