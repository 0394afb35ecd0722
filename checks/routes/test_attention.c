/* Attention: heads that share keys, causal masks and windows, rotary positions. */
#include <math.h>

#include "naming.h"

static const gchk_tensor_spec attention_rows[] = {
    GCHK_TENSOR("q", GCHK_INPUT, "B T H*R C"), GCHK_TENSOR("k", GCHK_INPUT, "B T H C"),
    GCHK_TENSOR("v", GCHK_INPUT, "B T H C"), GCHK_TENSOR("out", GCHK_OUTPUT, "B T H*R C"),
    GCHK_TENSOR("lse", GCHK_CACHE, "B T H*R")};

enum attention_mistake {
  RIGHT,
  KEY_HEADS,       // dk at head h % H, where forward reads h / R
  VALUE_HEADS,     // dv at head h % H
  NO_MASK,         // weights recomputed for all keys, from the saved sum
  NO_MASK_ANEW,    // the same with a sum over all keys
  WINDOW_SHORT,    // one step less than forward's window
  SCALE_LOST,      // dk without 1/sqrt(C)
  SUM_LOST,        // ds = w dp
  EQUAL_WEIGHTS,   // dv as if all keys had the same weight
  QUERY_OF_ANOTHER // dk with the query of the head before
};
enum { WINDOW = 3 };

/* The sizes, asked for once a call. */
typedef struct sizes {
  const gchk_call *c;
  size_t batch, steps, heads, shared, queries, width;
} sizes;

static sizes sizes_of(const gchk_call *c) {
  return (sizes){c, SIZE(B), SIZE(T), SIZE(H), SIZE(R), SIZE(H) * SIZE(R), SIZE(C)};
}

// Where the row of a query, and that of a key, start.
static size_t query_at(const sizes *n, size_t b, size_t t, size_t h) {
  return ((b * n->steps + t) * n->queries + h) * n->width;
}
static size_t key_at(const sizes *n, size_t b, size_t s, size_t head) {
  return ((b * n->steps + s) * n->heads + head) * n->width;
}

static double score(const sizes *n, size_t b, size_t t, size_t s, size_t h) {
  const gchk_call *c = n->c;
  const double *q = V(0) + query_at(n, b, t, h), *k = V(1) + key_at(n, b, s, h / n->shared);
  double sum = 0;
  FOR(x, n->width) sum += q[x] * k[x];
  return sum / sqrt((double)n->width);
}

static bool is_seen(size_t t, size_t s, size_t window) {
  return s <= t && t < s + window;
}

static double log_of_sum(const sizes *n, size_t b, size_t t, size_t h, bool all) {
  double sum = 0;
  FOR(s, n->steps) sum += all || is_seen(t, s, WINDOW) ? exp(score(n, b, t, s, h)) : 0;
  return log(sum);
}

static void attend(const sizes *n, size_t b, size_t t, size_t h) {
  const gchk_call *c = n->c;
  const size_t row = query_at(n, b, t, h);
  const double lse = log_of_sum(n, b, t, h, false);
  V(4)[row / n->width] = lse;
  FOR(x, n->width) V(3)[row + x] = 0;
  FOR(s, n->steps) {
    const double w = is_seen(t, s, WINDOW) ? exp(score(n, b, t, s, h) - lse) : 0;
    FOR(x, n->width) V(3)[row + x] += w * V(2)[key_at(n, b, s, h / n->shared) + x];
  }
}

static gchk_status attention_forward(const gchk_call *c, gchk_error *error) {
  const sizes n = sizes_of(c);
  (void)error;
  FOR(b, n.batch) FOR(t, n.steps) FOR(h, n.queries) attend(&n, b, t, h);
  return GCHK_OK;
}

static bool lets_through(size_t t, size_t s, int mistake) {
  return mistake == NO_MASK || mistake == NO_MASK_ANEW || is_seen(t, s, mistake == WINDOW_SHORT ? WINDOW - 1 : WINDOW);
}

// One query's part of all gradients.
static void attention_row(const sizes *n, size_t b, size_t t, size_t h, int mistake) {
  const gchk_call *c = n->c;
  const size_t row = query_at(n, b, t, h), own = h / n->shared, rest = h % n->heads;
  const size_t other = mistake == QUERY_OF_ANOTHER && h > 0 ? row - n->width : row;
  const double lse = mistake == NO_MASK_ANEW ? log_of_sum(n, b, t, h, true) : V(4)[row / n->width];
  const double seen = t < WINDOW ? (double)t + 1 : WINDOW, scale = sqrt((double)n->width);
  double dot = 0;
  FOR(x, n->width) dot += mistake == SUM_LOST ? 0 : G(3)[row + x] * V(3)[row + x];
  FOR(s, n->steps) {
    if (!lets_through(t, s, mistake))
      continue;
    const double w = exp(score(n, b, t, s, h) - lse);
    const size_t key = key_at(n, b, s, own), dk = key_at(n, b, s, mistake == KEY_HEADS ? rest : own);
    const size_t dv = key_at(n, b, s, mistake == VALUE_HEADS ? rest : own);
    double dp = 0;
    FOR(x, n->width) dp += G(3)[row + x] * V(2)[key + x];
    const double ds = w * (dp - dot) / scale;
    FOR(x, n->width) {
      G(2)[dv + x] += (mistake == EQUAL_WEIGHTS ? 1 / seen : w) * G(3)[row + x];
      G(0)[row + x] += ds * V(1)[key + x];
      G(1)[dk + x] += ds * V(0)[other + x] * (mistake == SCALE_LOST ? scale : 1);
    }
  }
}

