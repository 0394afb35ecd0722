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

#include "core/dynamic_section.h"
#include "core/memory.h"

enum { MOST_SLOTS = 8, MOST_STUBS = 32 };

/*
 * Objects without traced code: all that are loaded, as the loader counts them, for layers of one of them. What a search
 * has found that left none out, another one need not find again.
 */
typedef struct plain_objects {
  unsigned long long loaded, unloaded;
  uintptr_t start, end; // of the layers' object; 0: nothing is known
} plain_objects;
static _Thread_local plain_objects known;

/*
 * Objects whose relocations name no callback: what stays loaded need not be looked through again, by this process or by
 * one that is forked from it. Once something was unloaded, nothing is known: another object may stand in its place.
 */
enum { MOST_KNOWN = 128 };
static _Thread_local struct {
  unsigned long long unloaded;
  size_t count;
  const ElfW(Phdr) * of[MOST_KNOWN]; // where their headers are
} without_slots;

typedef struct search {
  gchk_arena *arena;
  gchk_traced_code *code;
  uintptr_t twin, layer; // an address in the object of each; 0: there is none
  plain_objects seen;
  bool leaves_out, has_failed;
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

// The segment that has this address; NULL: it is not of this object.
static const ElfW(Phdr) * segment_of(const struct dl_phdr_info *info, uintptr_t address) {
  for (size_t i = 0; i < info->dlpi_phnum && address != 0; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD &&
        address - (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr) < info->dlpi_phdr[i].p_memsz)
      return &info->dlpi_phdr[i];
  return NULL;
}

static bool holds(const struct dl_phdr_info *info, uintptr_t address) {
  return segment_of(info, address) != NULL;
}

static bool is_callback(const char *name) {
  for (size_t i = 0; i < GCHK_TRACE_CALLBACKS; i++)
    if (name[0] == gchk_trace_names[i][0] && strcmp(name, gchk_trace_names[i]) == 0)
      return true;
  return false;
}

static void take_slots(object *o, const ElfW(Rela) * rows, size_t count, const ElfW(Sym) * symbols, const char *names) {
  for (size_t i = 0; rows != NULL && i < count; i++) {
    const size_t symbol = sizeof(void *) == 8 ? ELF64_R_SYM(rows[i].r_info) : ELF32_R_SYM(rows[i].r_info);
    if (o->slot_count < MOST_SLOTS && is_callback(names + symbols[symbol].st_name))
      o->slots[o->slot_count++] = o->info->dlpi_addr + rows[i].r_offset;
  }
}

// All of a table's rows that name a callback: those of calls, and with -fno-plt those of data.
static void read_relocations(object *o) {
  uintptr_t of[DT_JMPREL + 1] = {0};
  for (const ElfW(Dyn) *entry = gchk_dynamic_section(o->info); entry != NULL && entry->d_tag != DT_NULL; entry++)
    if (entry->d_tag > 0 && entry->d_tag <= DT_JMPREL)
      of[entry->d_tag] = entry->d_un.d_val;
  if (of[DT_SYMTAB] == 0 || of[DT_STRTAB] == 0)
    return;
  const ElfW(Sym) *symbols = (const ElfW(Sym) *)gchk_dynamic_table(o->info, of[DT_SYMTAB]);
  const char *names = (const char *)gchk_dynamic_table(o->info, of[DT_STRTAB]);
  if (of[DT_JMPREL] != 0)
    take_slots(o, (const ElfW(Rela) *)gchk_dynamic_table(o->info, of[DT_JMPREL]), of[DT_PLTRELSZ] / sizeof(ElfW(Rela)),
               symbols, names);
  if (of[DT_RELA] != 0)
    take_slots(o, (const ElfW(Rela) *)gchk_dynamic_table(o->info, of[DT_RELA]), of[DT_RELASZ] / sizeof(ElfW(Rela)),
               symbols, names);
}

static void find_slots(object *o) {
  if (without_slots.unloaded != o->info->dlpi_subs)
    without_slots.count = 0;
  without_slots.unloaded = o->info->dlpi_subs;
  for (size_t i = 0; i < without_slots.count; i++)
    if (without_slots.of[i] == o->info->dlpi_phdr)
      return;
  read_relocations(o);
  if (o->slot_count == 0 && without_slots.count < MOST_KNOWN)
    without_slots.of[without_slots.count++] = o->info->dlpi_phdr;
}

static int look_for_slots(struct dl_phdr_info *info, size_t size, void *unused) {
  object o = {.info = info};
  (void)size, (void)unused;
  find_slots(&o);
  return 0;
}

void gchk_know_plain_objects(void) {
  (void)dl_iterate_phdr(look_for_slots, NULL);
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

/* An instruction that begins with these bytes, and has an address from a list in the four after them. */
typedef struct instruction {
  unsigned char bytes[2];
  size_t length; // of these
  const uintptr_t *addresses;
  size_t address_count;
} instruction;

// The next one from `at` on; NULL: there is none before `end`.
static const unsigned char *find(const instruction *wanted, const unsigned char *at, const unsigned char *end) {
  const size_t whole = wanted->length + sizeof(int32_t);
  for (; wanted->address_count > 0 && (size_t)(end - at) >= whole; at++) {
    at = memchr(at, wanted->bytes[0], (size_t)(end - at) - whole + 1);
    if (at == NULL)
      return NULL;
    if ((wanted->length == 1 || at[1] == wanted->bytes[1]) &&
        is_among(wanted->addresses, wanted->address_count, relative(at + wanted->length)))
      return at;
  }
  return NULL;
}

static void add_stub(object *o, const unsigned char *at) {
  if (o->stub_count < MOST_STUBS)
    o->stubs[o->stub_count++] = (uintptr_t)at;
}

static void find_stubs(object *o, const unsigned char *bytes, size_t size) {
  static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
  enum { BND = 0xf2 };
  const instruction jump = {{0xff, 0x25}, 2, o->slots, o->slot_count};
  for (const unsigned char *at = bytes; (at = find(&jump, at, bytes + size)) != NULL; at++) {
    const unsigned char *start = at;
    add_stub(o, start);
    if (start > bytes && start[-1] == BND)
      add_stub(o, --start);
    if (start - bytes >= (ptrdiff_t)sizeof endbr64 && memcmp(start - sizeof endbr64, endbr64, sizeof endbr64) == 0)
      add_stub(o, start - sizeof endbr64);
  }
}

static void find_calls(search *s, const instruction *call, const unsigned char *bytes, size_t size) {
  for (const unsigned char *at = bytes; (at = find(call, at, bytes + size)) != NULL; at++) {
    uintptr_t *grown = gchk_arena_append(s->arena, s->code->places, s->code->place_count, sizeof *grown);
    s->has_failed = s->has_failed || grown == NULL;
    if (grown == NULL)
      return;
    s->code->places = grown;
    grown[s->code->place_count++] = (uintptr_t)at + call->length + sizeof(int32_t);
  }
}

static void find_places(search *s, const object *o, const unsigned char *bytes, size_t size) {
  find_calls(s, &(instruction){{0xe8}, 1, o->stubs, o->stub_count}, bytes, size);
  find_calls(s, &(instruction){{0xff, 0x15}, 2, o->slots, o->slot_count}, bytes, size);
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

static bool is_known(const search *s) {
  return s->layer >= known.start && s->layer < known.end && s->seen.loaded == known.loaded &&
         s->seen.unloaded == known.unloaded;
}

// One object, from dl_iterate_phdr.
static int look_at(struct dl_phdr_info *info, size_t size, void *data) {
  search *s = data;
  object o = {.info = info};
  (void)size;
  s->seen.loaded = info->dlpi_adds;
  s->seen.unloaded = info->dlpi_subs;
  if (is_known(s))
    return 1;
  const ElfW(Phdr) *layer = segment_of(info, s->layer);
  const bool is_layer = layer != NULL, is_left_out = !is_layer && holds(info, s->twin);
  if (is_layer) {
    s->seen.start = info->dlpi_addr + layer->p_vaddr;
    s->seen.end = s->seen.start + layer->p_memsz;
  }
  s->leaves_out = s->leaves_out || is_left_out;
  if (is_left_out)
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
  if (!code->is_there && !s.leaves_out && !is_known(&s))
    known = s.seen;
  code->can_find_places = can_find_places;
  return GCHK_OK;
}
