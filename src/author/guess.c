/*
 * First every pointer is a buffer, by its name; then those that are gradients of others are found; then what forward
 * writes; roles follow from these. Where names do not tell, the guess says so in `todo`.
 */
#include "author/guess.h"

#include <string.h>

#include "core/memory.h"
#include "gradcheck/layer.h"

enum { FUNCTIONS = GCHK_MOST_FORWARDS + 1, BACKWARD = GCHK_MOST_FORWARDS };

/* A buffer by its name: what is known of it from the parameters and members that are called so. */
typedef struct buffer {
  const char *name;
  gchk_name_class class_;
  gchk_c_base base;
  bool is_member;
  unsigned in, is_const; /* bit k: function k has it, as a pointer to const */
  unsigned written;      /* bit k: forward k writes it */
  size_t gradient_of;    /* the buffer of whose value it is the gradient; SIZE_MAX: it is none */
  size_t alias_of;       /* another name of that buffer; SIZE_MAX: none */
  size_t tensor;
} buffer;

typedef struct guesser {
  gchk_guess *guess;
  buffer buffers[GCHK_MOST_GUESSED];
  size_t count;
  gchk_arena *arena;
  bool is_full;
} guesser;

static const gchk_c_function *function_of(const gchk_guess *guess, size_t k) {
  return k == BACKWARD ? guess->passes->backward : guess->forward[k];
}

static bool is_real(gchk_c_base base) {
  return base == GCHK_C_FLOAT || base == GCHK_C_DOUBLE;
}

/* The buffer of that name, a new one where there is none. */
static size_t buffer_named(guesser *g, const gchk_c_variable *v) {
  for (size_t i = 0; i < g->count; i++)
    if (strcmp(g->buffers[i].name, v->name) == 0)
      return i;
  if (g->count == GCHK_MOST_GUESSED) {
    g->is_full = true;
    return 0;
  }
  g->buffers[g->count] = (buffer){.name = v->name,
                                  .class_ = gchk_name_class_of(v->name),
                                  .base = v->base,
                                  .gradient_of = SIZE_MAX,
                                  .alias_of = SIZE_MAX,
                                  .tensor = SIZE_MAX};
  return g->count++;
}

/*
 * Sizes of several functions are one where they have one name, or count the same by different names: N and n. Within
 * one function each is another.
 */
static size_t size_named(guesser *g, const char *name, size_t k) {
  gchk_guess *guess = g->guess;
  const unsigned bit = 1u << k;
  const gchk_count count = gchk_count_of(name);
  bool is_taken = false;
  for (size_t i = 0; i < guess->size_count; i++)
    if (strcmp(guess->sizes[i].name, name) == 0) {
      guess->sizes[i].seen |= bit;
      return i;
    }
  for (size_t i = 0; i < guess->size_count; i++) {
    if (count == GCHK_COUNT_OTHER || guess->sizes[i].count != count)
      continue;
    is_taken = true;
    if ((guess->sizes[i].seen & bit) != 0)
      continue;
    guess->sizes[i].seen |= bit;
    return i;
  }
  if (guess->size_count == GCHK_MOST_GUESSED) {
    g->is_full = true;
    return 0;
  }
  guess->sizes[guess->size_count] =
      (gchk_guessed_size){.name = name, .count = is_taken ? GCHK_COUNT_OTHER : count, .seen = bit};
  return guess->size_count++;
}

static size_t option_named(guesser *g, const char *name) {
  gchk_guess *guess = g->guess;
  for (size_t i = 0; i < guess->option_count; i++)
    if (strcmp(guess->options[i].name, name) == 0)
      return i;
  if (guess->option_count == GCHK_MOST_GUESSED) {
    g->is_full = true;
    return 0;
  }
  guess->options[guess->option_count] = (gchk_guessed_option){.name = name, .usual = gchk_usual_option_of(name)};
  return guess->option_count++;
}

