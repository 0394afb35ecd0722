/* The memory that parent and child share: what is noted there, and what is read of it when somebody wrote all over it. */
#include "crash_tests.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/crash_box.h"
#include "gradcheck/random.h"

START_TEST(a_child_s_notes_are_there_after_its_end) {
  gchk_crash_box *box = gchk_crash_box_new();
  ck_assert_ptr_nonnull(box);
  const pid_t pid = fork();
  if (pid == 0) {
    gchk_buffer buffer;
    gchk_under_way_keep(&box->under_way);
    gchk_note_step("probe repeat");
    if (gchk_buffer_init(&buffer, 3, 8, NULL) != GCHK_OK)
      _exit(1);
    gchk_note_buffer(&buffer, 8, true, "x");
    gchk_note_callback("backward", NULL);
    _exit(0);
  }
  int status;
  ck_assert_int_eq(waitpid(pid, &status, 0), pid);
  gchk_crash_box *copy = gchk_crash_box_copy(box);
  ck_assert_str_eq(copy->under_way.callback, "backward");
  ck_assert_str_eq(copy->under_way.step, "probe repeat");
  ck_assert_uint_eq(copy->under_way.buffer_count, 1);
  ck_assert_uint_eq(copy->under_way.buffers[0].bytes, 24);
  ck_assert_str_eq(copy->under_way.buffers[0].tensor, "x");
  free(copy);
  gchk_crash_box_free(box);
}
END_TEST

START_TEST(buffers_come_and_go) {
  enum { COUNT = GCHK_NOTED_BUFFERS + 50 };
  gchk_under_way *place = calloc(1, sizeof *place);
  gchk_buffer *buffers = calloc(COUNT, sizeof *buffers);
  ck_assert(place != NULL && buffers != NULL);
  gchk_under_way_keep(place);
  for (size_t i = 0; i < COUNT; i++) {
    ck_assert_int_eq(gchk_buffer_init(&buffers[i], 1, 8, NULL), GCHK_OK);
    gchk_note_buffer(&buffers[i], 8, false, "x");
  }
  ck_assert_uint_eq(place->buffer_count, GCHK_NOTED_BUFFERS); // more are left out
  for (size_t i = 0; i < COUNT; i++) {
    const size_t k = i * 7 % COUNT;
    gchk_forget_buffer(&buffers[k]);
    gchk_buffer_deinit(&buffers[k]);
  }
  ck_assert_uint_eq(place->buffer_count, 0);
  gchk_under_way_keep(NULL);
  gchk_note_callback("forward", NULL);
  ck_assert_str_eq(place->callback, "");
  free(buffers);
  free(place);
}
END_TEST

START_TEST(garbage_in_the_box_stays_within_bounds) {
  gchk_crash_box *box = gchk_crash_box_new();
  ck_assert_ptr_nonnull(box);
  for (uint64_t seed = 0; seed < 20; seed++) {
    gchk_random random = gchk_random_stream(seed, "garbage");
    unsigned char *bytes = (unsigned char *)box;
    for (size_t i = 0; i < sizeof *box; i++)
      bytes[i] = (unsigned char)(1 + (unsigned)(gchk_random_uniform(&random, 0, 1) * 255));
    gchk_crash_box *copy = gchk_crash_box_copy(box);
    ck_assert_uint_le(copy->frame_count, GCHK_BOX_FRAMES);
    ck_assert_uint_le(copy->pc_count, GCHK_BOX_FRAMES);
    ck_assert_uint_le(copy->null_count, GCHK_BOX_NULLS);
    ck_assert_uint_le(copy->register_count, GCHK_BOX_REGISTERS);
    ck_assert_uint_le(copy->under_way.buffer_count, GCHK_NOTED_BUFFERS);
    ck_assert_uint_lt(strlen(copy->under_way.callback), GCHK_NOTED_CALLBACK);
    ck_assert_uint_lt(strlen(copy->under_way.step), GCHK_NOTED_STEP);
    for (size_t i = 0; i < GCHK_BOX_FRAMES; i++)
      ck_assert_uint_lt(strlen(copy->frames[i].function), GCHK_BOX_NAME);
    for (size_t i = 0; i < copy->under_way.buffer_count; i++)
      ck_assert_uint_lt(strlen(copy->under_way.buffers[i].tensor), GCHK_NOTED_NAME);
    free(copy);
  }
  gchk_crash_box_free(box);
}
END_TEST

TCase *crash_box_tests(void) {
  TCase *tests = tcase_create("crash_box");
  tcase_add_test(tests, a_child_s_notes_are_there_after_its_end);
  tcase_add_test(tests, buffers_come_and_go);
  tcase_add_test(tests, garbage_in_the_box_stays_within_bounds);
  return tests;
}
