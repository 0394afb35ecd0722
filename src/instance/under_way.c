/* What is under way in this process, noted in memory that another one reads. */
#include "instance/under_way.h"

#include <stdio.h>
#include <string.h>

static gchk_under_way *here; // NULL: nobody wants to know

void gchk_under_way_keep(gchk_under_way *place) {
  here = place;
}

void gchk_note_step(const char *step) {
  if (here == NULL)
    return;
  here->events++;
  if (strncmp(here->step, step, sizeof here->step - 1) != 0) // with every element of a tensor it is the same
    (void)snprintf(here->step, sizeof here->step, "%s", step);
}

void gchk_note_callback(const char *name, const gchk_call *call) {
  if (here == NULL)
    return;
  here->call = call;
  here->events++;
  (void)strncpy(here->callback, name, sizeof here->callback - 1);
}

void gchk_note_update(const gchk_call *call, size_t tensor, size_t element) {
  if (here == NULL)
    return;
  here->tensor = tensor;
  here->element = element;
  gchk_note_callback("update", call);
}

void gchk_note_return(void) {
  if (here == NULL)
    return;
  here->events++;
  here->callback[0] = '\0';
  here->call = NULL;
}

void gchk_note_buffer(const gchk_buffer *buffer, size_t element_size, bool is_gradient, const char *tensor) {
  if (here == NULL || here->buffer_count >= GCHK_NOTED_BUFFERS)
    return;
  gchk_noted_buffer *noted = &here->buffers[here->buffer_count];
  noted->data = (uintptr_t)buffer->data;
  noted->bytes = buffer->bytes;
  noted->element_size = element_size;
  noted->is_gradient = is_gradient;
  (void)snprintf(noted->tensor, sizeof noted->tensor, "%s", tensor);
  here->buffer_count++; // last, so that whoever looks meanwhile sees whole ones
}

void gchk_forget_buffer(const gchk_buffer *buffer) {
  if (here == NULL || buffer->base == NULL)
    return;
  for (size_t i = 0; i < here->buffer_count; i++) {
    if (here->buffers[i].data != (uintptr_t)buffer->data)
      continue;
    here->buffers[i] = here->buffers[here->buffer_count - 1];
    here->buffer_count--;
    return;
  }
}
