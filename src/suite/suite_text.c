/* A suite from its text: the defaults and plug-ins, and the cases one after the other. */
#include "suite/suite_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/name_table.h"
#include "gradcheck/network.h"
#include "suite/suite_build.h"

static gchk_status read_defaults(gchk_suite_reader *reader, const gchk_yaml *map) {
  if (map == NULL || gchk_yaml_is_nothing(map))
    return GCHK_OK;
  GCHK_TRY(gchk_suite_map(reader, map, "defaults"));
  GCHK_TRY(gchk_suite_check_keys(reader, map, GCHK_KEYS_SETTING, "defaults"));
  return gchk_suite_read_keys(reader, map, GCHK_KEYS_SETTING, &reader->defaults);
}

/* Twins for a plug-in: from those that the caller names, then those of the file, then from beside it. */
typedef struct suite_twins {
  const gchk_yaml *list; /* of the file, or NULL */
  const char **paths;
  size_t *used; /* by the first `named` paths, which are the file's */
  size_t named, count;
} suite_twins;

static gchk_status list_twins(gchk_suite_reader *reader, const gchk_yaml *list, suite_twins *twins) {
  char text[64];
  const size_t given = reader->twins != NULL ? reader->twins->count : 0;
  if (list != NULL && list->kind != GCHK_YAML_LIST)
    return gchk_suite_fail(reader, list, "twins is %s; a list of shared objects is wanted, such as [../mine.twin.so]",
                           gchk_yaml_describe(list, text, sizeof(text)));
  *twins = (suite_twins){.list = list, .named = list != NULL ? list->count : 0};
  twins->paths = gchk_arena_alloc(reader->arena, twins->named + given + 1, sizeof(const char *));
  twins->used = gchk_arena_alloc(reader->arena, twins->named + given + 1, sizeof(size_t));
  if (twins->paths == NULL || twins->used == NULL)
    return gchk_fail_memory(reader->error, "twins");
  for (; twins->count < twins->named; twins->count++) {
    const char *name = NULL;
    GCHK_TRY(gchk_suite_text(reader, list->item[twins->count], "a twin", &name));
    twins->paths[twins->count] = gchk_suite_path(reader, name);
    if (twins->paths[twins->count] == NULL)
      return gchk_fail_memory(reader->error, name);
  }
  for (size_t i = 0; i < given; i++)
    twins->paths[twins->count++] = reader->twins->paths[i];
  return GCHK_OK;
}

static gchk_status open_plugin(gchk_suite_reader *reader, const gchk_yaml *node, const char *path,
                               const suite_twins *twins) {
  gchk_plugin_file **file = &reader->plugins[reader->plugin_count];
  const gchk_twin_options options = {.paths = twins->paths,
                                     .count = twins->count,
                                     .none_beside = reader->twins != NULL && reader->twins->none_beside,
                                     .used = twins->used};
  if (gchk_plugin_file_read_within(file, path, &options, reader->limits, reader->error) != GCHK_OK)
    return gchk_suite_fail_within(reader, node);
  reader->plugin_count++;
  return GCHK_OK;
}

static gchk_status conclude_twins(const gchk_suite_reader *reader, const suite_twins *twins) {
  for (size_t i = 0; i < twins->named; i++) {
    if (twins->used[i] > 0)
      continue;
    if (access(twins->paths[i], F_OK) != 0)
      return gchk_suite_fail(reader, twins->list->item[i],
                             "%s: cannot be opened: %s; build the twin, or correct its path", twins->paths[i],
                             strerror(errno));
    return gchk_suite_fail(reader, twins->list->item[i],
                           "%s is the twin of nothing: no plug-in has an f32 layer of the name of one of its layers",
                           twins->paths[i]);
  }
  for (size_t i = twins->named; i < twins->count; i++)
    reader->twins->used[i - twins->named] += twins->used[i];
  return GCHK_OK;
}