static void attention_backward(const gchk_call *c, int mistake) {
  const sizes n = sizes_of(c);
  FOR(b, n.batch) FOR(t, n.steps) FOR(h, n.queries) attention_row(&n, b, t, h, mistake);
}

#define ATTENTION(id, label, mistake)                                                                                  \
  MISTAKEN(id, label, attention_rows, attention_forward, attention_backward, mistake, .sizes = "B=2 T=4 H=3 R=2 C=3")
ATTENTION(attention_right, "attention", RIGHT)
ATTENTION(attention_key_heads, "attention, heads of dk", KEY_HEADS)
ATTENTION(attention_value_heads, "attention, heads of dv", VALUE_HEADS)
ATTENTION(attention_no_mask, "attention, no mask", NO_MASK)
ATTENTION(attention_anew, "attention, no mask, normalised anew", NO_MASK_ANEW)
ATTENTION(attention_window, "attention, a window too short", WINDOW_SHORT)
ATTENTION(attention_scale, "attention, dk without its scale", SCALE_LOST)
ATTENTION(attention_sum, "attention, without the sum over the row", SUM_LOST)
ATTENTION(attention_equal, "attention, dv of equal weights", EQUAL_WEIGHTS)
ATTENTION(attention_query, "attention, dk with another head's query", QUERY_OF_ANOTHER)

/* More elements x outputs than are all looked at. */
#define LARGE(id, label, mistake)                                                                                      \
  MISTAKEN(id, label, attention_rows, attention_forward, attention_backward, mistake, .sizes = "B=3 T=7 H=3 R=2 C=3")
LARGE(large_key_heads, "large attention, heads of dk", KEY_HEADS)
LARGE(large_mask, "large attention, no mask", NO_MASK)

/* Rotary positions: x_i and x_(i + C/2) are turned by an angle of t; backward turns x_2i and x_(2i+1). */
static const gchk_tensor_spec rotary_rows[] = {GCHK_TENSOR("x", GCHK_INPUT, "B T 2*C"),
                                               GCHK_TENSOR("y", GCHK_OUTPUT, "B T 2*C")};

static void turn(const double *from, double *to, size_t a, size_t b, double angle) {
  const double p = from[a], q = from[b];
  to[a] = p * cos(angle) - q * sin(angle);
  to[b] = p * sin(angle) + q * cos(angle);
}

static gchk_status rotary_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(i, SIZE(C)) {
    const size_t row = (b * SIZE(T) + t) * 2 * SIZE(C);
    turn(V(0) + row, V(1) + row, i, i + SIZE(C), (double)t / (1 + (double)i));
  }
  return GCHK_OK;
}

enum { INTERLEAVED = 1, SAME_WAY };
static void rotary_backward(const gchk_call *c, int mistake) {
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(i, SIZE(C)) {
    const size_t row = (b * SIZE(T) + t) * 2 * SIZE(C);
    const size_t first = mistake == INTERLEAVED ? 2 * i : i, second = mistake == INTERLEAVED ? 2 * i + 1 : i + SIZE(C);
    turn(G(1) + row, G(0) + row, first, second, (mistake == SAME_WAY ? 1 : -1) * (double)t / (1 + (double)i));
  }
}
MISTAKEN(rotary_right, "rotary", rotary_rows, rotary_forward, rotary_backward, 0, .sizes = "B=2 T=4 C=3")
MISTAKEN(rotary_pairs, "rotary, neighbours", rotary_rows, rotary_forward, rotary_backward, INTERLEAVED,
         .sizes = "B=2 T=4 C=3")
MISTAKEN(rotary_way, "rotary, the same way", rotary_rows, rotary_forward, rotary_backward, SAME_WAY,
         .sizes = "B=2 T=4 C=3")

/* One head of T queries and S keys; the causal mask ends at the last of both. */
enum { TOP_LEFT = 1, NO_MASK_AT_ALL, LAST_QUERY_LOST, LAST_KEY_LOST };
static const gchk_tensor_spec later_rows[] = {
    GCHK_TENSOR("q", GCHK_INPUT, "T C"), GCHK_TENSOR("k", GCHK_INPUT, "S C"), GCHK_TENSOR("v", GCHK_INPUT, "S C"),
    GCHK_TENSOR("out", GCHK_OUTPUT, "T C"), GCHK_TENSOR("lse", GCHK_CACHE, "T")};
