/*
 * Sanitizers are recognised by the functions that instrumented code calls. Plug-ins are loaded with RTLD_LOCAL, so each
 * object of the process is asked, not the global scope alone.
 */
#include "crash/sanitizer_runtime.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

typedef struct mark {
  const char *function;
  bool undefined, threads;
} mark;

static const mark marks[] = {{"__asan_init", true, false},  {"__tsan_init", true, true},
                             {"__msan_init", true, false},  {"__hwasan_init", true, false},
                             {"__lsan_init", false, false}, {"__ubsan_handle_out_of_bounds", true, false}};

static void look(void *handle, gchk_sanitizers *found) {
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
    if (dlsym(handle, marks[i].function) == NULL)
      continue;
    found->any = true;
    found->undefined = found->undefined || marks[i].undefined;
    found->threads = found->threads || marks[i].threads;
  }
}

gchk_sanitizers gchk_sanitizers_loaded(void) {
  gchk_sanitizers found = {false, false, false};
  look(RTLD_DEFAULT, &found);
  void *program = dlopen(NULL, RTLD_LAZY);
  struct link_map *map = NULL;
  if (program == NULL || dlinfo(program, RTLD_DI_LINKMAP, &map) != 0)
    return found;
  for (; map != NULL; map = map->l_next) {
    void *object = map->l_name[0] != '\0' ? dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (object == NULL)
      continue;
    look(object, &found);
    (void)dlclose(object);
  }
  (void)dlclose(program);
  return found;
}

static volatile bool *told; // a callback of the runtime's is handed nothing but the text

static void note_report(const char *report) {
  (void)report;
  *told = true;
}

// Its interface is of the global scope: where it is at all, it was there before anything else.
void gchk_asan_tell(volatile bool *flag) {
  void (*set)(void (*callback)(const char *report)) = NULL;
  *(void **)(void *)&set = dlsym(RTLD_DEFAULT, "__asan_set_error_report_callback");
  told = flag;
  if (set != NULL)
    set(note_report);
}
