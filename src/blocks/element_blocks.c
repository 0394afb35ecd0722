/*
 * What a block comes to is its elements' part of the tensor's arrays, and two sums.
 *
 * A part of a run (gchk_options.part) does some of the blocks, from the last on, and leaves them in a store; who makes
 * the result begins with the first, and takes those that are there.
 */
#include "blocks/element_blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blocks/block_store.h"
#include "blocks/tensor_key.h"
#include "core/memory.h"
#include "measure/tensor_work.h"
#include "measure/work_calls.h"

enum {
  MOST_BLOCKS = 128,
  EVALUATIONS = 6, // of an element that the first steps decide
};

// Operations, of some 20 ms at the most, and of 20 ms at the least: what a fork costs, many times.
static const double worth_help = 4e8, long_by_count = 4e9;

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
enum { MOST_COLUMNS = GCHK_TENSOR_ARRAYS * GCHK_MAX_DRAWS + 2 };

typedef struct deciding {
  gchk_tensor_line *l;
  const gchk_block_job *job;
  size_t column_count;
  column columns[MOST_COLUMNS];
  size_t written_count;
  gchk_written written[MOST_COLUMNS];
  size_t count;   // of blocks
  sums *of_block; // one a block
  gchk_block_store store;
  bool has_store, is_part;
  size_t part, parts; // of a part: which blocks it has, from the last on
} deciding;

static void add_column(deciding *d, void *data, size_t size) {
  if (data != NULL)
    d->columns[d->column_count++] = (column){data, size};
}

// What nobody knows of an element before it is decided.
static void add_written(deciding *d, void *data, size_t size) {
  d->written[d->written_count++] = (gchk_written){data, d->l->tensor->total * size};
}

// Whatever gchk_look_keep writes, and the numeric Jacobian.
static void find_columns(deciding *d) {
  const gchk_tensor_work *tensor = d->l->tensor;
  for (size_t i = 0; i < GCHK_TENSOR_ARRAYS; i++) {
    const gchk_tensor_array *array = &gchk_tensor_arrays[i];
    for (size_t k = 0; array->is_decided && k < (array->is_of_draw ? d->l->work->draw_count : 1); k++)
      add_column(d, gchk_tensor_array_of(tensor, array, k), array->size);
    for (size_t k = 0; array->is_unknown && k < (array->is_of_draw ? d->l->work->draw_count : 1); k++)
      add_written(d, gchk_tensor_array_of(tensor, array, k), array->size);
  }
  add_column(d, tensor->jacobian, d->l->work->output_count * sizeof(double));
  add_column(d, d->job->marks, 1);
}

static gchk_element_block block_at(const deciding *d, size_t block) {
  const size_t *starts = d->job->starts;
  if (d->job->order != NULL)
    return (gchk_element_block){starts[block], starts[block + 1] - starts[block]};
  return gchk_element_block_at(d->l->tensor->checked_count, d->count, block);
}

static gchk_status run_here(deciding *d, size_t block, const gchk_block_state *state, gchk_error *error) {
  gchk_tensor_work *tensor = d->l->tensor;
  const uint64_t before = gchk_work_calls(d->l->work);
  tensor->hidden = 0;
  const gchk_status status = d->job->decide(d->job->context, block_at(d, block), state, error);
  d->of_block[block] = (sums){gchk_work_calls(d->l->work) - before, tensor->hidden};
  return status;
}

static size_t size_of(const deciding *d, size_t block) {
  size_t row = 0;
  for (size_t i = 0; i < d->column_count; i++)
    row += d->columns[i].size;
  return sizeof(sums) + row * block_at(d, block).count;
}

/* Copies things between where they are and the next bytes. */
typedef void (*copy_fn)(void *things, unsigned char **bytes, size_t size);

static void put(void *things, unsigned char **bytes, size_t size) {
  memcpy(*bytes, things, size);
  *bytes += size;
}

// What is the same is not written: its pages may be shared with helpers.
static void get(void *things, unsigned char **bytes, size_t size) {
  if (memcmp(things, *bytes, size) != 0)
    memcpy(things, *bytes, size);
  *bytes += size;
}

// How many of them follow one another.
static size_t count_row(const size_t *elements, size_t count) {
  size_t row = 1;
  while (row < count && elements[row] == elements[0] + row)
    row++;
  return row;
}

static void copy(deciding *d, size_t block, unsigned char *bytes, copy_fn copy_some) {
  const gchk_element_block here = block_at(d, block);
  const size_t *elements = d->job->order != NULL ? d->job->order : d->l->tensor->checked;
  copy_some(&d->of_block[block], &bytes, sizeof(sums));
  for (size_t i = 0; i < d->column_count; i++) {
    const column *c = &d->columns[i];
    for (size_t k = here.first, row; k < here.first + here.count; k += row) {
      row = count_row(elements + k, here.first + here.count - k);
      copy_some((unsigned char *)c->data + elements[k] * c->size, &bytes, row * c->size);
    }
  }
}

