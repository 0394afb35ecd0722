/*
 * Files and lines by libbacktrace, as for crashes (crash/stack_trace.c says why that).
 *
 * It reads the debugging information of all objects that are loaded, which takes longer than a small case where that of
 * the C library is installed. So it is shown those alone that have one of the places: it finds objects by
 * dl_iterate_phdr, which the linker hands to the function below (--wrap); where it was not asked to, nothing is left
 * out.
 */
#include "reach/place_lines.h"

#include <string.h>

#include "core/memory.h"

#if GCHK_HAS_BACKTRACE
#include <backtrace.h>
#include <link.h>

typedef int visitor(struct dl_phdr_info *info, size_t size, void *data);
int __real_dl_iterate_phdr(visitor *visit, void *data) __attribute__((weak));
int __wrap_dl_iterate_phdr(visitor *visit, void *data);

// While lines are looked for: of which places. Crashes and others are shown all objects.
static struct {
  const uintptr_t *places;
  size_t count;
} shown;

typedef struct visit_shown {
  visitor *visit;
  void *data;
} visit_shown;

static int visit_if_shown(struct dl_phdr_info *info, size_t size, void *data) {
  const visit_shown *v = data;
  for (size_t i = 0; i < info->dlpi_phnum; i++) {
    const uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
    for (size_t k = 0; k < shown.count && info->dlpi_phdr[i].p_type == PT_LOAD; k++)
      if (shown.places[k] - start < info->dlpi_phdr[i].p_memsz)
        return v->visit(info, size, v->data);
  }
  return 0;
}

int __wrap_dl_iterate_phdr(visitor *visit, void *data) {
  visit_shown v = {visit, data};
  return shown.count > 0 ? __real_dl_iterate_phdr(visit_if_shown, &v) : __real_dl_iterate_phdr(visit, data);
}

typedef struct finding {
  gchk_place_line line;
  bool is_found; // the innermost function comes first
} finding;

static void ignore(void *data, const char *message, int number) {
  (void)data;
  (void)message;
  (void)number;
}

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

// libbacktrace puts the compiler's folder before names that clang's DWARF 5 has as absolute ones: /build//src/x.c.
static const char *plain_path(const char *file) {
  const char *twice = strstr(or_empty(file), "//");
  return twice != NULL ? twice + 1 : or_empty(file);
}

static int take(void *data, uintptr_t pc, const char *file, int line, const char *function) {
  finding *found = data;
  (void)pc;
  if (!found->is_found) {
    found->line.file = plain_path(file);
    found->line.line = line > 0 ? line : 0;
  }
  found->is_found = true;
  found->line.function = or_empty(function);
  found->line.home = plain_path(file);
  return 0;
}

static void take_symbol(void *data, uintptr_t pc, const char *name, uintptr_t value, uintptr_t size) {
  (void)pc, (void)value, (void)size;
  ((finding *)data)->line.function = or_empty(name);
}

static void look_up(struct backtrace_state *state, uintptr_t place, gchk_place_line *line) {
  finding found = {.line = *line};
  const uintptr_t within = place - 1; // the call
  if (state == NULL)
    return;
  (void)backtrace_pcinfo(state, within, take, ignore, &found);
  if (*found.line.function == '\0') // no debugging information: the name is in the symbol table
    (void)backtrace_syminfo(state, within, take_symbol, ignore, &found);
  *line = found.line;
}

static struct backtrace_state *open_state(void) {
  return backtrace_create_state(NULL, 0, ignore, NULL); // never given back: it has no way to
}

static void show_only(const uintptr_t *places, size_t count) {
  shown.places = places;
  shown.count = count;
}

#else

static void look_up(void *state, uintptr_t place, gchk_place_line *line) {
  (void)state, (void)place, (void)line;
}

static void *open_state(void) {
  return NULL;
}

static void show_only(const uintptr_t *places, size_t count) {
  (void)places, (void)count;
}

#endif

gchk_status gchk_find_place_lines(const uintptr_t *places, size_t count, gchk_arena *arena, gchk_place_line *lines,
                                  gchk_error *error) {
  void *state = open_state();
  show_only(places, count);
  for (size_t i = 0; i < count; i++) {
    lines[i] = (gchk_place_line){"", 0, "", ""};
    look_up(state, places[i], &lines[i]);
  }
  show_only(NULL, 0);
  for (size_t i = 0; i < count; i++) {
    gchk_place_line *line = &lines[i];
    line->file = gchk_arena_strdup(arena, line->file);
    line->function = gchk_arena_strdup(arena, line->function);
    line->home = gchk_arena_strdup(arena, line->home);
    if (line->file == NULL || line->function == NULL || line->home == NULL)
      return gchk_fail_memory(error, "the lines of code that is traced");
  }
  return GCHK_OK;
}
