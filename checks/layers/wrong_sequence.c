/* Mistakes in the gradients of layers of sequences that are not recurrent. */
#include <math.h>
#include <stdbool.h>

#include "gradcheck/random.h"
#include "layers/wrong_twins.h"

/* dW[ids[s]] = dy[s], or what `add` says, in place of +=. */
static void put_rows(const gchk_call *c, double keep) {
  const gchk_tensor *ids = tensor_called(c, "ids"), *w = tensor_called(c, "W"), *y = tensor_called(c, "y");
  const size_t d = w->shape.dim[1];
  for (size_t i = 0; i < w->count; i++)
    set_grad(w, i, 0);
  for (size_t i = 0; i < y->count; i++) {
    const size_t at = (size_t)value_of(ids, i / d) * d + i % d;
    set_grad(w, at, keep * grad_of(w, at) + grad_of(y, i));
  }
}

static void repeats_overwrite(const gchk_call *c) {
  put_rows(c, 0);
}

/* The sum over the repeats is divided by their number. */
static void mean_of_repeats(const gchk_call *c) {
  const gchk_tensor *ids = tensor_called(c, "ids"), *w = tensor_called(c, "W");
  for (size_t i = 0; i < w->count; i++) {
    size_t repeats = 0;
    for (size_t s = 0; s < ids->count; s++)
      repeats += value_of(ids, s) == (double)(i / w->shape.dim[1]);
    if (repeats > 0)
      set_grad(w, i, grad_of(w, i) / (double)repeats);
  }
}

/* Sizes of attention, and what is wrong in its backward. */
typedef enum lapse {
  SCALE_LOST,     /* of dq and dk */
  SUM_LOST,       /* ds = p dp */
  MASK_LOST,      /* weights of backward without a mask, be it given or causal */
  HEADS_OVERWRITE /* dk and dv of the last head alone of those that share them */
} lapse;

enum { KEYS_MOST = 64 };

typedef struct heads {
  const gchk_tensor *q, *k, *v, *y, *p;
  size_t count, group, queries, keys, inner, outer;
  double scale;
} heads;

static heads heads_of(const gchk_call *c) {
  heads h = {tensor_called(c, "q"), tensor_called(c, "k"),      tensor_called(c, "v"),      tensor_called(c, "y"),
             tensor_called(c, "p"), .inner = gchk_size(c, "D"), .outer = gchk_size(c, "Dv")};
  h.queries = gchk_size(c, "Tq");
  h.keys = gchk_size(c, "Tk");
  h.count = gchk_size(c, "B") * gchk_size(c, "Hq");
  h.group = gchk_size(c, "Hq") / gchk_size(c, "Hkv");
  h.scale = c->option[1] != 0 ? c->option[1] : 1 / sqrt((double)h.inner);
  return h;
}

/* The weights of row i (of all heads' queries), as forward left them or from all keys anew. */
static void weights_of(const heads *h, size_t i, bool anew, double *p) {
  const size_t first = i / h->queries / h->group * h->keys;
  double sum = 0;
  for (size_t j = 0; j < h->keys; j++) {
    double s = 0;
    for (size_t d = 0; anew && d < h->inner; d++)
      s += h->scale * value_of(h->q, i * h->inner + d) * value_of(h->k, (first + j) * h->inner + d);
    p[j] = anew ? exp(s) : value_of(h->p, i * h->keys + j);
    sum += p[j];
  }
  for (size_t j = 0; j < h->keys; j++)
    p[j] /= sum;
}

/* ds of row i. */
static void scores_gradient(const heads *h, size_t i, const double *p, lapse lost, double *ds) {
  const size_t first = i / h->queries / h->group * h->keys;
  double sum = 0;
  for (size_t j = 0; j < h->keys; j++) {
    ds[j] = 0;
    for (size_t d = 0; d < h->outer; d++)
      ds[j] += grad_of(h->y, i * h->outer + d) * value_of(h->v, (first + j) * h->outer + d);
    sum += ds[j] * p[j];
  }
  for (size_t j = 0; j < h->keys; j++)
    ds[j] = p[j] * (ds[j] - (lost == SUM_LOST ? 0 : sum)) * (lost == SCALE_LOST ? 1 : h->scale);
}

