/*
 * Puts shards together: the results of `--shard 1/N` ... `--shard N/N` become the result of one run.
 *
 * Shard I holds the cases with index % N == I - 1 of the run, in their order. What the merged result writes as JSON is
 * what the one run writes, but for `environment` and `timing`: the environment is that of shard 1, times and calls are
 * summed. A case that the shards divided (`--store`) has its result in one more of them, that of `--divided`.
 */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/memory.h"
#include "core/name_table.h"
#include "gradcheck/report.h"
#include "report/same_run.h"
#include "result/local_argument.h"
#include "result/passed_over.h"

static size_t index_of(const gchk_result *const *shards, const gchk_result *shard) {
  size_t i = 0;
  while (shards[i] != shard)
    i++;
  return i;
}

/* The place of a shard; 0 where there are several results, and none is one. */
static size_t find_shard(const gchk_result *const *results, size_t count) {
  size_t i = 0;
  while (i < count && results[i]->config.shards < 2)
    i++;
  return i < count ? i : 0;
}

/*
 * Puts the shards in order; each must be there once. `ordered` has NULL for each. *divided: the result of the cases
 * that they divided; NULL where it is not there.
 */
static gchk_status arrange(const gchk_result *const *shards, const char *const *names, size_t count,
                           const gchk_result **ordered, const gchk_result **divided, gchk_error *error) {
  *divided = NULL;
  if (count == 0)
    return gchk_fail(error, GCHK_INVALID, "nothing to merge: name the JSON results of all shards");
  const size_t first = find_shard(shards, count);
  uint64_t wanted = shards[first]->config.shards;
  for (size_t i = 0; i < count; i++) {
    const bool is_divided = wanted > 1 && shards[i]->config.shards < 2 && *divided == NULL;
    const char *what =
        is_divided ? gchk_run_difference(shards[first], shards[i]) : gchk_shard_difference(shards[first], shards[i]);
    if (what)
      return gchk_fail(error, GCHK_INVALID, "%s: its %s is not that of %s; merge takes the shards of one run", names[i],
                       what, names[first]);
    if (i != first)
      GCHK_TRY(gchk_origins_compare(shards[i], names[i], shards[first], names[first], error));
    if (is_divided) {
      *divided = shards[i];
      continue;
    }
    uint64_t shard = shards[i]->config.shard;
    if (shard < 1 || shard > wanted)
      return gchk_fail(error, GCHK_INVALID, "%s: is shard %llu of %llu", names[i], (unsigned long long)shard,
                       (unsigned long long)wanted);
    if (shard > count)
      continue; // then another is missing
    if (ordered[shard - 1] != NULL)
      return gchk_fail(error, GCHK_INVALID, "%s: is shard %llu of %llu, and so is %s", names[i],
                       (unsigned long long)shard, (unsigned long long)wanted,
                       names[index_of(shards, ordered[shard - 1])]);
    ordered[shard - 1] = shards[i];
  }
  for (uint64_t shard = 1; shard <= wanted; shard++)
    if (shard > count || ordered[shard - 1] == NULL)
      return gchk_fail(error, GCHK_INVALID, "shard %llu of %llu is missing: merge takes all shards of a run",
                       (unsigned long long)shard, (unsigned long long)wanted);
  return GCHK_OK;
}

typedef struct entry {
  const gchk_case_result *of;
  size_t part;
} entry;

static int compare_names(const gchk_case_result *a, const gchk_case_result *b) {
  const int by_name = strcmp(a->name, b->name), by_target = by_name != 0 ? by_name : strcmp(a->target, b->target);
  return by_target != 0 ? by_target : (a->dtype > b->dtype) - (a->dtype < b->dtype);
}

static int compare_entries(const void *a, const void *b) {
  const entry *x = a, *y = b;
  int by_name = compare_names(x->of, y->of);
  return by_name != 0 ? by_name : (x->part > y->part) - (x->part < y->part);
}

/*
 * A case of two shards has two results, and some other case has none: the shards are of different states of the suite.
 * What one shard lists twice it may have twice.
 */
