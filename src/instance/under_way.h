/*
 * What is under way in this process: the callback of the layer that runs, the step of the check that called it, and the
 * buffers that a layer was given.
 *
 * A child process keeps this in memory that it shares with its parent, which so knows where the child was even when the
 * child could say nothing at its end. There is one place a process, for whoever asks is a signal handler, which is
 * handed nothing; until gchk_under_way_keep nothing is noted, and processes that check in threads never call it.
 */
#ifndef GCHK_INSTANCE_UNDER_WAY_H
#define GCHK_INSTANCE_UNDER_WAY_H

#include "gradcheck/layer.h"
#include "instance/guard.h"

enum { GCHK_NOTED_BUFFERS = 2048, GCHK_NOTED_NAME = 64, GCHK_NOTED_STEP = 128, GCHK_NOTED_CALLBACK = 16 };

/* The callback that is noted while a plug-in is loaded; the step is its path. */
#define GCHK_START_UP_CODE "start-up code"

typedef struct gchk_noted_buffer {
  uintptr_t data;
  size_t bytes, element_size;
  bool is_gradient;
  char tensor[GCHK_NOTED_NAME];
} gchk_noted_buffer;

typedef struct gchk_under_way {
  char callback[GCHK_NOTED_CALLBACK];            /* "backward"; "": the layer is not running */
  const gchk_call *volatile call;                /* of the child's memory */
  volatile size_t tensor, element;               /* of an update */
  char step[GCHK_NOTED_STEP];                    /* "forward", "probe repeat", or the tensor that is differentiated */
  volatile unsigned long long events;            /* grows with whatever is noted */
  size_t buffer_count;                           /* those that are alive */
  gchk_noted_buffer buffers[GCHK_NOTED_BUFFERS]; /* more than these are not noted */
} gchk_under_way;

/* From now on what goes on is noted at `place`, which outlives the process or the next call; NULL: nothing is. */
void gchk_under_way_keep(gchk_under_way *place);

void gchk_note_step(const char *step);

/* Before a callback of the layer is called, and after it has returned. */
void gchk_note_callback(const char *name, const gchk_call *call);
void gchk_note_update(const gchk_call *call, size_t tensor, size_t element);
void gchk_note_return(void);

void gchk_note_buffer(const gchk_buffer *buffer, size_t element_size, bool is_gradient, const char *tensor);
void gchk_forget_buffer(const gchk_buffer *buffer);

#endif
