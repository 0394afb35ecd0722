/* Snapshots: each part holds what it says, and puts back that and nothing else, bit for bit. */
#include "instance/snapshot.h"

#include <string.h>

#include "instance/instance.h"
#include "instance_tests.h"

static gchk_status nothing(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}

enum { X, W, LABELS, Y, KEPT, SPACE, TENSORS };
static const gchk_tensor_spec rows[TENSORS] = {
    [X] = GCHK_TENSOR("x", GCHK_INPUT, "N"),      [W] = GCHK_TENSOR("w", GCHK_PARAMETER, "N", .dtype = GCHK_F32),
    [LABELS] = GCHK_TENSOR("l", GCHK_INDEX, "N"), [Y] = GCHK_TENSOR("y", GCHK_OUTPUT, "N"),
    [KEPT] = GCHK_TENSOR("k", GCHK_CACHE, "N"),   [SPACE] = GCHK_TENSOR("s", GCHK_SCRATCH, "2*N")};
static const gchk_layer layer = {
    .name = "six", .dtype = GCHK_F64, GCHK_TENSORS(rows), .forward = nothing, .backward = nothing};

static gchk_instance *make(void) {
  gchk_instance *instance;
  gchk_sizes sizes = {0};
  ck_assert_int_eq(gchk_sizes_parse(&sizes, "N=5", NULL), GCHK_OK);
  ck_assert_int_eq(gchk_instance_new(&instance, &layer, &sizes, NULL, GCHK_TRAIN, 0, NULL), GCHK_OK);
  return instance;
}

// Every byte of a buffer. 0xff.. is a NaN: a copy by value may change it, a copy by bytes may not.
static void paint(gchk_instance *instance, int value, int gradient) {
  for (size_t i = 0; i < TENSORS; i++) {
    memset(instance->values[i].data, value, instance->values[i].bytes);
    if (instance->grads[i].data != NULL)
      memset(instance->grads[i].data, gradient, instance->grads[i].bytes);
  }
}

static bool is_painted(const gchk_buffer *buffer, int with) {
  for (size_t b = 0; b < buffer->bytes; b++)
    if (((const unsigned char *)buffer->data)[b] != with)
      return false;
  return true;
}

static const struct {
  gchk_snapshot_part part;
  bool given, parameters, made, gradients;
} parts[] = {{GCHK_SNAPSHOT_VALUES, true, true, true, false},
             {GCHK_SNAPSHOT_MADE, false, false, true, false},
             {GCHK_SNAPSHOT_ALL, true, true, true, true},
             {GCHK_SNAPSHOT_GRADIENTS, false, false, false, true},
             {GCHK_SNAPSHOT_PARAMETERS, false, true, false, false}};

START_TEST(a_part_is_put_back_and_nothing_else) {
  enum { BEFORE = 0xff, BEFORE_GRADIENT = 0xee, AFTER = 0x11, AFTER_GRADIENT = 0x22 };
  gchk_instance *instance = make();
  paint(instance, BEFORE, BEFORE_GRADIENT);
  gchk_snapshot *snapshot = gchk_snapshot_new(instance, parts[_i].part);
  ck_assert_ptr_nonnull(snapshot);
  paint(instance, AFTER, AFTER_GRADIENT);
  gchk_snapshot_restore(snapshot, instance);
  for (size_t i = 0; i < TENSORS; i++) {
    bool is_held = i == W ? parts[_i].parameters : i < Y ? parts[_i].given : parts[_i].made;
    ck_assert_msg(is_painted(&instance->values[i], is_held ? BEFORE : AFTER), "value of %s", rows[i].name);
    ck_assert_int_eq(gchk_snapshot_value(snapshot, i) != NULL, is_held);
    bool has_gradient = instance->grads[i].data != NULL;
    if (has_gradient)
      ck_assert_msg(is_painted(&instance->grads[i], parts[_i].gradients ? BEFORE_GRADIENT : AFTER_GRADIENT),
                    "gradient of %s", rows[i].name);
    ck_assert_int_eq(gchk_snapshot_gradient(snapshot, i) != NULL, has_gradient && parts[_i].gradients);
  }
  gchk_snapshot_free(snapshot);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(what_was_taken_does_not_change_with_the_instance) {
  gchk_instance *instance = make();
  paint(instance, 0x5a, 0);
  gchk_snapshot *snapshot = gchk_snapshot_new(instance, GCHK_SNAPSHOT_ALL);
  ck_assert_ptr_nonnull(snapshot);
  paint(instance, 0, 0);
  for (size_t i = 0; i < TENSORS; i++)
    for (size_t b = 0; b < instance->values[i].bytes; b++)
      ck_assert_uint_eq(gchk_snapshot_value(snapshot, i)[b], 0x5a);
  gchk_snapshot_free(snapshot);
  gchk_snapshot_free(NULL);
  gchk_instance_free(instance);
}
END_TEST

START_TEST(nothing_beside_a_buffer_is_written) {
  gchk_instance *instance = make();
  gchk_snapshot *snapshot = gchk_snapshot_new(instance, GCHK_SNAPSHOT_ALL);
  ck_assert_ptr_nonnull(snapshot);
  gchk_snapshot_restore(snapshot, instance);
  ptrdiff_t offset;
  for (size_t i = 0; i < TENSORS; i++)
    ck_assert(gchk_buffer_is_whole(&instance->values[i], &offset));
  gchk_snapshot_free(snapshot);
  gchk_instance_free(instance);
}
END_TEST

TCase *snapshot_tests(void) {
  TCase *tests = tcase_create("snapshot");
  tcase_add_loop_test(tests, a_part_is_put_back_and_nothing_else, 0, sizeof parts / sizeof parts[0]);
  tcase_add_test(tests, what_was_taken_does_not_change_with_the_instance);
  tcase_add_test(tests, nothing_beside_a_buffer_is_written);
  return tests;
}
