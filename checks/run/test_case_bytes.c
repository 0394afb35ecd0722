/* A case's result through a pipe: as through a file, and nothing that was damaged on the way. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "case_text.h"
#include "core/arena.h"
#include "core/digest.h"
#include "core/text.h"
#include "report/render.h"
#include "report/sample_undecided.h"
#include "result/field_codecs.h"
#include "result/fields_read.h"
#include "result/result_fields.h"
#include "run/case_bytes.h"
#include "run_tests.h"

enum { SAMPLES = 9, DIGEST = 8 };

static gchk_result *sample(int i) {
  switch (i) {
  case 0:
    return sample_passing();
  case 1:
    return sample_failing();
  case 2:
    return sample_inconclusive();
  case 3:
    return sample_everything();
  case 4:
    return sample_large(200, 200, true);
  case 5:
    return sample_names(AWKWARD_NAME);
  case 6:
    return sample_apple_orange();
  case 7:
    return sample_undecided();
  default:
    return sample_many(20);
  }
}

static gchk_text bytes_of(gchk_case_result *result) {
  gchk_text bytes = {0};
  gchk_case_to_bytes(result, &bytes);
  ck_assert(!bytes.failed);
  return bytes;
}

static gchk_status read_back(gchk_arena *arena, const gchk_text *bytes, gchk_case_result *result) {
  gchk_error error = {GCHK_OK, ""};
  const gchk_status status = gchk_case_from_bytes(arena, bytes->data, bytes->length, result, &error);
  ck_assert((status == GCHK_OK) == (error.message[0] == '\0'));
  return status;
}

static void assert_same_findings(const gchk_finding *a, size_t a_count, const gchk_finding *b, size_t b_count) {
  ck_assert_uint_eq(a_count, b_count);
  for (size_t i = 0; i < a_count; i++) {
    ck_assert_uint_eq(a[i].evidence_count, b[i].evidence_count);
    for (size_t k = 0; k < a[i].evidence_count; k++) {
      ck_assert_str_eq(a[i].evidence[k].key, b[i].evidence[k].key);
      ck_assert_int_eq(a[i].evidence[k].text != NULL, b[i].evidence[k].text != NULL);
    }
  }
}

// The oracle: the same table, through JSON.
static void through_a_file(gchk_arena *arena, const gchk_case_result *result, gchk_case_result *copy) {
  char *text = case_text(result);
  gchk_error error = {GCHK_OK, ""};
  gchk_reader reader = {.arena = arena,
                        .file = "case",
                        .text = text,
                        .length = strlen(text),
                        .version = GCHK_FORMAT_VERSION,
                        .error = &error};
  json_t *root = gchk_read_text(&reader);
  ck_assert_ptr_nonnull(root);
  *copy = (gchk_case_result){0};
  gchk_fields_read(&reader, root, &gchk_piped_case_fields, copy);
  ck_assert_msg(reader.status == GCHK_OK, "%s", error.message);
  json_decref(root);
  free(text);
}

static void assert_as_through_a_file(gchk_case_result *result) {
  gchk_arena *arena = gchk_arena_new();
  gchk_case_result copy, filed;
  gchk_text bytes = bytes_of(result);
  ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_OK);
  through_a_file(arena, result, &filed);
  char *one = case_text(&copy), *other = case_text(&filed), *sent = case_text(result);
  ck_assert_str_eq(one, other);
  ck_assert_str_eq(one, sent);
  ck_assert(copy.wall_s == result->wall_s && copy.forward_calls == result->forward_calls);
  assert_same_findings(copy.findings, copy.finding_count, filed.findings, filed.finding_count);
  for (size_t i = 0; i < copy.tensor_count; i++)
    assert_same_findings(copy.tensors[i].findings, copy.tensors[i].finding_count, filed.tensors[i].findings,
                         filed.tensors[i].finding_count);
  free(one);
  free(other);
  free(sent);
  gchk_text_deinit(&bytes);
  gchk_arena_free(arena);
}

START_TEST(a_case_goes_through_a_pipe_as_through_a_file) {
  gchk_result *result = sample(_i);
  for (size_t i = 0; i < result->case_count; i++)
    assert_as_through_a_file(&result->cases[i]);
  gchk_result_free(result);
}
END_TEST

// What a file does not have as it is in memory: names that stand twice, no number, no UTF-8, what is below 0.
START_TEST(what_a_file_would_change_is_changed) {
  gchk_result *result = sample_passing();
  gchk_case_result *c = &result->cases[0];
  gchk_evidence evidence[] = {
      {"tensor", "W", 0}, {"tensor", "b", 0}, {"ratio", NULL, -(double)NAN}, {"is", "Infinity", 0}, {"not", "NaNs", 0}};
  gchk_finding finding = {"code", "a\xff\xc3z\x01::error::", false, sizeof evidence / sizeof *evidence, evidence};
  c->findings = &finding;
  c->finding_count = 1;
  c->line = -7;
  c->reason = "\xed\xa0\x80"; // a surrogate
  assert_as_through_a_file(c);
  gchk_arena *arena = gchk_arena_new();
  gchk_text bytes = bytes_of(c);
  gchk_case_result copy;
  ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_OK);
  ck_assert_str_eq(copy.findings[0].text, "a\\xFF\\xC3z\x01::error::");
  ck_assert_str_eq(copy.findings[0].evidence[1].key, "tensor (2)");
  ck_assert(isinf(copy.findings[0].evidence[3].number));
  ck_assert_str_eq(copy.reason, "\\xED\\xA0\\x80");
  ck_assert_int_eq(copy.line, 0);
  gchk_text_deinit(&bytes);
  gchk_arena_free(arena);
  gchk_result_free(result);
}
END_TEST

START_TEST(what_is_cut_or_changed_is_refused) {
  gchk_result *result = sample_everything();
  gchk_arena *arena = gchk_arena_new();
  gchk_case_result copy;
  gchk_text bytes = bytes_of(&result->cases[0]);
  const size_t length = bytes.length;
  ck_assert_uint_gt(length, 1000);
  for (size_t cut = 0; cut < length; cut += cut < 20 ? 1 : length / 70) {
    bytes.length = cut;
    ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_INVALID);
  }
  bytes.length = length;
  for (size_t at = 0; at < length; at += length / 70) {
    bytes.data[at] ^= 1;
    ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_INVALID);
    bytes.data[at] ^= 1;
  }
  ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_OK);
  gchk_text_write(&bytes, "", 1);
  ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_INVALID);
  gchk_text_deinit(&bytes);
  gchk_arena_free(arena);
  gchk_result_free(result);
}
END_TEST

static void sign(gchk_text *bytes) {
  const uint64_t digest = gchk_digest_of_many(bytes->data, bytes->length - DIGEST);
  memcpy(bytes->data + bytes->length - DIGEST, &digest, DIGEST);
}

// By whoever is corrupted and goes on: it is refused, or a result that can be written.
START_TEST(what_is_damaged_and_signed_does_no_harm) {
  gchk_result *result = sample(_i);
  uint64_t state = 0x9e3779b97f4a7c15U + (uint64_t)_i;
  size_t refused = 0;
  for (int round = 0; round < 300; round++) {
    gchk_arena *arena = gchk_arena_new();
    gchk_case_result copy;
    gchk_text bytes = bytes_of(&result->cases[(size_t)round % result->case_count]);
    const size_t length = bytes.length - DIGEST;
    for (int change = 0; change <= round % 3; change++) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const size_t at = (size_t)(state >> 33) % (round % 2 == 0 ? length : 600 < length ? 600 : length);
      bytes.data[at] = (char)(state >> 60 == 0 ? 0xff : state >> 25);
    }
    sign(&bytes);
    if (read_back(arena, &bytes, &copy) == GCHK_OK)
      free(case_text(&copy));
    else
      refused++;
    gchk_text_deinit(&bytes);
    gchk_arena_free(arena);
  }
  ck_assert_uint_gt(refused, 20);
  gchk_result_free(result);
}
END_TEST

static void spoil(gchk_case_result *c, int how) {
  gchk_tensor_result *t = &c->tensors[0];
  int outside = 1 << 20;
  switch (how) {
  case 0:
    memcpy(&c->verdict, &outside, sizeof outside);
    break;
  case 1:
    c->name = NULL;
    break;
  case 2:
    t->shape.rank = GCHK_MAX_RANK + 1;
    break;
  case 3:
    t->shape.dim[0] = t->shape.dim[1] = SIZE_MAX; // not as many elements as there are bytes
    break;
  case 4:
    t->worst[0].flat = t->total;
    break;
  case 5:
    t->heatmap.rows = 0;
    break;
  case 6:
    t->heatmap.rows = t->heatmap.columns = SIZE_MAX / 2;
    break;
  case 7:
    c->graph.nodes[0].inputs[0] = c->graph.edge_count;
    break;
  case 8:
    c->graph.nodes[0].outputs[0] = SIZE_MAX;
    break;
  case 9:
    c->graph.edges[0].shown = 5;
    break;
  case 10:
    c->graph.nodes[0].locals[0].input = c->graph.nodes[0].input_count;
    break;
  default:
    t->findings[0].code = NULL;
  }
}
enum { SPOILT = 12 };

static bool can_be_spoilt(const gchk_case_result *c, int how) {
  const gchk_tensor_result *t = c->tensors;
  return c->tensor_count > 0 && (how != 3 || (t->shape.rank >= 2 && t->worst_count > 0)) &&
         (how != 4 || t->worst_count > 0) && ((how != 5 && how != 6) || t->heatmap.cells != NULL) &&
         (how < 7 || how > 10 || c->graph.node_count > 0) && (how != 10 || c->graph.nodes[0].local_count > 0) &&
         (how < 11 || t->finding_count > 0);
}

// What can be no result is none, though all else is whole.
START_TEST(what_no_result_has_is_refused) {
  size_t spoilt = 0;
  for (int s = 0; s < SAMPLES; s++) {
    gchk_result *result = sample(s);
    for (size_t i = 0; i < result->case_count; i++)
      if (can_be_spoilt(&result->cases[i], _i)) {
        gchk_arena *arena = gchk_arena_new();
        gchk_case_result copy;
        gchk_text whole = bytes_of(&result->cases[i]);
        ck_assert_int_eq(read_back(arena, &whole, &copy), GCHK_OK);
        spoil(&copy, _i);
        gchk_text bytes = {0};
        gchk_case_to_bytes(&copy, &bytes);
        ck_assert_int_eq(read_back(arena, &bytes, &copy), GCHK_INVALID);
        spoilt++;
        gchk_text_deinit(&whole);
        gchk_text_deinit(&bytes);
        gchk_arena_free(arena);
      }
    gchk_result_free(result);
  }
  ck_assert_uint_gt(spoilt, 0);
}
END_TEST

TCase *case_byte_tests(void) {
  TCase *tests = tcase_create("case_bytes");
  tcase_add_loop_test(tests, a_case_goes_through_a_pipe_as_through_a_file, 0, SAMPLES);
  tcase_add_test(tests, what_a_file_would_change_is_changed);
  tcase_add_test(tests, what_is_cut_or_changed_is_refused);
  tcase_add_loop_test(tests, what_is_damaged_and_signed_does_no_harm, 0, SAMPLES);
  tcase_add_loop_test(tests, what_no_result_has_is_refused, 0, SPOILT);
  return tests;
}
