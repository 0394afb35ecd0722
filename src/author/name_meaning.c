/* The tables of names, and how a name is looked up in them. */
#include "author/name_meaning.h"

#include <ctype.h>
#include <string.h>

static const struct {
  gchk_name_class class_;
  const char *names; /* each between blanks */
} classes[] = {
    {GCHK_NAME_OUT, " out output outputs y o z result dst top res "},
    {GCHK_NAME_IN, " in inp input inputs x src bottom a data features "},
    {GCHK_NAME_WEIGHT, " w weight weights kernel filter filters gamma g scale wt mat wx wh wq wk wv wo "},
    {GCHK_NAME_BIAS, " b bias biases beta shift offset bx bh bq bk bv bo "},
    {GCHK_NAME_STATISTIC,
     " mean mu rstd var variance std sigma invstd istd rms invrms inv norm ssq logsumexp lse max "},
    {GCHK_NAME_LOSS, " loss losses cost "},
    {GCHK_NAME_TARGET, " target targets label labels truth gt t onehot "},
    {GCHK_NAME_LOGITS, " logits logit pred preds prediction predictions yhat "},
    {GCHK_NAME_PROBS, " probs prob p softmax probabilities logprobs "},
    {GCHK_NAME_QUERY, " q k v query key value "},
    {GCHK_NAME_SCORES, " att attn preatt scores score attention attentionweights "},
    {GCHK_NAME_TOKEN_TABLE, " wte embedding embeddings table emb embeddingtable "},
    {GCHK_NAME_PLACE_TABLE, " wpe posembedding posemb pe positions "},
    {GCHK_NAME_MASK, " mask masks dropoutmask "},
};

static const char *const before_gradients[] = {"d", "grad", "gradient", "dl", "dld", "dlossd", "delta", "diff", "g"};
static const char *const after_gradients[] = {"grad",    "grads", "gradient", "gradients", "update",
                                              "updates", "delta", "diff",     "d"};
static const char some_gradients[] = " grad gradient delta upstream dloss dl gradin topdiff upstreamgrad dlosses ";

static const struct {
  const char *letters, *names;
  unsigned usual;
} counts[GCHK_COUNTS] = {
    [GCHK_COUNT_OTHER] = {"", " ", 0},
    [GCHK_COUNT_BATCH] = {"B", " b batch batchsize bs nbatch numbatch batches ", 2},
    [GCHK_COUNT_TIME] = {"T", " t seq seqlen seqlength time steps l ntokens tokens length ", 3},
    [GCHK_COUNT_CHANNELS] = {"C",
                             " c channels dim d dmodel nembd embd hidden hiddensize features infeatures indim insize "
                             "cin ic inchannels nin inputsize ninputs inputs cols classes nclasses numclasses ",
                             8},
    [GCHK_COUNT_OUT_CHANNELS] =
        {"OC", " oc outfeatures outdim outsize cout outchannels nout outputsize noutputs outputs units ", 5},
    [GCHK_COUNT_HEADS] = {"NH", " nh heads nheads nhead numheads ", 2},
    [GCHK_COUNT_HEAD_SIZE] = {"HS", " hs headsize headdim hd dhead ", 4},
    [GCHK_COUNT_VOCABULARY] = {"V", " v vocab vocabsize ", 7},
    [GCHK_COUNT_PADDED_VOCABULARY] = {"VP", " vp paddedvocab paddedvocabsize ", 7},
    [GCHK_COUNT_ELEMENTS] = {"N", " n size count len numel total num elements samples ", 12},
    [GCHK_COUNT_ROWS] = {"M", " m rows ", 4},
    [GCHK_COUNT_HEIGHT] = {"H", " h height inheight inh ", 5},
    [GCHK_COUNT_WIDTH] = {"W", " w width inwidth inw ", 6},
    [GCHK_COUNT_KERNEL] = {"K", " k kernel kernelsize ksize ks ", 3},
    [GCHK_COUNT_STRIDE] = {"S", " s stride ", 1},
    [GCHK_COUNT_PADDING] = {"P", " p pad padding ", 1},
};

static const gchk_usual_option options[] = {
    {" eps epsilon ", 1e-5, 0, 1},
    {" alpha slope negativeslope leak ", 0.1, 0, 10},
    {" momentum beta1 decay ", 0.9, 0, 1},
    {" temperature temp ", 1, 0.01, 100},
    {" scale gain ", 1, -10, 10},
    {" p dropout dropoutprob prob rate ", 0.5, 0, 0.99},
    {" smoothing labelsmoothing ", 0, 0, 1},
    {" delta margin ", 1, 0, 10},
};