/* What kind of thing a parameter of function k, or a member, is. Buffers are told into values and gradients later. */
static void classify(guesser *g, gchk_use *use, const gchk_c_variable *v, size_t k, bool is_member) {
  *use = (gchk_use){.variable = v};
  if (v->pointers == 1 && (is_real(v->base) || v->base == GCHK_C_INT)) {
    use->kind = GCHK_USE_VALUE;
    use->index = buffer_named(g, v);
    buffer *b = &g->buffers[use->index];
    b->in |= 1u << k;
    b->is_const |= v->is_const ? 1u << k : 0;
    b->is_member = b->is_member || is_member;
  } else if (v->pointers == 0 && (v->base == GCHK_C_INT || v->base == GCHK_C_INTEGER)) {
    use->kind = GCHK_USE_SIZE;
    use->index = size_named(g, v->name, k);
  } else if (v->pointers == 0 && is_real(v->base)) {
    use->kind = GCHK_USE_OPTION;
    use->index = option_named(g, v->name);
  }
}

static gchk_status gather(guesser *g, gchk_error *error) {
  gchk_guess *guess = g->guess;
  for (size_t k = 0; k < FUNCTIONS; k++) {
    const gchk_c_function *f = function_of(guess, k);
    if (f == NULL)
      continue;
    guess->uses[k] = gchk_arena_alloc(g->arena, f->parameter_count + 1, sizeof *guess->uses[k]);
    if (guess->uses[k] == NULL)
      return gchk_fail_memory(error, f->name);
    for (size_t i = 0; i < f->parameter_count; i++) {
      const gchk_c_variable *v = &f->parameters[i];
      const bool is_ours = v->structure != NULL && v->pointers <= 1 && v->structure->name != NULL;
      if (is_ours && guess->structure == NULL)
        guess->structure = v->structure;
      if (is_ours && guess->structure == v->structure)
        guess->uses[k][i] = (gchk_use){.variable = v, .kind = GCHK_USE_STATE};
      else
        classify(g, &guess->uses[k][i], v, k, false);
    }
  }
  if (guess->structure == NULL)
    return GCHK_OK;
  guess->members = gchk_arena_alloc(g->arena, guess->structure->member_count + 1, sizeof *guess->members);
  if (guess->members == NULL)
    return gchk_fail_memory(error, guess->structure->name);
  for (size_t i = 0; i < guess->structure->member_count; i++)
    classify(g, &guess->members[i], &guess->structure->members[i], 0, true);
  return GCHK_OK;
}

static bool is_in_forward(const buffer *b) {
  return b->is_member || (b->in & ~(1u << BACKWARD)) != 0;
}

/* The only one of that class that is no gradient and that forward has, with the same digits at the end; SIZE_MAX. */
static size_t only_of_class(const guesser *g, gchk_name_class class_, size_t but) {
  size_t found = SIZE_MAX;
  for (size_t i = 0; i < g->count; i++) {
    const buffer *b = &g->buffers[i];
    if (i == but || class_ == GCHK_NAME_ANY || b->class_ != class_ || b->gradient_of != SIZE_MAX || !is_in_forward(b))
      continue;
    if (found != SIZE_MAX)
      return SIZE_MAX;
    found = i;
  }
  return found;
}

static bool can_be_gradient(const buffer *b) {
  return is_real(b->base) && (b->is_member || (b->in & ~(1u << BACKWARD)) == 0);
}

static void find_gradients(guesser *g) {
  for (size_t i = 0; i < g->count; i++)
    for (size_t k = 0; can_be_gradient(&g->buffers[i]) && k < g->count; k++)
      if (k != i && g->buffers[k].gradient_of == SIZE_MAX &&
          gchk_name_is_gradient_of(g->buffers[i].name, g->buffers[k].name)) {
        g->buffers[i].gradient_of = k;
        break;
      }
  for (size_t i = 0; i < g->count; i++) {
    buffer *b = &g->buffers[i];
    if (can_be_gradient(b) && b->gradient_of == SIZE_MAX)
      b->gradient_of = only_of_class(g, gchk_gradient_class_of(b->name), i);
    if (b->gradient_of == SIZE_MAX && !is_in_forward(b)) // y in backward is what forward calls out
      b->alias_of = only_of_class(g, b->class_, i);
  }
}

