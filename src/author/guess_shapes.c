/*
 * A table of rules. The first one fits whose class is the tensor's, whose word is in the layer's name, and all of whose
 * sizes are there. Sizes are in letters (name_meaning.h), beside these:
 *
 *   L   the leading dimensions: B T, or B, or N where it counts rows of something
 *   F   the features: C, or N where it counts all
 *   +V  V, which is added where no function takes it
 */
#include "author/guess_shapes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/memory.h"

typedef struct rule {
  gchk_name_class class_;
  const char *layer; /* in the layer's name, in small letters; "": any */
  const char *needs; /* letters of sizes that have to be there, too */
  const char *shape;
  bool is_sure;
} rule;

static const rule rules[] = {
    {GCHK_NAME_SCORES, "", "", "B NH T T", true},
    {GCHK_NAME_QUERY, "", "", "B NH T HS", false},
    {GCHK_NAME_QUERY, "", "", "L C", true},
    {GCHK_NAME_IN, "att", "NH", "B T 3*C", true},
    {GCHK_NAME_OUT, "att", "", "B NH T HS", false},
    {GCHK_NAME_IN, "conv", "", "L C H W", true},
    {GCHK_NAME_WEIGHT, "conv", "", "OC C K K", true},
    {GCHK_NAME_BIAS, "conv", "", "OC", true},
    {GCHK_NAME_OUT, "conv", "S P", "L OC (H+2*P-K)//S+1 (W+2*P-K)//S+1", true},
    {GCHK_NAME_OUT, "conv", "S", "L OC (H-K)//S+1 (W-K)//S+1", true},
    {GCHK_NAME_OUT, "conv", "P", "L OC H+2*P-K+1 W+2*P-K+1", true},
    {GCHK_NAME_OUT, "conv", "", "L OC H-K+1 W-K+1", true},
    {GCHK_NAME_IN, "pool", "", "L C H W", true},
    {GCHK_NAME_OUT, "pool", "S", "L C (H-K)//S+1 (W-K)//S+1", true},
    {GCHK_NAME_OUT, "pool", "K", "L C H//K W//K", false},
    {GCHK_NAME_TOKEN_TABLE, "", "", "+V C", true},
    {GCHK_NAME_PLACE_TABLE, "", "", "T C", true},
    {GCHK_NAME_WEIGHT, "embed", "", "+V C", true},
    {GCHK_NAME_IN, "", "M N K", "M K", false},
    {GCHK_NAME_BIAS, "", "M N K", "K N", false},
    {GCHK_NAME_WEIGHT, "", "M N K", "K N", false},
    {GCHK_NAME_OUT, "", "M N K", "M N", false},
    {GCHK_NAME_OUT, "", "", "L OC", true},
    {GCHK_NAME_OUT, "", "", "L C H W", true},
    {GCHK_NAME_OUT, "", "", "L C", true},
    {GCHK_NAME_OUT, "", "", "L F", true},
    {GCHK_NAME_OUT, "", "", "L V", true},
    {GCHK_NAME_IN, "", "", "L C H W", true},
    {GCHK_NAME_IN, "", "", "L C", true},
    {GCHK_NAME_IN, "", "", "L F", true},
    {GCHK_NAME_IN, "", "", "L V", true},
    {GCHK_NAME_WEIGHT, "", "", "OC C", true},
    {GCHK_NAME_WEIGHT, "", "", "F", true},
    {GCHK_NAME_BIAS, "", "", "OC", true},
    {GCHK_NAME_BIAS, "", "", "F", true},
    {GCHK_NAME_STATISTIC, "batch", "", "C", true},
    {GCHK_NAME_STATISTIC, "bn", "", "C", true},
    {GCHK_NAME_STATISTIC, "", "C", "L", true},
    {GCHK_NAME_LOGITS, "", "", "L VP", true},
    {GCHK_NAME_LOGITS, "", "", "L V", true},
    {GCHK_NAME_LOGITS, "", "", "L C", true},
    {GCHK_NAME_LOGITS, "", "", "L F", true},
    {GCHK_NAME_PROBS, "", "", "L VP", true},
    {GCHK_NAME_PROBS, "", "", "L V", true},
    {GCHK_NAME_PROBS, "", "", "L C", true},
    {GCHK_NAME_PROBS, "", "", "L F", true},
    {GCHK_NAME_MASK, "", "", "L C", true},
    {GCHK_NAME_MASK, "", "", "L F", true},
};
enum { RULES = sizeof rules / sizeof rules[0] };

typedef struct shaper {
  gchk_guess *guess;
  char layer[GCHK_NAME_LENGTH]; /* its name in small letters */
  gchk_arena *arena;
} shaper;

