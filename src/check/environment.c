/* What machine, compiler and program a result comes from. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/arena.h"
#include "core/code_object.h"
#include "core/file_digest.h"
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

static bool add_code(gchk_result *result, const char *name, const char *path) {
  gchk_environment *environment = &result->environment;
  char digest[GCHK_DIGEST_TEXT];
  const bool is_read = gchk_file_digest_text(digest, NULL, path) == GCHK_FILE_READ;
  environment->code =
      gchk_arena_append(result->arena, environment->code, environment->code_count, sizeof *environment->code);
  const char *text = is_read ? gchk_arena_strdup(result->arena, digest) : GCHK_UNKNOWN_DIGEST;
  if (environment->code == NULL || text == NULL)
    return false;
  environment->code[environment->code_count++] = (gchk_origin){name, text};
  return true;
}

/* The program that runs, and the library where that is not a part of it. */
static bool add_own_code(gchk_result *result) {
  static const char here[] = "an address of the library", program[] = "/proc/self/exe";
  gchk_code_object own;
  result->environment.code_count = 0; // of a result that is described once more
  result->environment.code = NULL;
  if (!add_code(result, "program", program))
    return false;
  return !gchk_find_code(&own, here) || strcmp(own.file, program) == 0 || add_code(result, "libgradcheck", own.file);
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
  return result->environment.cpu != NULL && result->environment.os != NULL && add_own_code(result);
}
