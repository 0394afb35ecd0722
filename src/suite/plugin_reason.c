/* The loader's reasons, by words that are in them. */
#include "suite/plugin_reason.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first whose word is in the reason says what to do. */
static const struct {
  const char *word, *remedy;
} remedies[] = {
    {"undefined symbol: _ZN", "name the C++ source or library that has it in the command that links the plug-in"},
    {"undefined symbol: _Z", "a function of C that is declared as one of C++ wants extern \"C\" around its header; "
                             "otherwise name the source that has it in the command that links the plug-in"},
    {"undefined symbol: omp_", "it is OpenMP's: compile and link the plug-in with -fopenmp"},
    {"undefined symbol: GOMP_", "it is OpenMP's: link the plug-in with -fopenmp"},
    {"undefined symbol: __kmpc_", "it is OpenMP's: link the plug-in with -fopenmp"},
    {"undefined symbol: ", "name the source or library that has it in the command that links the plug-in: cc "
                           "$(gradcheck --cflags) -shared -fPIC -o layer.so layer.c kernels.c -lm; where it is an "
                           "inline function of C99, which no object has, compile with -fgnu89-inline, or make it "
                           "static inline"},
    {"ET_DYN", "it is an object; link it: cc -shared -fPIC -o layer.so layer.o"},
    {"ELF header", "it is no program code; compile it: cc $(gradcheck --cflags) -shared -fPIC -o layer.so layer.c"},
    {"file too short", "it is cut off; build it again: cc $(gradcheck --cflags) -shared -fPIC -o layer.so layer.c"},
    {"position independent executable", "it is a program; link it with -shared in place of -pie"},
    {"", "a plug-in is a shared object (cc -shared -fPIC)"},
};

static const char *remedy_of(const char *reason) {
  size_t i = 0;
  while (strstr(reason, remedies[i].word) == NULL)
    i++;
  return remedies[i].remedy;
}

/* _Z17layernorm_forwardPf...: the name of a C++ function within its symbol; false where it has none so plain. */
static bool plain_name(const char *reason, char *name, size_t size) {
  const char *symbol = strstr(reason, "undefined symbol: _Z");
  if (symbol == NULL)
    return false;
  char *end;
  const unsigned long length = strtoul(symbol + strlen("undefined symbol: _Z"), &end, 10);
  if (length == 0 || length >= size || strlen(end) < length)
    return false;
  (void)snprintf(name, size, "%.*s", (int)length, end);
  return true;
}

gchk_status gchk_plugin_load_failed(const char *path, const char *full, const char *reason, gchk_error *error) {
  char name[128];
  const size_t length = strlen(full);
  if (reason == NULL)
    reason = "no reason given";
  if (strncmp(reason, full, length) == 0 && strncmp(reason + length, ": ", 2) == 0)
    reason += length + 2;
  const bool is_cpp = plain_name(reason, name, sizeof name);
  return gchk_fail(error, GCHK_INVALID, "%s: cannot be loaded: %s%s%s%s; %s", path, reason,
                   is_cpp ? ", that is the C++ function " : "", is_cpp ? name : "", is_cpp ? "()" : "",
                   remedy_of(reason));
}