static const gchk_guessed_size *size_of(const gchk_guess *guess, const char *letters, size_t length) {
  for (size_t i = 0; i < guess->size_count; i++) {
    const char *own = gchk_count_letters(guess->sizes[i].count);
    if (length > 0 && strlen(own) == length && memcmp(own, letters, length) == 0)
      return &guess->sizes[i];
  }
  return NULL;
}

static bool has(const gchk_guess *guess, const char *letters) {
  return size_of(guess, letters, strlen(letters)) != NULL;
}

/* Is N the number of rows of something, rather than that of all elements? */
static bool counts_rows(const gchk_guess *guess) {
  return has(guess, "N") && (has(guess, "C") || has(guess, "V") || has(guess, "OC"));
}

/* "L" and "F" in letters. */
static const char *leading(const gchk_guess *guess) {
  if (has(guess, "B"))
    return has(guess, "T") ? "B T" : "B";
  if (counts_rows(guess))
    return "N";
  return has(guess, "T") ? "T" : has(guess, "M") ? "M" : "";
}

static const char *features(const gchk_guess *guess) {
  return has(guess, "C") ? "C" : has(guess, "N") && !counts_rows(guess) ? "N" : NULL;
}

/* A size that no function takes and a shape needs. */
static bool add_size(gchk_guess *guess, const char *letters) {
  if (guess->size_count == GCHK_MOST_GUESSED)
    return false;
  guess->sizes[guess->size_count++] = (gchk_guessed_size){.name = letters, .count = gchk_count_of(letters)};
  return true;
}

/* Letters to the names that the functions have for them; false where one of them is not there. */
static bool put_letters(const gchk_guess *guess, char *out, size_t size, const char *letters) {
  size_t used = strlen(out);
  for (const char *at = letters; *at != '\0';) {
    size_t length = 0;
    while (isalpha((unsigned char)at[length]))
      length++;
    const gchk_guessed_size *s = size_of(guess, at, length);
    if (length > 0 && s == NULL)
      return false;
    const int written =
        length > 0 ? snprintf(out + used, size - used, "%s", s->name) : snprintf(out + used, size - used, "%c", *at);
    used += (size_t)written;
    if (used >= size)
      return false;
    at += length > 0 ? length : 1;
  }
  return true;
}

/* The shape that a rule's text stands for, in the names of the sizes; NULL where a size is not there. */
static const char *expand(shaper *s, const char *text) {
  char out[GCHK_SHAPE_TEXT] = "";
  for (const char *at = text; *at != '\0';) {
    const size_t length = strcspn(at, " ");
    char part[GCHK_SHAPE_TEXT];
    const char *letters = part;
    (void)snprintf(part, sizeof part, "%.*s", (int)length, at);
    if (strcmp(part, "L") == 0)
      letters = leading(s->guess);
    else if (strcmp(part, "F") == 0)
      letters = features(s->guess);
    else if (strcmp(part, "+V") == 0)
      letters = has(s->guess, "V") || add_size(s->guess, "V") ? "V" : NULL;
    if (letters != NULL && letters[0] != '\0' && out[0] != '\0')
      (void)snprintf(out + strlen(out), sizeof out - strlen(out), " ");
    if (letters == NULL || !put_letters(s->guess, out, sizeof out, letters))
      return NULL;
    at += length + strspn(at + length, " ");
  }
  return gchk_arena_strdup(s->arena, out);
}

static bool needs_are_there(const gchk_guess *guess, const char *needs) {
  for (const char *at = needs; *at != '\0';) {
    const size_t length = strcspn(at, " ");
    if (size_of(guess, at, length) == NULL)
      return false;
    at += length + strspn(at + length, " ");
  }
  return true;
}

static bool has_query(const gchk_guess *guess) {
  for (size_t i = 0; i < guess->tensor_count; i++)
    if (guess->tensors[i].class_ == GCHK_NAME_QUERY)
      return true;
  return false;
}

static void apply_rules(shaper *s, gchk_guessed_tensor *t, gchk_name_class class_) {
  for (size_t i = 0; i < RULES && t->shape == NULL; i++) {
    const rule *r = &rules[i];
    if (r->class_ != class_ || strstr(s->layer, r->layer) == NULL || !needs_are_there(s->guess, r->needs) ||
        (strcmp(r->layer, "att") == 0 && r->class_ == GCHK_NAME_IN && has_query(s->guess)))
      continue;
    t->shape = expand(s, r->shape);
    if (t->shape != NULL && !r->is_sure)
      t->todo = "the shape is a guess: is it so?";
  }
}

