/*
 * Nanoseconds of CPU an element: settling and judging blocks, apart from the losses, and exp and log of arrays. Prints;
 * judges nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "batch/batch.h"
#include "batch/judge_batch.h"
#include "core/vector_exp.h"

enum { BLOCK = 1024, REPEATS = 40, ROUNDS = 20 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double slope[BLOCK], seconds_of_losses;

/* A loss of each element; slopes of 0 are those of weights that nothing reads. */
static void fill(gchk_batch *b) {
  const double start = now();
  for (size_t k = 0; k < b->asked_kinds; k++)
    for (size_t i = 0; i < b->asked_width; i++) {
      size_t at = k * b->asked_width + i, e = b->asked_element[i];
      b->asked_loss[at] = b->line.y0 + (sin(0.3 + slope[e] * b->asked_value[at]) - sin(0.3 + slope[e] * b->x[e]));
    }
  seconds_of_losses += now() - start;
}

/* CPU seconds an element, the least of several times. */
static double block_time(gchk_batch *b, const gchk_batch_line *line, const gchk_batch_gradients *g) {
  double best = HUGE_VAL;
  for (int round = 0; round < ROUNDS; round++) {
    seconds_of_losses = 0;
    double start = now();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      gchk_batch_start(b, line, BLOCK);
      while (gchk_batch_next(b))
        fill(b);
      const double largest = 1;
      gchk_judge_batch(b, g, 0x1p-53, &largest);
    }
    best = fmin(best, now() - start - seconds_of_losses);
  }
  return best / (REPEATS * BLOCK);
}

static void time_blocks(const char *title, double flat, double start) {
  static double analytic[BLOCK], slack[BLOCK];
  static unsigned char resolution[BLOCK], caught[BLOCK];
  gchk_batch b;
  if (gchk_batch_init(&b, BLOCK, NULL) != GCHK_OK)
    exit(1);
  for (size_t i = 0; i < BLOCK; i++) {
    b.x[i] = 0.01 * sin((double)i + 1);
    b.scale[i] = fmax(fabs(b.x[i]), 0.007);
    slope[i] = (double)(i % 10) < 10 * flat ? 0 : 0.1 + 0.5 * fabs(cos((double)i));
    analytic[i] = slope[i] * cos(0.3 + slope[i] * b.x[i]);
  }
  const gchk_batch_line line = {
      .y0 = 2.3, .draw_count = 1, .v = {1}, .variable_unit = 0x1p-53, .output_unit = 0x1p-53, .start = start};
  const gchk_batch_gradients g = {{analytic}, {slack}, resolution, caught};
  double seconds = block_time(&b, &line, &g);
  size_t open = 0;
  for (size_t i = 0; i < BLOCK; i++)
    open += b.state[i] == GCHK_BATCH_OPEN;
  printf("%-28s %6.1f ns an element, %zu of %d open\n", title, 1e9 * seconds, open, BLOCK);
  gchk_batch_deinit(&b);
}

static void time_array(const char *title, void (*function)(double *, const double *, size_t)) {
  static double from[BLOCK], to[BLOCK];
  for (size_t i = 0; i < BLOCK; i++)
    from[i] = 0.1 + 0.01 * (double)i;
  double best = HUGE_VAL;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    for (int repeat = 0; repeat < REPEATS; repeat++)
      function(to, from, BLOCK);
    best = fmin(best, now() - start);
  }
  printf("%-28s %6.2f ns a value\n", title, 1e9 * best / (REPEATS * BLOCK));
}

int main(void) {
  time_blocks("all move", 0, 0);
  time_blocks("all move, from a start", 0, 0x1p-13);
  time_blocks("80 % do not move", 0.8, 0);
  time_blocks("none moves", 1, 0);
  time_array("exp", gchk_exp_array);
  time_array("log", gchk_log_array);
  return 0;
}
