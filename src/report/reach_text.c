/* A line a layer; of backward's branches that no case took a few, and with -v all. */
#include "report/reach_text.h"

#include <string.h>

#include "reach/reach_layers.h"
#include "reach/reach_words.h"

enum { FEW = 10 };

static void put_untaken(const gchk_text_writer *w, const gchk_reached_function *f, const gchk_untaken_branch *branch,
                        size_t alike) {
  gchk_text place = {0};
  gchk_put_untaken_place(&place, f, branch);
  gchk_text_put_label(w, place.length > 0 ? place.data : "");
  gchk_text_put(w->out, "never taken");
  if (alike > 1)
    gchk_text_format(w->out, " (%zu branches)", alike);
  gchk_text_put(w->out, *branch->text != '\0' ? ": " : "");
  gchk_text_put_short(w->out, branch->text);
  gchk_text_put(w->out, "\n");
  w->out->failed = w->out->failed || place.failed;
  gchk_text_deinit(&place);
}

static void put_all_untaken(const gchk_text_writer *w, const gchk_reach_result *reach) {
  size_t shown = 0, more = 0;
  for (size_t i = 0; i < reach->function_count; i++) {
    const gchk_reached_function *f = &reach->functions[i];
    for (size_t k = 0, alike; k < f->untaken_count && strcmp(f->callback, "backward") == 0; k += alike) {
      alike = gchk_untaken_alike(f, k);
      if (shown == FEW && w->options.verbosity <= 0) {
        more += alike;
        continue;
      }
      put_untaken(w, f, &f->untaken[k], alike);
      shown++;
    }
  }
  if (more > 0) {
    gchk_text_put_label(w, "");
    gchk_text_format(w->out, "and %zu more (-v)\n", more);
  }
}

static void put_layer(const gchk_text_writer *w, const gchk_layer_reach *layer) {
  const gchk_case_result *c = &w->result->cases[layer->first_case];
  gchk_text sentence = {0};
  gchk_put_reach_sentence(&sentence, &layer->reach);
  if (sentence.length == 0)
    gchk_text_put(&sentence, layer->reach.why_not);
  if (sentence.length > 0) {
    gchk_text_put(w->out, "  REACH ");
    gchk_text_put_name(w->out, c->layer);
    gchk_text_format(w->out, " %s: %s\n", gchk_dtype_name(c->dtype), sentence.data != NULL ? sentence.data : "");
  }
  w->out->failed = w->out->failed || sentence.failed;
  gchk_text_deinit(&sentence);
  put_all_untaken(w, &layer->reach);
}

void gchk_text_reach(const gchk_text_writer *w) {
  gchk_layer_reach *layers;
  size_t count = 0;
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL || gchk_reach_of_layers(w->result, arena, &layers, &count, NULL) != GCHK_OK)
    w->out->failed = true;
  for (size_t i = 0; i < count && !w->out->failed; i++)
    put_layer(w, &layers[i]);
  gchk_arena_free(arena);
}
