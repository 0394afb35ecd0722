/*
 * A plug-in is loaded in a child process first (plugin_trial.h), which sends an image of its table. What suites, lists
 * and names need is read from that. Where it is loaded in earnest its table must give the same image: what was looked
 * over is then what is called.
 */
#include "gradcheck/suite.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/stand_in.h"
#include "run/child_environment.h"
#include "suite/layer_image.h"
#include "suite/plugin_table.h"
#include "suite/plugin_trial.h"
#include "suite/plugin_twin.h"

/* Which layer of which plug-in a stand-in is for. */
typedef struct entry {
  gchk_loader loader; /* the first: a stand-in's `user` */
  struct gchk_plugin_file *file;
  size_t index;
  bool is_twin;
} entry;

struct gchk_plugin_file {
  gchk_arena *arena;
  const char *path;        /* as it was given */
  gchk_twin_options twins; /* of our own; its counters are nobody's */
  gchk_plugin_told told;
  gchk_plugin data;           /* of stand-ins */
  const gchk_plugin *table;   /* `data`, or the real one of a plug-in that was opened for its code */
  gchk_plugin_object *object; /* NULL: its code is not in this process */
};

static gchk_status copy_twins(gchk_plugin_file *file, const gchk_twin_options *twins, gchk_error *error) {
  file->twins = (gchk_twin_options){.none_beside = twins == NULL || twins->none_beside};
  const size_t count = twins != NULL ? twins->count : 0;
  const char **paths = gchk_arena_alloc(file->arena, count + 1, sizeof *paths);
  file->twins.used = gchk_arena_alloc(file->arena, count + 1, sizeof *file->twins.used);
  for (size_t i = 0; paths != NULL && i < count; i++)
    paths[i] = gchk_arena_strdup(file->arena, twins->paths[i]);
  file->twins.paths = paths;
  file->twins.count = count;
  return gchk_arena_has_failed(file->arena) ? gchk_fail_memory(error, file->path) : GCHK_OK;
}

static gchk_status check_same(const gchk_plugin_file *file, const gchk_plugin *real, gchk_error *error) {
  const gchk_layer_list list = {real->layers, real->layer_count};
  const gchk_text *before = &file->told.tables;
  gchk_text now = {0};
  const bool is_written = gchk_image_write(&now, &gchk_image_of_layers, &list);
  const bool is_same = is_written && now.data != NULL && before->data != NULL && now.length == before->length &&
                       memcmp(now.data, before->data, now.length) == 0;
  gchk_text_deinit(&now);
  if (!is_written)
    return gchk_fail_memory(error, file->path);
  return is_same ? GCHK_OK
                 : gchk_fail(error, GCHK_INVALID,
                             "%s: its table, or that of its twin, is another each time that it is loaded, or the file "
                             "was replaced; write the tables as constants",
                             file->path);
}

static gchk_status load(gchk_plugin_file *file, bool is_quiet, gchk_error *error) {
  gchk_plugin_object *object;
  if (file->object != NULL)
    return GCHK_OK;
  GCHK_TRY(gchk_plugin_object_open(&object, file->path, &file->twins, is_quiet, error));
  const gchk_status status = check_same(file, object->table, error);
  if (status == GCHK_OK)
    file->object = object;
  else
    gchk_plugin_object_close(object);
  return status;
}

static gchk_status load_layer(gchk_loader *loader, const gchk_layer **layer, gchk_error *error) {
  const entry *e = (const entry *)(const void *)loader;
  GCHK_TRY(load(e->file, true, error));
  const gchk_layer *real = e->file->object->table->layers[e->index];
  return gchk_replace_stand_in(layer, e->is_twin ? real->twin : real, e->file->arena, error);
}

// Copies of what was read, with `user` set: each layer, and its twin.
static gchk_status make_stand_ins(gchk_plugin_file *file, const gchk_layer_list *read, gchk_error *error) {
  gchk_layer *copies = gchk_arena_alloc(file->arena, read->count, 2 * sizeof *copies);
  entry *entries = gchk_arena_alloc(file->arena, read->count, 2 * sizeof *entries);
  const gchk_layer **layers = gchk_arena_alloc(file->arena, read->count, sizeof *layers);
  if (copies == NULL || entries == NULL || layers == NULL)
    return gchk_fail_memory(error, file->path);
  for (size_t i = 0; i < read->count; i++) {
    gchk_layer *layer = &copies[2 * i], *twin = &copies[2 * i + 1];
    *layer = *read->layers[i];
    layers[i] = layer;
    entries[2 * i] = (entry){{load_layer}, file, i, false};
    layer->user = &entries[2 * i];
    if (layer->twin == NULL)
      continue;
    *twin = *layer->twin;
    entries[2 * i + 1] = (entry){{load_layer}, file, i, true};
    twin->user = &entries[2 * i + 1];
    layer->twin = twin;
  }
  file->data = (gchk_plugin){
      .version = GCHK_PLUGIN_VERSION, .layer_size = sizeof(gchk_layer), .layers = layers, .layer_count = read->count};
  file->table = &file->data;
  return GCHK_OK;
}

