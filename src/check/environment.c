/* What machine and compiler a result comes from. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/arena.h"
#include "gradcheck/check.h"

static void read_cpu_name(char *name, size_t size) {
  (void)snprintf(name, size, "unknown");
  FILE *file = fopen("/proc/cpuinfo", "r");
  if (file == NULL)
    return;
  char line[512];
  while (fgets(line, sizeof line, file) != NULL) {
    char *colon = strchr(line, ':');
    if (strncmp(line, "model name", 10) != 0 || colon == NULL)
      continue;
    line[strcspn(line, "\n")] = '\0';
    (void)snprintf(name, size, "%s", colon[1] == ' ' ? colon + 2 : colon + 1);
    break;
  }
  (void)fclose(file);
}

bool gchk_describe_environment(gchk_result *result) {
  char cpu[256], os[sizeof(struct utsname)];
  struct utsname machine;
  read_cpu_name(cpu, sizeof cpu);
  if (uname(&machine) < 0)
    (void)snprintf(os, sizeof os, "unknown");
  else
    (void)snprintf(os, sizeof os, "%s %s %s", machine.sysname, machine.release, machine.machine);
#ifdef __clang__
  const char *compiler = "clang " __clang_version__;
#else
  const char *compiler = "gcc " __VERSION__;
#endif
  result->environment.cpu = gchk_arena_strdup(result->arena, cpu);
  result->environment.os = gchk_arena_strdup(result->arena, os);
  result->environment.compiler = compiler;
  return result->environment.cpu != NULL && result->environment.os != NULL;
}
