/*
 * The policy of undecided elements.
 *
 * Rows of one tensor of one layer in one precision, in whatever shapes, are a group: what a mistake hides behind in one
 * shape may be decided in another. The undecided elements of a group are tolerated where they are few, where they fill
 * nothing, and where the decided elements would have shown a wrong gradient. Each row says the first of these that does
 * not hold. --strict tolerates none.
 *
 * A shape in which terms cancel in the whole tensor (batch norm over two rows) has gradients below what can be told of
 * them. Where all its undecided elements are such, or all its elements are below resolution, and the other shapes of
 * the group are decided by themselves, it is left to these: a mistake in one of the terms would have failed in it, and
 * what is wrong as a whole fails in them.
 */
#include "summary/settle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"
#include "result/doubts.h"

static const double most_undecided = 0.05; // of the elements whose gradient is not zero

typedef struct group {
  size_t undecided, nonzero, decided, fail, caught;
  uint64_t hidden, shown; // borders
  const gchk_case_result *block_owner;
  const gchk_tensor_result *blocked;
} group;

typedef struct row {
  const gchk_case_result *owner;
  gchk_tensor_result *tensor;
  size_t place; // within the result
} row;

// Are all that are undecided so because terms cancel, if any is? Then a mistake in one of these would have failed.
static bool is_cancelled(const gchk_tensor_result *t) {
  return t->undecided.is_only_lack && t->elements.fail == 0 && t->cancelled == t->elements.undecided;
}

static int compare_groups(const row *a, const row *b) {
  const int by_dtype = (a->owner->dtype > b->owner->dtype) - (a->owner->dtype < b->owner->dtype);
  const int by_name = by_dtype != 0 ? by_dtype : strcmp(a->tensor->name, b->tensor->name);
  const int by_layer = by_name != 0 ? by_name : strcmp(a->owner->layer, b->owner->layer);
  return by_layer != 0 ? by_layer : strcmp(a->owner->target, b->owner->target);
}

static int compare_rows(const void *a, const void *b) {
  const row *x = a, *y = b;
  const int by_group = compare_groups(x, y);
  return by_group != 0 ? by_group : (x->place > y->place) - (x->place < y->place);
}

static void add_row(group *g, const gchk_case_result *c, const gchk_tensor_result *t) {
  const gchk_undecided_result *u = &t->undecided;
  g->undecided += t->elements.undecided;
  g->nonzero += u->nonzero;
  g->decided += u->decided;
  g->fail += t->elements.fail;
  g->caught += u->decided > 0 && u->caught > 0 ? (size_t)llround(u->caught * (double)u->decided) : 0;
  g->hidden |= u->borders;
  g->shown |= u->borders_shown;
  if (g->blocked == NULL && *u->block != '\0') {
    g->blocked = t;
    g->block_owner = c;
  }
}

enum { LACK_SIZE = 512 }; // a longer name of a case is cut

// "5.3 %": not printf's, whose decimal sign is the locale's.
typedef struct percent {
  char text[GCHK_REAL_SIZE];
} percent;

static percent percent_of(double share) {
  percent p;
  gchk_format_real(p.text, sizeof p.text, 'g', 3, 100 * share);
  return p;
}

static void say_border(char *text, uint64_t hidden) {
  size_t bit = 0;
  while ((hidden >> bit & 1) == 0)
    bit++;
  (void)snprintf(text, LACK_SIZE,
                 "none is decided at the %s index of axis %zu, in any shape: a mistake there would not show",
                 bit % 2 == 0 ? "first" : "last", bit / 2);
}

/* The first condition that a group does not meet; where none is decided nothing would show. */
typedef enum lack { NOTHING, TOO_MANY, THEY_FILL, THEY_HIDE, WOULD_NOT_SHOW } lack;

static double share_of(const group *g) {
  return (double)g->undecided / (double)g->nonzero;
}

static double caught_of(const group *g) {
  return (double)g->caught / (double)g->decided;
}

static lack lack_of(const group *g, double caught_wanted) {
  if (!(share_of(g) <= most_undecided))
    return TOO_MANY;
  if (g->blocked != NULL)
    return THEY_FILL;
  if ((g->hidden & ~g->shown) != 0)
    return THEY_HIDE;
  return caught_of(g) >= caught_wanted ? NOTHING : WOULD_NOT_SHOW;
}

// What the row lacks, by itself or as one of the group; "" where nothing.
static void say_lack(char *text, const gchk_result *result, const gchk_tensor_result *t, const group *g) {
  const gchk_undecided_result *u = &t->undecided;
  const lack of_group = lack_of(g, u->caught_wanted);
  text[0] = '\0';
  if (result->config.strict)
    (void)snprintf(text, LACK_SIZE, "--strict tolerates none");
  else if (t->elements.fail > 0)
    (void)snprintf(text, LACK_SIZE, "others differ by more than their bounds");
  else if (of_group == TOO_MANY)
    (void)snprintf(text, LACK_SIZE, "%s %% of the %zu that are not zero, over all shapes, and %s %% are tolerated",
                   percent_of(share_of(g)).text, g->nonzero, percent_of(most_undecided).text);
  else if (of_group == THEY_FILL)
    (void)snprintf(text, LACK_SIZE, "they fill %s%s%s: a mistake there would not show", g->blocked->undecided.block,
                   g->blocked != t ? " of " : "", g->blocked != t ? g->block_owner->name : "");
  else if (of_group == THEY_HIDE)
    say_border(text, g->hidden & ~g->shown);
  else if (u->decided == 0)
    (void)snprintf(text, LACK_SIZE, "of those that are not zero none is decided in this case");
  else if (of_group == WOULD_NOT_SHOW)
    (void)snprintf(text, LACK_SIZE, "%s would have shown in %s %% of the decided ones, and it takes %s %%", u->error,
                   percent_of(caught_of(g)).text, percent_of(u->caught_wanted).text);
}

