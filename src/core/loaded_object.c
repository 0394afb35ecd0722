#include "core/loaded_object.h"

#include <dlfcn.h>
#include <string.h>

#include "core/dynamic_section.h"

typedef struct question {
  const char *name;
  bool is_loaded;
} question;

static const char *without_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

// DT_SONAME; "" where there is none.
static const char *soname_of(const struct dl_phdr_info *info) {
  const char *names = NULL;
  size_t at = 0;
  for (const ElfW(Dyn) *entry = gchk_dynamic_section(info); entry != NULL && entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_SONAME)
      at = entry->d_un.d_val;
    if (entry->d_tag == DT_STRTAB)
      names = (const char *)gchk_dynamic_table(info, entry->d_un.d_val);
  }
  return names != NULL && at > 0 ? names + at : "";
}

static int compare(struct dl_phdr_info *info, size_t size, void *data) {
  question *q = data;
  (void)size;
  const bool is_file = info->dlpi_name[0] != '\0'; // the program has no name
  q->is_loaded =
      is_file && (strcmp(without_folder(info->dlpi_name), q->name) == 0 || strcmp(soname_of(info), q->name) == 0);
  return q->is_loaded;
}

bool gchk_is_loaded(const char *name) {
  question q = {name, false};
  (void)dl_iterate_phdr(compare, &q);
  return q.is_loaded;
}

typedef struct place {
  size_t left;
  const char *file;
} place;

static int step_to(struct dl_phdr_info *info, size_t size, void *data) {
  place *p = data;
  (void)size;
  const bool is_there = p->left-- == 0;
  p->file = is_there ? info->dlpi_name : NULL;
  return is_there;
}

size_t gchk_count_loaded(void) {
  place p = {SIZE_MAX, NULL};
  (void)dl_iterate_phdr(step_to, &p);
  return SIZE_MAX - p.left;
}

const char *gchk_loaded_file(size_t index) {
  place p = {index, NULL};
  (void)dl_iterate_phdr(step_to, &p);
  return p.file;
}

void *gchk_find_loaded(const char *name, const char *function) {
  void *object = gchk_is_loaded(name) ? dlopen(name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
  if (object == NULL)
    return NULL;
  void *found = dlsym(object, function);
  (void)dlclose(object);
  return found;
}
