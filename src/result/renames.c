/* Renamed cases and tensors: which it may be, and having a baseline call them as they are called now. */
#include "result/renames.h"

#include <stdio.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/report.h"

static bool is_taken(const gchk_renames *renames, const void *what) {
  for (size_t i = 0; i < renames->count; i++)
    if (renames->taken[i] == what)
      return true;
  return false;
}

static bool has_tensor(const gchk_case_result *c, const char *name) {
  for (size_t i = 0; i < c->tensor_count; i++)
    if (strcmp(c->tensors[i].name, name) == 0)
      return true;
  return false;
}

static bool look_alike(const gchk_tensor_result *a, const gchk_tensor_result *b) {
  return a->role == b->role && a->dtype == b->dtype && a->shape.rank == b->shape.rank &&
         memcmp(a->shape.dim, b->shape.dim, a->shape.rank * sizeof a->shape.dim[0]) == 0;
}

const char *gchk_renamed_tensor(gchk_renames *renames, gchk_arena *arena, const gchk_case_result *old,
                                const gchk_case_result *now, const gchk_tensor_result *lost) {
  if (now->tensor_count > GCHK_RENAMED_AMONG || old->tensor_count > GCHK_RENAMED_AMONG ||
      renames->looks++ >= GCHK_MOST_RENAMES)
    return "";
  for (size_t i = 0; i < now->tensor_count; i++) {
    const gchk_tensor_result *t = &now->tensors[i];
    if (!look_alike(t, lost) || is_taken(renames, t) || has_tensor(old, t->name))
      continue;
    renames->taken[renames->count++] = t;
    return gchk_arena_printf(arena, "%s:%s=%s", now->name, lost->name, t->name);
  }
  return "";
}

static bool have_same_tensors(const gchk_case_result *a, const gchk_case_result *b) {
  if (a->dtype != b->dtype || a->tensor_count != b->tensor_count || a->tensor_count == 0)
    return false;
  for (size_t i = 0; i < a->tensor_count; i++)
    if (!look_alike(&a->tensors[i], &b->tensors[i]) || strcmp(a->tensors[i].name, b->tensors[i].name) != 0)
      return false;
  return true;
}

const char *gchk_renamed_case(gchk_renames *renames, gchk_arena *arena, const gchk_case_result *const *added,
                              size_t added_count, const gchk_case_result *lost) {
  if (renames->looks++ >= GCHK_MOST_RENAMES)
    return "";
  for (size_t i = 0; i < added_count; i++) {
    if (is_taken(renames, added[i]) || !have_same_tensors(added[i], lost))
      continue;
    renames->taken[renames->count++] = added[i];
    return gchk_arena_printf(arena, "%s=%s", lost->name, added[i]->name);
  }
  return "";
}

/* A text whose first bytes are a name. */
typedef struct part {
  const char *at;
  size_t length;
} part;

static bool is_called(const char *name, part p) {
  return strlen(name) == p.length && memcmp(name, p.at, p.length) == 0;
}

// The case itself, or one of its shapes, "CASE/square".
static bool is_of(const char *name, part p) {
  return strncmp(name, p.at, p.length) == 0 && (name[p.length] == '\0' || name[p.length] == '/');
}

static gchk_status refuse_name(const char *what, const char *name, const char *renamed, gchk_error *error) {
  return gchk_fail(error, GCHK_INVALID, "--renamed '%s': the baseline has a %s '%s' already; both cannot be one",
                   renamed, what, name);
}

// All cases of the name, of whatever shape, precision and target.
static gchk_status rename_cases(gchk_result *before, part old, const char *name, const char *renamed, size_t *count,
                                gchk_error *error) {
  const part new = {name, strlen(name)};
  for (size_t i = 0; i < before->case_count; i++)
    *count += is_of(before->cases[i].name, old);
  for (size_t i = 0; i<before->case_count && * count> 0; i++) {
    const char *is = before->cases[i].name;
    if (is_of(is, old))
      before->cases[i].name = gchk_arena_printf(before->arena, "%s%s", name, is + old.length);
    else if (is_of(is, new))
      return refuse_name("case", is, renamed, error);
    if (before->cases[i].name == NULL)
      return gchk_fail_memory(error, "a name");
  }
  return GCHK_OK;
}

static gchk_status rename_tensors(gchk_result *before, part owner, part old, const char *name, const char *renamed,
                                  size_t *count, gchk_error *error) {
  for (size_t i = 0; i < before->case_count; i++) {
    gchk_case_result *c = &before->cases[i];
    for (size_t k = 0; k < c->tensor_count && is_of(c->name, owner); k++) {
      if (!is_called(c->tensors[k].name, old))
        continue;
      if (has_tensor(c, name))
        return refuse_name("tensor", name, renamed, error);
      c->tensors[k].name = name;
      ++*count;
    }
  }
  return GCHK_OK;
}

// The last colon divides, for case names may have colons.
static bool split(part whole, part *owner, part *tensor) {
  size_t colon = whole.length;
  while (colon > 0 && whole.at[colon - 1] != ':')
    colon--;
  if (colon < 2)
    return false;
  *owner = (part){whole.at, colon - 1};
  *tensor = (part){whole.at + colon, whole.length - colon};
  return true;
}

gchk_status gchk_baseline_rename(gchk_result *before, const char *renamed, gchk_error *error) {
  size_t count = 0;
  // Names may have a '=': the first one that has a name of the baseline before it divides.
  for (const char *equals = strchr(renamed, '='); equals != NULL && count == 0; equals = strchr(equals + 1, '=')) {
    const part old = {renamed, (size_t)(equals - renamed)};
    part owner, tensor;
    const char *name = gchk_arena_strdup(before->arena, equals + 1);
    if (name == NULL)
      return gchk_fail_memory(error, "a name");
    if (name[0] == '\0')
      break;
    GCHK_TRY(rename_cases(before, old, name, renamed, &count, error));
    if (count > 0 || !split(old, &owner, &tensor))
      continue;
    if (strncmp(name, owner.at, owner.length) == 0 && name[owner.length] == ':') // "CASE:OLD=CASE:NEW"
      name += owner.length + 1;
    GCHK_TRY(rename_tensors(before, owner, tensor, name, renamed, &count, error));
  }
  if (count > 0)
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "--renamed '%s': the baseline has nothing of that name; write OLD=NEW of a case, or CASE:OLD=NEW of "
                   "a tensor",
                   renamed);
}
