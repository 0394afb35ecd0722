/*
 * What a layer writes on standard error, in pieces of any length: no line that is kept has a character that a terminal
 * obeys, or begins like a command of a CI server. The first byte is the length of the pieces.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crash/stderr_tail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const char *line) {
  if ((strncmp(line, "::", 2) == 0 && isalpha((unsigned char)line[2])) || strstr(line, "##vso[") != NULL ||
      strstr(line, "##[") != NULL)
    __builtin_trap();
  for (const char *at = line; *at != '\0'; at++)
    if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f)
      __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  const gchk_relay nowhere = {.fd = -1, .whose = ""};
  gchk_tail *tail = calloc(1, sizeof *tail);
  const size_t piece = data[0] == 0 ? size : data[0];
  for (size_t at = 1; tail != NULL && at < size; at += piece)
    gchk_tail_take(tail, (const char *)data + at, size - at < piece ? size - at : piece, &nowhere);
  if (tail != NULL)
    gchk_tail_end(tail, &nowhere);
  for (size_t i = 0; tail != NULL && i < gchk_tail_kept(tail); i++)
    look_at(gchk_tail_line(tail, i));
  free(tail);
  return 0;
}