static gchk_status refuse_doubles(const gchk_result *const *ordered, size_t count, const gchk_result *merged,
                                  size_t total, gchk_error *error) {
  entry *all = gchk_arena_alloc(merged->arena, total, sizeof *all);
  if (all == NULL)
    return gchk_fail_memory(error, "the merged result");
  size_t used = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < ordered[i]->case_count; k++)
      all[used++] = (entry){.of = &ordered[i]->cases[k], .part = i};
  qsort(all, used, sizeof *all, compare_entries);
  for (size_t i = 1; i < used; i++)
    if (all[i].part != all[i - 1].part && compare_names(all[i].of, all[i - 1].of) == 0)
      return gchk_fail(error, GCHK_INVALID,
                       "case \"%s\" has a result in shard %zu (%s) and another in shard %zu (%s): the shards are not "
                       "of the same cases, or two cases of the suite have one name",
                       all[i].of->name, all[i - 1].part + 1, gchk_verdict_name(all[i - 1].of->verdict), all[i].part + 1,
                       gchk_verdict_name(all[i].of->verdict));
  return GCHK_OK;
}

static gchk_status check_total(const gchk_result *merged, size_t total, gchk_error *error) {
  const uint64_t wanted = merged->config.cases;
  if (wanted == 0 || (merged->complete ? total == wanted : total <= wanted))
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID, "the shards have %zu cases, and the run has %llu: they do not fit together",
                   total, (unsigned long long)wanted);
}

/* What undecided elements make of the case is settled anew over all shards: its tensors are the merged result's own. */
static gchk_status take_case(gchk_result *merged, const gchk_case_result *from, gchk_error *error) {
  gchk_case_result *c = &merged->cases[merged->case_count++];
  *c = *from;
  c->tensors = gchk_arena_copy(merged->arena, from->tensors, from->tensor_count, sizeof *c->tensors);
  return c->tensors == NULL ? gchk_fail_memory(error, "the merged result") : GCHK_OK;
}

/*
 * Of a case that the shards divided (`from` is the row of one of them, which may have met an error) its result, where
 * it is there; else the row.
 */
static gchk_status find_whole(const gchk_result *divided, const gchk_case_result **from, size_t *joined,
                              bool is_complete, gchk_error *error) {
  const bool is_divided = (*from)->verdict == GCHK_SKIPPED && strcmp((*from)->reason, GCHK_DIVIDED) == 0;
  if (!is_divided && (*from)->verdict != GCHK_ERROR)
    return GCHK_OK;
  for (size_t i = 0; divided != NULL && i < divided->case_count; i++)
    if (compare_names(&divided->cases[i], *from) == 0) {
      *from = &divided->cases[i];
      (*joined)++;
      return GCHK_OK;
    }
  return !is_divided || !is_complete
             ? GCHK_OK
             : gchk_fail(error, GCHK_INVALID,
                         "case \"%s\" is divided among the shards, and its result is not there: merge the "
                         "shards with that of `gradcheck run ... --store DIR --divided`",
                         (*from)->name);
}

/* Row i of the merged run is row i / N of shard i % N + 1. A complete run has no holes. */
static gchk_status merge_cases(const gchk_result *const *ordered, size_t count, const gchk_result *divided,
                               gchk_result *merged, gchk_error *error) {
  size_t total = 0, rows = 0;
  for (size_t i = 0; i < count; i++) {
    total += ordered[i]->case_count;
    rows = ordered[i]->case_count > rows ? ordered[i]->case_count : rows;
  }
  GCHK_TRY(check_total(merged, total, error));
  if (total == 0)
    return GCHK_OK;
  GCHK_TRY(refuse_doubles(ordered, count, merged, total, error));
  merged->cases = gchk_arena_alloc(merged->arena, total, sizeof *merged->cases);
  if (merged->cases == NULL)
    return gchk_fail_memory(error, "the merged result");
  size_t expected = 0, joined = 0;
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < count; i++) {
      if (row < ordered[i]->case_count) {
        const gchk_case_result *from = &ordered[i]->cases[row];
        GCHK_TRY(find_whole(divided, &from, &joined, merged->complete, error));
        GCHK_TRY(take_case(merged, from, error));
      }
      expected += row < ordered[i]->case_count;
      bool is_hole = row < ordered[i]->case_count && expected != row * count + i + 1;
      if (is_hole && merged->complete)
        return gchk_fail(
            error, GCHK_INVALID,
            "case \"%s\" of shard %zu of %zu would be number %zu of the run, but only %zu came before it: a "
            "shard is not whole, or is of another suite",
            ordered[i]->cases[row].name, i + 1, count, row * count + i + 1, expected - 1);
    }
  if (divided != NULL && merged->complete && joined != divided->case_count)
    return gchk_fail(
        error, GCHK_INVALID,
        "the result of --divided has %zu cases, and the shards divided %zu of them: they are not of one run",
        divided->case_count, joined);
  return GCHK_OK;
}

