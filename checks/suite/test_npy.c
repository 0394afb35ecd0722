/* NPY: files that numpy wrote, every byte order and layout, and every way of being damaged. */
#include "suite/npy.h"

#include <float.h>
#include <stdint.h>

#include "core/memory.h"
#include "numpy_table.h"

START_TEST(files_of_numpy) {
  static const char *const files[] = {"numpy_v1.npy", "numpy_v2.npy", "numpy_v3.npy"};
  for (size_t i = 0; i < 3; i++) {
    char path[512];
    gchk_error error = {GCHK_OK, ""};
    gchk_source *source = NULL;
    gchk_array array = GCHK_ARRAY_INIT;
    OK(gchk_source_open(&source, path_in(path, sizeof(path), TEST_DATA, files[i]), &error), error);
    OK(gchk_npy_read(&array, source, &error), error);
    is_table(&array);
    ck_assert(!array.is_integer);
    gchk_array_deinit(&array);
    gchk_source_close(source);
  }
}
END_TEST

/* A file with this dictionary and these bytes. The header is not padded: nothing asks for it. */
static size_t make_npy(unsigned char *file, const char *dictionary, const void *data, size_t size) {
  size_t length = strlen(dictionary);
  memcpy(file, "\x93NUMPY\1\0", 8);
  file[8] = (unsigned char)(length & 0xff);
  file[9] = (unsigned char)(length >> 8);
  memcpy(file + 10, dictionary, length);
  memcpy(file + 10 + length, data, size);
  return 10 + length + size;
}

START_TEST(every_type_in_both_byte_orders) {
  static const struct {
    const char *descr;
    size_t size;
    unsigned char bytes[8];
    double value;
  } rows[] = {
      {"<f8", 8, {1, 0, 0, 0, 0, 0, 0xf8, 0x3f}, 1.5 + DBL_EPSILON},
      {">f8", 8, {0x3f, 0xf8, 0, 0, 0, 0, 0, 1}, 1.5 + DBL_EPSILON},
      {"<f4", 4, {0, 0, 0x49, 0xc0}, -3.140625},
      {">f4", 4, {0xc0, 0x49, 0, 0}, -3.140625},
      {"<i4", 4, {0xfe, 0xff, 0xff, 0xff}, -2},
      {">i4", 4, {0x80, 0, 0, 0}, -2147483648.0},
      {"<i8", 8, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, -1},
      {">i8", 8, {0, 0, 0, 1, 0, 0, 0, 2}, 4294967298.0},
      {"<i8", 8, {0, 0, 0, 0, 0, 0, 0x20, 0}, 9007199254740992.0},
      {"|u1", 1, {200}, 200},
      {"<u1", 1, {7}, 7},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    unsigned char file[256];
    char dictionary[128];
    gchk_error error = {GCHK_OK, ""};
    gchk_array array = GCHK_ARRAY_INIT;
    (void)snprintf(dictionary, sizeof(dictionary), "{'descr': '%s', 'fortran_order': False, 'shape': (1,), }",
                   rows[i].descr);
    size_t size = make_npy(file, dictionary, rows[i].bytes, rows[i].size);
    OK(gchk_npy_decode(&array, "file", file, size, &error), error);
    ck_assert_double_eq(array.values[0], rows[i].value);
    ck_assert_int_eq(array.is_integer, rows[i].descr[1] != 'f');
    gchk_array_deinit(&array);
  }
}
END_TEST

START_TEST(whole_numbers_that_a_double_cannot_hold) {
  static const unsigned char bytes[] = {1, 0, 0, 0, 0, 0, 0x20, 0};
  unsigned char file[256];
  gchk_error error = {GCHK_OK, ""};
  gchk_array array = GCHK_ARRAY_INIT;
  size_t size = make_npy(file, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,)}", bytes, 8);
  FAILS(gchk_npy_decode(&array, "file", file, size, &error), GCHK_INVALID, error, "file: number 0 is");
  ck_assert_ptr_null(array.values);
}
END_TEST

/* Fortran order: the first index runs fastest. */
START_TEST(fortran_order_is_turned_around) {
  unsigned char bytes[24], file[256];
  gchk_error error = {GCHK_OK, ""};
  gchk_array array = GCHK_ARRAY_INIT;
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 3; j++)
      for (size_t k = 0; k < 4; k++)
        bytes[i + 2 * j + 6 * k] = (unsigned char)(100 * i + 10 * j + k);
  size_t size = make_npy(file, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }", bytes, 24);
  OK(gchk_npy_decode(&array, "file", file, size, &error), error);
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 3; j++)
      for (size_t k = 0; k < 4; k++)
        ck_assert_double_eq(array.values[(i * 3 + j) * 4 + k], (double)(100 * i + 10 * j + k));
  gchk_array_deinit(&array);
}
END_TEST

