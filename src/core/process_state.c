/* "PID (NAME) STATE PARENT ...", where the name may have anything in it (proc(5), /proc/pid/stat). */
#include "core/process_state.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file_start.h"

char gchk_process_state(const char *folder, pid_t *parent) {
  char path[128], text[512];
  (void)snprintf(path, sizeof path, "%s/stat", folder);
  gchk_file_start(path, text, sizeof text);
  const char *end = strrchr(text, ')');
  const bool is_there = end != NULL && strlen(end) >= sizeof ") S 1" - 1;
  if (parent != NULL)
    *parent = is_there ? (pid_t)strtol(end + sizeof ") S" - 1, NULL, 10) : -1;
  return is_there ? end[2] : '\0';
}