static bool has_gradient(const guesser *g, size_t i) {
  for (size_t k = 0; k < g->count; k++)
    if (g->buffers[k].gradient_of == i)
      return true;
  return false;
}

/* Does backward only read the gradient of it? */
static bool has_const_gradient(const guesser *g, size_t i) {
  for (size_t k = 0; k < g->count; k++)
    if (g->buffers[k].gradient_of == i && (g->buffers[k].is_const & 1u << BACKWARD) != 0)
      return true;
  return false;
}

static bool is_result(gchk_name_class class_) {
  return class_ == GCHK_NAME_OUT || class_ == GCHK_NAME_LOSS;
}

/* What forward k writes: where it says const at all, what is not const; else what is named so. */
static void find_written_by(guesser *g, size_t k) {
  const unsigned bit = 1u << k;
  bool has_const = false, has_result = false, has_any = false;
  size_t first = SIZE_MAX;
  for (size_t i = 0; i < g->count; i++) {
    const buffer *b = &g->buffers[i];
    if ((b->in & bit) == 0 || b->gradient_of != SIZE_MAX)
      continue;
    first = first == SIZE_MAX ? i : first;
    has_const = has_const || (b->is_const & bit) != 0;
    has_result = has_result || is_result(b->class_);
  }
  for (size_t i = 0; i < g->count; i++) {
    buffer *b = &g->buffers[i];
    if ((b->in & bit) == 0 || b->gradient_of != SIZE_MAX)
      continue;
    const bool is_named_so = is_result(b->class_) || b->class_ == GCHK_NAME_STATISTIC ||
                             b->class_ == GCHK_NAME_SCORES || (b->class_ == GCHK_NAME_PROBS && !has_result);
    const bool is_written = has_const && !b->is_member ? (b->is_const & bit) == 0 : is_named_so;
    b->written |= is_written ? bit : 0;
    has_any = has_any || is_written;
  }
  if (!has_any && first != SIZE_MAX && g->guess->structure == NULL && !has_const)
    g->buffers[first].written |= g->buffers[first].class_ != GCHK_NAME_IN ? bit : 0; // outputs come first
}

/* The only buffer without a gradient that `is_wanted` by roles: written or not. */
static size_t lacks_gradient(const guesser *g, bool is_written) {
  size_t found = SIZE_MAX;
  for (size_t i = 0; i < g->count; i++) {
    const buffer *b = &g->buffers[i];
    if (b->gradient_of != SIZE_MAX || b->alias_of != SIZE_MAX || (b->written != 0) != is_written || !is_real(b->base) ||
        !is_in_forward(b) || has_gradient(g, i) || (is_written && !is_result(b->class_)))
      continue;
    if (found != SIZE_MAX)
      return SIZE_MAX;
    found = i;
  }
  return found;
}

/* Names that are of gradients but do not say of what: the one that is left over. */
static void find_left_gradients(guesser *g) {
  for (size_t i = 0; i < g->count; i++) {
    buffer *b = &g->buffers[i];
    if (!can_be_gradient(b) || b->gradient_of != SIZE_MAX || b->written != 0)
      continue;
    const bool is_const = (b->is_const & 1u << BACKWARD) != 0;
    const gchk_name_class of = gchk_gradient_class_of(b->name);
    if (gchk_name_is_some_gradient(b->name) || is_result(of))
      b->gradient_of = lacks_gradient(g, true);
    else if (of == GCHK_NAME_IN && !is_const && !b->is_member)
      b->gradient_of = lacks_gradient(g, false);
    if (b->gradient_of != SIZE_MAX)
      b->alias_of = SIZE_MAX;
  }
}

/* Which of the buffers that forward writes is its output? */
static bool is_output(const guesser *g, size_t i) {
  const buffer *b = &g->buffers[i];
  return b->written != 0 && is_real(b->base) && (is_result(b->class_) || has_const_gradient(g, i));
}

