/* Computational graphs in three drawings, their layout, and the scales and ticks of plots. */
#include "main.h"

#include <math.h>

#include "report/graph_dot.h"
#include "report/graph_layout.h"
#include "report/graph_mermaid.h"
#include "report/graph_svg.h"
#include "report/graph_text.h"
#include "report/graph_words.h"
#include "report/html_check.h"
#include "report/plot.h"
#include "report/render.h"
#include "report/sample_result.h"

/* As the documents draw it: 715; 2.2, 110, 3.3, 165, 650, each upstream gradient times local derivative. */
START_TEST(the_apple_and_orange_graph_reads_as_in_the_documents) {
  static const char expected[] =
      "           100\n"
      "     apple──────────────────┐\n"
      "           1.1 x 2 = 2.2    │                 apple_price = 200\n"
      "                            ├───►[mul_apple]──────────────────────┐\n"
      "           2                │                 1.1 x 1 = 1.1       │\n"
      " apple_num──────────────────┘                                     │        all_price = 650\n"
      "           1.1 x 100 = 110                                        ├─►[add]──────────────────┐\n"
      "                                                                  │        1 x 1.1 = 1.1    │            715\n"
      "           150                                                    │                         "
      "├─►[mul_tax]──────►price\n"
      "    orange────────────────────┐                                   │        1.1              │            1\n"
      "           1.1 x 3 = 3.3      │               orange_price = 450  │    tax──────────────────┘\n"
      "                              ├─►[mul_orange]─────────────────────┘        1 x 650 = 650\n"
      "           3                  │               1.1 x 1 = 1.1\n"
      "orange_num────────────────────┘\n"
      "           1.1 x 150 = 165\n";
  gchk_result *result = sample_apple_orange();
  gchk_text text = {0};
  gchk_graph_text(&result->cases[0], 0, 0, &text);
  ck_assert_str_eq(text.data, expected);
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_graph_too_wide_for_the_terminal_is_a_list) {
  gchk_result *result = sample_failing();
  gchk_text text = {0};
  gchk_graph_text(&result->cases[0], 100, 0, &text);
  ASSERT_HAS(text.data, "affine1\n  in   x                     value 28x20, mean 0.123, max 1.5                "
                        "gradient mean 0.0123, max 0.21\n");
  ASSERT_HAS(text.data, "affine2   the first wrong node, going backward\n");
  ASSERT_HAS(text.data, "  out  loss                  value 2.30259                                   gradient 1\n");
  ASSERT_HAS_NOT(text.data, " \n");
  ASSERT_HAS_NOT(text.data, "►");
  gchk_text_deinit(&text);
  gchk_graph_text(&result->cases[0], 0, 0, &text);
  ASSERT_HAS(text.data, "►[! affine2 !]");
  ASSERT_HAS(text.data, "[! affine2 !] is the first wrong node, going backward from the loss.\n");
  gchk_text_deinit(&text);
  gchk_graph_text(&result->cases[1], 0, 0, &text);
  ck_assert_str_eq(text.data, "my-affine is a single layer: it has no graph\n");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

START_TEST(dot_has_each_edge_with_value_and_gradient) {
  gchk_result *result = sample_apple_orange();
  gchk_text text = {0};
  gchk_graph_dot(&result->cases[0], 0, &text);
  ASSERT_HAS(text.data, "digraph \"apple-orange\" {\n  rankdir=LR;\n");
  ASSERT_HAS(text.data, "  n0 [label=\"mul_apple\"];\n");
  ASSERT_HAS(text.data, "  e0 -> n0 [label=\"100\" + \"\\n\" + \"1.1 x 2 = 2.2\"];\n");
  ASSERT_HAS(text.data, "  n0 -> n2 [label=\"apple_price = 200\" + \"\\n\" + \"1.1 x 1 = 1.1\"];\n");
  ASSERT_HAS(text.data, "  n3 -> e8 [label=\"715\" + \"\\n\" + \"1\"];\n");
  ck_assert_uint_eq(count_of(text.data, " -> "), 9);
  gchk_text_deinit(&text);
  gchk_result_free(result);
  result = sample_names("a\"b\\\n");
  gchk_graph_dot(&result->cases[0], 0, &text);
  ASSERT_HAS(text.data, "digraph \"a\\\"b\\\\\\\\n\" {");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

/* With 17 digits, and as the documents write their Mermaid: values forward, gradients back. */
START_TEST(mermaid_has_two_arrows_an_edge) {
  gchk_result *result = sample_apple_orange();
  gchk_text text = {0};
  gchk_graph_mermaid(&result->cases[0], 17, &text);
  ck_assert_int_eq(strncmp(text.data, "graph LR\n", 9), 0);
  ASSERT_HAS(text.data, "  n0[\"mul_apple\"]\n");
  ASSERT_HAS(text.data, "  e0([\"apple\"])\n");
  ASSERT_HAS(text.data, "  e0 -->|\"100\"| n0\n  n0 -.->|\"1.1 x 2 = 2.2\"| e0\n");
  ASSERT_HAS(text.data, "  n0 -->|\"apple_price = 200\"| n2\n  n2 -.->|\"1.1 x 1 = 1.1\"| n0\n");
  ASSERT_HAS(text.data, "  n1 -.->|\"1.1 x 3 = 3.3000000000000003\"| e3\n");
  ASSERT_HAS(text.data, "  n3 -->|\"715.0000000000001\"| e8\n  e8 -.->|\"1\"| n3\n");
  ck_assert_uint_eq(count_of(text.data, " -->|"), 9);
  ck_assert_uint_eq(count_of(text.data, " -.->|"), 9);
  gchk_text_deinit(&text);
  gchk_result_free(result);
  result = sample_names("a\"b#<i>`\n");
  gchk_graph_mermaid(&result->cases[0], 0, &text);
  ASSERT_HAS(text.data, "a#34;b#35;#60;i#62;#96;\\n");
  ASSERT_HAS_NOT(text.data, "<i>");
  gchk_text_deinit(&text);
  gchk_result_free(result);
}
END_TEST

/* A gradient whose value is read twice is the sum of what its readers add, and each arrow has its own part. */
START_TEST(a_sum_has_a_term_for_each_reader) {
  gchk_edge_result edges[] = {
      {.name = "x", .producer = "", .count = 1, .shown = 1, .value = {3}, .grad = {26}, .has_grad = true},
      {.name = "a", .producer = "f", .count = 1, .shown = 1, .value = {6}, .grad = {4}, .has_grad = true},
      {.name = "b", .producer = "g", .count = 1, .shown = 1, .value = {9}, .grad = {3}, .has_grad = true}};
  size_t list[] = {0, 1, 2};
  gchk_local_result twice = {.rows = 1, .columns = 1, .is_elementwise = true, .shown = 1, .value = {2}},
                    square = {.rows = 1, .columns = 1, .is_elementwise = true, .shown = 1, .value = {6}};
  gchk_node_result nodes[] = {{.name = "f",
                               .layer = "f",
                               .input_count = 1,
                               .output_count = 1,
                               .inputs = &list[0],
                               .outputs = &list[1],
                               .local_count = 1,
                               .locals = &twice},
                              {.name = "g",
                               .layer = "g",
                               .input_count = 1,
                               .output_count = 1,
                               .inputs = &list[0],
                               .outputs = &list[2],
                               .local_count = 1,
                               .locals = &square}};
  const gchk_graph_result graph = {.edge_count = 3, .node_count = 2, .edges = edges, .nodes = nodes};
  const gchk_graph_words words = {.graph = &graph};
  gchk_text text = {0};
  gchk_edge_gradient(&words, 0, &text);
  ck_assert_str_eq(text.data, "4 x 2 + 3 x 6 = 26");
  gchk_text_deinit(&text);
  gchk_edge_gradient_of(&words, 0, 1, &text);
  ck_assert_str_eq(text.data, "3 x 6");
  gchk_text_deinit(&text);
  twice = (gchk_local_result){.rows = 1, .columns = 70000, .mean = (double)NAN, .max = (double)NAN};
  gchk_edge_gradient(&words, 0, &text);
  ck_assert_str_eq(text.data, "26; local of f 1x70000; local of g mean 0, max 0");
  gchk_text_deinit(&text);
}
END_TEST

/* Nodes 0 .. count-1 in a random acyclic graph: node n reads up to three earlier values. */
static gchk_graph_result random_graph(unsigned seed, size_t count) {
  gchk_graph_result g = {.edge_count = 2 * count, .node_count = count};
  g.edges = calloc(2 * count, sizeof *g.edges);
  g.nodes = calloc(count, sizeof *g.nodes);
  for (size_t e = 0; e < 2 * count; e++)
    g.edges[e] = (gchk_edge_result){.name = "e", .producer = "", .shown = 1, .count = 1, .has_grad = true};
  for (size_t n = 0; n < count; n++) {
    size_t *edges = calloc(6, sizeof *edges);
    gchk_node_result *node = &g.nodes[n];
    *node = (gchk_node_result){
        .name = "n", .layer = "n", .input_count = 1 + (seed >> 4) % 3, .output_count = 1 + n % 7 / 6};
    for (size_t i = 0; i < node->input_count; i++) {
      seed = seed * 1103515245u + 12345u;
      edges[i] = (seed >> 8) % 3 ? (seed >> 12) % (n + 1) : count + n; // an earlier node's value, or one from outside
      if (edges[i] == n && n > 0)
        edges[i] = n - 1;
      if (n == 0)
        edges[i] = count;
    }
    edges[3] = n;
    edges[4] = count + (n + count / 2) % count; // a second output now and then, which some earlier node may read
    node->inputs = edges;
    node->outputs = edges + 3;
  }
  return g;
}

static void free_graph(gchk_graph_result *g) {
  for (size_t n = 0; n < g->node_count; n++)
    free(g->nodes[n].inputs);
  free(g->nodes);
  free(g->edges);
}

/* Properties, whatever the graph: links go one column right, nothing overlaps, each node is placed once. */
START_TEST(a_layout_overlaps_nowhere) {
  gchk_graph_result g = random_graph((unsigned)_i * 2654435761u + 1u, 1 + (size_t)_i % 23);
  gchk_layout l;
  ck_assert(gchk_layout_graph(&g, &l));
  size_t nodes = 0;
  for (size_t i = 0; i < l.element_count; i++) {
    const gchk_placed *a = &l.elements[i];
    nodes += a->kind == GCHK_NODE;
    ck_assert(a->y >= 0 && a->y <= l.height);
    for (size_t k = 0; k < i; k++) {
      const gchk_placed *b = &l.elements[k];
      if (a->column == b->column)
        ck_assert_msg(fabs(a->y - b->y) >= (a->span + b->span) / 2 - 1e-9, "%zu and %zu: %g %g", i, k, a->y, b->y);
    }
  }
  ck_assert_uint_eq(nodes, g.node_count);
  for (size_t i = 0; i < l.link_count; i++)
    ck_assert_uint_eq(l.elements[l.links[i].to].column, l.elements[l.links[i].from].column + 1);
  gchk_layout_deinit(&l);
  gchk_case_result c = {.name = "random", .graph = g};
  gchk_text text = {0}, svg = {0};
  gchk_graph_text(&c, 0, 0, &text);
  ck_assert(!text.failed && text.length > 0);
  gchk_graph_svg(&c, "g", 0, &svg);
  gchk_text page = {0};
  char message[512];
  gchk_text_put(&page, "<!DOCTYPE html>\n<html lang=\"en\">");
  gchk_text_write(&page, svg.data, svg.length);
  gchk_text_put(&page, "</html>\n");
  ck_assert_msg(html_is_sound(page.data, false, message, sizeof message), "%s", message);
  gchk_text_deinit(&page);
  gchk_text_deinit(&text);
  gchk_text_deinit(&svg);
  free_graph(&g);
}
END_TEST

/* A tree is drawn without crossings, and a chain is straight. */
START_TEST(trees_do_not_cross_and_chains_are_straight) {
  gchk_result *result = sample_apple_orange();
  gchk_layout l;
  ck_assert(gchk_layout_graph(&result->cases[0].graph, &l));
  for (size_t i = 0; i < l.link_count; i++)
    for (size_t k = 0; k < i; k++) {
      const gchk_placed *a = &l.elements[l.links[i].from], *b = &l.elements[l.links[k].from];
      if (a->column == b->column)
        ck_assert((a->y - b->y) * (l.elements[l.links[i].to].y - l.elements[l.links[k].to].y) >= 0);
    }
  gchk_layout_deinit(&l);
  gchk_result_free(result);
  size_t edges[] = {0, 1, 1, 2, 2, 3};
  gchk_node_result nodes[3] = {
      {.name = "a", .layer = "a", .input_count = 1, .output_count = 1, .inputs = edges, .outputs = edges + 1},
      {.name = "b", .layer = "b", .input_count = 1, .output_count = 1, .inputs = edges + 2, .outputs = edges + 3},
      {.name = "c", .layer = "c", .input_count = 1, .output_count = 1, .inputs = edges + 4, .outputs = edges + 5}};
  gchk_edge_result values[4] = {{.name = "w"}, {.name = "x"}, {.name = "y"}, {.name = "z"}};
  gchk_graph_result chain = {.edge_count = 4, .node_count = 3, .edges = values, .nodes = nodes};
  ck_assert(gchk_layout_graph(&chain, &l));
  ck_assert_uint_eq(l.element_count, 5);
  ck_assert_uint_eq(l.column_count, 5);
  ck_assert(fabs(l.height) < 1e-9);
  gchk_layout_deinit(&l);
}
END_TEST

static void assert_ticks(const gchk_axis *axis, size_t most, const char *expected) {
  double ticks[GCHK_MAX_TICKS];
  size_t count = gchk_axis_ticks(axis, most, ticks);
  gchk_text text = {0};
  for (size_t i = 0; i < count; i++) {
    char label[64];
    gchk_text_format(&text, "%s%s", i ? " " : "", gchk_tick_label(axis, ticks[i], label, sizeof label));
  }
  ck_assert_str_eq(text.data, expected);
  gchk_text_deinit(&text);
}

START_TEST(ticks_are_those_that_a_person_would_choose) {
  gchk_axis axis = gchk_axis_log(3e-7, 0.2, 0, 100);
  assert_ticks(&axis, 7, "1e-6 1e-4 1e-2 1");
  axis = gchk_axis_log(2, 900, 0, 100);
  assert_ticks(&axis, 7, "1 10 100 1000");
  axis = gchk_axis_log(1e-16, 1e-1, 0, 100);
  assert_ticks(&axis, 7, "1e-15 1e-12 1e-9 1e-6 1e-3");
  axis = gchk_axis_linear(0, 9.2, 0, 100);
  assert_ticks(&axis, 6, "0 2 4 6 8 10");
  axis = gchk_axis_linear(0, 4321, 0, 100);
  assert_ticks(&axis, 6, "0 1000 2000 3000 4000 5000");
  axis = gchk_axis_linear(-0.3, 0.3, 0, 100);
  assert_ticks(&axis, 7, "-0.4 -0.2 0 0.2 0.4");
  axis = gchk_axis_symlog(-10, 10, 1e-3, 0, 100);
  assert_ticks(&axis, 7, "-10 -1e-1 -1e-3 0 1e-3 1e-1 10");
  axis = gchk_axis_symlog(-0.01, 5.6, 0.1, 0, 100);
  assert_ticks(&axis, 7, "0 1e-1 1");
}
END_TEST

START_TEST(scales_are_monotonic_and_keep_to_their_pixels) {
  const gchk_axis axes[] = {gchk_axis_log(1e-12, 1, 50, 350), gchk_axis_linear(-3, 8, 350, 50),
                            gchk_axis_symlog(-30, 30, 1e-4, 0, 300)};
  for (size_t a = 0; a < 3; a++) {
    double last = gchk_axis_place(&axes[a], axes[a].low), sign = axes[a].to > axes[a].from ? 1 : -1;
    ck_assert(fabs(last - axes[a].from) < 1e-9);
    ck_assert(fabs(gchk_axis_place(&axes[a], axes[a].high) - axes[a].to) < 1e-9);
    for (int i = 1; i <= 1000; i++) {
      double x = axes[a].scale == GCHK_LOG ? axes[a].low * pow(axes[a].high / axes[a].low, i / 1000.0)
                                           : axes[a].low + (axes[a].high - axes[a].low) * i / 1000.0;
      double pixel = gchk_axis_place(&axes[a], x);
      ck_assert(sign * (pixel - last) >= 0);
      last = pixel;
    }
    ck_assert(fabs(gchk_axis_place(&axes[a], -1e300) - axes[a].from) < 1e-9);
    ck_assert(fabs(gchk_axis_place(&axes[a], 1e300) - axes[a].to) < 1e-9);
    ck_assert(gchk_axis_place(&axes[a], (double)NAN) == axes[a].from);
  }
  ck_assert(fabs(gchk_axis_place(&axes[2], 0) - 150) < 1e-9); // symlog is odd
  ck_assert(fabs(gchk_axis_place(&axes[2], 0.5) + gchk_axis_place(&axes[2], -0.5) - 300) < 1e-9);
}
END_TEST

START_TEST(pixels_take_one_decimal_at_the_most) {
  static const double pixels[] = {0, 1, 12.34, -0.26, 0.04, -3, 199.96};
  gchk_text text = {0};
  for (size_t i = 0; i < sizeof pixels / sizeof pixels[0]; i++) {
    gchk_plot_number(&text, pixels[i]);
    gchk_text_put(&text, " ");
  }
  ck_assert_str_eq(text.data, "0 1 12.3 -0.3 0 -3 200 ");
  gchk_text_deinit(&text);
}
END_TEST

static TCase *graph(void) {
  TCase *tc = tcase_create("graph");
  tcase_add_test(tc, the_apple_and_orange_graph_reads_as_in_the_documents);
  tcase_add_test(tc, a_graph_too_wide_for_the_terminal_is_a_list);
  tcase_add_test(tc, dot_has_each_edge_with_value_and_gradient);
  tcase_add_test(tc, mermaid_has_two_arrows_an_edge);
  tcase_add_test(tc, a_sum_has_a_term_for_each_reader);
  tcase_add_loop_test(tc, a_layout_overlaps_nowhere, 0, 60);
  tcase_add_test(tc, trees_do_not_cross_and_chains_are_straight);
  return tc;
}

static TCase *plot(void) {
  TCase *tc = tcase_create("plot");
  tcase_add_test(tc, ticks_are_those_that_a_person_would_choose);
  tcase_add_test(tc, scales_are_monotonic_and_keep_to_their_pixels);
  tcase_add_test(tc, pixels_take_one_decimal_at_the_most);
  return tc;
}

TEST_MAIN("graph and plot", graph, plot)
