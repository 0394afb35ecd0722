/* Tables as bytes: nothing is forgotten, what is read is what was written, and bytes that are not so are refused. */
#include "suite/layer_image.h"

#include <stdint.h>

#include "full_layers.h"
#include "gradcheck/random.h"
#include "suite_fixture.h"

// Marks the bytes of a field, and of the count beside it.
static void mark(unsigned char *bytes, const gchk_image_field *field) {
  const bool is_array =
      field->kind == GCHK_IMAGE_NUMBERS || field->kind == GCHK_IMAGE_STRUCTS || field->kind == GCHK_IMAGE_POINTERS;
  memset(bytes + field->offset, 1, is_array ? sizeof(void *) : field->size);
  if (is_array)
    memset(bytes + field->count, 1, sizeof(size_t));
}

// Bytes that no row has and that are no padding, which is short and ends where the next field is aligned.
static size_t first_forgotten(const gchk_image_struct *kind, size_t left_out) {
  unsigned char bytes[1024] = {0};
  ck_assert_uint_lt(kind->size, sizeof bytes);
  for (size_t i = 0; i < kind->field_count; i++)
    if (i != left_out)
      mark(bytes, &kind->fields[i]);
  for (size_t at = 0; at < kind->size; at++) {
    size_t end = at;
    while (end < kind->size && bytes[end] == 0)
      end++;
    const bool is_padding = at > 0 && end - at < sizeof(void *) && (end % sizeof(int) == 0 || end == kind->size) &&
                            (at % sizeof(void *) != 0);
    if (end > at && !is_padding)
      return at;
    at = end;
  }
  return kind->size;
}

START_TEST(every_field_of_the_structs_has_a_row) {
  const char *name = NULL;
  const gchk_image_struct *kind;
  for (size_t part = 0; (kind = gchk_layer_image_part(part, &name)) != NULL; part++) {
    const size_t forgotten = first_forgotten(kind, SIZE_MAX);
    ck_assert_msg(forgotten == kind->size, "%s: byte %zu has no row in layer_image.c", name, forgotten);
  }
}
END_TEST

// But for small fields beside padding, which cannot be told from it.
START_TEST(a_row_that_is_missing_shows) {
  const char *name = NULL;
  const gchk_image_struct *kind;
  for (size_t part = 0; (kind = gchk_layer_image_part(part, &name)) != NULL; part++)
    for (size_t i = 0; i < kind->field_count; i++) {
      const gchk_image_field *field = &kind->fields[i];
      const bool shares_count = field->kind == GCHK_IMAGE_NUMBERS || field->kind == GCHK_IMAGE_STRUCTS;
      if (shares_count || field->size >= sizeof(void *))
        ck_assert_msg(first_forgotten(kind, i) < kind->size, "%s: row %zu is not missed", name, i);
    }
}
END_TEST

static void same_text(const char *a, const char *b) {
  if (a == NULL || b == NULL)
    ck_assert(a == b);
  else
    ck_assert_str_eq(a, b);
}

static void same_callbacks(const gchk_layer *read, const gchk_layer *wrote) {
#define SAME(field) ck_assert((read->field != NULL) == (wrote->field != NULL))
  SAME(forward);
  SAME(backward);
  SAME(create);
  SAME(destroy);
  SAME(bind);
  SAME(reset);
  SAME(set_seed);
  SAME(set_mode);
  SAME(set_threads);
  SAME(loss);
  SAME(update);
  SAME(surrogate);
#undef SAME
  ck_assert(read->forward != wrote->forward);
}

static void same_tensors(const gchk_layer *read, const gchk_layer *wrote) {
  ck_assert_uint_eq(read->tensor_count, wrote->tensor_count);
  for (size_t i = 0; i < wrote->tensor_count; i++) {
    const gchk_tensor_spec *a = &read->tensors[i], *b = &wrote->tensors[i];
    ck_assert(a != b);
    same_text(a->name, b->name);
    ck_assert_int_eq((int)a->role, (int)b->role);
    same_text(a->shape, b->shape);
    ck_assert_int_eq((int)a->dtype, (int)b->dtype);
    ck_assert_int_eq((int)a->fill.kind, (int)b->fill.kind);
    ck_assert_double_eq(a->fill.a, b->fill.a);
    ck_assert_double_eq(a->fill.b, b->fill.b);
    same_text(a->fill.below, b->fill.below);
    ck_assert_uint_eq(a->fill.value_count, b->fill.value_count);
    ck_assert((a->fill.values != NULL) == (b->fill.values != NULL));
    for (size_t k = 0; k < b->fill.value_count; k++)
      ck_assert_double_eq(a->fill.values[k], b->fill.values[k]);
    ck_assert_double_eq(a->keep_away, b->keep_away);
    ck_assert_double_eq(a->kink, b->kink);
    ck_assert_int_eq((int)a->grad, (int)b->grad);
    ck_assert(a->grad_may_be_null == b->grad_may_be_null && a->upstream_clobbered == b->upstream_clobbered);
    ck_assert(a->may_be_infinite == b->may_be_infinite);
    ck_assert_double_eq(a->unit, b->unit);
    same_text(a->in_place_of, b->in_place_of);
    ck_assert(a->symmetric == b->symmetric && a->gradient_is_zero == b->gradient_is_zero);
    same_text(a->ignored, b->ignored);
    ck_assert((a->surrogate != NULL) == (b->surrogate != NULL));
  }
}

