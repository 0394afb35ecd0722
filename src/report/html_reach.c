/* What each layer took, and the branches of backward that no case took. */
#include "report/html_reach.h"

#include <string.h>

#include "reach/reach_layers.h"
#include "reach/reach_words.h"
#include "report/html_words.h"

static void put_untaken(const gchk_reached_function *f, const gchk_untaken_branch *branch, size_t alike,
                        gchk_text *out) {
  gchk_text place = {0};
  gchk_put_untaken_place(&place, f, branch);
  gchk_text_put(out, "<li><code>");
  gchk_html_take(out, &place);
  gchk_text_put(out, "</code> was never taken");
  if (alike > 1)
    gchk_text_format(out, " (%zu branches)", alike);
  if (*branch->text != '\0') {
    gchk_text_put(out, ": <code>");
    gchk_html_name(out, branch->text);
    gchk_text_put(out, "</code>");
  }
  gchk_text_put(out, "</li>\n");
}

static void put_layer(const gchk_case_result *c, const gchk_reach_result *reach, gchk_text *sentence, gchk_text *out) {
  gchk_text_put(out, "<p>");
  gchk_html_name(out, c->layer);
  gchk_text_format(out, " %s: ", gchk_dtype_name(c->dtype));
  gchk_html_take(out, sentence);
  gchk_text_put(out, "</p>\n");
  gchk_text list = {0};
  for (size_t i = 0; i < reach->function_count; i++)
    for (size_t k = 0, alike; k < reach->functions[i].untaken_count; k += alike) {
      alike = gchk_untaken_alike(&reach->functions[i], k);
      if (strcmp(reach->functions[i].callback, "backward") == 0)
        put_untaken(&reach->functions[i], &reach->functions[i].untaken[k], alike, &list);
    }
  if (list.length > 0)
    gchk_text_format(out, "<ul>\n%s</ul>\n", list.data);
  out->failed = out->failed || list.failed;
  gchk_text_deinit(&list);
}

static void put_layers(const gchk_result *result, const gchk_layer_reach *layers, size_t count, gchk_text *out) {
  const char *head =
      "<h3 id=\"reach\">Branches</h3>\n<p>Of plug-ins that were compiled with coverage callbacks: what no "
      "case took, no verdict is about.</p>\n";
  for (size_t i = 0; i < count; i++) {
    gchk_text sentence = {0};
    gchk_put_reach_sentence(&sentence, &layers[i].reach);
    if (sentence.length == 0)
      gchk_text_put(&sentence, layers[i].reach.why_not);
    out->failed = out->failed || sentence.failed;
    if (sentence.length > 0) {
      gchk_text_put(out, head);
      put_layer(&result->cases[layers[i].first_case], &layers[i].reach, &sentence, out);
      head = "";
    }
    gchk_text_deinit(&sentence);
  }
}

void gchk_html_reach(const gchk_result *result, gchk_text *out) {
  gchk_layer_reach *layers;
  size_t count = 0;
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL || gchk_reach_of_layers(result, arena, &layers, &count, NULL) != GCHK_OK)
    out->failed = true;
  else
    put_layers(result, layers, count, out);
  gchk_arena_free(arena);
}
