/* ELF: System V Application Binary Interface, chapters 4 and 5. */
#include "mutate/object_code.h"

#include <fcntl.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef ElfW(Ehdr) elf_head;
typedef ElfW(Shdr) elf_section;

typedef struct image {
  const char *bytes;
  size_t size;
} image;

static bool map(image *file, const char *path) {
  struct stat info;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  const bool has_bytes = fstat(fd, &info) == 0 && info.st_size > 0;
  void *at = has_bytes ? mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  (void)close(fd);
  if (at == MAP_FAILED)
    return false;
  *file = (image){at, (size_t)info.st_size};
  return true;
}

static void unmap(image *file) {
  (void)munmap((void *)(uintptr_t)file->bytes, file->size);
}

static bool read_head(const image *file, elf_head *head) {
  if (file->size < sizeof *head)
    return false;
  memcpy(head, file->bytes, sizeof *head);
  const unsigned char of_machine = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
  return memcmp(head->e_ident, ELFMAG, SELFMAG) == 0 && head->e_ident[EI_CLASS] == of_machine &&
         head->e_shentsize == sizeof(elf_section) && head->e_shnum > 0 && head->e_shoff <= file->size &&
         (file->size - head->e_shoff) / sizeof(elf_section) >= head->e_shnum;
}

static elf_section section_at(const image *file, const elf_head *head, size_t index) {
  elf_section section;
  memcpy(&section, file->bytes + head->e_shoff + index * sizeof section, sizeof section);
  return section;
}

/* The next loaded section from *index on, which moves on behind it. */
static bool next_loaded(const image *file, const elf_head *head, size_t *index, elf_section *section) {
  while (*index < head->e_shnum) {
    *section = section_at(file, head, (*index)++);
    if ((section->sh_flags & SHF_ALLOC) != 0 && section->sh_type != SHT_NOTE)
      return true;
  }
  return false;
}

static bool is_same_section(const image *a, const elf_section *in_a, const image *b, const elf_section *in_b) {
  if (in_a->sh_type != in_b->sh_type || in_a->sh_addr != in_b->sh_addr || in_a->sh_size != in_b->sh_size)
    return false;
  if (in_a->sh_type == SHT_NOBITS)
    return true;
  const bool is_inside = in_a->sh_offset <= a->size && in_a->sh_size <= a->size - in_a->sh_offset &&
                         in_b->sh_offset <= b->size && in_b->sh_size <= b->size - in_b->sh_offset;
  return is_inside && memcmp(a->bytes + in_a->sh_offset, b->bytes + in_b->sh_offset, in_a->sh_size) == 0;
}

static bool is_same(const image *a, const image *b) {
  elf_head head_a, head_b;
  if (!read_head(a, &head_a) || !read_head(b, &head_b))
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
  size_t index_a = 0, index_b = 0;
  for (;;) {
    elf_section in_a = {0}, in_b = {0};
    const bool has_a = next_loaded(a, &head_a, &index_a, &in_a), has_b = next_loaded(b, &head_b, &index_b, &in_b);
    if (!has_a || !has_b)
      return has_a == has_b;
    if (!is_same_section(a, &in_a, b, &in_b))
      return false;
  }
}

bool gchk_is_same_code(const char *a, const char *b) {
  image file_a, file_b;
  if (!map(&file_a, a))
    return false;
  bool same = map(&file_b, b);
  if (same) {
    same = is_same(&file_a, &file_b);
    unmap(&file_b);
  }
  unmap(&file_a);
  return same;
}
