/*
 * The frames of a stack in words. This runs in the parent, which has not loaded what the child has: functions, lines
 * and modules are those that the child found.
 */
#include "crash/frame_names.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/code_object.h"

typedef char *demangler(const char *mangled, char *buffer, size_t *length, int *status);

// The C++ runtime's own, which is there wherever C++ code can run.
static demangler *find_demangler(void **library) {
  static const char *const names[] = {"libstdc++.so.6", "libc++abi.so.1"};
  demangler *found = NULL;
  *library = NULL;
  for (size_t i = 0; i < sizeof names / sizeof names[0] && found == NULL; i++) {
    if (*library != NULL)
      (void)dlclose(*library);
    *library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    if (*library != NULL)
      *(void **)(void *)&found = dlsym(*library, "__cxa_demangle");
  }
  return found;
}

static const char *readable(gchk_arena *arena, demangler *demangle, const char *function) {
  char *plain = NULL;
  int status = 0;
  if (demangle != NULL && strncmp(function, "_Z", 2) == 0)
    plain = demangle(function, NULL, NULL, &status);
  const char *copy = gchk_arena_strdup(arena, plain != NULL ? plain : function);
  free(plain);
  return copy;
}

static bool fill(gchk_arena *arena, demangler *demangle, const gchk_box_frame *from, gchk_frame *to) {
  to->function = readable(arena, demangle, from->function);
  to->file = gchk_arena_strdup(arena, from->file);
  to->line = from->line > 0 ? from->line : 0;
  to->module = gchk_arena_strdup(arena, from->module);
  to->offset = from->module[0] != '\0' ? from->offset : from->pc;
  to->times = 1;
  return to->function != NULL && to->file != NULL && to->module != NULL;
}

static bool is_of_system(const char *module) {
  static const char *const starts[] = {"libc.",    "libm.",    "libpthread", "libstdc++", "libgcc_s",  "ld-",
                                       "libasan.", "libubsan", "libtsan",    "libc++",    "linux-vdso"};
  const char *slash = strrchr(module, '/'), *base = slash != NULL ? slash + 1 : module;
  for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
    if (strncmp(base, starts[i], strlen(starts[i])) == 0)
      return true;
  return *module == '\0';
}

static const char *module_of(const void *address) {
  gchk_code_object code;
  return gchk_find_code(&code, address) ? code.name : "";
}

// Is this a frame of instance.c, from where layers are called?
static bool is_caller(const gchk_frame *frame, const char *own_module) {
  static const char start[] = "gchk_instance_";
  return strcmp(frame->module, own_module) == 0 &&
         (strcmp(frame->function, "callback") == 0 || strncmp(frame->function, start, sizeof start - 1) == 0);
}

/*
 * How many frames are the layer's. What it calls lies before it on the stack and is kept, what called it is this
 * library: all that is beyond the outermost frame of the layer's shared object, where it has one of its own.
 */
static size_t count_to_layer(const gchk_frame *frames, size_t count, const char *layer_module, const char *own_module) {
  if (strcmp(layer_module, own_module) != 0)
    for (size_t i = count; i-- > 0;)
      if (strcmp(frames[i].module, layer_module) == 0)
        return i + 1;
  for (size_t i = 0; i < count; i++)
    if (is_caller(&frames[i], own_module))
      return i;
  return count;
}

// Inlined functions of the C++ library are in the layer's object too, and not where the mistake is.
static bool is_of_library_header(const gchk_frame *frame) {
  return strncmp(frame->file, "/usr/", 5) == 0;
}

static size_t find_culprit(const gchk_frame *frames, size_t count, const char *layer_module, const char *not_module) {
  size_t in_layer = count, not_of_system = count;
  for (size_t i = count; i-- > 0;) {
    if (!is_of_system(frames[i].module) && strcmp(frames[i].module, not_module) != 0)
      not_of_system = i;
    if (*layer_module != '\0' && strcmp(frames[i].module, layer_module) == 0 && !is_of_library_header(&frames[i]))
      in_layer = i;
  }
  return in_layer < count ? in_layer : not_of_system;
}

// From abort or exit to where the layer called into the C library there are frames that say nothing; but the last does.
static void leave_out_ways_out(gchk_frame **frames, size_t *count) {
  size_t leading = 0;
  while (leading < *count && is_of_system((*frames)[leading].module))
    leading++;
  if (leading < 2 || leading == *count)
    return;
  *frames += leading - 1;
  *count -= leading - 1;
}

// The frames as the box has them; those without names too.
static size_t take(const gchk_crash_box *box, gchk_box_frame *all) {
  size_t count = box->frame_count;
  memcpy(all, box->frames, count * sizeof *all);
  for (size_t i = 0; i < box->pc_count && count < GCHK_BOX_FRAMES && box->frame_count == 0; i++)
    all[count++].pc = box->pcs[i];
  return count;
}

bool gchk_frame_names(gchk_arena *arena, const gchk_crash_box *box, gchk_frame **frames, size_t *count,
                      size_t *culprit) {
  gchk_box_frame *all = gchk_arena_alloc(arena, GCHK_BOX_FRAMES, sizeof *all);
  *count = *culprit = 0;
  if (all == NULL)
    return false;
  const size_t taken = take(box, all);
  *frames = gchk_arena_alloc(arena, taken + 1, sizeof **frames);
  if (*frames == NULL)
    return false;
  void *library = NULL;
  demangler *demangle = taken > 0 ? find_demangler(&library) : NULL;
  bool is_whole = true;
  for (size_t i = 0; i < taken && is_whole; i++) {
    gchk_frame *to = *frames + *count;
    if (i > 0 && all[i].pc == all[i - 1].pc && *count > 0 && strcmp(all[i].function, all[i - 1].function) == 0 &&
        all[i].line == all[i - 1].line) {
      to[-1].times++;
      continue;
    }
    is_whole = fill(arena, demangle, &all[i], to);
    *count += is_whole;
  }
  if (library != NULL)
    (void)dlclose(library);
  static const char own[] = "an address in this library";
  const char *layer_module = box->layer_module, *own_module = module_of(own);
  const bool is_in_layer = box->under_way.callback[0] != '\0';
  if (is_in_layer)
    *count = count_to_layer(*frames, *count, layer_module, own_module);
  if (box->signal == SIGABRT || box->has_exited)
    leave_out_ways_out(frames, count);
  *culprit = find_culprit(*frames, *count, layer_module,
                          is_in_layer && strcmp(layer_module, own_module) != 0 ? own_module : "");
  return is_whole;
}