// `all` is the row's group, `others` those of it where not everything that is undecided is cancelled: where these are
// decided by themselves, the rest is left to them.
static void settle_row(gchk_result *result, gchk_tensor_result *t, const group *all, const group *others) {
  gchk_undecided_result *u = &t->undecided;
  const bool is_left = others->fail == 0 && lack_of(others, u->caught_wanted) == NOTHING;
  char text[LACK_SIZE] = "";
  if (!is_left || !is_cancelled(t) || result->config.strict)
    say_lack(text, result, t, is_left ? others : all);
  u->is_tolerated = text[0] == '\0';
  u->why_not = t->reason = "";
  t->verdict = GCHK_PASS;
  if (u->is_tolerated)
    return;
  t->verdict = GCHK_INCONCLUSIVE;
  if (t->elements.undecided == 0) {
    u->why_not = t->reason = GCHK_NONE_RESOLVED;
    return;
  }
  u->why_not = gchk_arena_strdup(result->arena, text);
  t->reason = gchk_arena_printf(result->arena, "%zu of %zu elements %s undecided: %s", t->elements.undecided,
                                t->checked, t->elements.undecided == 1 ? "is" : "are", text);
  if (u->why_not == NULL || t->reason == NULL) // the arena has noted it
    u->why_not = t->reason = "some elements are undecided";
}

// A case is as bad as its worst tensor; what was found about it as a whole made it worse than inconclusive.
static void settle_case(gchk_case_result *c) {
  bool is_open = false;
  for (size_t k = 0; k < c->tensor_count; k++)
    is_open = is_open || c->tensors[k].verdict == GCHK_INCONCLUSIVE;
  c->verdict = is_open ? GCHK_INCONCLUSIVE : GCHK_PASS;
  c->reason = is_open ? "some tensors are inconclusive" : "";
}

static group group_of(const row *rows, size_t count, bool with_cancelled) {
  group g = {0};
  for (size_t i = 0; i < count; i++)
    if (with_cancelled || !is_cancelled(rows[i].tensor))
      add_row(&g, rows[i].owner, rows[i].tensor);
  return g;
}

static void settle_group(gchk_result *result, const row *rows, size_t count) {
  const group all = group_of(rows, count, true), others = group_of(rows, count, false);
  for (size_t i = 0; i < count; i++)
    if (rows[i].tensor->undecided.is_only_lack)
      settle_row(result, rows[i].tensor, &all, &others);
}

// All that were checked, groups together; a sort, for a result may have very many. NULL: no memory, the arena notes it.
static row *list_rows(const gchk_result *result, size_t *count) {
  size_t most = 0;
  for (size_t i = 0; i < result->case_count; i++)
    most += result->cases[i].tensor_count;
  row *rows = gchk_arena_alloc(result->arena, most, sizeof *rows);
  *count = 0;
  for (size_t i = 0; i < result->case_count && rows != NULL; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++)
      if (result->cases[i].tensors[k].verdict != GCHK_SKIPPED) {
        rows[*count] = (row){&result->cases[i], &result->cases[i].tensors[k], *count};
        ++*count;
      }
  if (*count > 0)
    qsort(rows, *count, sizeof *rows, compare_rows);
  return rows;
}

static bool has_only_lack(const gchk_case_result *c) {
  for (size_t k = 0; k < c->tensor_count; k++)
    if (c->tensors[k].undecided.is_only_lack)
      return true;
  return false;
}

static bool some_case_has_only_lack(const gchk_result *result) {
  for (size_t i = 0; i < result->case_count; i++)
    if (has_only_lack(&result->cases[i]))
      return true;
  return false;
}

void gchk_settle(gchk_result *result) {
  if (!some_case_has_only_lack(result))
    return;
  size_t count;
  const row *rows = list_rows(result, &count);
  for (size_t first = 0, end; first < count; first = end) {
    for (end = first + 1; end < count && compare_groups(&rows[first], &rows[end]) == 0;)
      end++;
    settle_group(result, &rows[first], end - first);
  }
  for (size_t i = 0; i < result->case_count; i++) {
    gchk_case_result *c = &result->cases[i];
    // One that is expected to fail passes because it did, or fails because it did not.
    if (has_only_lack(c) && c->expected_failure == NULL && (c->verdict == GCHK_PASS || c->verdict == GCHK_INCONCLUSIVE))
      settle_case(c);
  }
}
