/* Snapshots: one block of memory, with the place of each buffer in it. */
#include "instance/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "instance/roles.h"

typedef struct copy {
  unsigned char *value, *gradient; // NULL: not held
} copy;

struct gchk_snapshot {
  size_t tensor_count;
  copy *copies; // one a tensor
  unsigned char *bytes;
};

static bool holds_value(const gchk_instance *instance, size_t i, gchk_snapshot_part part) {
  if (part == GCHK_SNAPSHOT_MADE)
    return gchk_role_is_made(instance->t[i].role);
  return part == GCHK_SNAPSHOT_PARAMETERS ? instance->t[i].role == GCHK_PARAMETER : part != GCHK_SNAPSHOT_GRADIENTS;
}

static bool holds_gradient(const gchk_instance *instance, size_t i, gchk_snapshot_part part) {
  return (part == GCHK_SNAPSHOT_ALL || part == GCHK_SNAPSHOT_GRADIENTS) && instance->grads[i].data != NULL;
}

static size_t bytes_of(const gchk_instance *instance, gchk_snapshot_part part) {
  size_t bytes = 0;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    bytes += holds_value(instance, i, part) ? instance->values[i].bytes : 0;
    bytes += holds_gradient(instance, i, part) ? instance->grads[i].bytes : 0;
  }
  return bytes;
}

static unsigned char *place(const gchk_buffer *buffer, unsigned char **at) {
  *at += buffer->bytes;
  return *at - buffer->bytes;
}

static void copy_buffer(unsigned char *held, const gchk_buffer *buffer, bool is_back) {
  if (held != NULL)
    memcpy(is_back ? buffer->data : held, is_back ? held : buffer->data, buffer->bytes);
}

static void copy_all(const gchk_snapshot *snapshot, const gchk_instance *instance, bool is_back) {
  for (size_t i = 0; i < snapshot->tensor_count; i++) {
    copy_buffer(snapshot->copies[i].value, &instance->values[i], is_back);
    copy_buffer(snapshot->copies[i].gradient, &instance->grads[i], is_back);
  }
}

void gchk_snapshot_retake(gchk_snapshot *snapshot, const gchk_instance *instance) {
  copy_all(snapshot, instance, false);
}

gchk_snapshot *gchk_snapshot_new(const gchk_instance *instance, gchk_snapshot_part part) {
  const size_t bytes = bytes_of(instance, part);
  gchk_snapshot *snapshot = gchk_calloc(1, sizeof *snapshot);
  if (snapshot == NULL)
    return NULL;
  snapshot->tensor_count = instance->tensor_count;
  snapshot->copies = gchk_calloc(instance->tensor_count, sizeof *snapshot->copies);
  snapshot->bytes = gchk_grow(NULL, bytes, 1); // all of it is written below
  if (snapshot->copies == NULL || snapshot->bytes == NULL) {
    gchk_snapshot_free(snapshot);
    return NULL;
  }
  unsigned char *at = snapshot->bytes;
  for (size_t i = 0; i < instance->tensor_count; i++) {
    if (holds_value(instance, i, part))
      snapshot->copies[i].value = place(&instance->values[i], &at);
    if (holds_gradient(instance, i, part))
      snapshot->copies[i].gradient = place(&instance->grads[i], &at);
  }
  gchk_snapshot_retake(snapshot, instance);
  return snapshot;
}

void gchk_snapshot_free(gchk_snapshot *snapshot) {
  if (snapshot == NULL)
    return;
  free(snapshot->copies);
  free(snapshot->bytes);
  free(snapshot);
}

void gchk_snapshot_restore(const gchk_snapshot *snapshot, gchk_instance *instance) {
  copy_all(snapshot, instance, true);
}

const unsigned char *gchk_snapshot_value(const gchk_snapshot *snapshot, size_t tensor) {
  return snapshot->copies[tensor].value;
}

const unsigned char *gchk_snapshot_gradient(const gchk_snapshot *snapshot, size_t tensor) {
  return snapshot->copies[tensor].gradient;
}