static void same_options(const gchk_layer *read, const gchk_layer *wrote) {
  ck_assert_uint_eq(read->option_count, wrote->option_count);
  ck_assert((read->option_values != NULL) == (wrote->option_values != NULL));
  for (size_t i = 0; i < wrote->option_count; i++) {
    same_text(read->options[i].name, wrote->options[i].name);
    same_text(read->options[i].doc, wrote->options[i].doc);
    ck_assert_double_eq(read->options[i].initial, wrote->options[i].initial);
    ck_assert_double_eq(read->options[i].minimum, wrote->options[i].minimum);
    ck_assert_double_eq(read->options[i].maximum, wrote->options[i].maximum);
    ck_assert_double_eq(read->option_values[i], wrote->option_values[i]);
  }
}

static void same_graph(const gchk_graph *read, const gchk_graph *wrote) {
  ck_assert_uint_eq(read->node_count, wrote->node_count);
  for (size_t i = 0; i < wrote->node_count; i++) {
    const gchk_graph_node *a = &read->nodes[i], *b = &wrote->nodes[i];
    same_text(a->name, b->name);
    same_text(a->layer, b->layer);
    ck_assert_uint_eq(a->input_count, b->input_count);
    ck_assert_uint_eq(a->output_count, b->output_count);
    for (size_t k = 0; k < b->input_count; k++)
      ck_assert_uint_eq(a->inputs[k], b->inputs[k]);
    for (size_t k = 0; k < b->output_count; k++)
      ck_assert_uint_eq(a->outputs[k], b->outputs[k]);
  }
}

static void same_layer(const gchk_layer *read, const gchk_layer *wrote) {
  same_text(read->name, wrote->name);
  same_text(read->file, wrote->file);
  ck_assert_int_eq(read->line, wrote->line);
  ck_assert_int_eq((int)read->dtype, (int)wrote->dtype);
  same_tensors(read, wrote);
  same_callbacks(read, wrote);
  same_text(read->sizes, wrote->sizes);
  ck_assert((read->shape_cases != NULL) == (wrote->shape_cases != NULL));
  for (size_t i = 0; wrote->shape_cases != NULL && (i == 0 || wrote->shape_cases[i - 1] != NULL); i++)
    same_text(read->shape_cases[i], wrote->shape_cases[i]);
  same_options(read, wrote);
  ck_assert_uint_eq(read->flags, wrote->flags);
  ck_assert_double_eq(read->grad_scale, wrote->grad_scale);
  ck_assert((read->graph != NULL) == (wrote->graph != NULL));
  if (wrote->graph != NULL)
    same_graph(read->graph, wrote->graph);
  ck_assert_ptr_null(read->user);
  ck_assert_double_eq(read->unit, wrote->unit);
  ck_assert_double_eq(read->product_unit, wrote->product_unit);
  ck_assert_double_eq(read->learning_rate, wrote->learning_rate);
  same_text(read->learning_rate_option, wrote->learning_rate_option);
  same_text(read->time, wrote->time);
  same_text(read->sizes_require, wrote->sizes_require);
  same_text(read->rowwise, wrote->rowwise);
  same_text(read->sizes_default, wrote->sizes_default);
  ck_assert((read->twin != NULL) == (wrote->twin != NULL));
  if (wrote->twin != NULL)
    same_layer(read->twin, wrote->twin);
}

static gchk_layer with_user;

static void write_all_layers(gchk_text *image, const gchk_layer *layers[3]) {
  with_user = full_layer;
  with_user.user = image;
  layers[0] = &with_user;
  layers[1] = &bare_layer;
  layers[2] = &full_twin;
  const gchk_layer_list list = {layers, 3};
  ck_assert(gchk_image_write(image, &gchk_image_of_layers, &list));
}