static void add_grad(const gchk_tensor *t, size_t i, double g) {
  set_grad(t, i, grad_of(t, i) + g);
}

static void clear(const gchk_tensor *t, size_t from, size_t count) {
  for (size_t i = from; i < from + count; i++)
    set_grad(t, i, 0);
}

/* Gradients of row i, on top of those of the rows before. */
static void add_row(const heads *h, size_t i, const double *p, const double *ds) {
  const size_t first = i / h->queries / h->group * h->keys;
  for (size_t j = 0; j < h->keys; j++) {
    for (size_t d = 0; d < h->inner; d++) {
      add_grad(h->q, i * h->inner + d, ds[j] * value_of(h->k, (first + j) * h->inner + d));
      add_grad(h->k, (first + j) * h->inner + d, ds[j] * value_of(h->q, i * h->inner + d));
    }
    for (size_t d = 0; d < h->outer; d++)
      add_grad(h->v, (first + j) * h->outer + d, p[j] * grad_of(h->y, i * h->outer + d));
  }
}

static void attend(const gchk_call *c, lapse lost) {
  const heads h = heads_of(c);
  double p[KEYS_MOST], ds[KEYS_MOST];
  clear(h.q, 0, h.q->count);
  for (size_t i = 0; i < h.count * h.queries; i++) {
    const size_t head = i / h.queries, shared = head / h.group;
    if (i % h.queries == 0 && (head % h.group == 0 || lost == HEADS_OVERWRITE)) {
      clear(h.k, shared * h.keys * h.inner, h.keys * h.inner);
      clear(h.v, shared * h.keys * h.outer, h.keys * h.outer);
    }
    weights_of(&h, i, lost == MASK_LOST, p);
    scores_gradient(&h, i, p, lost, ds);
    add_row(&h, i, p, ds);
  }
}

#define LAPSE(name, lost)                                                                                              \
  static void name(const gchk_call *c) {                                                                               \
    attend(c, lost);                                                                                                   \
  }
LAPSE(attention_scale, SCALE_LOST)
LAPSE(attention_sum, SUM_LOST)
LAPSE(attention_mask, MASK_LOST)
LAPSE(attention_heads, HEADS_OVERWRITE)

/* Options of attention: causal, scale; of rope: base, first, interleaved. */
static const double causal[] = {1, 0}, interleaved[] = {10000, 0, 1};

/* Gates: another derivative of x s(x) or of s(y). */
static double s_of(double x) {
  return 1 / (1 + exp(-x));
}

/* Element i of out, and of its gradient, by the two that it is made of: x and y, or the halves of x. */
typedef struct gated {
  const gchk_tensor *x, *y, *out;
  size_t count, half; /* 0: two inputs, of which these mistakes want that neither is repeated */
} gated;

static gated gated_of(const gchk_call *c) {
  const bool is_pair = c->tensor_count == 3;
  return (gated){&c->t[0], &c->t[is_pair ? 1 : 0], &c->t[c->tensor_count - 1], c->t[c->tensor_count - 1].count,
                 is_pair ? 0 : gchk_size(c, "D") / 2};
}

static size_t first_of(const gated *g, size_t i) {
  return g->half == 0 ? i : i / g->half * 2 * g->half + i % g->half;
}

static size_t second_of(const gated *g, size_t i) {
  return first_of(g, i) + g->half;
}

static bool is_repeated(const gated *g) {
  return g->half == 0 && (g->x->count != g->count || g->y->count != g->count);
}