/* Losses are one a row, a loss is one number; targets are integers, one a row, or as the predictions are. */
static void shape_by_kind(shaper *s, gchk_guessed_tensor *t) {
  const size_t length = strlen(t->name);
  const char *rows = expand(s, "L");
  const bool has_rows = rows != NULL && rows[0] != '\0';
  if (t->class_ == GCHK_NAME_LOSS && tolower((unsigned char)t->name[length - 1]) != 's') {
    t->shape = "";
    t->todo = "one number: or is there one a row?";
  } else if (t->class_ == GCHK_NAME_LOSS || t->base == GCHK_C_INT) {
    t->shape = has_rows ? rows : expand(s, "F");
  } else if (t->class_ == GCHK_NAME_TARGET) {
    apply_rules(s, t, GCHK_NAME_LOGITS);
  }
}

static void put_choice(char *choices, size_t size, const char *shape) {
  const size_t used = strlen(choices);
  if (used < size)
    (void)snprintf(choices + used, size - used, "%s\"%s\"", used > 0 ? ", " : "", shape);
}

/* No rule: as another tensor, the input before all, with all that there is to choose from. */
static void shape_like_another(shaper *s, gchk_guessed_tensor *t) {
  const gchk_guess *guess = s->guess;
  char choices[GCHK_SHAPE_TEXT] = "";
  const char *like = NULL;
  for (size_t i = 0; i < guess->tensor_count; i++) {
    const gchk_guessed_tensor *other = &guess->tensors[i];
    if (other->shape == NULL || other == t || strstr(choices, other->shape) != NULL)
      continue;
    if (like == NULL || other->class_ == GCHK_NAME_IN)
      like = other->shape;
    put_choice(choices, sizeof choices, other->shape);
  }
  for (size_t i = 0; i < guess->size_count; i++)
    if (like == NULL || strcmp(like, guess->sizes[i].name) != 0)
      put_choice(choices, sizeof choices, guess->sizes[i].name);
  if (like == NULL)
    like = guess->size_count > 0 ? guess->sizes[0].name : "N";
  t->shape = like;
  t->todo = gchk_arena_printf(s->arena, "%s%sthe shape: %s?", t->todo != NULL ? t->todo : "",
                              t->todo != NULL ? "; and " : "", choices[0] != '\0' ? choices : "nothing tells it");
}

static void set_below(shaper *s, gchk_guessed_tensor *t) {
  static const char *const choices[] = {"V", "VP", "OC", "C", "N"};
  for (size_t i = 0; i < sizeof choices / sizeof choices[0] && t->below == NULL; i++)
    if (has(s->guess, choices[i]))
      t->below = expand(s, choices[i]);
  if (t->below != NULL && t->class_ != GCHK_NAME_TARGET && !has(s->guess, "V"))
    t->todo = "below which number are they?";
  if (t->below == NULL) {
    t->below = "2";
    t->todo = "below which number are they?";
  }
}

/* Values that fit each other where they are known, and differ from each other where they are not. */
static void set_values(gchk_guess *guess) {
  static const unsigned others[] = {3, 5, 7, 11, 13, 17, 19, 23};
  size_t next = 0;
  const bool rows = counts_rows(guess) || has(guess, "M");
  for (size_t i = 0; i < guess->size_count; i++) {
    gchk_guessed_size *s = &guess->sizes[i];
    s->value = gchk_count_usual(s->count);
    if (s->count == GCHK_COUNT_OTHER)
      s->value = others[next++ % (sizeof others / sizeof others[0])];
    else if (s->count == GCHK_COUNT_ELEMENTS && rows)
      s->value = 4;
  }
}

gchk_status gchk_guess_shapes(gchk_guess *guess, gchk_arena *arena, gchk_error *error) {
  shaper s = {.guess = guess, .arena = arena};
  const char *name = guess->passes->name;
  for (size_t i = 0; i + 1 < sizeof s.layer && name[i] != '\0'; i++)
    s.layer[i] = (char)tolower((unsigned char)name[i]);
  for (size_t i = 0; i < guess->tensor_count; i++) {
    gchk_guessed_tensor *t = &guess->tensors[i];
    if (t->shape == NULL)
      shape_by_kind(&s, t);
    if (t->shape == NULL && t->base != GCHK_C_INT)
      apply_rules(&s, t, t->class_);
  }
  for (size_t i = 0; i < guess->tensor_count; i++)
    if (guess->tensors[i].shape == NULL ||
        (guess->tensors[i].shape[0] == '\0' && guess->tensors[i].class_ != GCHK_NAME_LOSS))
      shape_like_another(&s, &guess->tensors[i]);
  if (guess->size_count == 0 && !add_size(guess, "N"))
    return gchk_fail_memory(error, name);
  for (size_t i = 0; i < guess->tensor_count; i++)
    if (guess->tensors[i].role == GCHK_INDEX)
      set_below(&s, &guess->tensors[i]);
  set_values(guess);
  return gchk_arena_has_failed(arena) ? gchk_fail_memory(error, name) : GCHK_OK;
}
