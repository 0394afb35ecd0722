/* The table of a twin: equal in all but precision, or refused with what differs. */
#include "suite/twin_table.h"

#include "suite_fixture.h"

static gchk_status nothing(const gchk_call *c, gchk_error *error) {
  (void)c, (void)error;
  return GCHK_OK;
}

static const char *const cases[] = {"N=3 M=4", "N=1 M=2", NULL}, *const other_cases[] = {"N=3 M=4", NULL};
static const double values[] = {(double)0.1f}, other_values[] = {0.2};

/* A layer that has all that is compared, in storage of its own so that a test can change one thing. */
typedef struct table {
  gchk_tensor_spec rows[4];
  gchk_option_spec options[1];
  gchk_layer layer;
} table;

static void make(table *t, gchk_dtype dtype) {
  *t = (table){.rows = {GCHK_TENSOR("x", GCHK_INPUT, "N M", .dtype = dtype), GCHK_TENSOR("w", GCHK_PARAMETER, "M"),
                        GCHK_TENSOR("labels", GCHK_INDEX, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")},
               .options = {{"eps", dtype == GCHK_F32 ? (double)1e-3f : 1e-3, 0, 1, "..."}}};
  t->layer = (gchk_layer){.name = "f",
                          .dtype = dtype,
                          .tensors = t->rows,
                          .tensor_count = 4,
                          .forward = nothing,
                          .backward = nothing,
                          .shape_cases = cases,
                          .options = t->options,
                          .option_count = 1,
                          .option_values = values,
                          .flags = GCHK_HAS_MODES,
                          .grad_scale = -1,
                          .reset = nothing};
}

START_TEST(the_same_table_in_double_is_accepted) {
  table twin, single;
  gchk_error error = {GCHK_OK, ""};
  make(&twin, GCHK_F64);
  make(&single, GCHK_F32);
  twin.rows[0].fill.kind = GCHK_FILL_UNIFORM; // the twin gets the values of the float layer
  OK(gchk_twin_table_matches(&twin.layer, &single.layer, &error), error);
}
END_TEST

#define CHANGES(X)                                                                                                     \
  X(l->dtype = GCHK_F32, "it is f32, and a twin is f64")                                                               \
  X(l->dtype = GCHK_DTYPE_UNSET, "of no dtype")                                                                        \
  X(l->tensor_count = 3, "it has 3 tensors, and the float layer 4")                                                    \
  X(t->rows[1].name = "weight", "tensor 2 is called weight, and w in the float layer")                                 \
  X(t->rows[1].role = GCHK_CONSTANT, "tensor w is of role constant, and parameter in the float layer")                 \
  X(t->rows[0].shape = "M N", "tensor x has the shape \"M N\", and \"N M\" in the float layer")                        \
  X(t->rows[0].dtype = GCHK_F32, "tensor x is f32, and a twin's would be f64; leave the dtype out of the row")         \
  X(t->rows[1].grad = GCHK_GRAD_NONE, "tensor w has other rules for its gradient")                                     \
  X(t->rows[1].grad_may_be_null = true, "tensor w has other rules for its gradient")                                   \
  X(t->rows[3].in_place_of = "x", "its .in_place_of is not that of the float layer; build both from the same sources") \
  X(l->learning_rate = 0.1, "its .learning_rate is not that of the float layer")                                       \
  X(l->learning_rate_option = "eps", "its .learning_rate_option is not that of the float layer")                       \
  X(l->time = "N", "its .time is not that of the float layer")                                                         \
  X(l->sizes = "N=3 M=4", "its sizes are: \"N=3 M=4\", and \"none\" in the float layer")                               \
  X(l->shape_cases = other_cases, "a shape case: \"none\", and \"N=1 M=2\" in the float layer")                        \
  X(l->shape_cases = NULL, "one of it and the float layer has shape cases")                                            \
  X(l->option_count = 0, "it has 0 options, and the float layer 1")                                                    \
  X(t->options[0].name = "epsilon", "an option: \"epsilon\", and \"eps\" in the float layer")                          \
  X(t->options[0].initial = 1e-5, "option eps is 1e-05 in [0, 1], and 0.001 in [0, 1] in the float layer")             \
  X(l->option_values = other_values, "option eps is set to 0.2, and to 0.1 in the float layer")                        \
  X(l->option_values = NULL, "one of it and the float layer sets option values")                                       \
  X(l->flags = 0, "its flags or its grad_scale are not those of the float layer")                                      \
  X(l->grad_scale = 0, "its flags or its grad_scale are not those of the float layer")                                 \
  X(l->reset = NULL, "it has other callbacks than the float layer")                                                    \
  X(l->bind = nothing, "it has other callbacks than the float layer")

START_TEST(whatever_else_differs_is_refused) {
  table single;
  make(&single, GCHK_F32);
#define CHECK(change, part)                                                                                            \
  {                                                                                                                    \
    table twin, *t = &twin;                                                                                            \
    gchk_layer *l = &twin.layer;                                                                                       \
    gchk_error error = {GCHK_OK, ""};                                                                                  \
    make(t, GCHK_F64);                                                                                                 \
    change;                                                                                                            \
    FAILS(gchk_twin_table_matches(l, &single.layer, &error), GCHK_INVALID, error, part);                               \
  }
  CHANGES(CHECK)
}
END_TEST

static TCase *tables(void) {
  TCase *tests = tcase_create("twin_table");
  tcase_add_test(tests, the_same_table_in_double_is_accepted);
  tcase_add_test(tests, whatever_else_differs_is_refused);
  return tests;
}

TEST_MAIN("twin_table", tables)
