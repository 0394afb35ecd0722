/*
 * Conditions on values: the wrong elements are those at which a condition on another tensor holds.
 *
 *     element    a tensor of the same size: its value at the element
 *     row        a tensor of as many elements as there are rows (the first axes together): its value in the row
 *     repeated   an index of rows: those that it names more than once
 *     named      an index of a row: the column, in the last axis, that it names (the target of a loss)
 *     sign       of the element itself, where it is the only one: at other base points
 *
 * Which elements a condition chooses changes with the values: it must choose the wrong ones at other base points too.
 */
#include "values/diagnose_condition.h"

#include <stdio.h>

#include "evidence/confine.h"
#include "values/value_condition.h"

typedef enum reach { OF_ELEMENT, OF_ROW, NAMED_COLUMN, REPEATED_ROW } reach;

/* Elements of the tensor of a diagnosis by the values of another. */
typedef struct chosen {
  gchk_value_condition condition;
  reach reach;
  size_t width, columns; /* elements of a row, and of the last axis */
  size_t rows;           /* of the first axis, where an index names rows */
  bool *marks;           /* one an element of the condition's tensor, where the instance is */
} chosen;

// The rows that an index names more than once.
static void mark_repeated(const gchk_tensor *index, bool *marks, size_t rows) {
  for (size_t row = 0; row < rows; row++) {
    size_t uses = 0;
    for (size_t k = 0; k < index->count; k++)
      uses += gchk_tensor_get(index, index->value, k) == (double)row;
    marks[row] = uses > 1;
  }
}

static void enter(void *context, const gchk_instance *instance) {
  chosen *c = context;
  if (c->reach == REPEATED_ROW)
    mark_repeated(&instance->t[c->condition.tensor], c->marks, c->rows);
  else if (c->reach != NAMED_COLUMN)
    gchk_mark_condition(&c->condition, instance, c->marks);
}

static bool is_chosen(void *context, const gchk_instance *instance, size_t element) {
  const chosen *c = context;
  const gchk_tensor *t = &instance->t[c->condition.tensor];
  if (c->reach == NAMED_COLUMN)
    return (gchk_tensor_get(t, t->value, element / c->columns) == (double)(element % c->columns)) !=
           c->condition.is_negated;
  return c->marks[element / c->width];
}

// All that fails is chosen, and nothing that is chosen is right and tells; some other elements tell.
static bool chooses_what_fails(const gchk_diagnosis *d, chosen *c) {
  size_t right_outside = 0;
  enter(c, d->work->instance);
  for (size_t k = 0; k < d->tensor->checked_count; k++) {
    const size_t i = d->tensor->checked[k];
    const bool is_in = is_chosen(c, d->work->instance, i);
    const bool is_told = !d->fails[i] && d->tensor->verdict[i] == GCHK_PASS && gchk_is_told_from_zero(d, i);
    if ((d->fails[i] && !is_in) || (is_told && is_in))
      return false;
    right_outside += is_told;
  }
  // Which rows are repeated is another matter at another point: there may be none here that is not.
  return right_outside > 0 || c->reach == REPEATED_ROW;
}

// At fresh values: enough elements on either side, and none on the wrong one.
static bool holds_elsewhere(gchk_diagnosis *d, chosen *c) {
  enum { POINTS = 6, EACH = 3, TOGETHER = 12 };
  const gchk_confinement f = gchk_confine(d, &(gchk_set){enter, is_chosen, c}, POINTS);
  return f.outside_wrong == 0 && f.inside_right == 0 && f.inside_wrong >= EACH && f.outside_right >= EACH &&
         f.inside_wrong + f.outside_right >= TOGETHER;
}

static bool report(gchk_diagnosis *d, const chosen *c) {
  char text[GCHK_CONDITION_TEXT], axis[GCHK_AXIS_TEXT];
  const char *name = d->work->instance->t[c->condition.tensor].name;
  const bool is_named = c->reach == NAMED_COLUMN;
  if (is_named)
    (void)snprintf(text, sizeof text, "the index of %.24s is%s %.40s",
                   gchk_axis_name(d, d->tensor->index, d->t->shape.rank - 1, axis, sizeof axis),
                   c->condition.is_negated ? " not" : "", name);
  else
    (void)gchk_condition_name(&c->condition, d->work->instance, text, sizeof text);
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_WHERE_VALUES, d->fail_count,
      "wrong where %s (%zu elements), right elsewhere, at other base points too: look at that branch", text,
      d->fail_count);
  gchk_finding_text(&d->tensor->findings, finding, "condition", "%s", text);
  return true;
}