static gchk_status read_table(gchk_plugin_file *file, const gchk_load_limits *limits, bool is_shown,
                              gchk_error *error) {
  gchk_let_threads_sleep();
  GCHK_TRY(gchk_plugin_trial(file->path, &file->twins, limits, is_shown, file->arena, &file->told, error));
  const unsigned char *bytes = (const unsigned char *)file->told.tables.data;
  size_t length = file->told.tables.length;
  gchk_layer_list list;
  const gchk_status status = gchk_image_read(&bytes, &length, &gchk_image_of_layers, &list, file->arena, error);
  if (status == GCHK_NO_MEMORY)
    return status;
  if (status != GCHK_OK || length > 0 || list.layers == NULL)
    return gchk_fail(error, GCHK_LAYER_FAILED,
                     "%s: cannot be loaded: what its table says came in pieces; does its start-up code write to "
                     "descriptors that are not its own?",
                     file->path);
  GCHK_TRY(make_stand_ins(file, &list, error));
  // It was looked over where it came from; what came through a pipe is looked over here.
  return gchk_plugin_table_check(&file->data, false, file->path, error);
}

static gchk_status make(gchk_plugin_file **file, const char *path, const gchk_twin_options *twins,
                        const gchk_load_limits *limits, bool is_shown, gchk_error *error) {
  *file = NULL;
  gchk_plugin_file *made = gchk_calloc(1, sizeof *made);
  if (made == NULL || (made->arena = gchk_arena_new()) == NULL) {
    free(made);
    return gchk_fail_memory(error, path);
  }
  made->path = gchk_arena_strdup(made->arena, path);
  gchk_status status = copy_twins(made, twins, error);
  if (status == GCHK_OK)
    status = read_table(made, limits, is_shown, error);
  if (status != GCHK_OK) {
    gchk_plugin_file_close(made);
    return status;
  }
  for (size_t i = 0; twins != NULL && i < twins->count; i++)
    twins->used[i] += made->twins.used[i];
  *file = made;
  return GCHK_OK;
}

gchk_status gchk_plugin_file_read(gchk_plugin_file **file, const char *path, const gchk_twin_options *twins,
                                  gchk_error *error) {
  return make(file, path, twins, NULL, true, error);
}

gchk_status gchk_plugin_file_read_within(gchk_plugin_file **file, const char *path, const gchk_twin_options *twins,
                                         const gchk_load_limits *limits, gchk_error *error) {
  return make(file, path, twins, limits, true, error);
}

gchk_status gchk_plugin_file_open_with(gchk_plugin_file **file, const char *path, const gchk_twin_options *twins,
                                       gchk_error *error) {
  GCHK_TRY(make(file, path, twins, NULL, false, error));
  const gchk_status status = load(*file, false, error);
  if (status == GCHK_OK) {
    (*file)->table = (*file)->object->table;
  } else {
    gchk_plugin_file_close(*file);
    *file = NULL;
  }
  return status;
}

gchk_status gchk_plugin_file_open(gchk_plugin_file **file, const char *path, gchk_error *error) {
  return gchk_plugin_file_open_with(file, path, NULL, error);
}

void gchk_plugin_file_close(gchk_plugin_file *file) {
  if (file == NULL)
    return;
  gchk_plugin_object_close(file->object);
  gchk_text_deinit(&file->told.tables);
  gchk_arena_free(file->arena);
  free(file);
}

const char *gchk_plugin_file_note(const gchk_plugin_file *file, size_t index) {
  size_t i = 0;
  while (i < index && file->told.notes[i] != NULL)
    i++;
  return file->told.notes[i];
}

gchk_status gchk_plugin_file_add_origins(const gchk_plugin_file *file, gchk_origins *origins, gchk_error *error) {
  for (size_t i = 0; file->told.code[i] != NULL; i++)
    GCHK_TRY(gchk_origins_add(origins, GCHK_ORIGIN_CODE, file->told.code[i], error));
  return GCHK_OK;
}

const gchk_plugin *gchk_plugin_file_table(const gchk_plugin_file *file) {
  return file->table;
}

const gchk_layer *gchk_plugin_file_layer(const gchk_plugin_file *file, const char *name) {
  return gchk_plugin_table_layer(file->table, name);
}
