/*
 * Symbols that are unique in a process (STB_GNU_UNIQUE), which g++ makes of static variables of inline functions and of
 * templates: the dynamic loader binds all objects to the first that defines one, even with RTLD_LOCAL. In a float layer
 * and its double twin such a variable has two sizes, and the values of both. Those of the standard library, which both
 * objects were given by the same compiler, do no harm.
 *
 * The table of dynamic symbols has no length of its own; the hash table knows it (System V gABI, DT_HASH; the GNU one:
 * the last chain of the last bucket, https://flapenguin.me/elf-dt-gnu-hash).
 */
#include "suite/twin_symbols.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct symbols {
  const ElfW(Sym) * table;
  const char *names;
  size_t count;
} symbols;

static size_t count_of_gnu_hash(const uint32_t *hash) {
  const uint32_t bucket_count = hash[0], first = hash[1], bloom_size = hash[2];
  const uint32_t *buckets = hash + 4 + bloom_size * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
  const uint32_t *chains = buckets + bucket_count;
  uint32_t last = 0;
  for (uint32_t i = 0; i < bucket_count; i++)
    last = buckets[i] > last ? buckets[i] : last;
  if (last < first)
    return first;
  while ((chains[last - first] & 1) == 0)
    last++;
  return (size_t)last + 1;
}

static symbols symbols_of(void *handle) {
  symbols s = {.count = 0};
  struct link_map *map = NULL;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
    return s;
  for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
    // Where the section is read-only the loader leaves addresses as they are in the file.
    const ElfW(Addr) address = d->d_un.d_ptr < map->l_addr ? d->d_un.d_ptr + map->l_addr : d->d_un.d_ptr;
    const void *at = (const void *)address;
    if (d->d_tag == DT_SYMTAB)
      s.table = at;
    else if (d->d_tag == DT_STRTAB)
      s.names = at;
    else if (d->d_tag == DT_GNU_HASH)
      s.count = count_of_gnu_hash(at);
    else if (d->d_tag == DT_HASH && s.count == 0)
      s.count = ((const uint32_t *)at)[1];
  }
  if (s.table == NULL || s.names == NULL)
    s.count = 0;
  return s;
}

// _ZZNSt..., _ZGVNSt...: a name of std; Sa, Sb, Si, So, Ss are abbreviations of some (Itanium C++ ABI, 5.1).
static bool is_of_standard_library(const char *name) {
  if (strncmp(name, "_Z", 2) != 0)
    return false;
  name += 2;
  while (*name != '\0' && strchr("GVZNKT", *name) != NULL)
    name++;
  return (name[0] == 'S' && name[1] >= 'a' && name[1] <= 'z') || strncmp(name, "9__gnu_cxx", 10) == 0;
}

static bool is_unique(const symbols *s, size_t i) {
  return s->table[i].st_info >> 4 == STB_GNU_UNIQUE && s->table[i].st_shndx != SHN_UNDEF;
}

static bool has_unique(const symbols *s, const char *name) {
  for (size_t i = 0; i < s->count; i++)
    if (is_unique(s, i) && strcmp(s->names + s->table[i].st_name, name) == 0)
      return true;
  return false;
}

gchk_status gchk_twin_symbols_are_apart(void *twin, const char *twin_path, void *single, const char *single_path,
                                        gchk_error *error) {
  const symbols a = symbols_of(twin), b = symbols_of(single);
  if (twin == single)
    return GCHK_OK;
  for (size_t i = 0; i < a.count; i++) {
    const char *name = a.names + a.table[i].st_name;
    if (is_unique(&a, i) && !is_of_standard_library(name) && has_unique(&b, name))
      return gchk_fail(
          error, GCHK_INVALID,
          "%s: shares the variable %s with %s: a process has one static variable of an inline function or a "
          "template for all objects; build the twin with c++ -fno-gnu-unique",
          twin_path, name, single_path);
  }
  return GCHK_OK;
}