static bool report_repeated(gchk_diagnosis *d, const chosen *c) {
  const char *name = d->work->instance->t[c->condition.tensor].name;
  gchk_finding *finding = gchk_diagnosis_add(
      d, GCHK_CODE_WRONG_WHERE_REPEATED, d->fail_count,
      "wrong only in rows that %s names more than once (%zu elements), and right there when it names them once: "
      "look at what the second use of a row does to the first one's",
      name, d->fail_count);
  gchk_finding_text(&d->tensor->findings, finding, "index", "%s", name);
  return true;
}

static bool is_it(gchk_diagnosis *d, chosen *c) {
  return chooses_what_fails(d, c) && holds_elsewhere(d, c) && report(d, c);
}

static bool try_tensor(gchk_diagnosis *d, chosen *c, size_t tensor) {
  const gchk_tensor *t = &d->work->instance->t[tensor];
  c->marks = gchk_arena_alloc(d->arena, t->count, sizeof *c->marks);
  c->width = d->total / t->count;
  c->reach = c->width == 1 ? OF_ELEMENT : OF_ROW;
  for (size_t k = 0; c->marks != NULL && gchk_condition_at(d->work->instance, tensor, k, &c->condition); k++)
    if (is_it(d, c))
      return true;
  c->reach = NAMED_COLUMN;
  c->condition = (gchk_value_condition){.tensor = tensor};
  for (int k = 0; k < 2 && t->role == GCHK_INDEX && c->width == c->columns && c->width > 1; k++) {
    c->condition.is_negated = k != 0;
    if (is_it(d, c))
      return true;
  }
  return false;
}

// As many elements as there are indices of the first axes together.
static bool counts_rows(const gchk_shape *shape, size_t count) {
  size_t rows = 1;
  for (size_t axis = 0; axis < shape->rank; axis++) {
    rows *= shape->dim[axis];
    if (rows == count)
      return true;
  }
  return false;
}

static bool names_rows(const gchk_tensor *index, size_t rows) {
  for (size_t k = 0; k < index->count; k++)
    if (!(gchk_tensor_get(index, index->value, k) < (double)rows))
      return false;
  return index->role == GCHK_INDEX && index->count > 1;
}

// Every use of `index` but the first, or the first and the last, names another row than `row`.
static void use_row(const gchk_instance *instance, size_t index, size_t row, size_t rows, size_t uses) {
  const gchk_tensor *t = instance != NULL ? &instance->t[index] : NULL;
  for (size_t k = 0; t != NULL && k < t->count; k++)
    gchk_tensor_set(t, t->value, k, (double)(k == 0 || (uses > 1 && k + 1 == t->count) ? row : (row + 1) % rows));
}

typedef struct uses_tried {
  size_t once_right, once_wrong, twice_right, twice_wrong;
} uses_tried;

static void try_uses(gchk_diagnosis *d, const chosen *c, gchk_other_place *place, size_t element, uses_tried *tried) {
  for (size_t uses = 1; uses <= 2; uses++) {
    gchk_elsewhere there;
    use_row(place->work.instance, c->condition.tensor, element / c->width, c->rows, uses);
    use_row(place->work.single, c->condition.tensor, element / c->width, c->rows, uses);
    if (!gchk_start_again_elsewhere(place) || !gchk_see_elsewhere(d, place, element, &there))
      continue;
    const bool is_right = gchk_is_right_there(&there), is_told = gchk_is_told_there(&there);
    size_t *right = uses == 1 ? &tried->once_right : &tried->twice_right;
    size_t *wrong = uses == 1 ? &tried->once_wrong : &tried->twice_wrong;
    *right += is_right && is_told;
    *wrong += !is_right;
  }
}

