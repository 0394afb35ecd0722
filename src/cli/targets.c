/* Opening suites and plug-ins. */
#include "targets.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case_names.h"
#include "common.h"
#include "compared.h"
#include "gradcheck/suggest.h"
#include "gradcheck/suite.h"
#include "options/filters.h"
#include "options/texts.h"
#include "process/beside.h"
#include "selection.h"

typedef struct opened {
  gchk_suite *suite;
  gchk_plugin_file *plugin;
  gchk_case_list *lists; // one a layer of the plug-in
  size_t list_count;
} opened;

struct cli_targets {
  opened *targets;
  size_t target_count;
  gchk_case *cases;
  const char **labels; // what the cases are called: by their names, and by their seeds where --seeds adds some
  size_t case_count, selected_count, case_total;
  cli_case_names names; // of all cases, those that are not selected too
  cli_selection selection;
  const char *place; // what is to be explained, which begins with the name of a case; NULL: what is selected
  cli_compared compared;
  size_t *twin_uses; // layers that got their twins from each file of --twin
  cli_texts texts;
  const char *title; // "textbook.yaml + mine.so"
};

enum { PATH_SIZE = 4096 };
static const char suite_in_data[] = "suites/textbook.yaml";

static bool try_suite(char *path, size_t size, const char *directory) {
  int length = snprintf(path, size, "%s/%s", directory, suite_in_data);
  return length > 0 && (size_t)length < size && access(path, R_OK) == 0;
}

