/*
 * The policy of undecided elements.
 *
 * Rows of one tensor of one layer in one precision, in whatever shapes, are a group: what a mistake hides behind in one
 * shape may be decided in another. The undecided elements of a group are tolerated where they are few, where they fill
 * nothing, and where the decided elements would have shown a wrong gradient. Each row says the first of these that does
 * not hold. --strict tolerates none.
 */
#include "result/settle.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"

static const double most_undecided = 0.05; // of the elements whose gradient is not zero

typedef struct group {
  size_t undecided, nonzero, decided, fail, caught;
  uint64_t hidden, shown; // borders
  const gchk_case_result *block_owner;
  const gchk_tensor_result *blocked;
} group;

static bool is_same_tensor(const gchk_case_result *c, const gchk_tensor_result *t, const gchk_case_result *other_case,
                           const gchk_tensor_result *other) {
  return t == other || (c->dtype == other_case->dtype && strcmp(t->name, other->name) == 0 &&
                        strcmp(c->layer, other_case->layer) == 0 && strcmp(c->target, other_case->target) == 0);
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

static group collect(const gchk_result *result, const gchk_case_result *c, const gchk_tensor_result *t) {
  group g = {0};
  for (size_t i = 0; i < result->case_count; i++)
    for (size_t k = 0; k < result->cases[i].tensor_count; k++) {
      const gchk_tensor_result *other = &result->cases[i].tensors[k];
      if (other->verdict != GCHK_SKIPPED && is_same_tensor(c, t, &result->cases[i], other))
        add_row(&g, &result->cases[i], other);
    }
  return g;
}

static void put_share(gchk_text *text, double share) {
  gchk_text_real(text, 'g', 3, 100 * share);
  gchk_text_put(text, " %");
}

static void put_border(gchk_text *text, uint64_t hidden) {
  for (size_t bit = 0; bit < 2 * GCHK_MAX_RANK; bit++)
    if ((hidden >> bit & 1) != 0) {
      gchk_text_format(text,
                       "none is decided at the %s index of axis %zu, in any shape: a mistake there would not show",
                       bit % 2 == 0 ? "first" : "last", bit / 2);
      return;
    }
}

// Puts the first condition that is not met; nothing where all are.
static void put_lack(gchk_text *text, const gchk_result *result, const gchk_case_result *c, const gchk_tensor_result *t,
                     const group *g) {
  const gchk_undecided_result *u = &t->undecided;
  const double share = (double)g->undecided / (double)g->nonzero;
  if (result->config.strict) {
    gchk_text_put(text, "--strict tolerates none");
  } else if (t->elements.fail > 0) {
    gchk_text_put(text, "others differ by more than their bounds");
  } else if (!(share <= most_undecided)) {
    put_share(text, share);
    gchk_text_format(text, " of the %zu elements that are not zero, over all shapes, where ", g->nonzero);
    put_share(text, most_undecided);
    gchk_text_put(text, " are tolerated");
  } else if (g->blocked != NULL) {
    gchk_text_format(text, "they fill %s", g->blocked->undecided.block);
    if (g->blocked != t)
      gchk_text_format(text, " of %s", g->block_owner == c ? "this case" : g->block_owner->name);
    gchk_text_put(text, ": a mistake there would not show");
  } else if ((g->hidden & ~g->shown) != 0) {
    put_border(text, g->hidden & ~g->shown);
  } else if (u->decided == 0) {
    gchk_text_put(text, "no element of it that is not zero is decided in this case");
  } else if (!((double)g->caught >= u->caught_wanted * (double)g->decided)) {
    gchk_text_format(text, "%s would have shown in ", u->error);
    put_share(text, (double)g->caught / (double)g->decided);
    gchk_text_put(text, " of the decided ones, where it takes ");
    put_share(text, u->caught_wanted);
  }
}

static void settle_row(gchk_result *result, const gchk_case_result *c, gchk_tensor_result *t) {
  gchk_undecided_result *u = &t->undecided;
  group g = collect(result, c, t);
  gchk_text lack = {0};
  put_lack(&lack, result, c, t, &g);
  u->is_tolerated = lack.length == 0 && !lack.failed;
  u->why_not = t->reason = "";
  t->verdict = GCHK_PASS;
  if (!u->is_tolerated) {
    t->verdict = GCHK_INCONCLUSIVE;
    u->why_not = lack.failed ? NULL : gchk_arena_strdup(result->arena, lack.data);
    t->reason = u->why_not == NULL
                    ? NULL
                    : gchk_arena_printf(result->arena, "%zu of %zu elements %s undecided: %s", t->elements.undecided,
                                        t->checked, t->elements.undecided == 1 ? "is" : "are", u->why_not);
    if (t->reason == NULL)
      u->why_not = t->reason = "some elements are undecided";
  }
  gchk_text_deinit(&lack);
}

// A case is as bad as its worst tensor; what was found about it as a whole made it worse than inconclusive.
static void settle_case(gchk_case_result *c) {
  bool is_open = false;
  for (size_t k = 0; k < c->tensor_count; k++)
    is_open = is_open || c->tensors[k].verdict == GCHK_INCONCLUSIVE;
  c->verdict = is_open ? GCHK_INCONCLUSIVE : GCHK_PASS;
  c->reason = is_open ? "some tensors are inconclusive" : "";
}

void gchk_settle(gchk_result *result) {
  for (size_t i = 0; i < result->case_count; i++) {
    gchk_case_result *c = &result->cases[i];
    bool has_settled = false;
    for (size_t k = 0; k < c->tensor_count; k++)
      if (c->tensors[k].undecided.is_only_lack) {
        settle_row(result, c, &c->tensors[k]);
        has_settled = true;
      }
    // One that is expected to fail passes because it did, or fails because it did not.
    if (has_settled && c->expected_failure == NULL && (c->verdict == GCHK_PASS || c->verdict == GCHK_INCONCLUSIVE))
      settle_case(c);
  }
}
