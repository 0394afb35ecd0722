/*
 * Compares two results.
 *
 * Where the two runs used different steps, mean differences say nothing of each other: verdicts are still compared, and
 * the change of scheme is itself a regression, or a gate would lose its mean differences without anybody noticing.
 *
 * A pass with undecided elements is a pass, on either side: how many elements can be told depends on the values, and
 * settle.c says when there are too many. That a pass becomes inconclusive is a regression, as ever.
 *
 * What is passed over, since a shape of the layer's own fails, is not compared: that failure is what changed.
 */
#include "result/baseline.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/name_table.h"
#include "result/passed_over.h"
#include "result/renames.h"

typedef struct comparison {
  gchk_arena *arena;
  gchk_baseline_result *to;
  size_t capacity;
  bool failed;
  bool same_scheme;
  gchk_renames renames;
} comparison;

static const double decade = 10;

static gchk_change *add(comparison *c, const char *case_name, const char *tensor, const char *what,
                        bool is_regression) {
  if (c->failed)
    return NULL;
  if (c->to->change_count == c->capacity) {
    size_t capacity = c->capacity > 0 ? 2 * c->capacity : 16;
    gchk_change *changes = gchk_arena_alloc(c->arena, capacity, sizeof *changes);
    if (changes == NULL) {
      c->failed = true;
      return NULL;
    }
    if (c->to->change_count > 0)
      memcpy(changes, c->to->changes, c->to->change_count * sizeof *changes);
    c->to->changes = changes;
    c->capacity = capacity;
  }
  gchk_change *change = &c->to->changes[c->to->change_count++];
  *change = (gchk_change){.case_name = gchk_arena_strdup(c->arena, case_name),
                          .tensor = gchk_arena_strdup(c->arena, tensor),
                          .what = what,
                          .is_regression = is_regression,
                          .before = (double)NAN,
                          .after = (double)NAN};
  c->failed = change->case_name == NULL || change->tensor == NULL;
  c->to->regression_count += is_regression;
  return change;
}

