/* Lists of findings. */
#include "result/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

enum { MESSAGE = 1024 };

gchk_finding_list gchk_finding_list_from(gchk_arena *arena, const gchk_finding *findings, size_t count) {
  size_t capacity = 1; // as gchk_arena_append has it
  while (capacity < count)
    capacity *= 2;
  gchk_finding_list list = {.arena = arena};
  if (count == 0)
    return list;
  list.findings = gchk_arena_alloc(arena, capacity, sizeof *list.findings);
  list.failed = list.findings == NULL;
  if (!list.failed) {
    memcpy(list.findings, findings, count * sizeof *findings);
    list.count = count;
  }
  return list;
}

static gchk_finding *add(gchk_finding_list *list, gchk_code code, const char *text, bool is_note) {
  gchk_finding *grown = gchk_arena_append(list->arena, list->findings, list->count, sizeof *grown);
  char *text_copy = gchk_arena_strdup(list->arena, text);
  if (grown == NULL || text_copy == NULL) {
    list->failed = true;
    return NULL;
  }
  list->findings = grown;
  grown[list->count] = (gchk_finding){.code = gchk_code_at(code)->name, .text = text_copy, .is_note = is_note};
  return &grown[list->count++];
}

gchk_finding *gchk_finding_add(gchk_finding_list *list, gchk_code code, const char *format, ...) {
  char text[MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return add(list, code, text, false);
}

gchk_finding *gchk_finding_note(gchk_finding_list *list, gchk_code code, const char *format, ...) {
  char text[MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return add(list, code, text, true);
}

static void add_evidence(gchk_finding_list *list, gchk_finding *finding, const char *key, const char *text,
                         double number) {
  if (finding == NULL)
    return;
  gchk_evidence *grown = gchk_arena_append(list->arena, finding->evidence, finding->evidence_count, sizeof *grown);
  char *key_copy = gchk_arena_strdup(list->arena, key);
  char *text_copy = gchk_arena_strdup(list->arena, text);
  if (grown == NULL || key_copy == NULL || (text != NULL && text_copy == NULL)) {
    list->failed = true;
    return;
  }
  finding->evidence = grown;
  grown[finding->evidence_count++] = (gchk_evidence){.key = key_copy, .text = text_copy, .number = number};
}

void gchk_finding_number(gchk_finding_list *list, gchk_finding *finding, const char *key, double number) {
  add_evidence(list, finding, key, NULL, number);
}

void gchk_finding_text(gchk_finding_list *list, gchk_finding *finding, const char *key, const char *format, ...) {
  char text[MESSAGE];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  add_evidence(list, finding, key, text, 0);
}
