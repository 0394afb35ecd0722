/*
 * Clang tells of comparisons of whole numbers alone. On amd64 a real constant is a number in memory that an instruction
 * names relative to itself, as one of
 *
 *     [66] [rex] 0f 2e|2f modrm rel32     ucomiss, comiss; with 66 those of double
 *     f3|f2 [rex] 0f 10 modrm rel32       movss, movsd
 *
 * with 00 and 101 in modrm. What looks like one and is none costs a value that is tried in vain.
 */
#include "reach/code_constants.h"

#include <link.h>
#include <math.h>
#include <string.h>

enum { BEFORE = 512 };

typedef struct question {
  uintptr_t from, to; // is all of it readable, in one piece?
  bool is_readable;
} question;

static int look_at(struct dl_phdr_info *info, size_t size, void *data) {
  question *q = data;
  (void)size;
  for (size_t i = 0; i < info->dlpi_phnum && !q->is_readable; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    const uintptr_t start = info->dlpi_addr + segment->p_vaddr;
    q->is_readable = segment->p_type == PT_LOAD && (segment->p_flags & PF_R) != 0 && q->from >= start &&
                     q->to <= start + segment->p_filesz;
  }
  return q->is_readable;
}

static bool is_readable(uintptr_t from, size_t size) {
  question q = {from, from + size, false};
  (void)dl_iterate_phdr(look_at, &q);
  return q.is_readable;
}

#if defined(__x86_64__)

enum { DOUBLE_PREFIX = 0x66, MOVSS = 0xf3, MOVSD = 0xf2, LONGEST = 9 };

// The size of the constant that the instruction at `at` names, and where its relative address is; 0: none.
static size_t read_instruction(const unsigned char *at, size_t *address) {
  const unsigned char prefix = *at;
  size_t i = prefix == DOUBLE_PREFIX || prefix == MOVSS || prefix == MOVSD;
  i += (at[i] & 0xf0) == 0x40;
  if (at[i] != 0x0f || (at[i + 2] & 0xc7) != 0x05)
    return 0;
  *address = i + 3;
  if (at[i + 1] == 0x10 && (prefix == MOVSS || prefix == MOVSD))
    return prefix == MOVSS ? sizeof(float) : sizeof(double);
  if (at[i + 1] == 0x2e || at[i + 1] == 0x2f)
    return prefix == DOUBLE_PREFIX ? sizeof(double) : sizeof(float);
  return 0;
}

static void add_at(gchk_constants *constants, const unsigned char *at) {
  size_t address = 0;
  const size_t size = read_instruction(at, &address);
  int32_t offset;
  if (size == 0)
    return;
  memcpy(&offset, at + address, sizeof offset);
  const uintptr_t constant = (uintptr_t)at + address + sizeof offset + (uintptr_t)(intptr_t)offset;
  if (!is_readable(constant, size))
    return;
  float single;
  double number;
  memcpy(&single, (const void *)constant, sizeof single);
  if (size == sizeof number)
    memcpy(&number, (const void *)constant, sizeof number);
  gchk_constants_add(constants, size == sizeof number ? number : (double)single);
}

#else

enum { LONGEST = 1 };

static void add_at(gchk_constants *constants, const unsigned char *at) {
  (void)constants, (void)at;
}

#endif

void gchk_constants_of_code(gchk_constants *constants, const gchk_open_place *places, size_t count) {
  for (size_t k = 0; k < count; k++) {
    size_t before = BEFORE;
    while (before > 0 && !is_readable(places[k].place - before, before + LONGEST))
      before /= 2;
    for (; before > 0; before--)
      add_at(constants, (const unsigned char *)places[k].place - before);
  }
}
