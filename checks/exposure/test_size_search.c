/* Sizes that are searched for: those that conditions leave, as near as possible to the wish, worked out by hand. */
#include "exposure/size_search.h"

#include <check.h>

#include "main.h"

static gchk_layer layer_of(const gchk_tensor_spec *rows, const char *required) {
  return (gchk_layer){
      .name = "sized", .dtype = GCHK_F64, .tensors = rows, .tensor_count = 2, .sizes_require = required};
}

static const gchk_tensor_spec rows_of_three[] = {GCHK_TENSOR("x", GCHK_INPUT, "A B C"),
                                                 GCHK_TENSOR("y", GCHK_OUTPUT, "A")};

static void wish_for(gchk_size_wish wish[3], size_t a, size_t b, size_t c) {
  const size_t values[] = {a, b, c};
  for (size_t i = 0; i < 3; i++)
    wish[i] = (gchk_size_wish){.name = {(char)('A' + (int)i)}, .value = values[i]};
}

START_TEST(sizes_near_the_wish_are_found) {
  static const struct {
    const char *required;
    size_t found[3]; // worked out by hand: the last one is changed first, and by as little as it takes
  } rows[] = {{"A==3", {3, 5, 7}},
              {"C%4==0", {3, 5, 8}},
              {"A>=B", {3, 3, 7}},
              {"A*B==C", {3, 5, 15}},
              {"C==1024", {3, 5, 1024}},
              {"A%2==0, B<A", {4, 3, 7}},
              {"B==2*A, C==2*B", {3, 6, 12}},
              {"A+B+C==15", {3, 5, 7}},
              {"A!=3, B!=5, C!=7", {4, 6, 8}}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    gchk_layer layer = layer_of(rows_of_three, rows[i].required);
    gchk_size_wish wish[3];
    wish_for(wish, 3, 5, 7);
    ck_assert_msg(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_AS_WISHED), "%s", rows[i].required);
    for (size_t k = 0; k < 3; k++)
      ck_assert_msg(wish[k].value == rows[i].found[k], "%s: %zu %zu %zu", rows[i].required, wish[0].value,
                    wish[1].value, wish[2].value);
  }
}
END_TEST

START_TEST(likings_are_kept_where_they_can_be) {
  gchk_size_wish wish[3];
  gchk_layer layer = layer_of(rows_of_three, "A>=B");
  wish_for(wish, 3, 5, 7);
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_DISTINCT));
  ck_assert(wish[0].value != wish[1].value && wish[1].value != wish[2].value && wish[0].value >= wish[1].value);
  wish_for(wish, 3, 5, 7);
  layer.sizes_require = "A%8==0";
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_ALL_THE_SAME));
  ck_assert(wish[0].value == 8 && wish[1].value == 8 && wish[2].value == 8);
  layer.sizes_require = "A==B";
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_DISTINCT)); // given up
  ck_assert_uint_eq(wish[0].value, wish[1].value);
}
END_TEST

START_TEST(what_cannot_be_is_given_up_soon) {
  static const char *const impossible[] = {"A<B, B<A", "A==0", "A>100000", "A*B==A*B+C", "A%2==0, A%2==1"};
  for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
    gchk_layer layer = layer_of(rows_of_three, impossible[i]);
    gchk_size_wish wish[3];
    wish_for(wish, 3, 5, 7);
    ck_assert_msg(!gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_DISTINCT), "%s", impossible[i]);
    ck_assert(wish[0].value == 3 && wish[1].value == 5 && wish[2].value == 7);
  }
}
END_TEST

START_TEST(shapes_must_exist_too) {
  static const gchk_tensor_spec rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "A B"),
                                          GCHK_TENSOR("y", GCHK_OUTPUT, "(A-B)/2+1 C")};
  gchk_layer layer = layer_of(rows, "C>=1");
  gchk_size_wish wish[3];
  wish_for(wish, 3, 5, 7);
  ck_assert(gchk_search_sizes(&layer, wish, 3, GCHK_SIZES_AS_WISHED));
  ck_assert(wish[0].value >= wish[1].value && (wish[0].value - wish[1].value) % 2 == 0);
}
END_TEST

static TCase *size_search_tests(void) {
  TCase *tests = tcase_create("size search");
  tcase_add_test(tests, sizes_near_the_wish_are_found);
  tcase_add_test(tests, likings_are_kept_where_they_can_be);
  tcase_add_test(tests, what_cannot_be_is_given_up_soon);
  tcase_add_test(tests, shapes_must_exist_too);
  return tests;
}

TEST_MAIN("size search", size_search_tests)