/* What the one run passes over, a shard has checked where the shape that fails is another's. */
static void pass_over(gchk_result *merged) {
  for (size_t i = 0; i < merged->case_count; i++)
    (void)gchk_pass_over_if_told(merged->cases, merged->case_count, &merged->cases[i]);
}

/* A change of some shard, and the first case of its name. */
typedef struct placed_change {
  const gchk_change *change;
  size_t at, place;
} placed_change;

static int compare_places(const void *a, const void *b) {
  const placed_change *x = a, *y = b;
  const int by_case = (x->at > y->at) - (x->at < y->at);
  return by_case != 0 ? by_case : (x->place > y->place) - (x->place < y->place);
}

/* Those that are compared with a baseline. */
static gchk_status name_cases(const gchk_result *merged, gchk_name_table *names, gchk_error *error) {
  for (size_t c = 0, first; c < merged->case_count; c++)
    if (!gchk_is_passed_over(&merged->cases[c]) && !gchk_name_table_add(names, merged->cases[c].name, c, &first))
      return gchk_fail_memory(error, "the merged result");
  return GCHK_OK;
}

/* The k-th change of a shard from the end on; NULL where there are not so many. */
static const gchk_change *change_before_end(const gchk_result *shard, size_t k) {
  const gchk_baseline_result *b = &shard->baseline;
  return k < b->change_count ? &b->changes[b->change_count - 1 - k] : NULL;
}

static bool is_same_loss(const gchk_change *a, const gchk_change *b) {
  return a != NULL && b != NULL && strcmp(a->what, "vanished") == 0 && strcmp(b->what, "vanished") == 0 &&
         a->tensor[0] == '\0' && b->tensor[0] == '\0' && strcmp(a->case_name, b->case_name) == 0 &&
         a->verdict_before == b->verdict_before;
}

/* How many cases no shard has: each shard ends with the same changes, which say so. */
static size_t count_vanished(const gchk_result *const *ordered, size_t count) {
  for (size_t k = 0;; k++)
    for (size_t i = 0; i < count; i++)
      if (!is_same_loss(change_before_end(ordered[0], k), change_before_end(ordered[i], k)))
        return k;
}

/* The changes of cases, in the order of these, but for the last `vanished` of each shard. Returns how many. */
static size_t place_changes(const gchk_result *const *ordered, size_t count, const gchk_name_table *names,
                            size_t vanished, placed_change *placed) {
  size_t used = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k + vanished < ordered[i]->baseline.change_count; k++) {
      placed_change p = {.change = &ordered[i]->baseline.changes[k], .place = used};
      if (p.change->case_name[0] != '\0' && gchk_name_table_find(names, p.change->case_name, &p.at))
        placed[used++] = p;
    }
  if (used > 0)
    qsort(placed, used, sizeof *placed, compare_places);
  return used;
}

/*
 * The k-th change from the end on, which all shards have; what it may be called now knows the shard that has that.
 * Where several cases alike were renamed, fewer may be offered than the one run offers.
 */
static gchk_change take_loss(const gchk_result *const *ordered, size_t count, size_t k) {
  gchk_change change = *change_before_end(ordered[0], k);
  for (size_t i = 1; i < count && change.renamed == NULL; i++)
    change.renamed = change_before_end(ordered[i], k)->renamed;
  return change;
}

/*
 * The changes of each shard are in the order of its cases; those that belong to no case of the run come first or last.
 * A change is taken once, also where two cases have its name.
 */
