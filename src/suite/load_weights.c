/* Weights from a file into a trainer: all of its parameters, by name and of their shapes, or none. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "gradcheck/train.h"
#include "instance/same_shape.h"
#include "suite/npz_read.h"

typedef struct loading {
  const char *path;
  const gchk_npz *npz;
  const gchk_tensor *tensors; // of the trainer
  size_t count;
  gchk_array *arrays; // of each tensor that is a parameter
  gchk_error *error;
} loading;

/* The array of a parameter, with as many finite numbers as it has. */
static gchk_status read_parameter(const loading *l, const gchk_tensor *t, gchk_array *array) {
  const size_t index = gchk_npz_find(l->npz, t->name);
  char is[128], wanted[128];
  if (index == gchk_npz_count(l->npz))
    return gchk_fail(l->error, GCHK_INVALID, "%s has no array %s, which is a parameter of shape %s here", l->path,
                     t->name, gchk_shape_format(&t->shape, wanted, sizeof wanted));
  GCHK_TRY(gchk_npz_read(l->npz, index, array, l->error));
  if (!gchk_is_same_shape(&array->shape, &t->shape))
    return gchk_fail(
        l->error, GCHK_INVALID, "%s: %s is %s there and %s here; are these the weights of another network?", l->path,
        t->name, gchk_shape_format(&array->shape, is, sizeof is), gchk_shape_format(&t->shape, wanted, sizeof wanted));
  for (size_t k = 0; k < t->count; k++)
    if (!isfinite(array->values[k]))
      return gchk_fail(l->error, GCHK_INVALID, "%s: element %zu of %s is %g; weights are finite", l->path, k, t->name,
                       array->values[k]);
  return GCHK_OK;
}

/* An array that would be left unread is a sign of another network. */
static gchk_status check_names(const loading *l) {
  for (size_t i = 0; i < gchk_npz_count(l->npz); i++) {
    size_t k = 0;
    while (k < l->count &&
           (l->tensors[k].role != GCHK_PARAMETER || strcmp(l->tensors[k].name, gchk_npz_name(l->npz, i)) != 0))
      k++;
    if (k == l->count)
      return gchk_fail(l->error, GCHK_INVALID,
                       "%s has an array %s, which is no parameter here; are these the weights of another network?",
                       l->path, gchk_npz_name(l->npz, i));
  }
  return GCHK_OK;
}

static gchk_status load(const loading *l) {
  for (size_t i = 0; i < l->count; i++)
    if (l->tensors[i].role == GCHK_PARAMETER)
      GCHK_TRY(read_parameter(l, &l->tensors[i], &l->arrays[i]));
  GCHK_TRY(check_names(l));
  for (size_t i = 0; i < l->count; i++)
    for (size_t k = 0; k < l->arrays[i].count; k++)
      gchk_tensor_set(&l->tensors[i], l->tensors[i].value, k, l->arrays[i].values[k]);
  return GCHK_OK;
}

gchk_status gchk_trainer_load_weights(gchk_trainer *trainer, const char *path, gchk_error *error) {
  loading l = {.path = path, .error = error};
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  l.tensors = gchk_trainer_tensors(trainer, &l.count);
  l.arrays = gchk_calloc(l.count, sizeof *l.arrays);
  gchk_status status = l.arrays == NULL ? gchk_fail_memory(error, path) : gchk_source_open(&source, path, error);
  if (status == GCHK_OK)
    status = gchk_npz_open(&npz, source, error);
  l.npz = npz;
  if (status == GCHK_OK)
    status = load(&l);
  for (size_t i = 0; l.arrays != NULL && i < l.count; i++)
    gchk_array_deinit(&l.arrays[i]);
  free(l.arrays);
  gchk_npz_close(npz);
  gchk_source_close(source);
  return status;
}