/* d x s(x) y = y s(x): the term of s' is lost. */
static void swiglu_gate(const gchk_call *c) {
  const gated g = gated_of(c);
  for (size_t i = 0; !is_repeated(&g) && i < g.count; i++) {
    const size_t x = first_of(&g, i);
    set_grad(g.x, x, grad_of(g.out, i) * value_of(g.y, second_of(&g, i)) * s_of(value_of(g.x, x)));
  }
}

/* s for s' = s (1 - s). */
static void glu_slope(const gchk_call *c) {
  const gated g = gated_of(c);
  for (size_t i = 0; !is_repeated(&g) && i < g.count; i++) {
    const size_t y = second_of(&g, i);
    set_grad(g.y, y, grad_of(g.out, i) * value_of(g.x, first_of(&g, i)) * s_of(value_of(g.y, y)));
  }
}

/* The gradients of the two halves are in each other's place. */
static void halves_exchanged(const gchk_call *c) {
  const gated g = gated_of(c);
  for (size_t i = 0; i < g.count; i++) {
    const size_t x = first_of(&g, i), y = second_of(&g, i);
    const double dx = grad_of(g.x, x);
    set_grad(g.x, x, grad_of(g.x, y));
    set_grad(g.x, y, dx);
  }
}

/* dx = dy turned: forth (way 1) or back (-1), in pairs of neighbours or of the halves. */
static void rope_turn(const gchk_call *c, double way, bool is_interleaved) {
  const gchk_tensor *x = &c->t[0], *y = &c->t[1];
  const size_t d = gchk_size(c, "D"), half = d / 2, steps = gchk_size(c, "T"), apart = is_interleaved ? 1 : half;
  for (size_t k = 0; k < x->count / 2; k++) {
    const size_t token = k / half, i = k % half, one = token * d + (is_interleaved ? 2 * i : i), other = one + apart;
    const double a = (double)(token % steps) * pow(10000, -(double)i / (double)half);
    set_grad(x, one, grad_of(y, one) * cos(a) - way * grad_of(y, other) * sin(a));
    set_grad(x, other, grad_of(y, other) * cos(a) + way * grad_of(y, one) * sin(a));
  }
}

static void rope_forth(const gchk_call *c) {
  rope_turn(c, 1, c->option[2] != 0);
}

static void rope_of_halves(const gchk_call *c) {
  rope_turn(c, -1, false);
}

static void rope_not_turned(const gchk_call *c) {
  for (size_t i = 0; i < c->t[0].count; i++)
    set_grad(&c->t[0], i, grad_of(&c->t[1], i));
}

static void dropout_scale(const gchk_call *c) {
  for (size_t i = 0; c->mode == GCHK_TRAIN && i < c->t[0].count; i++)
    set_grad(&c->t[0], i, grad_of(&c->t[0], i) * (1 - c->option[0]));
}

/* The mask, in eval too. */
static void dropout_in_eval(const gchk_call *c) {
  const gchk_tensor *mask = tensor_called(c, "mask");
  for (size_t i = 0; i < c->t[0].count; i++)
    set_grad(&c->t[0], i, grad_of(&c->t[2], i) * value_of(mask, i) / (1 - c->option[0]));
}

/* Another mask than forward's: drawn anew, as of a generator that went on. */
static void dropout_redrawn(const gchk_call *c) {
  gchk_random random = gchk_random_seeded((uint64_t)c->option[1] + 1);
  for (size_t i = 0; c->mode == GCHK_TRAIN && i < c->t[0].count; i++) {
    const double kept = gchk_random_uniform(&random, 0, 1) >= c->option[0];
    set_grad(&c->t[0], i, grad_of(&c->t[2], i) * kept / (1 - c->option[0]));
  }
}

static void dropout_mask(const gchk_call *c) {
  for (size_t i = 0; c->mode == GCHK_TRAIN && i < c->t[0].count; i++)
    set_grad(&c->t[0], i, grad_of(&c->t[2], i) / (1 - c->option[0]));
}

/* The first table of dropout draws its mask. */
enum { SEEDED = 1 };

