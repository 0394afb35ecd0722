/* Layers that are called in ways of their own, as nodes: refused by name, or part of a network that passes. */
#include <string.h>

#include "gradcheck/check.h"
#include "main.h"
#include "network/network_fixture.h"
#include "wrong/lists.h"

static const struct {
  const gchk_layer *layer;
  const char *bindings, *sizes, *words;
} refused[] = {
    {&in_place_tanh, "x=x", "", "n: tanh in place declares .in_place_of, which a network cannot do for a node"},
    {&step_dense, "x=x", "M=3", "n: dense, a training step declares .learning_rate, which"},
    {&step_option, "x=x", "M=3", "declares .learning_rate_option, which"},
    {&time_rnn, "x=sequence", "", "n: rnn, a call a step declares .time, which"},
    {&no_backward, "x=x", "", "n: a copy without a backward has no backward, and no gradient gets past it"},
};
enum { REFUSED = sizeof refused / sizeof refused[0] };

START_TEST(what_a_network_cannot_do_is_refused_and_leaves_nothing) {
  gchk_network *net = new_network(GCHK_F64);
  gchk_error error = {GCHK_OK, ""};
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_value(net, "sequence", GCHK_INPUT, "3 2 4");
  ck_assert_int_eq(try_node(net, "n", refused[_i].layer, refused[_i].bindings, refused[_i].sizes, NULL, &error),
                   GCHK_INVALID);
  ck_assert_msg(strstr(error.message, refused[_i].words) != NULL, "%s", error.message);
  ck_assert_ptr_null(gchk_network_shape(net, "n"));
  gchk_network_free(net);
}
END_TEST

// x -> rms norm -> swiglu with x -> cube -> sum with what the rms norm gave: every node uses up or works in something.
static gchk_network *build(const gchk_layer *gated, const gchk_layer *norm, const gchk_layer *cube) {
  gchk_network *net = new_network(GCHK_F64);
  add_value(net, "x", GCHK_INPUT, "3 4");
  add_node(net, "norm", norm, "x=x w=w y=h", "", NULL);
  add_node(net, "gate", gated, "e=h g=x y=k", "", NULL);
  add_node(net, "cube", cube, "x=k y=c", "", NULL);
  add_node(net, "sum", built_in("add", GCHK_F64), "x=c y=h", "", NULL);
  return net;
}

static gchk_result *check(gchk_network *net, uint64_t seed, const gchk_layer **layer) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_result *result = NULL;
  gchk_error error = {GCHK_OK, ""};
  options.seed = seed;
  ck_assert_msg(gchk_network_finish(net, NULL, layer, &error) == GCHK_OK, "%s", error.message);
  ck_assert_msg(gchk_check_layer(*layer, &options, &result, &error) == GCHK_OK, "%s", error.message);
  return result;
}

START_TEST(a_network_uses_up_what_its_nodes_use_up) {
  for (uint64_t seed = 0; seed < 20; seed++) {
    gchk_network *net = build(&once_swiglu, &upstream_after, &once_freed);
    const gchk_layer *layer = NULL;
    gchk_result *result = check(net, seed, &layer);
    ck_assert_uint_eq(layer->flags, GCHK_CONSUMES_CACHE | GCHK_UPSTREAM_AFTER_FORWARD);
    ck_assert_int_eq(result->verdict, GCHK_PASS);
    for (size_t c = 0; c < result->case_count; c++)
      ck_assert_msg(result->cases[c].finding_count == 0, "%s", result->cases[c].findings[0].text);
    gchk_result_free(result);
    gchk_network_free(net);
  }
}
END_TEST

START_TEST(a_wrong_node_in_it_is_found) {
  gchk_network *const nets[] = {build(&once_swiglu_wrong, &upstream_after, &once_freed),
                                build(&once_swiglu, &upstream_after_wrong, &once_freed),
                                build(&once_swiglu, &upstream_after, &once_freed_wrong)};
  for (size_t k = 0; k < 3; k++) {
    const gchk_layer *layer = NULL;
    gchk_result *result = check(nets[k], 1, &layer);
    ck_assert_int_eq(result->verdict, GCHK_FAIL);
    gchk_result_free(result);
    gchk_network_free(nets[k]);
  }
}
END_TEST

static TCase *conventions(void) {
  TCase *t = tcase_create("conventions");
  tcase_set_timeout(t, 120);
  tcase_add_loop_test(t, what_a_network_cannot_do_is_refused_and_leaves_nothing, 0, REFUSED);
  tcase_add_test(t, a_network_uses_up_what_its_nodes_use_up);
  tcase_add_test(t, a_wrong_node_in_it_is_found);
  return t;
}

TEST_MAIN("conventions of calling in networks", conventions)
