/*
 * Structs of other versions.
 *
 * A caller that was built for an earlier header has shorter structs: the fields that it does not know are 0, which
 * means what it did when they were not there. One that was built for a later header has longer ones: what it sets
 * there is something that it wants, and that cannot be given.
 */
#include "check/adopt.h"

#include <stddef.h>
#include <string.h>

#include "core/memory.h"

/*
 * Where the structs ended when they first said their size: each with a field of the widest alignment, so without
 * padding.
 */
#define END_OF(type, field) (offsetof(type, field) + sizeof(((type *)0)->field))

typedef struct kind {
  const char *name;
  size_t first, own; // sizes: of the first version, and of this one
} kind;

static const kind options_kind = {"gchk_options", END_OF(gchk_options, interrupt), sizeof(gchk_options)};
static const kind case_kind = {"gchk_case", END_OF(gchk_case, expected_failure), sizeof(gchk_case)};
static const kind setting_kind = {"gchk_tensor_setting", END_OF(gchk_tensor_setting, reference_atol),
                                  sizeof(gchk_tensor_setting)};

enum { LARGEST = 1 << 16 }; // no version will be so large: it was never set

// The size that a struct of the caller's has.
static size_t size_of(const void *given, const kind *k) {
  size_t size;
  memcpy(&size, given, sizeof size);
  return size == 0 ? k->first : size;
}

static gchk_status check_size(const kind *k, size_t size, gchk_error *error) {
  if (size >= k->first && size <= LARGEST)
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID, "%s of %zu bytes; set .size = sizeof(%s) (it is %zu here)", k->name, size,
                   k->name, k->own);
}

static gchk_status take(void *own, const void *given, size_t size, const kind *k, gchk_error *error) {
  const unsigned char *bytes = given;
  memcpy(own, given, size < k->own ? size : k->own);
  for (size_t i = k->own; i < size; i++)
    if (bytes[i] != 0)
      return gchk_fail(
          error, GCHK_INVALID,
          "%s was filled in by a program for a later gradcheck than %s (byte %zu of %zu is set); build it for "
          "this one, or use a later library",
          k->name, GCHK_VERSION, i, size);
  return GCHK_OK;
}

gchk_status gchk_adopt_options(gchk_options *own, const gchk_options *given, gchk_error *error) {
  size_t size = size_of(given, &options_kind);
  *own = (gchk_options){0};
  GCHK_TRY(check_size(&options_kind, size, error));
  GCHK_TRY(take(own, given, size, &options_kind, error));
  own->size = sizeof *own;
  return GCHK_OK;
}

// An array of structs of one size, as an array of this version's; where it is that already, it itself.
static gchk_status adopt_array(const void **own, const void *given, size_t count, const kind *k, gchk_arena *arena,
                               gchk_error *error) {
  *own = given;
  if (count == 0)
    return GCHK_OK;
  size_t size = size_of(given, k);
  const unsigned char *from = given;
  GCHK_TRY(check_size(k, size, error));
  for (size_t i = 1; i < count; i++)
    if (size_of(from + i * size, k) != size)
      return gchk_fail(error, GCHK_INVALID,
                       "%s number %zu says that it has %zu bytes, the first %zu; give all of them one", k->name, i,
                       size_of(from + i * size, k), size);
  if (size == k->own)
    return GCHK_OK;
  unsigned char *to = gchk_arena_alloc(arena, count, k->own);
  if (to == NULL)
    return gchk_fail_memory(error, k->name);
  for (size_t i = 0; i < count; i++)
    GCHK_TRY(take(to + i * k->own, from + i * size, size, k, error));
  *own = to;
  return GCHK_OK;
}

static bool are_settings_own(const gchk_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (cases[i].setting_count > 0 && size_of(cases[i].settings, &setting_kind) != setting_kind.own)
      return false;
  return true;
}

gchk_status gchk_adopt_cases(const gchk_case **own, const gchk_case *given, size_t count, gchk_arena *arena,
                             gchk_error *error) {
  const void *cases;
  *own = NULL;
  GCHK_TRY(adopt_array(&cases, given, count, &case_kind, arena, error));
  *own = cases;
  if (are_settings_own(*own, count))
    return GCHK_OK;
  gchk_case *copies = gchk_arena_copy(arena, *own, count, sizeof *copies);
  if (copies == NULL)
    return gchk_fail_memory(error, "cases");
  for (size_t i = 0; i < count; i++) {
    const void *settings;
    GCHK_TRY(adopt_array(&settings, copies[i].settings, copies[i].setting_count, &setting_kind, arena, error));
    copies[i].settings = settings;
  }
  *own = copies;
  return GCHK_OK;
}