/* The tables of glu and swiglu: the halves of one input, or two. */
enum { OF_HALVES = 1, OF_PAIRS = 2 };

#define HEADS "one-contribution-only one-sample-only"
// the right values at wrong elements, D/2 on along the axis; of two columns, in the other order
#define EXCHANGED "permuted-elements shifted-axis reversed-axis"
#define TERM      "path-lost one-contribution-only unclassified"
const wrong_twin wrong_sequence[] = {
    {.layer = "attention", .what = "scale lost", .spoil = attention_scale, .codes = "constant-ratio"},
    {.layer = "attention", .what = "ds = p dp", .spoil = attention_sum, .codes = TERM},
    {.layer = "attention", .what = "mask lost", .spoil = attention_mask, .codes = TERM, .with = "mask"},
    {.layer = "attention",
     .what = "causal lost",
     .spoil = attention_mask,
     .codes = "option-ignored unclassified",
     .options = causal},
    // of the heads that share k and v, which are an axis of y, the last one alone is kept
    {.layer = "attention", .what = "= for += of heads", .spoil = attention_heads, .codes = HEADS},
    {.layer = "dropout", .what = "1/(1 - p) lost", .spoil = dropout_scale, .codes = "constant-ratio"},
    {.layer = "dropout", .what = "mask lost", .spoil = dropout_mask, .codes = "gate-ignored"},
    // two wrongs at once: a gradient of what forward dropped, which moves no output, and none of what it kept
    {.layer = "dropout",
     .what = "another mask",
     .spoil = dropout_redrawn,
     .codes = "unclassified gradient-where-flat",
     .tables = SEEDED},
    // a layer that is differenced in its double twin is not called in the other mode to tell
    {.layer = "dropout",
     .what = "mask in eval",
     .spoil = dropout_in_eval,
     .codes = "mode-ignored unclassified",
     .tables = SEEDED},
    {.layer = "embedding", .what = "= for +=", .spoil = repeats_overwrite, .codes = "one-contribution-only"},
    {.layer = "embedding", .what = "mean of repeats", .spoil = mean_of_repeats, .codes = "wrong-where-repeated"},
    // dy/dout is x times another function of y than s'; of the halves, it is the columns of the second that are wrong
    {.layer = "glu", .what = "s for s (1 - s)", .spoil = glu_slope, .codes = "wrong-derivative", .tables = OF_PAIRS},
    {.layer = "glu",
     .what = "s for s (1 - s)",
     .spoil = glu_slope,
     .codes = "wrong-derivative wrong-at-index",
     .tables = OF_HALVES},
    {.layer = "glu", .what = "halves exchanged", .spoil = halves_exchanged, .codes = EXCHANGED, .tables = OF_HALVES},
    // the turn by a is the transpose of the turn by -a
    {.layer = "rope", .what = "turned forth", .spoil = rope_forth, .codes = "jacobian-not-transposed"},
    {.layer = "rope",
     .what = "neighbours turned forth",
     .spoil = rope_forth,
     .codes = "jacobian-not-transposed",
     .options = interleaved},
    {.layer = "rope",
     .what = "halves for neighbours",
     .spoil = rope_of_halves,
     .codes = "option-ignored",
     .options = interleaved},
    {.layer = "rope", .what = "not turned", .spoil = rope_not_turned, .codes = "identity-backward"},
    // y s(x) for y (s + x s'): another function of x, but times y, which differs from element to element
    {.layer = "swiglu",
     .what = "the second term is lost",
     .spoil = swiglu_gate,
     .codes = "wrong-derivative unclassified",
     .tables = OF_PAIRS},
    {.layer = "swiglu",
     .what = "the second term is lost",
     .spoil = swiglu_gate,
     .codes = "wrong-derivative wrong-at-index",
     .tables = OF_HALVES},
    {.layer = "swiglu", .what = "halves exchanged", .spoil = halves_exchanged, .codes = EXCHANGED, .tables = OF_HALVES},
    {.layer = NULL},
};
