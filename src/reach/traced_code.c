/*
 * Neither compiler keeps a table of the places that it tells of that both would have, so they are looked for in the
 * code, as it is in memory: calls of the callbacks. On amd64 such a call is one of
 *
 *     e8 rel32        call callback@plt   the stub is: [endbr64] [bnd] jmp *slot(%rip)
 *     e8 rel32        call callback       linked into one program with it
 *     ff 15 rel32     call *slot(%rip)    -fno-plt
 *
 * where the slot is what the dynamic relocations name the callback at. Another instruction that has one of these
 * addresses within it by chance is one in 2^32. On other processors the places are not known.
 */
#include "reach/traced_code.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { MOST_SLOTS = 8, MOST_STUBS = 32 };

typedef struct search {
  gchk_arena *arena;
  gchk_traced_code *code;
  uintptr_t twin, layer; // an address in the object of each; 0: there is none
  bool has_failed;
} search;

/* An object, and where it keeps the addresses of the callbacks. */
typedef struct object {
  const struct dl_phdr_info *info;
  uintptr_t slots[MOST_SLOTS];
  size_t slot_count;
  uintptr_t stubs[MOST_STUBS]; // and the callbacks themselves
  size_t stub_count;
} object;

static uintptr_t address_of(gchk_callback function) {
  uintptr_t address;
  memcpy(&address, &function, sizeof address);
  return address;
}

static bool is_executable(const ElfW(Phdr) * segment) {
  return segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0 && (segment->p_flags & PF_R) != 0;
}

static bool holds(const struct dl_phdr_info *info, uintptr_t address) {
  for (size_t i = 0; i < info->dlpi_phnum && address != 0; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD &&
        address - (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr) < info->dlpi_phdr[i].p_memsz)
      return true;
  return false;
}

static bool is_callback(const char *name) {
  for (size_t i = 0; i < GCHK_TRACE_CALLBACKS; i++)
    if (strcmp(name, gchk_trace_names[i]) == 0)
      return true;
  return false;
}

// What the loader has relocated it gives as an address, and what not as an offset.
static uintptr_t table_at(const struct dl_phdr_info *info, uintptr_t value) {
  return value < info->dlpi_addr ? info->dlpi_addr + value : value;
}

static void take_slots(object *o, const ElfW(Rela) * rows, size_t count, const ElfW(Sym) * symbols, const char *names) {
  for (size_t i = 0; rows != NULL && i < count; i++) {
    const size_t symbol = sizeof(void *) == 8 ? ELF64_R_SYM(rows[i].r_info) : ELF32_R_SYM(rows[i].r_info);
    if (o->slot_count < MOST_SLOTS && is_callback(names + symbols[symbol].st_name))
      o->slots[o->slot_count++] = o->info->dlpi_addr + rows[i].r_offset;
  }
}

// All of a table's rows that name a callback: those of calls, and with -fno-plt those of data.
static void find_slots(object *o) {
  const ElfW(Dyn) *entry = NULL;
  for (size_t i = 0; i < o->info->dlpi_phnum; i++)
    if (o->info->dlpi_phdr[i].p_type == PT_DYNAMIC)
      entry = (const ElfW(Dyn) *)(o->info->dlpi_addr + o->info->dlpi_phdr[i].p_vaddr);
  uintptr_t of[DT_JMPREL + 1] = {0};
  for (; entry != NULL && entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag > 0 && entry->d_tag <= DT_JMPREL)
      of[entry->d_tag] = entry->d_un.d_val;
  if (of[DT_SYMTAB] == 0 || of[DT_STRTAB] == 0)
    return;
  const ElfW(Sym) *symbols = (const ElfW(Sym) *)table_at(o->info, of[DT_SYMTAB]);
  const char *names = (const char *)table_at(o->info, of[DT_STRTAB]);
  if (of[DT_JMPREL] != 0)
    take_slots(o, (const ElfW(Rela) *)table_at(o->info, of[DT_JMPREL]), of[DT_PLTRELSZ] / sizeof(ElfW(Rela)), symbols,
               names);
  if (of[DT_RELA] != 0)
    take_slots(o, (const ElfW(Rela) *)table_at(o->info, of[DT_RELA]), of[DT_RELASZ] / sizeof(ElfW(Rela)), symbols,
               names);
}

#if defined(__x86_64__)

static const bool can_find_places = true;

static bool is_among(const uintptr_t *list, size_t count, uintptr_t address) {
  for (size_t i = 0; i < count; i++)
    if (list[i] == address)
      return true;
  return false;
}

// The address that the four bytes at `at` say, relative to the byte after them.
static uintptr_t relative(const unsigned char *at) {
  int32_t offset;
  memcpy(&offset, at, sizeof offset);
  return (uintptr_t)at + sizeof offset + (uintptr_t)(intptr_t)offset;
}

static void add_stub(object *o, const unsigned char *at) {
  if (o->stub_count < MOST_STUBS)
    o->stubs[o->stub_count++] = (uintptr_t)at;
}

