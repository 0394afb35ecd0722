#include "core/loaded_object.h"

#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
  const ElfW(Dyn) *entry = NULL;
  const char *names = NULL;
  size_t at = 0;
  for (size_t i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
      entry = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
  for (; entry != NULL && entry->d_tag != DT_NULL; entry++) {
    const uintptr_t value = entry->d_un.d_val;
    if (entry->d_tag == DT_SONAME)
      at = value;
    if (entry->d_tag == DT_STRTAB) // an address where the loader has relocated it, and an offset where not
      names = (const char *)(value < info->dlpi_addr ? info->dlpi_addr + value : value);
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
