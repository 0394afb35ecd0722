/* What a loaded object tells its loader: for files with _GNU_SOURCE, which <link.h> wants. */
#ifndef GCHK_CORE_DYNAMIC_SECTION_H
#define GCHK_CORE_DYNAMIC_SECTION_H

#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* Its entries, up to DT_NULL; NULL where there are none. */
static inline const ElfW(Dyn) * gchk_dynamic_section(const struct dl_phdr_info *info) {
  for (size_t i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
      return (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
  return NULL;
}

/* Where a table is: what the loader has relocated it gives as an address, and what not as an offset. */
static inline uintptr_t gchk_dynamic_table(const struct dl_phdr_info *info, uintptr_t value) {
  return value < info->dlpi_addr ? info->dlpi_addr + value : value;
}

#endif
