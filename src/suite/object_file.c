/*
 * The header of an ELF file (System V ABI, chapter 4): of which machine it is, and where its tables and segments end.
 * Only what is of this program's class and byte order has fields that are read here.
 */
#include "suite/object_file.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#ifdef __linux__
#include <elf.h>
#include <link.h>

typedef ElfW(Ehdr) header;
typedef ElfW(Phdr) segment;

static const struct {
  unsigned machine;
  const char *name;
} machines[] = {{EM_X86_64, "x86-64"},  {EM_386, "32-bit x86"}, {EM_AARCH64, "AArch64"},
                {EM_ARM, "32-bit Arm"}, {EM_RISCV, "RISC-V"},   {EM_PPC64, "POWER"},
                {EM_S390, "s390"},      {EM_MIPS, "MIPS"},      {EM_SPARCV9, "SPARC"}};

static const char *name_of(unsigned machine) {
  for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++)
    if (machines[i].machine == machine)
      return machines[i].name;
  return "another machine";
}

// In the byte order of the file, whatever this program's is.
static unsigned machine_of(const header *h) {
  unsigned char bytes[2];
  memcpy(bytes, &h->e_machine, sizeof bytes);
  return h->e_ident[EI_DATA] == ELFDATA2MSB ? bytes[0] * 256U + bytes[1] : bytes[1] * 256U + bytes[0];
}

static bool read_header(const char *path, header *h, FILE **file) {
  *file = fopen(path, "rbe");
  return *file != NULL && fread(h, sizeof *h, 1, *file) == 1 && memcmp(h->e_ident, ELFMAG, SELFMAG) == 0;
}

static void take_end(uint64_t *end, uint64_t from, uint64_t length) {
  const uint64_t other = length <= UINT64_MAX - from ? from + length : UINT64_MAX;
  *end = other > *end ? other : *end;
}

// The byte behind the last that the header and the segments name.
static uint64_t end_of(const header *h, FILE *file) {
  uint64_t end = 0;
  take_end(&end, h->e_phoff, (uint64_t)h->e_phnum * h->e_phentsize);
  if (h->e_shoff > 0)
    take_end(&end, h->e_shoff, (uint64_t)h->e_shnum * h->e_shentsize);
  if (h->e_phentsize != sizeof(segment) || fseek(file, (long)h->e_phoff, SEEK_SET) != 0)
    return end;
  segment s;
  for (unsigned i = 0; i < h->e_phnum && fread(&s, sizeof s, 1, file) == 1; i++)
    take_end(&end, s.p_offset, s.p_filesz);
  return end;
}

static gchk_status check(const header *own, const header *h, FILE *file, const char *path, gchk_error *error) {
  const unsigned machine = machine_of(h);
  if (machine != machine_of(own))
    return gchk_fail(error, GCHK_INVALID,
                     "%s: cannot be loaded: it is built for %s, and this is %s; build it with the compiler of this "
                     "machine",
                     path, name_of(machine), name_of(machine_of(own)));
  if (h->e_ident[EI_CLASS] != own->e_ident[EI_CLASS] || h->e_ident[EI_DATA] != own->e_ident[EI_DATA])
    return GCHK_OK;
  struct stat info;
  const uint64_t end = end_of(h, file);
  if (fstat(fileno(file), &info) != 0 || (uint64_t)info.st_size >= end)
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "%s: cannot be loaded: the file is cut off: it has %llu bytes, and its header tells of %llu; build "
                   "or copy it again",
                   path, (unsigned long long)info.st_size, (unsigned long long)end);
}

gchk_status gchk_object_file_check(const char *full, const char *path, gchk_error *error) {
  header own, h;
  FILE *program = NULL, *file = NULL;
  gchk_status status = GCHK_OK;
  if (read_header("/proc/self/exe", &own, &program) && read_header(full, &h, &file))
    status = check(&own, &h, file, path, error);
  if (file != NULL)
    (void)fclose(file);
  if (program != NULL)
    (void)fclose(program);
  return status;
}
#else
gchk_status gchk_object_file_check(const char *full, const char *path, gchk_error *error) {
  (void)full, (void)path, (void)error;
  return GCHK_OK;
}
#endif