static void find_stubs(object *o, const unsigned char *bytes, size_t size) {
  static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
  enum { BND = 0xf2 };
  for (size_t i = 0; i + 6 <= size; i++) {
    if (bytes[i] != 0xff || bytes[i + 1] != 0x25 || !is_among(o->slots, o->slot_count, relative(bytes + i + 2)))
      continue;
    const unsigned char *start = bytes + i;
    add_stub(o, start);
    if (i >= 1 && start[-1] == BND)
      add_stub(o, --start);
    if (start - bytes >= (ptrdiff_t)sizeof endbr64 && memcmp(start - sizeof endbr64, endbr64, sizeof endbr64) == 0)
      add_stub(o, start - sizeof endbr64);
  }
}

static void find_places(search *s, const object *o, const unsigned char *bytes, size_t size) {
  for (size_t i = 0; i + 6 <= size; i++) {
    size_t length = 0;
    if (bytes[i] == 0xe8 && is_among(o->stubs, o->stub_count, relative(bytes + i + 1)))
      length = 5;
    else if (bytes[i] == 0xff && bytes[i + 1] == 0x15 && is_among(o->slots, o->slot_count, relative(bytes + i + 2)))
      length = 6;
    if (length == 0)
      continue;
    uintptr_t *grown = gchk_arena_append(s->arena, s->code->places, s->code->place_count, sizeof *grown);
    s->has_failed = s->has_failed || grown == NULL;
    if (grown == NULL)
      return;
    s->code->places = grown;
    grown[s->code->place_count++] = (uintptr_t)bytes + i + length;
  }
}

#else

static const bool can_find_places = false;

static void find_stubs(object *o, const unsigned char *bytes, size_t size) {
  (void)o, (void)bytes, (void)size;
}

static void find_places(search *s, const object *o, const unsigned char *bytes, size_t size) {
  (void)s, (void)o, (void)bytes, (void)size;
}

#endif

typedef void visitor(search *s, object *o, const unsigned char *bytes, size_t size);

static void each_piece(search *s, object *o, visitor *visit) {
  for (size_t i = 0; i < o->info->dlpi_phnum; i++)
    if (is_executable(&o->info->dlpi_phdr[i]))
      visit(s, o, (const unsigned char *)(o->info->dlpi_addr + o->info->dlpi_phdr[i].p_vaddr),
            o->info->dlpi_phdr[i].p_memsz);
}

static void visit_stubs(search *s, object *o, const unsigned char *bytes, size_t size) {
  (void)s;
  find_stubs(o, bytes, size);
}

static void visit_places(search *s, object *o, const unsigned char *bytes, size_t size) {
  gchk_traced_code *code = s->code;
  const size_t before = code->place_count;
  find_places(s, o, bytes, size);
  if (code->place_count == before || code->piece_count == GCHK_MOST_TRACED)
    return;
  unsigned char *ran = gchk_arena_alloc(s->arena, size + 1, 1);
  s->has_failed = s->has_failed || ran == NULL;
  if (ran != NULL) // a call may be the last instruction: it returns to the end
    code->pieces[code->piece_count++] = (gchk_traced){(uintptr_t)bytes, size + 1, ran};
}

// One object, from dl_iterate_phdr.
static int look_at(struct dl_phdr_info *info, size_t size, void *data) {
  search *s = data;
  object o = {.info = info};
  (void)size;
  const bool is_layer = holds(info, s->layer);
  if (holds(info, s->twin) && !is_layer)
    return 0;
  find_slots(&o);
  if (is_layer && holds(info, gchk_trace_addresses()[0])) // one program with this library
    for (size_t i = 0; i < GCHK_TRACE_CALLBACKS; i++)
      o.stubs[o.stub_count++] = gchk_trace_addresses()[i];
  s->code->is_there = s->code->is_there || o.slot_count > 0;
  if (o.slot_count + o.stub_count == 0)
    return 0;
  each_piece(s, &o, visit_stubs);
  each_piece(s, &o, visit_places);
  return 0;
}

static int compare(const void *a, const void *b) {
  const uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;
  return x < y ? -1 : x > y;
}

gchk_status gchk_find_traced_code(const gchk_layer *layer, gchk_arena *arena, gchk_traced_code *code,
                                  gchk_error *error) {
  *code = (gchk_traced_code){0};
  search s = {.arena = arena, .code = code, .layer = address_of(layer->backward)};
  if (layer->twin != NULL)
    s.twin = address_of(layer->twin->forward);
  (void)dl_iterate_phdr(look_at, &s);
  if (s.has_failed)
    return gchk_fail_memory(error, "the places of code that is traced");
  if (code->place_count > 1)
    qsort(code->places, code->place_count, sizeof *code->places, compare);
  code->is_there = code->is_there || code->place_count > 0;
  code->can_find_places = can_find_places;
  return GCHK_OK;
}
