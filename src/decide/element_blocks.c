/* What a block comes to is its elements' part of the tensor's arrays, and two sums. */
#include "decide/element_blocks.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "measure/base_point.h"

enum {
  MOST_BLOCKS = 128,
  EVALUATIONS = 6,      // of an element that the first steps decide
  WORTH_HELP = 1 << 22, // numbers that evaluations write or read: about what a fork costs, a few times
};

size_t gchk_element_block_count(size_t checked, size_t least) {
  const size_t count = checked / least;
  return count < 1 ? 1 : count < MOST_BLOCKS ? count : MOST_BLOCKS;
}

gchk_element_block gchk_element_block_at(size_t checked, size_t count, size_t i) {
  const size_t size = checked / count, longer = checked % count;
  const size_t first = i * size + (i < longer ? i : longer);
  return (gchk_element_block){first, size + (i < longer)};
}

/* What elements of a block add up to. */
typedef struct sums {
  uint64_t calls; // of forward, and updates
  double hidden;  // of gchk_tensor_work
} sums;

/* An array over the elements of the tensor. */
typedef struct column {
  void *data;
  size_t size; // of what an element has
} column;
enum { MOST_COLUMNS = 5 * GCHK_MAX_DRAWS + 8 };

typedef struct deciding {
  gchk_tensor_line *l;
  const gchk_block_job *job;
  size_t column_count;
  column columns[MOST_COLUMNS];
  size_t count;   // of blocks
  sums *of_block; // one a block
} deciding;

static void add_column(deciding *d, void *data, size_t size) {
  if (data != NULL)
    d->columns[d->column_count++] = (column){data, size};
}

// Whatever gchk_look_keep writes, and the numeric Jacobian.
static void find_columns(deciding *d) {
  const gchk_tensor_work *tensor = d->l->tensor;
  for (size_t k = 0; k < d->l->work->draw_count; k++) {
    double *const of_draw[] = {tensor->analytic[k], tensor->numeric[k], tensor->bound[k], tensor->numeric_bound[k],
                               tensor->slack[k]};
    for (size_t i = 0; i < sizeof of_draw / sizeof of_draw[0]; i++)
      add_column(d, of_draw[i], sizeof(double));
  }
  unsigned char *const kinds[] = {tensor->verdict, tensor->doubt,     tensor->resolution,
                                  tensor->caught,  tensor->suspicion, tensor->point};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    add_column(d, kinds[i], 1);
  add_column(d, tensor->step, sizeof(double));
  add_column(d, tensor->jacobian, d->l->work->output_count * sizeof(double));
}

static gchk_element_block block_at(const deciding *d, size_t block) {
  return gchk_element_block_at(d->l->tensor->checked_count, d->count, block);
}

static gchk_status run(void *context, size_t block, const gchk_block_state *state, gchk_error *error) {
  deciding *d = context;
  gchk_tensor_work *tensor = d->l->tensor;
  const uint64_t before = gchk_work_calls(d->l->work);
  tensor->hidden = 0;
  const gchk_status status = d->job->decide(d->job->context, block_at(d, block), state, error);
  d->of_block[block] = (sums){gchk_work_calls(d->l->work) - before, tensor->hidden};
  return status;
}

static size_t size(void *context, size_t block) {
  const deciding *d = context;
  size_t row = 0;
  for (size_t i = 0; i < d->column_count; i++)
    row += d->columns[i].size;
  return sizeof(sums) + row * block_at(d, block).count;
}

/* Copies one thing between where it is and the next bytes. */
typedef void (*copy_fn)(void *thing, unsigned char **bytes, size_t size);

static void put(void *thing, unsigned char **bytes, size_t size) {
  memcpy(*bytes, thing, size);
  *bytes += size;
}

static void get(void *thing, unsigned char **bytes, size_t size) {
  memcpy(thing, *bytes, size);
  *bytes += size;
}

static void copy(deciding *d, size_t block, unsigned char *bytes, copy_fn copy_one) {
  const gchk_element_block here = block_at(d, block);
  const size_t *checked = d->l->tensor->checked;
  copy_one(&d->of_block[block], &bytes, sizeof(sums));
  for (size_t i = 0; i < d->column_count; i++) {
    const column *c = &d->columns[i];
    for (size_t k = here.first; k < here.first + here.count; k++)
      copy_one((unsigned char *)c->data + checked[k] * c->size, &bytes, c->size);
  }
}

static void pack(void *context, size_t block, unsigned char *to) {
  copy(context, block, to, put);
}

static void unpack(void *context, size_t block, unsigned char *from) {
  copy(context, block, from, get);
}

// A fork and its end must cost less than what it takes over. Counted: the same blocks whatever the machine does.
static bool is_worth_help(const gchk_tensor_line *l, const gchk_block_job *job) {
  return (double)l->tensor->checked_count * EVALUATIONS * job->numbers >= WORTH_HELP;
}

// What was begun here and left, since a helper was through first, counts once.
static void add_up(const deciding *d, uint64_t before, double hidden) {
  gchk_case_work *work = d->l->work;
  uint64_t calls = 0;
  for (size_t i = 0; i < d->count; i++) {
    calls += d->of_block[i].calls;
    hidden = fmax(hidden, d->of_block[i].hidden);
  }
  d->l->tensor->hidden = hidden;
  work->other_calls += before + calls - gchk_work_calls(work);
}

gchk_status gchk_decide_blocks(gchk_tensor_line *l, const gchk_block_job *job, gchk_error *error) {
  const size_t count = gchk_element_block_count(l->tensor->checked_count, job->least);
  deciding d = {
      .l = l, .job = job, .count = count, .of_block = gchk_arena_alloc(l->work->scratch, count, sizeof *d.of_block)};
  if (d.of_block == NULL)
    return gchk_fail_memory(error, "blocks of elements");
  const gchk_blocks blocks = {count, run, size, pack, unpack, &d};
  const uint64_t before = gchk_work_calls(l->work);
  const double hidden = l->tensor->hidden;
  find_columns(&d);
  const gchk_status status = gchk_blocks_run(&blocks, is_worth_help(l, job) ? l->work->crew : NULL, error);
  add_up(&d, before, hidden);
  return status;
}