static double score_of(const gchk_call *c, size_t t, size_t s) {
  double sum = 0;
  FOR(x, SIZE(C)) sum += V(0)[t * SIZE(C) + x] * V(1)[s * SIZE(C) + x];
  return sum / sqrt((double)SIZE(C));
}
static bool is_before(const gchk_call *c, size_t t, size_t s, int mistake) {
  return mistake == NO_MASK_AT_ALL || (mistake == TOP_LEFT ? s <= t : s + SIZE(T) <= t + SIZE(S));
}
static gchk_status later_forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  FOR(t, SIZE(T)) {
    double sum = 0;
    FOR(s, SIZE(S)) sum += is_before(c, t, s, RIGHT) ? exp(score_of(c, t, s)) : 0;
    V(4)[t] = log(sum);
    FOR(x, SIZE(C)) V(3)[t * SIZE(C) + x] = 0;
    FOR(s, SIZE(S))
    FOR(x, SIZE(C))
    V(3)[t * SIZE(C) + x] += is_before(c, t, s, RIGHT) ? exp(score_of(c, t, s) - V(4)[t]) * V(2)[s * SIZE(C) + x] : 0;
  }
  return GCHK_OK;
}
static void later_backward(const gchk_call *c, int mistake) {
  FOR(t, SIZE(T)) {
    const double *up = G(3) + t * SIZE(C);
    double dot = 0;
    FOR(x, SIZE(C)) dot += up[x] * V(3)[t * SIZE(C) + x];
    FOR(s, SIZE(S)) {
      const double w = is_before(c, t, s, mistake) ? exp(score_of(c, t, s) - V(4)[t]) : 0;
      double dp = 0;
      if ((mistake == LAST_QUERY_LOST && t + 1 == SIZE(T)) || (mistake == LAST_KEY_LOST && s + 1 == SIZE(S)))
        continue;
      FOR(x, SIZE(C)) dp += up[x] * V(2)[s * SIZE(C) + x];
      FOR(x, SIZE(C)) {
        G(2)[s * SIZE(C) + x] += w * up[x];
        G(0)[t * SIZE(C) + x] += w * (dp - dot) / sqrt((double)SIZE(C)) * V(1)[s * SIZE(C) + x];
        G(1)[s * SIZE(C) + x] += w * (dp - dot) / sqrt((double)SIZE(C)) * V(0)[t * SIZE(C) + x];
      }
    }
  }
}
#define LATER(id, label, mistake)                                                                                      \
  MISTAKEN(id, label, later_rows, later_forward, later_backward, mistake, .sizes = "T=4 S=6 C=3")
LATER(later_right, "later queries", RIGHT)
LATER(later_top, "later queries, the mask of the first", TOP_LEFT)
LATER(later_all, "later queries, no mask", NO_MASK_AT_ALL)
LATER(later_query, "later queries, but for the last", LAST_QUERY_LOST)
LATER(later_key, "later queries, but for the last key", LAST_KEY_LOST)

#define PLACES "unclassified wrong-at-index wrong-at-border"
static const named_layer rows[] = {
    {&attention_right, NULL, "", NULL},
    {&attention_key_heads, "k", "wrong-index-map", NULL},
    {&attention_value_heads, "v", "wrong-index-map", NULL},
    {&attention_no_mask, "q k v", "wrong-mask", NULL},
    {&attention_anew, "q k v", "wrong-mask", PLACES},
    {&attention_window, "q k v", "wrong-mask", PLACES},
    {&attention_scale, "k", "constant-ratio", NULL},
    {&attention_sum, "q k", "missing-sum-term factor-not-differentiated", PLACES},
    {&attention_equal, "v", "equal-weights", NULL},
    {&attention_query, "k", "right-at-first-only", PLACES},
    {&large_key_heads, "k", "wrong-index-map", NULL},
    {&large_mask, "q k v", "wrong-mask", PLACES},
    {&rotary_right, NULL, "", NULL},
    {&rotary_pairs, "x", "", PLACES},
    {&rotary_way, "x", "jacobian-not-transposed", PLACES},
};

static const named_layer later[] = {
    {&later_right, NULL, "", NULL},
    {&later_top, "q k v", "wrong-mask", PLACES},
    {&later_all, "q k v", "wrong-mask", PLACES},
    {&later_query, "q k v", "", PLACES " upstream-dropped missing-tail zero-gradient contributions-lost"},
    {&later_key, "q k v", "", PLACES " missing-tail zero-gradient contributions-lost"},
};

START_TEST(masks_of_queries_and_keys_that_are_not_as_many) {
  check_naming_of_seeds(&later[_i], 4);
}
END_TEST

START_TEST(mistakes_of_attention) {
  check_naming(&rows[_i]);
}
END_TEST

TCase *attention_tests(void) {
  TCase *tc = tcase_create("attention");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, mistakes_of_attention, 0, sizeof rows / sizeof rows[0]);
  tcase_add_loop_test(tc, masks_of_queries_and_keys_that_are_not_as_many, 0, sizeof later / sizeof later[0]);
  return tc;
}