static gchk_status open_plugins(gchk_suite_reader *reader, const gchk_yaml *list, const gchk_yaml *twin_list) {
  char text[64];
  suite_twins twins = {0};
  GCHK_TRY(list_twins(reader, twin_list, &twins));
  if (list == NULL)
    return conclude_twins(reader, &twins);
  if (list->kind != GCHK_YAML_LIST)
    return gchk_suite_fail(reader, list, "plugins is %s; a list of shared objects is wanted, such as [../mine.so]",
                           gchk_yaml_describe(list, text, sizeof(text)));
  reader->plugins = gchk_arena_alloc(reader->arena, list->count, sizeof(gchk_plugin_file *));
  if (reader->plugins == NULL)
    return gchk_fail_memory(reader->error, "plug-ins");
  for (size_t i = 0; i < list->count; i++) {
    const char *name = NULL;
    GCHK_TRY(gchk_suite_text(reader, list->item[i], "a plug-in", &name));
    const char *path = gchk_suite_path(reader, name);
    if (path == NULL)
      return gchk_fail_memory(reader->error, name);
    GCHK_TRY(open_plugin(reader, list->item[i], path, &twins));
  }
  return conclude_twins(reader, &twins);
}

/* What has no name that can be read is read, and told of. */
static bool is_wanted(const gchk_suite_reader *reader, const gchk_yaml *node) {
  const gchk_yaml *name = node->kind == GCHK_YAML_MAP ? gchk_yaml_get(node, "name") : NULL;
  return reader->is_wanted == NULL || name == NULL || name->kind != GCHK_YAML_SCALAR ||
         reader->is_wanted(reader->want_context, name->text);
}

static gchk_status read_case(gchk_suite *suite, const gchk_yaml *node, gchk_name_table *names) {
  gchk_suite_reader *reader = &suite->reader;
  const size_t i = suite->count;
  size_t first;
  suite->nodes[i] = node;
  reader->leaves_files = !is_wanted(reader, node);
  GCHK_TRY(gchk_suite_case_read(reader, node, &suite->cases[i]));
  if (!gchk_name_table_add(names, suite->cases[i].name, i, &first))
    return gchk_fail_memory(reader->error, reader->path);
  if (first != i)
    return gchk_suite_fail(reader, gchk_yaml_get(node, "name"),
                           "a case called \"%s\" is there already, in line %d; each case has a name of its own",
                           suite->cases[i].name, suite->cases[first].line);
  suite->count++;
  return GCHK_OK;
}

static gchk_status read_cases(gchk_suite *suite, const gchk_yaml *root, const gchk_yaml *list) {
  gchk_suite_reader *reader = &suite->reader;
  char text[64];
  if (list == NULL)
    return gchk_suite_fail(reader, root, "the suite has no cases; write cases: and a list of them");
  if (list->kind != GCHK_YAML_LIST || list->count == 0)
    return gchk_suite_fail(reader, list, "cases is %s; a list of cases is wanted, each in lines that begin with \"- \"",
                           list->kind == GCHK_YAML_LIST ? "an empty list"
                                                        : gchk_yaml_describe(list, text, sizeof(text)));
  suite->cases = gchk_arena_alloc(suite->arena, list->count, sizeof(*suite->cases));
  suite->nodes = gchk_arena_alloc(suite->arena, list->count, sizeof(const gchk_yaml *));
  if (suite->cases == NULL || suite->nodes == NULL)
    return gchk_fail_memory(reader->error, reader->path);
  gchk_name_table names = {0};
  gchk_status status = GCHK_OK;
  for (size_t i = 0; i < list->count && status == GCHK_OK; i++)
    status = read_case(suite, list->item[i], &names);
  gchk_name_table_deinit(&names);
  return status;
}