static gchk_status merge_baseline(const gchk_result *const *ordered, size_t count, gchk_result *merged,
                                  gchk_error *error) {
  gchk_baseline_result *to = &merged->baseline;
  to->file = ordered[0]->baseline.file;
  size_t total = 0;
  for (size_t i = 0; i < count; i++)
    total += ordered[i]->baseline.change_count;
  if (total == 0)
    return GCHK_OK;
  const gchk_baseline_result *first = &ordered[0]->baseline;
  const size_t vanished = count_vanished(ordered, count);
  to->changes = gchk_arena_alloc(merged->arena, total, sizeof *to->changes);
  placed_change *placed = gchk_arena_alloc(merged->arena, total, sizeof *placed);
  if (to->changes == NULL || placed == NULL)
    return gchk_fail_memory(error, "the merged result");
  for (size_t k = 0; k < first->change_count; k++)
    if (first->changes[k].case_name[0] == '\0') // of the run as a whole: each shard says the same
      to->changes[to->change_count++] = first->changes[k];
  gchk_name_table names = {0};
  const gchk_status status = name_cases(merged, &names, error);
  const size_t used = status == GCHK_OK ? place_changes(ordered, count, &names, vanished, placed) : 0;
  gchk_name_table_deinit(&names);
  for (size_t k = 0; k < used; k++)
    to->changes[to->change_count++] = *placed[k].change;
  for (size_t k = vanished; k > 0; k--)
    to->changes[to->change_count++] = take_loss(ordered, count, k - 1);
  for (size_t k = 0; k < to->change_count; k++)
    to->regression_count += to->changes[k].is_regression;
  return status;
}

/* The command line of the one run: without what was a shard's own business. */
static gchk_status merge_arguments(const gchk_result *from, gchk_result *merged, gchk_error *error) {
  merged->argv = from->argc > 0 ? gchk_arena_alloc(merged->arena, from->argc, sizeof *merged->argv) : NULL;
  if (from->argc > 0 && merged->argv == NULL)
    return gchk_fail_memory(error, "the merged result");
  size_t uses;
  for (size_t i = 0; i < from->argc; i += uses)
    if (!gchk_argument_is_local(from->argv, from->argc, i, &uses))
      merged->argv[merged->argc++] = from->argv[i];
  return GCHK_OK;
}

static void add_ending(gchk_result *merged, const gchk_result *from, bool *is_interrupted) {
  merged->complete = merged->complete && from->complete;
  merged->wall_s += from->wall_s;
  merged->unwritten = merged->unwritten != NULL ? merged->unwritten : from->unwritten;
  *is_interrupted = *is_interrupted || (!from->complete && from->stopped_by == NULL);
  merged->stopped_by = from->stopped_by != NULL ? from->stopped_by : merged->stopped_by;
}

static gchk_status fill(const gchk_result *const *ordered, size_t count, const gchk_result *divided,
                        gchk_result *merged, gchk_error *error) {
  const gchk_result *from = ordered[0];
  bool is_interrupted = false;
  merged->tool_version = from->tool_version;
  merged->seed = from->seed;
  merged->title = from->title;
  merged->config = from->config;
  merged->config.shard = merged->config.shards = 1;
  merged->environment = from->environment;
  merged->inputs = from->inputs;
  merged->input_count = from->input_count;
  for (size_t i = 0; i < count; i++)
    add_ending(merged, ordered[i], &is_interrupted);
  if (divided != NULL)
    add_ending(merged, divided, &is_interrupted);
  if (is_interrupted) // what is missing is not all after a failure
    merged->stopped_by = NULL;
  GCHK_TRY(merge_arguments(from, merged, error));
  GCHK_TRY(merge_cases(ordered, count, divided, merged, error));
  pass_over(merged);
  GCHK_TRY(merge_baseline(ordered, count, merged, error));
  gchk_result_summarise(merged);
  return gchk_arena_has_failed(merged->arena) ? gchk_fail_memory(error, "the merged result") : GCHK_OK;
}

static gchk_status merge(const gchk_result *const *shards, const char *const *names, size_t count, gchk_result *merged,
                         gchk_error *error) {
  const gchk_result **ordered = gchk_arena_alloc(merged->arena, count + 1, sizeof *ordered), *divided;
  if (ordered == NULL)
    return gchk_fail_memory(error, "the merged result");
  GCHK_TRY(arrange(shards, names, count, ordered, &divided, error));
  return fill(ordered, divided != NULL ? count - 1 : count, divided, merged, error);
}

gchk_status gchk_merge(const gchk_result *const *shards, const char *const *names, size_t count, gchk_result **merged,
                       gchk_error *error) {
  *merged = gchk_result_new();
  if (*merged == NULL)
    return gchk_fail_memory(error, "the merged result");
  const gchk_status status = merge(shards, names, count, *merged, error);
  if (status != GCHK_OK) {
    gchk_result_free(*merged);
    *merged = NULL;
  }
  return status;
}