static bool same_real(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

// The cases of a result, and those that other shards have, by name: those of one name are a chain, for several targets
// and both precisions may have it.
typedef struct case_index {
  const gchk_result *of;
  gchk_name_table names;
  size_t *next;
} case_index;

static const size_t none = SIZE_MAX;

static const gchk_case_result *case_at(const case_index *x, size_t i) {
  return i < x->of->case_count ? &x->of->cases[i] : &x->of->elsewhere[i - x->of->case_count];
}

static bool index_init(case_index *x, const gchk_result *result, gchk_arena *arena) {
  const size_t count = result->case_count + result->elsewhere_count;
  *x = (case_index){.of = result, .next = gchk_arena_alloc(arena, count + 1, sizeof *x->next)};
  bool is_made = x->next != NULL;
  for (size_t i = 0; i < count && is_made; i++) {
    size_t first;
    is_made = gchk_name_table_add(&x->names, case_at(x, i)->name, i, &first);
    x->next[i] = is_made && first != i ? x->next[first] : none;
    if (is_made && first != i)
      x->next[first] = i;
  }
  return is_made;
}

static bool is_exact(const gchk_case_result *a, const gchk_case_result *b) {
  return a->dtype == b->dtype && strcmp(a->name, b->name) == 0 && strcmp(a->target, b->target) == 0;
}

// The first of the chain of this name; none where there is none, or no memory.
static size_t first_of(case_index *x, const char *name) {
  size_t first = none;
  return gchk_name_table_add(&x->names, name, none, &first) ? first : none;
}

static const gchk_case_result *find_exact(case_index *x, const gchk_case_result *like, size_t hint) {
  if (hint < x->of->case_count && is_exact(&x->of->cases[hint], like))
    return &x->of->cases[hint];
  for (size_t i = first_of(x, like->name); i != none; i = x->next[i])
    if (is_exact(case_at(x, i), like))
      return case_at(x, i);
  return NULL;
}

/*
 * The same case in the other result: of this name, precision and target. Where there is none, one of this name that is
 * no other's, for a target may be called by another path and run in another precision.
 */
static const gchk_case_result *find_case(case_index *x, case_index *own, const gchk_case_result *like, size_t hint) {
  const gchk_case_result *found = find_exact(x, like, hint);
  if (found != NULL)
    return found;
  int best = -1;
  for (size_t i = first_of(x, like->name); i != none; i = x->next[i]) {
    const gchk_case_result *c = case_at(x, i);
    const int fit = 2 * (c->dtype == like->dtype) + (i == hint);
    if (fit <= best || find_exact(own, c, i) != NULL)
      continue;
    best = fit;
    found = c;
  }
  return found;
}

// Of one tensor: the same name, precision and shape.
static int compare_tensors(const gchk_tensor_result *a, const gchk_tensor_result *b) {
  const int by_name = strcmp(a->name, b->name);
  const int by_dtype = by_name != 0 ? by_name : (a->dtype > b->dtype) - (a->dtype < b->dtype);
  const size_t rank = a->shape.rank;
  if (by_dtype != 0 || rank != b->shape.rank)
    return by_dtype != 0 ? by_dtype : (rank > b->shape.rank) - (rank < b->shape.rank);
  for (size_t i = 0; i < rank; i++)
    if (a->shape.dim[i] != b->shape.dim[i])
      return a->shape.dim[i] > b->shape.dim[i] ? 1 : -1;
  return 0;
}

static int compare_entries(const void *a, const void *b) {
  const gchk_tensor_result *const *x = a, *const *y = b;
  const int by_tensor = compare_tensors(*x, *y);
  return by_tensor != 0 ? by_tensor : (*x > *y) - (*x < *y); // as in the case, for the first is found
}

// The tensors of a case in the order of compare_entries; NULL when out of memory.
static const gchk_tensor_result **sort_tensors(const gchk_case_result *c, gchk_arena *arena) {
  const gchk_tensor_result **sorted = gchk_arena_alloc(arena, c->tensor_count + 1, sizeof *sorted);
  for (size_t i = 0; i < c->tensor_count && sorted != NULL; i++)
    sorted[i] = &c->tensors[i];
  if (sorted != NULL && c->tensor_count > 0)
    qsort(sorted, c->tensor_count, sizeof *sorted, compare_entries);
  return sorted;
}

// The first of those that are the same tensor; NULL where there is none.
static const gchk_tensor_result *find_tensor(const gchk_tensor_result *const *sorted, size_t count,
                                             const gchk_tensor_result *like) {
  size_t low = 0;
  for (size_t high = count; low < high;) {
    const size_t middle = low + (high - low) / 2;
    if (compare_tensors(sorted[middle], like) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && compare_tensors(sorted[low], like) == 0 ? sorted[low] : NULL;
}

/* A kink is as good as a pass here. */
static gchk_verdict rank(gchk_verdict verdict) {
  return verdict == GCHK_KINK ? GCHK_PASS : verdict;
}

static const char *what_changed(gchk_verdict before, gchk_verdict after, bool *is_regression) {
  *is_regression = rank(after) > rank(before);
  if (*is_regression)
    return after >= GCHK_FAIL && before < GCHK_FAIL ? "new fail" : "verdict";
  return rank(after) < rank(before) ? "better" : NULL;
}

static void compare_tensor(comparison *c, const gchk_case_result *owner, const gchk_tensor_result *old,
                           const gchk_tensor_result *now) {
  bool is_regression;
  const char *what = what_changed(old->verdict, now->verdict, &is_regression);
  // Written so that a NaN that was a number before is a regression.
  bool grew = c->same_scheme && old->checked > 0 && now->checked > 0 && !isnan(old->mean_abs_diff) &&
              !(now->mean_abs_diff < decade * old->mean_abs_diff) && !(now->mean_abs_diff <= now->bound_median) &&
              !(now->mean_abs_diff <= now->bound_mean);
  if (grew && !is_regression) {
    what = "mean difference";
    is_regression = true;
  }
  if (what == NULL)
    return;
  gchk_change *change = add(c, owner->name, now->name, what, is_regression);
  if (change == NULL)
    return;
  change->verdict_before = old->verdict;
  change->verdict_after = now->verdict;
  change->before = old->mean_abs_diff;
  change->after = now->mean_abs_diff;
}

static void add_tensor(comparison *c, const gchk_case_result *owner, const gchk_tensor_result *now) {
  bool fails = now->verdict >= GCHK_FAIL && owner->expected_failure == NULL;
  gchk_change *change = add(c, owner->name, now->name, fails ? "new fail" : "added", fails);
  if (change == NULL)
    return;
  change->verdict_before = change->verdict_after = now->verdict;
  change->after = now->mean_abs_diff;
}

// `renamed`: what it may be called now; NULL: out of memory.
static void vanish(comparison *c, const gchk_case_result *owner, const char *tensor, gchk_verdict verdict, double mean,
                   const char *renamed) {
  gchk_change *change = add(c, owner->name, tensor, "vanished", true);
  if (change == NULL)
    return;
  change->verdict_before = change->verdict_after = verdict;
  change->before = mean;
  c->failed = c->failed || renamed == NULL;
  if (renamed != NULL && renamed[0] != '\0')
    change->renamed = renamed;
}

/* The case as a whole, where none of its tensors says what changed. */
static void compare_whole(comparison *c, const gchk_case_result *old, const gchk_case_result *now) {
  bool is_regression;
  const char *what = what_changed(old->verdict, now->verdict, &is_regression);
  gchk_change *change = what != NULL ? add(c, now->name, "", what, is_regression) : NULL;
  if (change == NULL)
    return;
  change->verdict_before = old->verdict;
  change->verdict_after = now->verdict;
}

static void compare_case(comparison *c, const gchk_case_result *old, const gchk_case_result *now) {
  const size_t first = c->to->change_count;
  const gchk_tensor_result **olds = sort_tensors(old, c->arena), **news = sort_tensors(now, c->arena);
  if (olds == NULL || news == NULL) {
    c->failed = true;
    return;
  }
  for (size_t k = 0; k < now->tensor_count; k++) {
    const gchk_tensor_result *same = find_tensor(olds, old->tensor_count, &now->tensors[k]);
    if (same != NULL)
      compare_tensor(c, now, same, &now->tensors[k]);
    else
      add_tensor(c, now, &now->tensors[k]);
  }
  // A case that crashed has no tensors left: one line says so, not one a tensor.
  for (size_t k = 0; k < old->tensor_count && now->tensor_count > 0; k++)
    if (find_tensor(news, now->tensor_count, &old->tensors[k]) == NULL)
      vanish(c, old, old->tensors[k].name, old->tensors[k].verdict, old->tensors[k].mean_abs_diff,
             gchk_renamed_tensor(&c->renames, c->arena, old, now, &old->tensors[k]));
  if (c->to->change_count == first)
    compare_whole(c, old, now);
  if (c->to->change_count == first && old->tensor_count > 0 && now->tensor_count == 0)
    vanish(c, old, "", old->verdict, (double)NAN, "");
}

gchk_status gchk_baseline_compare(gchk_arena *arena, const char *file, const gchk_result *before,
                                  const gchk_result *current, gchk_baseline_result *changes, gchk_error *error) {
  *changes = (gchk_baseline_result){.file = gchk_arena_strdup(arena, file)};
  comparison c = {.arena = arena, .to = changes, .failed = changes->file == NULL};
  c.same_scheme = strcmp(before->config.scheme, current->config.scheme) == 0 &&
                  same_real(before->config.step, current->config.step);
  if (!c.same_scheme) {
    gchk_change *change = add(&c, "", "", "scheme", true);
    if (change != NULL) {
      change->before = before->config.step;
      change->after = current->config.step;
    }
  }
  case_index old_cases, new_cases;
  const bool has_old = index_init(&old_cases, before, arena), has_new = index_init(&new_cases, current, arena);
  const bool has_index = has_old && has_new;
  size_t added_count = 0;
  const gchk_case_result **added = gchk_arena_alloc(arena, current->case_count + 1, sizeof *added);
  c.failed = c.failed || !has_index || added == NULL;
  for (size_t i = 0; i < current->case_count && has_index; i++) {
    const gchk_case_result *now = &current->cases[i];
    if (gchk_is_passed_over(now))
      continue;
    const gchk_case_result *old = find_case(&old_cases, &new_cases, now, i);
    if (old == NULL && added != NULL)
      added[added_count++] = now;
    if (old != NULL)
      compare_case(&c, old, now);
    else if (now->tensor_count == 0) {
      bool fails = now->verdict >= GCHK_FAIL;
      gchk_change *change = add(&c, now->name, "", fails ? "new fail" : "added", fails);
      if (change != NULL)
        change->verdict_before = change->verdict_after = now->verdict;
    } else
      for (size_t k = 0; k < now->tensor_count; k++)
        add_tensor(&c, now, &now->tensors[k]);
  }
  const bool has_all =
      current->config.shards <= 1 || current->case_count + current->elsewhere_count == current->config.cases;
  bool is_part = !has_all || !current->complete ||
                 (*current->config.filter && strcmp(current->config.filter, before->config.filter) != 0);
  for (size_t i = 0; i < before->case_count && !is_part && has_index; i++)
    if (find_case(&new_cases, &old_cases, &before->cases[i], i) == NULL)
      vanish(&c, &before->cases[i], "", before->cases[i].verdict, (double)NAN,
             gchk_renamed_case(&c.renames, arena, added, added_count, &before->cases[i]));
  gchk_name_table_deinit(&old_cases.names);
  gchk_name_table_deinit(&new_cases.names);
  return c.failed ? gchk_fail_memory(error, "the comparison with the baseline") : GCHK_OK;
}