// With an index that names the row once its elements are right, and wrong with one that names it twice.
static bool is_cured_by_one_use(gchk_diagnosis *d, const chosen *c) {
  enum { POINTS = 3, FEWEST = 3 };
  size_t elements[GCHK_SAMPLES], count = gchk_sample_failing(d, elements);
  uses_tried tried = {.once_right = 0};
  if (c->rows < 2 || !gchk_is_reproducible(d))
    return false;
  for (unsigned point = 1; point <= POINTS && tried.once_wrong + tried.twice_right == 0; point++) {
    gchk_other_place place;
    if (gchk_go_elsewhere(d, point, &place))
      for (size_t k = 0; k < count; k++)
        try_uses(d, c, &place, elements[k], &tried);
    gchk_leave_elsewhere(d, &place);
  }
  return tried.once_wrong + tried.twice_right == 0 && tried.once_right >= FEWEST && tried.twice_wrong >= FEWEST;
}

bool gchk_diagnose_repeated(gchk_diagnosis *d) {
  enum { LARGEST = 1 << 24 };
  const gchk_instance *instance = d->work->instance;
  if (d->fail_count == 0 || d->t->shape.rank == 0)
    return false;
  const size_t rows = d->t->shape.dim[0];
  chosen c = {.reach = REPEATED_ROW, .rows = rows, .width = d->total / rows};
  c.marks = gchk_arena_alloc(d->arena, rows, sizeof *c.marks);
  for (size_t i = 0; i < instance->tensor_count && c.marks != NULL; i++) {
    c.condition = (gchk_value_condition){.tensor = i};
    if (instance->t[i].count <= LARGEST / rows && names_rows(&instance->t[i], rows) && chooses_what_fails(d, &c) &&
        is_cured_by_one_use(d, &c))
      return report_repeated(d, &c);
  }
  return false;
}

bool gchk_diagnose_condition(gchk_diagnosis *d) {
  const gchk_instance *instance = d->work->instance;
  const gchk_shape *shape = &d->t->shape;
  chosen c = {.columns = shape->rank > 0 ? shape->dim[shape->rank - 1] : 1};
  if (d->fail_count == 0 || d->total < 2 || gchk_telling_passes(d) == 0)
    return false;
  for (size_t i = 0; i < instance->tensor_count; i++)
    if (i != d->tensor->index && instance->t[i].count > 1 && instance->t[i].role != GCHK_SCRATCH &&
        counts_rows(shape, instance->t[i].count) && try_tensor(d, &c, i))
      return true;
  return false;
}

/* Base points at which the only element is right or wrong, by its sign. */
typedef struct signs {
  size_t right[2], wrong[2]; /* below 0, above 0 */
} signs;

// Until one is right on the side that is wrong here, or wrong on the other.
static signs look_at_signs(gchk_diagnosis *d, bool is_above) {
  enum { POINTS = 12 };
  signs s = {.wrong = {0}};
  for (unsigned point = 1; point <= POINTS && s.wrong[!is_above] + s.right[is_above] == 0; point++) {
    gchk_elsewhere there;
    if (!gchk_look_elsewhere(d, 0, point, &there) || there.value == 0)
      continue;
    const bool is_right = gchk_is_right_there(&there);
    s.right[there.value > 0] += is_right && gchk_is_told_there(&there);
    s.wrong[there.value > 0] += !is_right;
  }
  return s;
}

bool gchk_diagnose_sign(gchk_diagnosis *d) {
  enum { FEWEST = 2, TOGETHER = 8 };
  if (d->fail_count != 1 || d->total != 1 || gchk_tensor_get(d->t, d->t->value, 0) == 0 || !gchk_is_reproducible(d))
    return false;
  const bool is_above = gchk_tensor_get(d->t, d->t->value, 0) > 0;
  const signs s = look_at_signs(d, is_above);
  const size_t wrong = s.wrong[is_above] + 1, right = s.right[!is_above];
  if (s.wrong[!is_above] > 0 || s.right[is_above] > 0 || wrong < FEWEST || right < FEWEST || wrong + right < TOGETHER)
    return false;
  const char *name = d->t->name;
  gchk_finding *finding = gchk_diagnosis_add(d, GCHK_CODE_WRONG_IN_REGION, d->fail_count,
                                             "wrong where %s %c 0 (at %zu base points), right where %s %c 0 (at %zu): "
                                             "look at the conditions of backward, which "
                                             "are not those of forward there",
                                             name, is_above ? '>' : '<', wrong, name, is_above ? '<' : '>', right);
  gchk_finding_text(&d->tensor->findings, finding, "region", "%s %c 0", name, is_above ? '>' : '<');
  return true;
}
