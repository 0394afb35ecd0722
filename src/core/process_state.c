/* "PID (NAME) STATE PARENT ...", where the name may have anything in it (proc(5), /proc/pid/stat). */
#include "core/process_state.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char gchk_process_state(const char *folder, pid_t *parent) {
  char path[128], text[512];
  (void)snprintf(path, sizeof path, "%s/stat", folder);
  FILE *file = fopen(path, "r");
  const size_t length = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file != NULL)
    (void)fclose(file);
  text[length] = '\0';
  const char *end = strrchr(text, ')');
  const bool is_there = end != NULL && strlen(end) >= sizeof ") S 1" - 1;
  if (parent != NULL)
    *parent = is_there ? (pid_t)strtol(end + sizeof ") S" - 1, NULL, 10) : -1;
  return is_there ? end[2] : '\0';
}