static gchk_status read_root(gchk_suite *suite, const gchk_yaml *root) {
  gchk_suite_reader *reader = &suite->reader;
  gchk_top_keys keys = {.cases = NULL};
  char text[64];
  if (root == NULL || gchk_yaml_is_nothing(root))
    return gchk_fail(reader->error, GCHK_INVALID, "%s:1:1: the suite is empty; write cases: and a list of them",
                     reader->path);
  if (root->kind != GCHK_YAML_MAP)
    return gchk_suite_fail(reader, root, "the suite is %s; a map is wanted, with cases: and a list of them",
                           gchk_yaml_describe(root, text, sizeof(text)));
  GCHK_TRY(gchk_suite_check_keys(reader, root, GCHK_KEYS_SUITE, "a suite"));
  GCHK_TRY(gchk_suite_read_keys(reader, root, GCHK_KEYS_SUITE, &keys));
  GCHK_TRY(read_defaults(reader, keys.defaults));
  GCHK_TRY(open_plugins(reader, keys.plugins, keys.twins));
  return read_cases(suite, root, keys.cases);
}

/* "fixtures/suites/" of "fixtures/suites/textbook.yaml". */
static const char *folder_of(gchk_arena *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  return gchk_arena_printf(arena, "%.*s", slash != NULL ? (int)(slash - path + 1) : 0, path);
}

const char *gchk_suite_note(const gchk_suite *suite, size_t index) {
  for (size_t i = 0; i < suite->reader.plugin_count; i++)
    for (size_t k = 0; gchk_plugin_file_note(suite->reader.plugins[i], k) != NULL; k++)
      if (index-- == 0)
        return gchk_plugin_file_note(suite->reader.plugins[i], k);
  return NULL;
}

void gchk_suite_free(gchk_suite *suite) {
  if (suite == NULL)
    return;
  for (size_t i = 0; i < suite->reader.network_count; i++)
    gchk_network_free(suite->reader.networks[i]);
  free(suite->reader.networks);
  /* Layers of plug-ins are in use up to here. */
  for (size_t i = 0; i < suite->reader.plugin_count; i++)
    gchk_plugin_file_close(suite->reader.plugins[i]);
  gchk_arena_free(suite->arena);
  free(suite);
}

gchk_status gchk_suite_load_text(gchk_suite **suite, const char *path, const char *text, size_t size, gchk_dtype dtype,
                                 gchk_error *error) {
  gchk_suite_options options = GCHK_SUITE_OPTIONS_INIT;
  options.dtype = dtype;
  return gchk_suite_load_text_with(suite, path, text, size, &options, error);
}

gchk_status gchk_suite_load_text_with(gchk_suite **suite, const char *path, const char *text, size_t size,
                                      const gchk_suite_options *options, gchk_error *error) {
  gchk_error ignored;
  gchk_status status = GCHK_NO_MEMORY;
  const gchk_yaml *root = NULL;
  gchk_suite_table table = {.array = GCHK_ARRAY_INIT};
  *suite = NULL;
  if (error == NULL)
    error = &ignored;
  gchk_suite *made = gchk_calloc(1, sizeof(*made));
  if (made == NULL)
    return gchk_fail_memory(error, path);
  made->arena = gchk_arena_new();
  if (made->arena != NULL) {
    made->reader = (gchk_suite_reader){.arena = made->arena,
                                       .error = error,
                                       .dtype = options->dtype,
                                       .twins = options->twins,
                                       .limits = options->limits,
                                       .is_wanted = options->is_wanted,
                                       .want_context = options->want_context};
    made->reader.path = gchk_arena_strdup(made->arena, path);
    made->reader.folder = folder_of(made->arena, path);
    made->reader.files = gchk_arena_alloc(made->arena, 1, sizeof *made->reader.files);
  }
  if (made->arena == NULL || made->reader.path == NULL || made->reader.folder == NULL || made->reader.files == NULL) {
    status = gchk_fail_memory(error, path);
    goto done;
  }
  made->reader.table = &table;
  status = gchk_yaml_parse(&root, made->arena, path, text, size, error);
  if (status == GCHK_OK)
    status = read_root(made, root);
  made->reader.table = NULL; /* training data are read once */
  gchk_array_deinit(&table.array);
done:
  if (status != GCHK_OK) {
    gchk_suite_free(made);
    return status;
  }
  made->reader.error = NULL;
  made->reader.twins = NULL;
  made->reader.leaves_files = false; /* training data of any case are read when they are asked for */
  *suite = made;
  return GCHK_OK;
}
