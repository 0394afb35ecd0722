/* The table of kinds. */
#include "corpus/corpus.h"

#define LAYERS(id) .f64 = &corpus_##id##_f64, .f32 = &corpus_##id##_f32, .oracle = &corpus_##id##_long

#define DECLARE(id) extern const gchk_layer corpus_##id##_f64, corpus_##id##_f32, corpus_##id##_long
DECLARE(relu_net);
DECLARE(leaky_affine);
DECLARE(elu_affine);
DECLARE(hardtanh_affine);
DECLARE(lstm_cell);
DECLARE(lstm);
DECLARE(gru);
DECLARE(attention);
DECLARE(multi_head);
DECLARE(layernorm);
DECLARE(rmsnorm);
DECLARE(batchnorm);
DECLARE(groupnorm);
DECLARE(conv_leaky);
DECLARE(depthwise);
DECLARE(max_pool);
DECLARE(average_pool);
DECLARE(softmax);
DECLARE(cross_entropy);
DECLARE(focal_loss);
DECLARE(smooth_l1);
DECLARE(logsumexp);
DECLARE(cosine);
DECLARE(swiglu);
DECLARE(gelu);
DECLARE(prelu);
DECLARE(bilinear);
DECLARE(embedding_sum);
DECLARE(moments);
DECLARE(added_bce);
DECLARE(clipped_bce);
DECLARE(offset);
DECLARE(classifier);

/* Fills as people have them: middle, then scale, each from .. to. */
#define FILL(name, which, m0, m1, s0, s1)                                                                              \
  { .tensor = name, .kind = which, .middle_low = m0, .middle_high = m1, .scale_low = s0, .scale_high = s1 }
#define NORMAL(name, ...)  FILL(name, GCHK_FILL_NORMAL, __VA_ARGS__)
#define UNIFORM(name, ...) FILL(name, GCHK_FILL_UNIFORM, __VA_ARGS__)
#define ZERO(name)         FILL(name, GCHK_FILL_CONSTANT, 0, 0, 1, 0)
#define WEIGHTS(tensor)    NORMAL(tensor, 0, 0, 0.1, 2), UNIFORM(tensor, 0, 0, 0.1, 2)
#define BIASES(tensor)     ZERO(tensor), NORMAL(tensor, 0, 0, 0.1, 1)

