/* What the address of a fault is near. */
#include "crash_tests.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash/near_buffer.h"
#include "gradcheck/random.h"

static void add_buffer(gchk_crash_box *box, uintptr_t data, size_t count, size_t size, bool is_gradient,
                       const char *tensor) {
  gchk_noted_buffer *b = &box->under_way.buffers[box->under_way.buffer_count++];
  *b = (gchk_noted_buffer){.data = data, .bytes = count * size, .element_size = size, .is_gradient = is_gradient};
  (void)snprintf(b->tensor, sizeof b->tensor, "%s", tensor);
}

// A fault at `address`, of code and of a stack that are elsewhere.
static gchk_crash_box *fault(uintptr_t address) {
  gchk_crash_box *box = calloc(1, sizeof *box);
  ck_assert_ptr_nonnull(box);
  box->signal = SIGSEGV;
  box->has_address = true;
  box->address = address;
  box->pc = 0x400000;
  box->stack_pointer = 0x7ffe00000000;
  return box;
}

static void assert_says(gchk_crash_box *box, const char *expected) {
  gchk_arena *arena = gchk_arena_new();
  const char *text = gchk_near_buffer(arena, box);
  ck_assert_msg(text != NULL && strstr(text, expected) != NULL, "'%s' lacks '%s'", text, expected);
  gchk_arena_free(arena);
}

static void assert_lacks(gchk_crash_box *box, const char *unexpected) {
  gchk_arena *arena = gchk_arena_new();
  const char *text = gchk_near_buffer(arena, box);
  ck_assert_msg(text != NULL && strstr(text, unexpected) == NULL, "'%s'", text);
  gchk_arena_free(arena);
}

START_TEST(null_pointers_are_named_with_what_is_null) {
  gchk_crash_box *box = fault(0);
  assert_says(box, "a null pointer");
  assert_lacks(box, "NULL in this call");
  box->address = 24;
  assert_says(box, "a null pointer + 24 bytes");
  box->null_count = 1;
  box->nulls[0].is_gradient = true;
  strcpy(box->nulls[0].tensor, "bias");
  assert_says(box, "NULL in this call: the gradient of bias");
  box->address = box->pc = 0;
  assert_says(box, "a call through a null pointer");
  box->address = 65536; // the first that may be mapped
  assert_lacks(box, "null");
  free(box);
}
END_TEST

// At every place before and behind a buffer, the distance is that to its nearest byte.
START_TEST(distances_are_those_to_the_buffer) {
  const uintptr_t data = 0x10000000;
  for (size_t size = 4; size <= 8; size += 4) {
    for (size_t count = 1; count < 40; count += 3) {
      for (size_t k = 0; k < 100; k += 7) {
        gchk_crash_box *box = fault(data + (count + k) * size);
        add_buffer(box, data, count, size, true, "x");
        char expected[128];
        (void)snprintf(expected, sizeof expected,
                       "%zu bytes (%zu elements) beyond the end of the gradient of x, which has %zu", k * size, k,
                       count);
        assert_says(box, expected);
        box->address = data - (k + 1) * size;
        (void)snprintf(expected, sizeof expected, "%zu bytes (%zu elements) before the start of the gradient of x",
                       (k + 1) * size, k + 1);
        assert_says(box, expected);
        box->address = data + (k % count) * size;
        (void)snprintf(expected, sizeof expected, "element %zu of the gradient of x, whose memory is no longer there",
                       k % count);
        assert_says(box, expected);
        free(box);
      }
    }
  }
}
END_TEST

// The index in a register says which of several buffers was meant, however near another one is.
START_TEST(an_index_in_a_register_decides_between_buffers) {
  for (uint64_t seed = 0; seed < 300; seed++) {
    gchk_random random = gchk_random_stream(seed, "registers");
    const uintptr_t a = 0x20000000, b = 0x20000400;
    const size_t index = 1000 + (size_t)(gchk_random_uniform(&random, 0, 1) * 1e9);
    gchk_crash_box *box = fault(a + 8 * index);
    add_buffer(box, a, 20, 8, false, "a");
    add_buffer(box, b, 20, 8, false, "b");
    for (box->register_count = 0; box->register_count < 16; box->register_count++)
      box->registers[box->register_count] = (uintptr_t)(gchk_random_uniform(&random, 0, 1) * 1e18);
    assert_lacks(box, "of the value of a,");
    box->registers[seed % 16] = seed % 2 ? index : 8 * index;
    assert_says(box, "of the value of a, which has 20");
    assert_lacks(box, "nearest");
    box->registers[seed % 16] = index - 128; // counted from b
    assert_says(box, "of the value of b, which has 20");
    free(box);
  }
}
END_TEST

START_TEST(far_addresses_accuse_no_tensor) {
  gchk_crash_box *box = fault(0x7f0000000000);
  assert_says(box, "near no tensor's buffer");
  add_buffer(box, 0x10000000, 5, 8, false, "x");
  assert_says(box, "near no tensor's buffer: the nearest, the value of x");
  free(box);
}
END_TEST

START_TEST(a_used_up_stack_is_told_from_a_buffer) {
  gchk_crash_box *box = fault(0x7ffe00000000 - 100);
  add_buffer(box, 0x7ffe00000000 - 200, 10, 8, false, "x"); // not even one beside it is blamed
  assert_says(box, "the stack is used up");
  box->address = 0x7ffe00000000 - ((uintptr_t)1 << 20);
  assert_lacks(box, "stack");
  free(box);
}
END_TEST

START_TEST(what_has_no_address_says_so) {
  gchk_crash_box *box = fault(0);
  box->has_address = false;
  assert_says(box, "wild or a misaligned pointer");
  box->sender = 77; // raise(SIGSEGV)
  assert_lacks(box, "pointer");
  box->signal = SIGFPE;
  box->has_address = true;
  assert_lacks(box, "pointer");
  free(box);
}
END_TEST

TCase *near_buffer_tests(void) {
  TCase *tests = tcase_create("near_buffer");
  tcase_add_test(tests, null_pointers_are_named_with_what_is_null);
  tcase_add_test(tests, distances_are_those_to_the_buffer);
  tcase_add_test(tests, an_index_in_a_register_decides_between_buffers);
  tcase_add_test(tests, far_addresses_accuse_no_tensor);
  tcase_add_test(tests, a_used_up_stack_is_told_from_a_buffer);
  tcase_add_test(tests, what_has_no_address_says_so);
  return tests;
}