/* Small letters and digits of the name; false where it is too long to be any of these. */
static bool plain(const char *name, char out[GCHK_NAME_LENGTH]) {
  size_t length = 0;
  for (; *name != '\0'; name++) {
    if (!isalnum((unsigned char)*name))
      continue;
    if (length + 1 >= GCHK_NAME_LENGTH)
      return false;
    out[length++] = (char)tolower((unsigned char)*name);
  }
  out[length] = '\0';
  return length > 0;
}

/* Is the word, or the word without the digits at its end, in a list with blanks around each? */
static bool is_listed(const char *list, const char *word) {
  char wanted[GCHK_NAME_LENGTH + 2];
  size_t length = strlen(word);
  for (int k = 0; k < 2 && length > 0; k++) {
    wanted[0] = ' ';
    memcpy(wanted + 1, word, length);
    wanted[length + 1] = ' ';
    wanted[length + 2] = '\0';
    if (strstr(list, wanted) != NULL)
      return true;
    while (length > 0 && isdigit((unsigned char)word[length - 1]))
      length--;
  }
  return false;
}

static gchk_name_class class_of(const char *word) {
  for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
    if (is_listed(classes[i].names, word))
      return classes[i].class_;
  return GCHK_NAME_ANY;
}

gchk_name_class gchk_name_class_of(const char *name) {
  char word[GCHK_NAME_LENGTH];
  return plain(name, word) ? class_of(word) : GCHK_NAME_ANY;
}

/*
 * What the k-th of the ways to name a gradient leaves of it, in `out`; false where it is not named so. *has_more: is
 * there a way beyond the k-th?
 */
static bool without_gradient(const char *word, size_t k, bool *has_more, char out[GCHK_NAME_LENGTH]) {
  enum { BEFORE = sizeof before_gradients / sizeof before_gradients[0] };
  enum { AFTER = sizeof after_gradients / sizeof after_gradients[0] };
  *has_more = k < BEFORE + AFTER;
  if (!*has_more)
    return false;
  const char *part = k < BEFORE ? before_gradients[k] : after_gradients[k - BEFORE];
  const size_t length = strlen(word), part_length = strlen(part);
  if (length <= part_length)
    return false;
  const char *at = k < BEFORE ? word : word + length - part_length;
  if (memcmp(at, part, part_length) != 0)
    return false;
  const size_t left = length - part_length;
  memcpy(out, k < BEFORE ? word + part_length : word, left);
  out[left] = '\0';
  return true;
}

bool gchk_name_is_gradient_of(const char *gradient, const char *name) {
  char word[GCHK_NAME_LENGTH], of[GCHK_NAME_LENGTH], base[GCHK_NAME_LENGTH];
  if (!plain(gradient, word) || !plain(name, of))
    return false;
  bool has_more = true;
  for (size_t k = 0; has_more; k++)
    if (without_gradient(word, k, &has_more, base) && strcmp(base, of) == 0)
      return true;
  return false;
}

gchk_name_class gchk_gradient_class_of(const char *name) {
  char word[GCHK_NAME_LENGTH], base[GCHK_NAME_LENGTH];
  bool has_more = plain(name, word);
  for (size_t k = 0; has_more; k++)
    if (without_gradient(word, k, &has_more, base) && class_of(base) != GCHK_NAME_ANY)
      return class_of(base);
  return GCHK_NAME_ANY;
}

bool gchk_name_is_some_gradient(const char *name) {
  char word[GCHK_NAME_LENGTH];
  return plain(name, word) && is_listed(some_gradients, word);
}

gchk_count gchk_count_of(const char *name) {
  char word[GCHK_NAME_LENGTH];
  if (plain(name, word))
    for (gchk_count i = 1; i < GCHK_COUNTS; i++)
      if (is_listed(counts[i].names, word))
        return i;
  return GCHK_COUNT_OTHER;
}

const char *gchk_count_letters(gchk_count count) {
  return counts[count].letters;
}

unsigned gchk_count_usual(gchk_count count) {
  return counts[count].usual;
}

const gchk_usual_option *gchk_usual_option_of(const char *name) {
  char word[GCHK_NAME_LENGTH];
  if (plain(name, word))
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
      if (is_listed(options[i].names, word))
        return &options[i];
  return NULL;
}