const corpus_kind corpus_kinds[] = {
    {.name = "relu-net",
     LAYERS(relu_net),
     .sizes =
         {{"B", 1, 5}, {"I", 3, 11}, {"H", 6, 17}, {"K", 9, 15}, {"O", 1, 5}}, // a net of dead units checks nothing
     .fills = {WEIGHTS("w1"), WEIGHTS("w2"), WEIGHTS("w3"), BIASES("b1"), BIASES("b2"), BIASES("b3")},
     .mistakes = {"mask of the second hidden layer", "dw1 twice", "last sample"}},
    {.name = "relu-net-zero-row",
     LAYERS(relu_net),
     .sizes = {{"B", 2, 5}, {"I", 3, 9}, {"H", 6, 13}, {"K", 9, 13}, {"O", 1, 5}},
     .fills = {{.tensor = "x", .scale_low = 0.5, .scale_high = 2, .first_row_zero = true},
               WEIGHTS("w1"),
               WEIGHTS("w2"),
               WEIGHTS("w3"),
               ZERO("b1"),
               ZERO("b2"),
               ZERO("b3")},
     .mistakes = {"mask of the second hidden layer", "dw1 twice", "last sample"}},
    {.name = "leaky-affine",
     LAYERS(leaky_affine),
     .sizes = {{"B", 1, 8}, {"I", 4, 33}, {"O", 3, 32}},
     .fills = {WEIGHTS("w"), BIASES("b"), NORMAL("x", -1, 1, 0.5, 2)},
     .mistakes = {"slope in the last column", "db's sign", "last sample of dx"}},
    {.name = "elu-affine",
     LAYERS(elu_affine),
     .sizes = {{"B", 1, 8}, {"I", 4, 33}, {"O", 3, 32}},
     .fills = {WEIGHTS("w"), BIASES("b"), UNIFORM("x", -1, 1, 0.5, 2)},
     .mistakes = {"slope in the last column", "db's sign", "last sample of dx"}},
    {.name = "hardtanh-affine",
     LAYERS(hardtanh_affine),
     .sizes = {{"B", 1, 8}, {"I", 3, 15}, {"O", 3, 17}},
     .fills = {NORMAL("w", 0, 0, 0.1, 0.5), BIASES("b"), NORMAL("x", 0, 0, 0.5, 1)},
     .mistakes = {"slope in the last column", "db's sign", "last sample of dx"}},
    {.name = "lstm-cell",
     LAYERS(lstm_cell),
     .sizes = {{"B", 1, 3}, {"I", 2, 9}, {"H", 2, 9}},
     .fills = {WEIGHTS("w"), WEIGHTS("u"), BIASES("b")},
     .mistakes = {"dc without h", "slope of the forget gate", "sign of dg"}},
    {.name = "lstm",
     LAYERS(lstm),
     .sizes = {{"B", 1, 3}, {"I", 2, 5}, {"H", 2, 6}, {"T", 2, 9}},
     .fills = {NORMAL("w", 0, 0, 0.1, 1), NORMAL("u", 0, 0, 0.1, 1), BIASES("b")},
     .mistakes = {"dc without h", "slope of the forget gate", "sign of dg", "first time step"}},
    {.name = "gru",
     LAYERS(gru),
     .sizes = {{"B", 1, 3}, {"I", 2, 9}, {"H", 2, 9}},
     .fills = {WEIGHTS("w"), WEIGHTS("u"), BIASES("bx"), BIASES("bh")},
     .mistakes = {"dh without z h", "reset gate", "sign in dz"}},
    {.name = "swiglu",
     LAYERS(swiglu),
     .sizes = {{"N", 1, 3}, {"C", 3, 12}, {"H", 5, 20}},
     .fills = {NORMAL("w1", 0, 0, 0.1, 1), NORMAL("w2", 0, 0, 0.1, 1), NORMAL("w3", 0, 0, 0.1, 1)},
     .mistakes = {"second term of silu's slope", "dw3 without the gate", "dx through w3"}},
    {.name = "attention",
     LAYERS(attention),
     .sizes = {{"B", 1, 3}, {"T", 2, 9}, {"D", 2, 9}},
     .fills = {NORMAL("q", 0, 0, 0.5, 2), NORMAL("k", 0, 0, 0.5, 2), NORMAL("v", 0, 0, 0.5, 2)},
     .mistakes = {"sum over p dp", "last key", "dq's scale", "dv's sign"}},
    {.name = "multi-head",
     LAYERS(multi_head),
     .sizes = {{"T", 2, 7}, {"J", 1, 3}, {"D", 2, 4}},
     .fills = {NORMAL("wq", 0, 0, 0.1, 0.7), NORMAL("wk", 0, 0, 0.1, 0.7), NORMAL("wv", 0, 0, 0.1, 1),
               NORMAL("wo", 0, 0, 0.1, 1)},
     .mistakes = {"sum over p dp", "last key", "dq's scale", "dv's sign"}},
    {.name = "layernorm",
     LAYERS(layernorm),
     .sizes = {{"N", 1, 6}, {"C", 5, 48}},
     .fills = {NORMAL("x", 0, 0, 0.1, 2), NORMAL("x", -5, 5, 0.5, 2), NORMAL("gamma", 1, 1, 0.1, 0.5), BIASES("beta")},
     .mistakes = {"the mean's term", "the variance's sign", "dgamma without 1/s"}},
    {.name = "rmsnorm",
     LAYERS(rmsnorm),
     .sizes = {{"N", 1, 6}, {"C", 5, 48}},
     .fills = {NORMAL("x", -2, 2, 0.1, 2), NORMAL("gamma", 1, 1, 0.1, 0.5)},
     .mistakes = {"the term of the mean square", "it twice"}},
    {.name = "batchnorm",
     LAYERS(batchnorm),
     .sizes = {{"N", 3, 16}, {"C", 1, 13}},
     .fills = {NORMAL("x", -3, 3, 0.3, 2), NORMAL("gamma", 1, 1, 0.1, 0.5), BIASES("beta")},
     .mistakes = {"statistics as constants", "last sample of dx", "last sample of dgamma"}},
    {.name = "groupnorm",
     LAYERS(groupnorm),
     .sizes = {{"N", 1, 3}, {"G", 1, 3}, {"K", 2, 4}, {"S", 4, 16}},
     .fills = {NORMAL("x", -3, 3, 0.3, 2), NORMAL("gamma", 1, 1, 0.1, 0.5), BIASES("beta")},
     .mistakes = {"count of a group", "last group"}},
    {.name = "conv-leaky",
     LAYERS(conv_leaky),
     .sizes = {{"B", 1, 2}, {"C", 1, 3}, {"H", 4, 9}, {"W", 4, 9}, {"D", 1, 4}, {"K", 1, 3}},
     .fills = {WEIGHTS("w"), BIASES("b"), UNIFORM("x", 0.5, 0.5, 0.5, 0.5), NORMAL("x", 0, 0, 1, 1)},
     .mistakes = {"first row of dx", "slope in the last column", "kernels turned round", "db of the first sample"}},
    {.name = "depthwise",
     LAYERS(depthwise),
     .sizes = {{"B", 1, 3}, {"C", 1, 5}, {"H", 4, 9}, {"W", 4, 9}, {"K", 2, 3}},
     .fills = {WEIGHTS("w"), BIASES("b")},
     .mistakes = {"last row of outputs", "last channel of dw", "a region of dx"}},
    {.name = "max-pool",
     LAYERS(max_pool),
     .sizes = {{"B", 1, 3}, {"C", 1, 4}, {"H", 4, 9}, {"W", 4, 9}},
     .fills = {NORMAL("x", 0, 0, 0.1, 2), UNIFORM("x", 0, 0, 0.5, 2)},
     .mistakes = {"first of the window", "last column"}},
    {.name = "average-pool",
     LAYERS(average_pool),
     .sizes = {{"B", 1, 3}, {"C", 1, 4}, {"H", 2, 9}, {"W", 3, 9}},
     .fills = {NORMAL("x", -10, 10, 0.1, 2)},
     .mistakes = {"divisor at the border", "a row of the window"}},
    {.name = "softmax",
     LAYERS(softmax),
     .sizes = {{"N", 1, 4}, {"C", 2, 20}},
     .fills = {NORMAL("x", 0, 0, 1, 3)},
     .mistakes = {"the sum", "the last class in the sum"}},
    {.name = "softmax-far-from-zero",
     LAYERS(softmax),
     .sizes = {{"N", 1, 4}, {"C", 2, 12}},
     .fills = {NORMAL("x", -200, 200, 0.5, 2), NORMAL("x", 1000, 1000, 1, 2)},
     .mistakes = {"the sum", "the last class in the sum"}},
    {.name = "cross-entropy",
     LAYERS(cross_entropy),
     .sizes = {{"N", 1, 8}, {"C", 2, 12}},
     .fills = {NORMAL("x", 0, 0, 0.5, 3), NORMAL("x", -50, 50, 0.5, 2)},
     .mistakes = {"the label's term", "batch plus one", "last sample"}},
    {.name = "focal-loss",
     LAYERS(focal_loss),
     .sizes = {{"N", 1, 8}, {"C", 2, 12}},
     .fills = {NORMAL("x", 0, 0, 0.5, 2)},
     .mistakes = {"factor as a constant", "sign of its derivative"}},
    {.name = "smooth-l1",
     LAYERS(smooth_l1),
     .sizes = {{"N", 1, 8}, {"C", 2, 12}},
     .fills = {NORMAL("x", -1, 1, 0.5, 2), NORMAL("target", -1, 1, 0.5, 2)},
     .mistakes = {"sign of the target's", "not clipped"}},
    {.name = "logsumexp",
     LAYERS(logsumexp),
     .sizes = {{"N", 1, 5}, {"C", 2, 20}},
     .fills = {NORMAL("x", -20, 20, 0.5, 3)},
     .mistakes = {"twice", "last sample"}},
    {.name = "cosine",
     LAYERS(cosine),
     .sizes = {{"N", 1, 5}, {"C", 2, 20}},
     .fills = {NORMAL("a", -1, 1, 0.1, 2), NORMAL("b", -1, 1, 0.1, 2)},
     .mistakes = {"norms as constants", "sign of the norm's term"}},
    {.name = "gelu",
     LAYERS(gelu),
     .sizes = {{"N", 16, 64}},
     .mistakes = {"what comes through tanh", "last element twice"}},
    {.name = "gelu-long",
     LAYERS(gelu),
     .sizes = {{"N", 1000, 4096}},
     .fills = {NORMAL("x", 0, 0, 0.5, 3)},
     .mistakes = {"what comes through tanh", "last element twice"},
     .budget = 300},
    {.name = "prelu",
     LAYERS(prelu),
     .sizes = {{"N", 3, 9}, {"C", 3, 12}}, // slopes that no element is below zero for are not checked at all
     .fills = {NORMAL("x", -0.3, 0.3, 0.5, 2), FILL("slope", GCHK_FILL_CONSTANT, 0.25, 0.25, 1, 1)},
     .mistakes = {"dslope from the output", "slope in the last channel"}},
    {.name = "bilinear",
     LAYERS(bilinear),
     .sizes = {{"N", 1, 5}, {"P", 2, 7}, {"Q", 2, 7}, {"O", 1, 4}},
     .fills = {WEIGHTS("w"), BIASES("c")},
     .mistakes = {"last row of W in db", "sign in the first output", "last sample"}},
    {.name = "embedding-sum",
     LAYERS(embedding_sum),
     .sizes = {{"B", 1, 3}, {"T", 3, 9}, {"V", 5, 12}, {"E", 2, 8}},
     .fills = {NORMAL("table", 0, 0, 0.02, 1)},
     .mistakes = {"repeated tokens", "last sample"}},
    {.name = "moments-long",
     LAYERS(moments),
     .sizes = {{"N", 1000, 4096}},
     .fills = {NORMAL("x", -3, 3, 0.5, 2), UNIFORM("x", 0.5, 0.5, 0.5, 0.5)},
     .mistakes = {"factor of the variance", "sign of the mean"},
     .budget = 600},
    {.name = "added-bce",
     LAYERS(added_bce),
     .sizes = {{"N", 1, 12}, {"C", 1, 6}},
     .fills = {NORMAL("x", 0, 0, 1, 4), NORMAL("w", 0, 0, 0.5, 3)},
     .mistakes = {"sign where the target is 0", "last row", "slope of the sigmoid"}},
    {.name = "clipped-bce",
     LAYERS(clipped_bce),
     .sizes = {{"N", 1, 12}, {"C", 1, 6}},
     .fills = {NORMAL("x", 0, 0, 1, 4), NORMAL("w", 0, 0, 0.5, 3)},
     .mistakes = {"sign where the target is 0", "last row", "slope of the sigmoid twice"}},
    {.name = "offset",
     LAYERS(offset),
     .sizes = {{"N", 2, 24}},
     .fills = {NORMAL("x", 0, 0, 0.3, 2)},
     .mistakes = {"slope of x", "sign of the last element"}},
    {.name = "classifier",
     LAYERS(classifier),
     .sizes = {{"N", 1, 5}, {"C", 2, 9}, {"H", 4, 16}, {"K", 2, 6}},
     .fills = {NORMAL("w", 0, 0, 0.3, 2), NORMAL("v", 0, 0, 0.3, 3), BIASES("b")},
     .mistakes = {"the label's term", "last row", "mask of relu"}},
    {.name = "classifier-zero-row",
     LAYERS(classifier),
     .sizes = {{"N", 2, 5}, {"C", 2, 7}, {"H", 3, 9}, {"K", 2, 5}},
     .fills = {{.tensor = "x", .scale_low = 0.5, .scale_high = 2, .first_row_zero = true},
               NORMAL("w", 0, 0, 0.3, 2),
               NORMAL("v", 0, 0, 0.3, 2),
               ZERO("b")},
     .mistakes = {"the label's term", "last row", "mask of relu"}}};

const size_t corpus_kind_count = sizeof corpus_kinds / sizeof corpus_kinds[0];