START_TEST(dictionaries) {
  static const struct {
    const char *text;
    bool is_good;
  } rows[] = {
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }", true},
      {"{'shape': (2, 2), 'fortran_order': False, 'descr': '|u1'}", true},
      {"{\"descr\": \"|u1\", \"fortran_order\": True, \"shape\": (2,2,)}   \n", true},
      {"{'descr':'|u1','fortran_order':False,'shape':(4,1)}", true},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (4)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': 4}", false},
      {"{'descr': '|u1', 'fortran_order': False}", false},
      {"{'descr': '|u1', 'fortran_order': 0, 'shape': (4,)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (4,)", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (4,)} x", false},
      {"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'more': 1}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (-4,)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,4)}", false},
      {"{'descr': '<u2', 'fortran_order': False, 'shape': (2,)}", false},
      {"{'descr': '=i4', 'fortran_order': False, 'shape': (1,)}", false},
      {"{'descr': 'f4', 'fortran_order': False, 'shape': (1,)}", false},
      {"{'descr': '<f4x', 'fortran_order': False, 'shape': (1,)}", false},
      {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (0, 4)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (5,)}", false},
      {"{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", false},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", false},
      {"", false},
      {"{", false},
      {"{'", false},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    unsigned char file[256];
    gchk_error error = {GCHK_OK, ""};
    gchk_array array = GCHK_ARRAY_INIT;
    size_t size = make_npy(file, rows[i].text, "abcd", 4);
    gchk_status status = gchk_npy_decode(&array, "file", file, size, &error);
    ck_assert_msg((status == GCHK_OK) == rows[i].is_good, "%s: %s", rows[i].text, error.message);
    if (!rows[i].is_good)
      ck_assert_int_eq(strncmp(error.message, "file: ", 6), 0);
    gchk_array_deinit(&array);
  }
}
END_TEST

START_TEST(every_shorter_file_is_refused) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  gchk_error error = {GCHK_OK, ""};
  const gchk_shape shape = {2, {2, 3}};
  OK(gchk_npy_encode(&bytes, &size, GCHK_F32, &shape, table, &error), error);
  for (size_t part = 0; part <= size; part++) {
    /* A copy of exactly that size: a read beyond it is seen by the address sanitizer. */
    unsigned char *copy = malloc(part > 0 ? part : 1);
    gchk_array array = GCHK_ARRAY_INIT;
    memcpy(copy, bytes, part);
    ck_assert_int_eq(gchk_npy_decode(&array, "file", copy, part, &error), part == size ? GCHK_OK : GCHK_INVALID);
    gchk_array_deinit(&array);
    free(copy);
  }
  free(bytes);
}
END_TEST

START_TEST(what_is_written_is_read_again) {
  static const gchk_shape shapes[] = {{0, {0}}, {1, {6}}, {2, {3, 2}}, {3, {1, 2, 3}}, {8, {1, 1, 2, 1, 3, 1, 1, 1}}};
  static const double values[] = {-2147483648.0, -1, 0, 1, 255, 2147483647};
  static const gchk_dtype dtypes[] = {GCHK_F64, GCHK_F32, GCHK_I32};
  for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++)
    for (size_t d = 0; d < 3; d++) {
      unsigned char *bytes = NULL;
      size_t size = 0, count = 0;
      gchk_error error = {GCHK_OK, ""};
      gchk_array array = GCHK_ARRAY_INIT;
      OK(gchk_npy_encode(&bytes, &size, dtypes[d], &shapes[s], values, &error), error);
      OK(gchk_shape_count(&shapes[s], &count, &error), error);
      OK(gchk_npy_decode(&array, "file", bytes, size, &error), error);
      ck_assert_uint_eq(array.count, count);
      ck_assert_uint_eq(array.shape.rank, shapes[s].rank);
      ck_assert_mem_eq(array.shape.dim, shapes[s].dim, shapes[s].rank * sizeof(size_t));
      for (size_t i = 0; i < count; i++)
        ck_assert_double_eq(array.values[i], dtypes[d] == GCHK_F32 ? (double)(float)values[i] : values[i]);
      gchk_array_deinit(&array);
      free(bytes);
    }
}
END_TEST

/* The same bytes as numpy.save wrote. */
START_TEST(what_is_written_is_what_numpy_writes) {
  unsigned char *bytes = NULL, *wanted = NULL;
  size_t size = 0, wanted_size = 0;
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = NULL;
  const gchk_shape shape = {2, {2, 3}};
  OK(gchk_npy_encode(&bytes, &size, GCHK_F64, &shape, table, &error), error);
  OK(gchk_source_open(&source, TEST_DATA "numpy_v1.npy", &error), error);
  OK(gchk_source_read_all(source, 1000, &wanted, &wanted_size, &error), error);
  ck_assert_uint_eq(size, wanted_size);
  ck_assert_mem_eq(bytes, wanted, size);
  gchk_source_close(source);
  free(bytes);
  free(wanted);
}
END_TEST

START_TEST(i32_holds_whole_numbers_only) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  gchk_error error = {GCHK_OK, ""};
  const gchk_shape one = {1, {1}};
  const double half = 0.5, large = 2147483648.0;
  FAILS(gchk_npy_encode(&bytes, &size, GCHK_I32, &one, &half, &error), GCHK_INVALID, error, "number 0 is 0.5");
  FAILS(gchk_npy_encode(&bytes, &size, GCHK_I32, &one, &large, &error), GCHK_INVALID, error,
        "whole numbers of 32 bits");
}
END_TEST

static TCase *npy_files(void) {
  TCase *tests = tcase_create("npy");
  tcase_add_test(tests, files_of_numpy);
  tcase_add_test(tests, every_type_in_both_byte_orders);
  tcase_add_test(tests, whole_numbers_that_a_double_cannot_hold);
  tcase_add_test(tests, fortran_order_is_turned_around);
  tcase_add_test(tests, dictionaries);
  tcase_add_test(tests, every_shorter_file_is_refused);
  tcase_add_test(tests, what_is_written_is_read_again);
  tcase_add_test(tests, what_is_written_is_what_numpy_writes);
  tcase_add_test(tests, i32_holds_whole_numbers_only);
  return tests;
}

TEST_MAIN("npy", npy_files)
