/* A few of many changes say where; the worst element says what. */
#include "reach/steer_words.h"

#include "instance/index.h"

enum { SHOWN_CHANGES = 4 };

static void put_element(gchk_text *out, const char *tensor, const gchk_shape *shape, size_t element) {
  char index[GCHK_INDEX_TEXT];
  gchk_text_format(out, "%s%s", tensor, shape->rank > 0 ? gchk_index_format(shape, element, index, sizeof index) : "");
}

void gchk_put_steer_point(gchk_text *out, const gchk_case *at, const gchk_steer_point *point) {
  for (size_t i = 0; i < point->change_count && i < SHOWN_CHANGES; i++) {
    const size_t tensor = point->changes[i].tensor;
    gchk_shape shape = {0};
    gchk_text_put(out, i > 0 ? ", " : "");
    if (gchk_case_shape(at, tensor, &shape, NULL) == GCHK_OK)
      put_element(out, at->layer->tensors[tensor].name, &shape, point->changes[i].element);
    gchk_text_put(out, " = ");
    gchk_text_shortest(out, 17, point->changes[i].value);
  }
  if (point->change_count > SHOWN_CHANGES)
    gchk_text_format(out, " and %zu more", point->change_count - SHOWN_CHANGES);
  for (size_t i = 0; i < at->layer->option_count && point->has_options; i++) {
    gchk_text_format(out, "%s%s = ", out->length > 0 ? ", " : "", at->layer->options[i].name);
    gchk_text_shortest(out, 17, point->options[i]);
  }
  if (point->sizes[0] != '\0')
    gchk_text_format(out, "%s%s", out->length > 0 ? ", " : "", point->sizes);
}

static const gchk_tensor_result *first_wrong(const gchk_case_result *there) {
  for (size_t i = 0; i < there->tensor_count; i++)
    if (there->tensors[i].verdict == GCHK_FAIL && there->tensors[i].worst_count > 0)
      return &there->tensors[i];
  return NULL;
}

void gchk_put_wrong_there(gchk_text *out, const gchk_case_result *there) {
  const gchk_tensor_result *t = first_wrong(there);
  if (t == NULL) {
    gchk_text_put(out, there->finding_count > 0 ? there->findings[0].text : there->reason);
    return;
  }
  gchk_text_put(out, "the gradient of ");
  put_element(out, t->name, &t->shape, t->worst[0].flat);
  gchk_text_put(out, " is ");
  gchk_text_shortest(out, 6, t->worst[0].analytic);
  gchk_text_put(out, ", its derivative ");
  gchk_text_shortest(out, 6, t->worst[0].numeric);
  gchk_text_put(out, " +- ");
  gchk_text_shortest(out, 2, t->worst[0].bound);
  if (t->finding_count > 0)
    gchk_text_format(out, " (%s)", t->findings[0].code);
}