static size_t some_output(const guesser *g) {
  size_t found = SIZE_MAX;
  for (size_t i = 0; i < g->count; i++) {
    if (g->buffers[i].written == 0 || !is_real(g->buffers[i].base) || g->buffers[i].gradient_of != SIZE_MAX)
      continue;
    if (has_gradient(g, i))
      return i;
    found = found == SIZE_MAX ? i : found;
  }
  return found;
}

static gchk_role role_of(const guesser *g, size_t i, bool is_the_output, const char **todo) {
  const buffer *b = &g->buffers[i];
  const bool is_parameter = b->class_ == GCHK_NAME_WEIGHT || b->class_ == GCHK_NAME_BIAS ||
                            b->class_ == GCHK_NAME_TOKEN_TABLE || b->class_ == GCHK_NAME_PLACE_TABLE;
  if (is_the_output)
    return GCHK_OUTPUT;
  if (b->written != 0)
    return GCHK_CACHE;
  if (b->base == GCHK_C_INT)
    return GCHK_INDEX;
  if (!is_in_forward(b)) {
    *todo = "backward alone has it: GCHK_SCRATCH where it is work space, GCHK_CACHE where forward writes it";
    return (b->is_const & 1u << BACKWARD) != 0 ? GCHK_CACHE : GCHK_SCRATCH;
  }
  if (has_gradient(g, i))
    return is_parameter ? GCHK_PARAMETER : GCHK_INPUT;
  if (b->is_member && b->class_ == GCHK_NAME_ANY) {
    *todo = "is it GCHK_CACHE (forward writes it), GCHK_CONSTANT (read) or GCHK_SCRATCH?";
    return GCHK_CACHE;
  }
  if (b->class_ != GCHK_NAME_TARGET && b->class_ != GCHK_NAME_MASK)
    *todo = "no gradient of it was found: GCHK_INPUT where there is one, GCHK_CACHE where forward writes it";
  return GCHK_CONSTANT;
}

static bool returns_real(const gchk_c_function *f) {
  return is_real(f->returns.base) && f->returns.pointers == 0;
}

static void make_tensors(guesser *g) {
  gchk_guess *guess = g->guess;
  bool has_output = false, returns_loss = false;
  for (size_t i = 0; i < g->count; i++)
    has_output = has_output || is_output(g, i);
  for (size_t k = 0; k < guess->passes->forward_count; k++)
    returns_loss = returns_loss || returns_real(guess->forward[k]);
  const size_t instead = has_output || returns_loss ? SIZE_MAX : some_output(g);
  for (size_t i = 0; i < g->count; i++) {
    buffer *b = &g->buffers[i];
    if (b->gradient_of != SIZE_MAX || b->alias_of != SIZE_MAX)
      continue;
    b->tensor = guess->tensor_count++;
    gchk_guessed_tensor *t = &guess->tensors[b->tensor];
    *t = (gchk_guessed_tensor){
        .name = b->name, .class_ = b->class_, .base = b->base, .has_gradient = has_gradient(g, i)};
    t->role = role_of(g, i, has_output ? is_output(g, i) : i == instead, &t->todo);
  }
}

/* A forward that returns a real number, and writes no output: the loss. */
static void take_returned(guesser *g, size_t k) {
  gchk_guess *guess = g->guess;
  guess->returned[k] = SIZE_MAX;
  if (!returns_real(guess->forward[k]) || guess->tensor_count == GCHK_MOST_GUESSED)
    return;
  for (size_t i = 0; i < guess->tensor_count; i++)
    if (guess->tensors[i].role == GCHK_OUTPUT)
      return;
  guess->returned[k] = guess->tensor_count;
  guess->tensors[guess->tensor_count++] = (gchk_guessed_tensor){.name = "loss",
                                                                .class_ = GCHK_NAME_LOSS,
                                                                .role = GCHK_OUTPUT,
                                                                .base = guess->forward[k]->returns.base,
                                                                .shape = ""};
}