// The block that is the i-th one to do here.
static size_t block_of(const deciding *d, size_t i) {
  return d->is_part ? d->count - 1 - d->part - i * d->parts : i;
}

static size_t size(void *context, size_t i) {
  return size_of(context, block_of(context, i));
}

static void pack(void *context, size_t i, unsigned char *to) {
  copy(context, block_of(context, i), to, put);
}

static void unpack(void *context, size_t i, unsigned char *from) {
  copy(context, block_of(context, i), from, get);
}

static bool take_from_store(deciding *d, size_t block, unsigned char *bytes) {
  if (!gchk_block_take(&d->store, block, bytes, size_of(d, block)))
    return false;
  copy(d, block, bytes, get);
  return true;
}

static gchk_status run_with_store(deciding *d, size_t block, const gchk_block_state *state, unsigned char *bytes,
                                  gchk_error *error) {
  if (take_from_store(d, block, bytes))
    return GCHK_OK;
  GCHK_TRY(run_here(d, block, state, error));
  if (d->is_part && !gchk_block_is_done(state)) {
    copy(d, block, bytes, put);
    gchk_block_leave(&d->store, block, bytes, size_of(d, block));
  }
  return GCHK_OK;
}

static gchk_status run(void *context, size_t i, const gchk_block_state *state, gchk_error *error) {
  deciding *d = context;
  const size_t block = block_of(d, i);
  if (!d->has_store)
    return run_here(d, block, state, error);
  if (d->is_part && gchk_blocks_are_settled(&d->store))
    return GCHK_OK;
  unsigned char *bytes = gchk_calloc(1, size_of(d, block));
  const gchk_status status =
      bytes != NULL ? run_with_store(d, block, state, bytes, error) : gchk_fail_memory(error, "a block of elements");
  free(bytes);
  return status;
}

static size_t count_elements(const gchk_tensor_line *l, const gchk_block_job *job) {
  return job->order != NULL ? job->starts[job->count] : l->tensor->checked_count;
}

// Of all elements; parts of a run must agree on what they divide, so nothing is measured here.
static double count_operations(const gchk_tensor_line *l, const gchk_block_job *job) {
  return (double)count_elements(l, job) * EVALUATIONS * job->operations;
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

// Where it is not known whose blocks they are, none are taken, and none are left.
static void use_store(deciding *d) {
  const gchk_options *options = d->l->work->options;
  uint64_t key = 0;
  gchk_tensor_line_aim(d->l, d->l->tensor->checked[0]); // whatever was aimed at before
  d->has_store = gchk_tensor_key(d->l, d->job->order, count_elements(d->l, d->job), &key);
  d->store = (gchk_block_store){options->store, key};
  d->is_part = d->l->work->is_part;
  d->part = options->part - 1;
  d->parts = options->parts;
}

// How many of the blocks are to be done here: none by a part that cannot leave them.
static size_t own_count(const deciding *d) {
  if (!d->is_part)
    return d->count;
  return d->has_store && d->part < d->count ? (d->count - d->part - 1) / d->parts + 1 : 0;
}

// Whoever makes the result says when it has the blocks of a tensor, so that parts stop there.
static gchk_status run_all(deciding *d, const gchk_crew *crew, gchk_error *error) {
  const bool is_long = count_operations(d->l, d->job) >= long_by_count;
  const gchk_blocks blocks = {.count = own_count(d),
                              .run = run,
                              .size = size,
                              .pack = pack,
                              .unpack = unpack,
                              .context = d,
                              .is_long = is_long,
                              .written = d->written,
                              .written_count = d->written_count};
  const bool makes_result = d->has_store && !d->is_part;
  if (makes_result)
    gchk_blocks_settle(&d->store, false);
  const gchk_status status = gchk_blocks_run(&blocks, crew, error);
  if (makes_result)
    gchk_blocks_settle(&d->store, true);
  return status;
}

gchk_status gchk_decide_blocks(gchk_tensor_line *l, const gchk_block_job *job, gchk_error *error) {
  const size_t count = job->order != NULL ? job->count : gchk_element_block_count(l->tensor->checked_count, job->least);
  const bool is_worth = count_operations(l, job) >= worth_help; // a fork must cost less than what it takes over
  deciding d = {
      .l = l, .job = job, .count = count, .of_block = gchk_arena_alloc(l->work->scratch, count, sizeof *d.of_block)};
  if (d.of_block == NULL)
    return gchk_fail_memory(error, "blocks of elements");
  // Parts leave what is small to whoever makes the result.
  if (l->work->is_part && !is_worth)
    return GCHK_OK;
  find_columns(&d);
  const gchk_options *options = l->work->options;
  if (is_worth && options->store != NULL && (l->work->is_part || options->parts == 0))
    use_store(&d);
  const uint64_t before = gchk_work_calls(l->work);
  const double hidden = l->tensor->hidden;
  const gchk_status status = run_all(&d, is_worth ? l->work->crew : NULL, error);
  add_up(&d, before, hidden);
  return status;
}
