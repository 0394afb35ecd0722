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

static double score(const gchk_call *c, size_t b, size_t t, size_t s, size_t h) {
  const size_t width = SIZE(C), heads = SIZE(H), q = heads * SIZE(R);
  double sum = 0;
  FOR(x, width)
  sum += V(0)[((b * SIZE(T) + t) * q + h) * width + x] * V(1)[((b * SIZE(T) + s) * heads + h / SIZE(R)) * width + x];
  return sum / sqrt((double)width);
}

static bool is_seen(size_t t, size_t s, size_t window) {
  return s <= t && t < s + window;
}

static double log_of_sum(const gchk_call *c, size_t b, size_t t, size_t h, bool all) {
  double sum = 0;
  FOR(s, SIZE(T))
  sum += all || is_seen(t, s, WINDOW) ? exp(score(c, b, t, s, h)) : 0;
  return log(sum);
}

static gchk_status attention_forward(const gchk_call *c, gchk_error *error) {
  const size_t heads = SIZE(H) * SIZE(R), width = SIZE(C), steps = SIZE(T);
  (void)error;
  FOR(b, SIZE(B)) FOR(t, steps) FOR(h, heads) {
    const size_t row = (b * steps + t) * heads + h;
    V(4)[row] = log_of_sum(c, b, t, h, false);
    FOR(x, width) V(3)[row * width + x] = 0;
    FOR(s, steps)
    FOR(x, width)
    if (is_seen(t, s, WINDOW)) V(3)[row * width + x] +=
        exp(score(c, b, t, s, h) - V(4)[row]) * V(2)[((b * steps + s) * SIZE(H) + h / SIZE(R)) * width + x];
  }
  return GCHK_OK;
}

static bool lets_through(size_t t, size_t s, int mistake) {
  return mistake == NO_MASK || mistake == NO_MASK_ANEW || is_seen(t, s, mistake == WINDOW_SHORT ? WINDOW - 1 : WINDOW);
}

// One query's part of all gradients.
static void attention_row(const gchk_call *c, size_t b, size_t t, size_t h, int mistake) {
  const size_t heads = SIZE(H) * SIZE(R), width = SIZE(C), steps = SIZE(T), own = h / SIZE(R), rest = h % SIZE(H);
  const size_t row = (b * steps + t) * heads + h;
  const size_t other = mistake == QUERY_OF_ANOTHER && h > 0 ? row - 1 : row;
  const double lse = mistake == NO_MASK_ANEW ? log_of_sum(c, b, t, h, true) : V(4)[row],
               seen = t < WINDOW ? (double)t + 1 : WINDOW;
  double dot = 0;
  FOR(x, width) dot += G(3)[row * width + x] * V(3)[row * width + x];
  FOR(s, steps) {
    if (!lets_through(t, s, mistake))
      continue;
    const double w = exp(score(c, b, t, s, h) - lse);
    const size_t key = ((b * steps + s) * SIZE(H) + own) * width;
    const size_t dk = ((b * steps + s) * SIZE(H) + (mistake == KEY_HEADS ? rest : own)) * width;
    const size_t dv = ((b * steps + s) * SIZE(H) + (mistake == VALUE_HEADS ? rest : own)) * width;
    double dp = 0;
    FOR(x, width) dp += G(3)[row * width + x] * V(2)[key + x];
    const double scale = sqrt((double)width), ds = w * (dp - (mistake == SUM_LOST ? 0 : dot)) / scale;
    FOR(x, width) {
      G(2)[dv + x] += (mistake == EQUAL_WEIGHTS ? 1 / seen : w) * G(3)[row * width + x];
      G(0)[row * width + x] += ds * V(1)[key + x];
      G(1)[dk + x] += ds * V(0)[other * width + x] * (mistake == SCALE_LOST ? scale : 1);
    }
  }
}

static void attention_backward(const gchk_call *c, int mistake) {
  FOR(b, SIZE(B)) FOR(t, SIZE(T)) FOR(h, SIZE(H) * SIZE(R)) attention_row(c, b, t, h, mistake);
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
    {&attention_query, "k", "", PLACES},
    {&rotary_right, NULL, "", NULL},
    {&rotary_pairs, "x", "", PLACES},
    {&rotary_way, "x", "jacobian-not-transposed", PLACES},
};

START_TEST(mistakes_of_attention) {
  check_naming(&rows[_i]);
}
END_TEST

TCase *attention_tests(void) {
  TCase *tc = tcase_create("attention");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, mistakes_of_attention, 0, sizeof rows / sizeof rows[0]);
  return tc;
}