/* Indices of buffers in uses become those of tensors. */
static void settle_uses(const guesser *g, gchk_use *uses, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (uses[i].kind != GCHK_USE_VALUE)
      continue;
    const buffer *b = &g->buffers[uses[i].index];
    if (b->gradient_of != SIZE_MAX)
      uses[i].kind = GCHK_USE_GRADIENT;
    const size_t of = b->gradient_of != SIZE_MAX ? b->gradient_of : b->alias_of;
    uses[i].index = of != SIZE_MAX ? g->buffers[of].tensor : b->tensor;
    if (uses[i].index == SIZE_MAX) // the gradient of a gradient, another name of another name
      uses[i].kind = GCHK_USE_NOTHING;
  }
}

static void settle(guesser *g) {
  gchk_guess *guess = g->guess;
  bool has_output = false, has_input = false;
  for (size_t k = 0; k < FUNCTIONS; k++)
    if (function_of(guess, k) != NULL)
      settle_uses(g, guess->uses[k], function_of(guess, k)->parameter_count);
  if (guess->structure != NULL)
    settle_uses(g, guess->members, guess->structure->member_count);
  guess->ignores_upstream = true;
  for (size_t i = 0; i < guess->tensor_count; i++) {
    const gchk_guessed_tensor *t = &guess->tensors[i];
    has_output = has_output || t->role == GCHK_OUTPUT;
    has_input = has_input || ((t->role == GCHK_INPUT || t->role == GCHK_PARAMETER) && t->has_gradient);
    if (t->role != GCHK_OUTPUT)
      continue;
    guess->base = t->base;
    guess->ignores_upstream = guess->ignores_upstream && !t->has_gradient;
  }
  for (size_t i = 0; i < guess->size_count; i++)
    if (strlen(guess->sizes[i].name) >= GCHK_SIZE_NAME)
      guess->problem = "has a size whose name is longer than 23 characters";
  if (g->is_full)
    guess->problem = "has more than 64 parameters or members";
  else if (!has_output)
    guess->problem = "writes nothing that looks like an output (out, output, y, loss, or not const)";
  else if (!has_input)
    guess->problem = "has no gradient of anything that its forward reads (dinp, grad_inp, inp_grad of inp)";
}

/* Of two forwards the second reads what the first writes. */
static bool is_in_order(const guesser *g) {
  const unsigned first = 1u, second = 2u;
  for (size_t i = 0; i < g->count; i++) {
    const buffer *b = &g->buffers[i];
    if (b->written == first && (b->in & second) != 0)
      return true;
  }
  return g->guess->passes->forward_count == 1;
}

static gchk_status look(gchk_guess *guess, guesser *g, gchk_error *error) {
  GCHK_TRY(gather(g, error));
  find_gradients(g);
  for (size_t k = 0; k < guess->passes->forward_count; k++)
    find_written_by(g, k);
  find_left_gradients(g);
  return GCHK_OK;
}

gchk_status gchk_guess_layer(gchk_guess *guess, const gchk_passes *passes, gchk_arena *arena, gchk_error *error) {
  guesser *g = gchk_arena_alloc(arena, 1, sizeof *g);
  if (g == NULL)
    return gchk_fail_memory(error, passes->name);
  const size_t orders = passes->forward_count;
  bool is_found = false;
  for (size_t order = 0; order < orders && !is_found; order++) {
    *guess = (gchk_guess){.passes = passes};
    *g = (guesser){.guess = guess, .arena = arena};
    for (size_t k = 0; k < orders; k++)
      guess->forward[k] = passes->forward[(k + order) % orders];
    GCHK_TRY(look(guess, g, error));
    is_found = is_in_order(g);
  }
  make_tensors(g);
  for (size_t k = 0; k < orders; k++)
    take_returned(g, k);
  settle(g);
  if (guess->problem == NULL && !is_found)
    guess->problem = "has two forwards, and nothing that one writes and the other reads has one name in both";
  return GCHK_OK;
}
