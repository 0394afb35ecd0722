/*
 * The table of a tensor's arrays, of which blocks carry what deciding an element writes: whatever gchk_look_keep writes is
 * said to be written, of every draw, and of the element alone.
 */
#include <string.h>

#include "block_tests.h"
#include "decide/look.h"
#include "measure/tensor_work.h"
#include "measure/work_fixture.h"

enum { ELEMENTS = 5, ELEMENT = 3, UNTOUCHED = 0xa5 };

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  memcpy(c->t[1].value, c->t[0].value, c->t[0].count * sizeof(double));
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  memcpy(c->t[0].grad, c->t[1].grad, c->t[0].count * sizeof(double));
  return GCHK_OK;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
static const gchk_layer same = {
    .name = "same", GCHK_TENSORS(tensors), .dtype = GCHK_F64, .forward = forward, .backward = backward, .sizes = "N=5"};

static size_t draws_of(const gchk_tensor_array *array, size_t draws) {
  return array->is_of_draw ? draws : 1;
}

/* How many bytes of element e are not what they were. */
static size_t count_written(const unsigned char *bytes, size_t size, size_t e) {
  size_t written = 0;
  for (size_t b = 0; b < size; b++)
    written += bytes[e * size + b] != UNTOUCHED;
  return written;
}

START_TEST(what_deciding_an_element_writes_is_in_the_table) {
  static gchk_look look; // of values that all differ from what was there
  const gchk_case spec = {.name = "same", .layer = &same};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  gchk_tensor_work *tensor = work_fixture_tensor(&f, "x");
  const size_t draws = f.work.draw_count;
  ck_assert_uint_eq(draws, GCHK_MAX_DRAWS);
  for (size_t k = 0; k < GCHK_TENSOR_ARRAYS; k++)
    for (size_t d = 0; d < draws_of(&gchk_tensor_arrays[k], draws); d++) {
      void *array = gchk_tensor_array_of(tensor, &gchk_tensor_arrays[k], d);
      ck_assert_ptr_nonnull(array);
      memset(array, UNTOUCHED, ELEMENTS * gchk_tensor_arrays[k].size);
    }
  gchk_look_keep(&look, tensor, draws, ELEMENT);
  for (size_t k = 0; k < GCHK_TENSOR_ARRAYS; k++)
    for (size_t d = 0; d < draws_of(&gchk_tensor_arrays[k], draws); d++) {
      const gchk_tensor_array *array = &gchk_tensor_arrays[k];
      const unsigned char *bytes = gchk_tensor_array_of(tensor, array, d);
      for (size_t e = 0; e < ELEMENTS; e++)
        ck_assert_msg((count_written(bytes, array->size, e) > 0) == (e == ELEMENT && array->is_decided),
                      "array %zu, draw %zu, element %zu", k, d, e);
    }
  work_fixture_close(&f);
}
END_TEST

/* Each is an array of its own, and in the table once. */
START_TEST(every_array_is_in_the_table_once) {
  const gchk_case spec = {.name = "same", .layer = &same};
  work_fixture f;
  work_fixture_open(&f, &spec, NULL);
  const gchk_tensor_work *tensor = work_fixture_tensor(&f, "x");
  const void *seen[GCHK_TENSOR_ARRAYS * GCHK_MAX_DRAWS];
  size_t count = 0;
  for (size_t k = 0; k < GCHK_TENSOR_ARRAYS; k++)
    for (size_t d = 0; d < draws_of(&gchk_tensor_arrays[k], f.work.draw_count); d++) {
      seen[count] = gchk_tensor_array_of(tensor, &gchk_tensor_arrays[k], d);
      for (size_t i = 0; i < count; i++)
        ck_assert_ptr_ne(seen[i], seen[count]);
      count++;
    }
  const void *const known[] = {tensor->analytic[0],      tensor->analytic[1], tensor->numeric[0], tensor->numeric[1],
                               tensor->bound[0],         tensor->bound[1],    tensor->slack[0],   tensor->slack[1],
                               tensor->numeric_bound[0], tensor->step,        tensor->verdict,    tensor->doubt,
                               tensor->numeric_bound[1], tensor->resolution,  tensor->caught,     tensor->suspicion,
                               tensor->is_evidence,      tensor->point};
  ck_assert_uint_eq(count, sizeof known / sizeof known[0]);
  for (size_t i = 0; i < count; i++) {
    size_t k = 0;
    while (k < count && seen[k] != known[i])
      k++;
    ck_assert_msg(k < count, "array %zu is not in the table", i);
  }
  work_fixture_close(&f);
}
END_TEST

TCase *tensor_array_tests(void) {
  TCase *tests = tcase_create("tensor_arrays");
  tcase_add_test(tests, what_deciding_an_element_writes_is_in_the_table);
  tcase_add_test(tests, every_array_is_in_the_table_once);
  return tests;
}