// Where it was told to look, beside the program, where it was installed to.
gchk_status cli_builtin_suite(char *path, size_t size, gchk_error *error) {
  const char *told = getenv("GRADCHECK_DATA");
  if (told != NULL && told[0] != '\0') {
    if (try_suite(path, size, told))
      return GCHK_OK;
    return gchk_fail(error, GCHK_IO,
                     "%s: cannot be read; GRADCHECK_DATA must name the folder that holds suites/ and mnist/", path);
  }
  char beside[PATH_SIZE];
  if (cli_beside(beside, sizeof beside, "share/gradcheck") && try_suite(path, size, beside))
    return GCHK_OK;
  if (try_suite(path, size, GRADCHECK_DATA_DIR))
    return GCHK_OK;
  return gchk_fail(
      error, GCHK_IO,
      "the built-in suite is not where it was installed (%s); set GRADCHECK_DATA to the folder that holds %s",
      GRADCHECK_DATA_DIR, suite_in_data);
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

// Selection is by name first, so that every shard of a filtered run is a part of that run.
static gchk_status add_selected(cli_targets *targets, const gchk_case *own, const char *label,
                                const cli_options *options, size_t *selected, gchk_error *error) {
  const bool is_selected = cli_selection_takes(&targets->selection, own, label);
  const bool is_of_shard = !is_selected || options->shards < 2 || (*selected)++ % options->shards == options->shard - 1;
  GCHK_TRY(cli_case_names_add(&targets->names, own, label, !is_of_shard, error));
  if (!is_selected || (!is_of_shard && options->store == NULL)) // with a store shards share cases
    return GCHK_OK;
  const size_t count = targets->case_count;
  void *cases = targets->cases, *labels = targets->labels;
  const bool has_room =
      cli_make_room(&cases, count, sizeof *targets->cases) && cli_make_room(&labels, count, sizeof *targets->labels);
  targets->cases = cases;
  targets->labels = labels;
  if (!has_room)
    return cli_fail_memory(error, "cases");
  targets->cases[count] = *own;
  targets->labels[count] = label;
  targets->case_count++;
  return GCHK_OK;
}

// Once with each seed; a case that has a seed of its own is the same with all of them.
static gchk_status add_case(cli_targets *targets, const gchk_case *from, const char *target, const cli_options *options,
                            size_t *selected, gchk_error *error) {
  gchk_case own = *from;
  own.target = target;
  GCHK_TRY(cli_compare(&targets->compared, &options->compared, &own, error));
  cli_selection_expect(&targets->selection, &own);
  const uint64_t seeds = own.has_seed ? 1 : options->seeds;
  for (uint64_t k = 0; k < seeds; k++, own.seed++) {
    const char *label =
        k == 0 ? own.name
               : cli_texts_add(&targets->texts, "%s seed %llu", own.name, (unsigned long long)(options->seed + k));
    if (label == NULL)
      return cli_fail_memory(error, "cases");
    targets->case_total++;
    GCHK_TRY(add_selected(targets, &own, label, options, selected, error));
  }
  return GCHK_OK;
}

static gchk_twin_options twins_of(cli_targets *targets, const cli_options *options) {
  return (gchk_twin_options){.paths = options->twins.at,
                             .count = options->twins.count,
                             .none_beside = options->no_twin,
                             .used = targets->twin_uses};
}

static bool is_wanted(void *context, const char *name) {
  const cli_targets *targets = context;
  return targets->place != NULL ? strncmp(targets->place, name, strlen(name)) == 0
                                : cli_selection_may_take(&targets->selection, name);
}

// With several seeds or references the names alone do not tell which cases are looked at: all are loaded.
static gchk_status open_suite(cli_targets *targets, opened *o, const char *path, const char *target,
                              const cli_options *options, size_t *selected, gchk_error *error) {
  assert(o != NULL);
  const gchk_twin_options twins = twins_of(targets, options);
  const gchk_load_limits limits = cli_load_limits(options);
  const bool has_all = options->seeds > 1 || options->compared.count > 0;
  const gchk_suite_options how = {sizeof how, options->dtype, &twins, has_all ? NULL : is_wanted, targets, &limits};
  GCHK_TRY(gchk_suite_load_some(&o->suite, path, &how, error));
  for (size_t i = 0; gchk_suite_note(o->suite, i) != NULL; i++)
    cli_complain("%s", gchk_suite_note(o->suite, i));
  size_t count;
  const gchk_case *cases = gchk_suite_cases(o->suite, &count);
  for (size_t i = 0; i < count; i++)
    GCHK_TRY(add_case(targets, &cases[i], target, options, selected, error));
  return GCHK_OK;
}

static gchk_status open_plugin(cli_targets *targets, opened *o, const char *path, const cli_options *options,
                               size_t *selected, gchk_error *error) {
  const gchk_twin_options twins = twins_of(targets, options);
  const gchk_load_limits limits = cli_load_limits(options);
  GCHK_TRY(gchk_plugin_file_read_within(&o->plugin, path, &twins, &limits, error));
  for (size_t i = 0; gchk_plugin_file_note(o->plugin, i) != NULL; i++)
    cli_complain("%s", gchk_plugin_file_note(o->plugin, i));
  const gchk_plugin *table = gchk_plugin_file_table(o->plugin);
  o->lists = calloc(table->layer_count, sizeof *o->lists);
  if (o->lists == NULL)
    return cli_fail_memory(error, "the layers of a plug-in");
  for (size_t i = 0; i < table->layer_count; i++) {
    gchk_status status = gchk_layer_cases(table->layers[i], &o->lists[i], error);
    if (status != GCHK_OK)
      return gchk_fail_within(error, "%s", path);
    o->list_count++;
    for (size_t k = 0; k < o->lists[i].count; k++)
      GCHK_TRY(add_case(targets, &o->lists[i].cases[k], path, options, selected, error));
  }
  return GCHK_OK;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static gchk_status add_to_title(cli_targets *targets, const char *name, gchk_error *error) {
  targets->title = targets->title == NULL ? cli_texts_add(&targets->texts, "%s", name)
                                          : cli_texts_add(&targets->texts, "%s + %s", targets->title, name);
  return targets->title == NULL ? cli_fail_memory(error, "a title") : GCHK_OK;
}

// What people take for targets, by the ends of their names, and what to do with each.
static const struct {
  const char *end, *what;
} mistaken[] = {
    {".c", "a source; compile it: cc $(gradcheck --cflags) -shared -fPIC -o layer.so"},
    {".cpp", "a source; compile it: c++ -std=c++17 $(gradcheck --cflags) -shared -fPIC -o layer.so"},
    {".cc", "a source; compile it: c++ -std=c++17 $(gradcheck --cflags) -shared -fPIC -o layer.so"},
    {".o", "an object; link it to a plug-in: cc -shared -fPIC -o layer.so"},
    {".a", "an archive; link it to a plug-in: cc -shared -fPIC -o layer.so -Wl,--whole-archive"},
    {".h", "a header; make a plug-in of its functions: gradcheck init"},
    {".json", "a result, or no target at all; what renders results is: gradcheck report"},
};

static gchk_status fail_target(const char *path, gchk_error *error) {
  for (size_t i = 0; i < sizeof mistaken / sizeof mistaken[0]; i++)
    if (ends_with(path, mistaken[i].end))
      return gchk_fail(error, GCHK_INVALID, "%s: a target is a suite (.yaml) or a plug-in (.so), and this is %s %s",
                       path, mistaken[i].what, path);
  return gchk_fail(error, GCHK_INVALID,
                   "%s: a target is a suite (.yaml) or a plug-in (.so); a plug-in is made by cc $(gradcheck --cflags) "
                   "-shared -fPIC -o layer.so layer.c",
                   path);
}

static gchk_status open_one(cli_targets *targets, const char *path, const cli_options *options, size_t *selected,
                            gchk_error *error) {
  opened *o = &targets->targets[targets->target_count++];
  GCHK_TRY(add_to_title(targets, base_name(path), error));
  if (ends_with(path, ".so"))
    return open_plugin(targets, o, path, options, selected, error);
  if (ends_with(path, ".yaml") || ends_with(path, ".yml"))
    return open_suite(targets, o, path, path, options, selected, error);
  return fail_target(path, error);
}

// Patterns that take none of the cases, beside others that do or not: the names that were meant.
static gchk_status suggest_cases(const cli_targets *targets, const cli_options *options, gchk_error *error) {
  if (options->filters.count == 0 || options->last_failed != NULL)
    return GCHK_OK;
  const char **names = calloc(targets->names.count + 1, sizeof *names);
  if (names == NULL)
    return cli_fail_memory(error, "names");
  for (size_t i = 0; i < targets->names.count; i++)
    names[i] = targets->names.of[i].name;
  cli_filters_suggest(&options->filters, names, targets->names.count, targets->title);
  free(names);
  return GCHK_OK;
}

static size_t count_floats(const gchk_plugin *table) {
  size_t count = 0;
  for (size_t i = 0; i < table->layer_count; i++)
    count += table->layers[i]->dtype == GCHK_F32;
  return count;
}

// A twin that no layer got is a mistake, and says which.
static gchk_status check_twins(const cli_targets *targets, const cli_options *options, gchk_error *error) {
  size_t floats = 0;
  bool all_plugins = targets->target_count > 0;
  for (size_t i = 0; i < targets->target_count; i++) {
    all_plugins = all_plugins && targets->targets[i].plugin != NULL;
    floats += targets->targets[i].plugin == NULL ? 0 : count_floats(gchk_plugin_file_table(targets->targets[i].plugin));
  }
  for (size_t k = 0; k < options->twins.count; k++) {
    if (targets->twin_uses[k] > 0)
      continue;
    const char *path = options->twins.at[k];
    if (access(path, F_OK) != 0)
      return gchk_fail(error, GCHK_INVALID, "--twin %s: cannot be opened: %s; build the twin, or correct its path",
                       path, strerror(errno));
    if (all_plugins && floats == 0)
      return gchk_fail(
          error, GCHK_INVALID,
          "--twin %s: the layers of %s are f64 and need no twin; leave --twin out, or give the float build as "
          "the target",
          path, targets->title);
    return gchk_fail(
        error, GCHK_INVALID,
        "--twin %s: no f32 layer of %s has the name of one of its layers; build both from the same sources", path,
        targets->title);
  }
  return GCHK_OK;
}

gchk_status cli_targets_open(cli_targets **result, const char *const *paths, size_t count, const char *place,
                             const cli_options *options, gchk_error *error) {
  *result = NULL;
  cli_targets *targets = calloc(1, sizeof *targets);
  if (targets == NULL)
    return cli_fail_memory(error, "targets");
  gchk_status status = GCHK_OK;
  char builtin[PATH_SIZE];
  size_t selected = 0;
  targets->place = place;
  targets->targets = calloc(count + 1, sizeof *targets->targets);
  targets->twin_uses = calloc(options->twins.count + 1, sizeof *targets->twin_uses);
  if (targets->targets == NULL || targets->twin_uses == NULL)
    status = cli_fail_memory(error, "targets");
  if (status == GCHK_OK)
    status = cli_selection_open(&targets->selection, options, error);
  if (status == GCHK_OK && count == 0) {
    status = cli_builtin_suite(builtin, sizeof builtin, error);
    if (status == GCHK_OK)
      status = add_to_title(targets, base_name(builtin), error);
    if (status == GCHK_OK)
      status =
          open_suite(targets, &targets->targets[targets->target_count++], builtin, NULL, options, &selected, error);
  }
  for (size_t i = 0; i < count && status == GCHK_OK; i++)
    status = open_one(targets, paths[i], options, &selected, error);
  targets->selected_count = options->shards > 1 ? selected : targets->case_count;
  if (status == GCHK_OK)
    status = check_twins(targets, options, error);
  if (status == GCHK_OK)
    status = cli_compared_check(&targets->compared, &options->compared, targets->title, error);
  if (status == GCHK_OK)
    status = cli_case_names_check(&targets->names, error);
  if (status == GCHK_OK)
    status = cli_selection_check(&targets->selection, targets->title, error);
  if (status == GCHK_OK)
    status = suggest_cases(targets, options, error);
  if (status != GCHK_OK) {
    cli_targets_close(targets);
    return status;
  }
  *result = targets;
  return GCHK_OK;
}

void cli_targets_close(cli_targets *targets) {
  if (targets == NULL)
    return;
  for (size_t i = 0; i < targets->target_count; i++) {
    opened *o = &targets->targets[i];
    for (size_t k = 0; k < o->list_count; k++)
      gchk_case_list_deinit(&o->lists[k]);
    free(o->lists);
    gchk_suite_free(o->suite);
    gchk_plugin_file_close(o->plugin);
  }
  free(targets->cases);
  free(targets->labels);
  cli_case_names_deinit(&targets->names);
  free(targets->targets);
  free(targets->twin_uses);
  cli_selection_close(&targets->selection);
  cli_compared_deinit(&targets->compared);
  cli_texts_deinit(&targets->texts);
  free(targets);
}

gchk_status cli_targets_add_origins(const cli_targets *targets, gchk_origins *origins, gchk_error *error) {
  for (size_t i = 0; i < targets->target_count; i++) {
    const opened *o = &targets->targets[i];
    GCHK_TRY(o->suite != NULL ? gchk_suite_add_origins(o->suite, origins, error)
                              : gchk_plugin_file_add_origins(o->plugin, origins, error));
  }
  return GCHK_OK;
}

const gchk_suite *cli_targets_suite(const cli_targets *targets, size_t index) {
  for (size_t i = 0; i < targets->target_count; i++)
    if (targets->targets[i].suite != NULL && index-- == 0)
      return targets->targets[i].suite;
  return NULL;
}

const gchk_case *cli_targets_cases(const cli_targets *targets, size_t *count) {
  *count = targets->case_count;
  return targets->cases;
}

const char *const *cli_targets_labels(const cli_targets *targets) {
  return targets->labels;
}

bool cli_targets_are_repeated(const cli_targets *targets) {
  return targets->selection.last != NULL;
}

size_t cli_targets_case_total(const cli_targets *targets) {
  return targets->case_total;
}

size_t cli_targets_selected(const cli_targets *targets) {
  return targets->selected_count;
}

const cli_case_names *cli_targets_names(const cli_targets *targets) {
  return &targets->names;
}

const char *cli_targets_title(const cli_targets *targets) {
  return targets->title;
}

const gchk_case *cli_targets_find(const cli_targets *targets, const char *name, gchk_error *error) {
  char known[512] = "";
  size_t used = 0, listed = 0;
  for (size_t i = 0; i < targets->case_count; i++) {
    const char *other = targets->labels[i];
    if (strcmp(other, name) == 0)
      return &targets->cases[i];
    if (listed == i && used + strlen(other) + sizeof ", " <= sizeof known) {
      used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", used > 0 ? ", " : "", other);
      listed++;
    }
  }
  char more[64] = "";
  if (listed < targets->case_count)
    (void)snprintf(more, sizeof more, "%s%zu more", listed > 0 ? " and " : "", targets->case_count - listed);
  const char *meant = gchk_suggest(name, targets->labels, targets->case_count);
  (void)gchk_fail(error, GCHK_INVALID, "%s has no case '%s'; %s%s%sit has %s%s", targets->title, name,
                  meant != NULL ? "did you mean '" : "", meant != NULL ? meant : "", meant != NULL ? "'? " : "", known,
                  more);
  return NULL;
}