START_TEST(what_is_read_is_what_was_written) {
  gchk_error error = {GCHK_OK, ""};
  gchk_text image = {0}, again = {0};
  const gchk_layer *layers[3];
  write_all_layers(&image, layers);
  gchk_arena *arena = gchk_arena_new();
  gchk_layer_list read;
  const unsigned char *bytes = (const unsigned char *)image.data;
  size_t length = image.length;
  OK(gchk_image_read(&bytes, &length, &gchk_image_of_layers, &read, arena, &error), error);
  ck_assert_uint_eq(length, 0);
  ck_assert_uint_eq(read.count, 3);
  for (size_t i = 0; i < 3; i++) {
    same_layer(read.layers[i], layers[i]);
    ck_assert(read.layers[i] == read.layers[0] + i); // one array
  }
  // What stands for a callback fails, and says why.
  const gchk_call call = {.layer = read.layers[0]};
  FAILS(read.layers[0]->backward(&call, &error), GCHK_LAYER_FAILED, error, "full: its table alone was read");
  // It can be written in its turn, and gives the same bytes.
  ck_assert(gchk_image_write(&again, &gchk_image_of_layers, &read));
  ck_assert_uint_eq(again.length, image.length);
  ck_assert_mem_eq(again.data, image.data, image.length);
  gchk_arena_free(arena);
  gchk_text_deinit(&again);
  gchk_text_deinit(&image);
}
END_TEST

START_TEST(a_callback_that_is_there_twice_is_so_when_it_is_read) {
  gchk_error error = {GCHK_OK, ""};
  gchk_layer twice = full_layer, once = full_layer;
  twice.twin = once.twin = NULL;
  once.surrogate = full_other_call;
  const gchk_layer *const layers[] = {&twice, &once};
  const gchk_layer_list list = {layers, 2};
  gchk_text image = {0};
  ck_assert(gchk_image_write(&image, &gchk_image_of_layers, &list));
  gchk_arena *arena = gchk_arena_new();
  gchk_layer_list read;
  const unsigned char *bytes = (const unsigned char *)image.data;
  size_t length = image.length;
  OK(gchk_image_read(&bytes, &length, &gchk_image_of_layers, &read, arena, &error), error);
  ck_assert(read.layers[0]->surrogate == read.layers[0]->forward);
  ck_assert(read.layers[1]->surrogate != read.layers[1]->forward);
  gchk_arena_free(arena);
  gchk_text_deinit(&image);
}
END_TEST

static gchk_status read_bytes(const unsigned char *bytes, size_t length) {
  gchk_error error = {GCHK_OK, ""};
  unsigned char *copy = malloc(length + 1); // so that a sanitizer sees who reads beyond
  ck_assert_ptr_nonnull(copy);
  memcpy(copy, bytes, length);
  gchk_arena *arena = gchk_arena_new();
  gchk_layer_list read;
  const unsigned char *at = copy;
  size_t left = length;
  const gchk_status status = gchk_image_read(&at, &left, &gchk_image_of_layers, &read, arena, &error);
  gchk_arena_free(arena);
  free(copy);
  return status;
}

START_TEST(bytes_that_end_early_are_refused) {
  gchk_text image = {0};
  const gchk_layer *layers[3];
  write_all_layers(&image, layers);
  for (size_t length = 0; length < image.length; length++)
    ck_assert_int_eq(read_bytes((const unsigned char *)image.data, length), GCHK_INVALID);
  ck_assert_int_eq(read_bytes((const unsigned char *)image.data, image.length), GCHK_OK);
  gchk_text_deinit(&image);
}
END_TEST

START_TEST(bytes_that_are_changed_are_refused_or_read_and_cost_little) {
  gchk_text image = {0};
  const gchk_layer *layers[3];
  write_all_layers(&image, layers);
  unsigned char *bytes = (unsigned char *)image.data;
  size_t refused = 0;
  for (size_t i = 0; i < image.length; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] ^= (unsigned char)(1 << bit);
      const gchk_status status = read_bytes(bytes, image.length);
      ck_assert(status == GCHK_OK ||
                status == GCHK_INVALID); // never out of memory: a length is less than what there is
      refused += status == GCHK_INVALID;
      bytes[i] ^= (unsigned char)(1 << bit);
    }
  ck_assert_uint_gt(refused, 0);
  gchk_text_deinit(&image);
}
END_TEST

static TCase *images(void) {
  TCase *tests = tcase_create("images");
  tcase_add_test(tests, every_field_of_the_structs_has_a_row);
  tcase_add_test(tests, a_row_that_is_missing_shows);
  tcase_add_test(tests, what_is_read_is_what_was_written);
  tcase_add_test(tests, a_callback_that_is_there_twice_is_so_when_it_is_read);
  tcase_add_test(tests, bytes_that_end_early_are_refused);
  tcase_add_test(tests, bytes_that_are_changed_are_refused_or_read_and_cost_little);
  return tests;
}

TEST_MAIN("layer_image", images)
