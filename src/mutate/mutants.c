/*
 * What is changed of a body:
 *
 *     + - * / %, comparisons, && ||    another operator          a[i]       a[i + 1], a[i - 1]
 *     a += b     a -= b, a = b         a = b    a += b           2, 0       (2*2), 1
 *     a + b      a, b                  a * b    a, b             -a         a
 *     a statement that is an expression    nothing
 *
 * Assertions are left alone. Lines stay where they are. What is no C after it is found by the compiler.
 */
#include "mutate/mutants.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/text.h"
#include "mutate/statements.h"

typedef struct finder {
  gchk_mutation *mutation;
  const char *text;
  gchk_range body;
  const char *function;
  const unsigned char *marks;
  bool failed;
} finder;

static const gchk_token *token(const finder *f, size_t i) {
  return &f->body.tokens->at[i];
}

static bool is_at(const finder *f, size_t i, const char *text) {
  return i >= f->body.first && i < f->body.last && gchk_token_is(token(f, i), text);
}

static unsigned marks_of(const finder *f, size_t i) {
  return f->marks[i - f->body.first];
}

/* Bytes of a line, or several, with every run of blanks as one, and none at the ends. */
static void put_as_line(gchk_text *out, const char *from, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const bool is_blank = isspace((unsigned char)from[i]);
    const bool had_blank = out->length == 0 || out->data[out->length - 1] == ' ';
    if (!is_blank)
      gchk_text_write(out, from + i, 1);
    else if (!had_blank)
      gchk_text_put(out, " ");
  }
}

/* As put_as_line; of the mutation's arena. NULL when out of memory. */
static const char *line_of(finder *f, const char *start, const char *at, const char *middle, const char *behind,
                           const char *end) {
  gchk_text whole = {0}, line = {0};
  gchk_text_write(&whole, start, (size_t)(at - start));
  gchk_text_put(&whole, middle);
  gchk_text_write(&whole, behind, (size_t)(end - behind));
  if (!whole.failed)
    put_as_line(&line, whole.data, whole.length);
  const size_t length = line.length - (line.length > 0 && line.data[line.length - 1] == ' ');
  const bool has_failed = whole.failed || line.failed;
  const char *copy =
      has_failed ? NULL : gchk_arena_printf(f->mutation->arena, "%.*s", (int)length, length > 0 ? line.data : "");
  gchk_text_deinit(&whole);
  gchk_text_deinit(&line);
  return copy;
}

static size_t count_lines(const char *at, size_t length) {
  size_t lines = 0;
  for (size_t i = 0; i < length; i++)
    lines += at[i] == '\n';
  return lines;
}

/* The replacement, with as many ends of lines as what it replaces. */
static const char *keep_lines(finder *f, const char *replacement, const char *at, size_t length) {
  gchk_text text = {0};
  gchk_text_put(&text, replacement);
  gchk_text_repeat(&text, "\n", count_lines(at, length) - count_lines(replacement, strlen(replacement)));
  const char *kept = text.failed ? NULL : gchk_arena_strdup(f->mutation->arena, text.data);
  gchk_text_deinit(&text);
  return kept;
}

/* A mutant in which tokens first to last-1 become `replacement`. */
static void add(finder *f, size_t first, size_t last, const char *replacement, const char *what) {
  gchk_mutation *m = f->mutation;
  const char *at = token(f, first)->text, *end = token(f, last - 1)->text + token(f, last - 1)->length;
  const char *line_start = at, *line_end = end;
  while (line_start > f->text && line_start[-1] != '\n')
    line_start--;
  while (*line_end != '\0' && *line_end != '\n')
    line_end++;
  gchk_mutant *grown = gchk_arena_append(m->arena, m->mutants, m->mutant_count, sizeof *grown);
  if (grown == NULL || replacement == NULL) {
    f->failed = true;
    return;
  }
  m->mutants = grown;
  m->mutants[m->mutant_count++] = (gchk_mutant){.function = f->function,
                                                .what = what,
                                                .line = token(f, first)->line,
                                                .at = (size_t)(at - f->text),
                                                .length = (size_t)(end - at),
                                                .text = keep_lines(f, replacement, at, (size_t)(end - at)),
                                                .before = line_of(f, line_start, at, "", at, line_end),
                                                .after = line_of(f, line_start, at, replacement, end, line_end)};
}

/* The operators, and what each becomes. Those of one sign stand between operands; "=" and the like are statements'. */
static const struct {
  const char *was, *is;
} swaps[] = {{"+", "-"},   {"-", "+"},  {"*", "/"},   {"/", "*"},   {"%", "/"},   {"+=", "-="}, {"+=", "="},
             {"-=", "+="}, {"-=", "="}, {"*=", "/="}, {"/=", "*="}, {"=", "+="},  {"<", "<="},  {"<=", "<"},
             {">", ">="},  {">=", ">"}, {"==", "!="}, {"!=", "=="}, {"&&", "||"}, {"||", "&&"}};

static void swap_operator(finder *f, size_t i, size_t length) {
  const bool may_be_prefix = length == 1 && strchr("+-*", *token(f, i)->text) != NULL;
  if (may_be_prefix && !gchk_is_binary(&f->body, i))
    return;
  if (is_at(f, i, "=") && length == 1 && (marks_of(f, i) & GCHK_IN_EXPRESSION) == 0)
    return;
  for (size_t k = 0; k < sizeof swaps / sizeof swaps[0]; k++)
    if (strlen(swaps[k].was) == length && memcmp(swaps[k].was, token(f, i)->text, length) == 0)
      add(f, i, i + length, swaps[k].is, gchk_arena_printf(f->mutation->arena, "%s for %s", swaps[k].is, swaps[k].was));
}

/* The text of tokens first to last-1 with something before and behind it; NULL when out of memory. */
static const char *around(finder *f, const char *before, size_t first, size_t last, const char *behind) {
  const char *at = token(f, first)->text, *end = token(f, last - 1)->text + token(f, last - 1)->length;
  return gchk_arena_printf(f->mutation->arena, "%s%.*s%s", before, (int)(end - at), at, behind);
}

/* a[i]; not the size of an array that is declared. */
static void shift_index(finder *f, size_t open) {
  const size_t close = token(f, open)->partner;
  if (open == f->body.first || close == open + 1)
    return;
  const gchk_token *before = token(f, open - 1);
  const bool is_declared = open - 1 > f->body.first && before->kind == GCHK_TOKEN_WORD &&
                           token(f, open - 2)->kind == GCHK_TOKEN_WORD && !is_at(f, open - 2, "return");
  if (is_declared || (before->kind != GCHK_TOKEN_WORD && !is_at(f, open - 1, "]") && !is_at(f, open - 1, ")")))
    return;
  add(f, open + 1, close, around(f, "(", open + 1, close, ") + 1"), "index + 1");
  add(f, open + 1, close, around(f, "(", open + 1, close, ") - 1"), "index - 1");
}

/* "memset(x, 0,": of bytes of 1 is made a number of 1e-303, which nothing sees. */
static bool is_byte(const finder *f, size_t i) {
  while (i > f->body.first && !is_at(f, i, "(") && !is_at(f, i, ";"))
    i--;
  return is_at(f, i - 1, "memset");
}

static void change_constant(finder *f, size_t i) {
  const bool is_index = is_at(f, i - 1, "[") && is_at(f, i + 1, "]"); // which is shifted
  if (is_index || is_at(f, i - 1, ".") || is_byte(f, i))
    return;
  if (strtod(token(f, i)->text, NULL) == 0)
    add(f, i, i + 1, "1", "1 for 0");
  else
    add(f, i, i + 1, around(f, "(2*", i, i + 1, ")"), "constant x 2");
}

/* Of the operands beside an operator the right one goes; and the left one, where it is the first of its row. */
static void drop_operand(finder *f, size_t i) {
  const bool is_term = is_at(f, i, "+") || is_at(f, i, "-");
  const gchk_operand_of kind = is_term ? GCHK_OPERAND_OF_SUM : GCHK_OPERAND_OF_PRODUCT;
  const char *what = is_term ? "a term dropped" : "a factor dropped";
  const size_t start = gchk_operand_start(&f->body, i, kind), end = gchk_operand_end(&f->body, i + 1, kind);
  if (end == i + 1 || start == i)
    return;
  add(f, i, end, " ", what);
  const bool is_first = start == f->body.first ||
                        !(is_term ? is_at(f, start - 1, "+") || is_at(f, start - 1, "-")
                                  : is_at(f, start - 1, "*") || is_at(f, start - 1, "/") || is_at(f, start - 1, "%"));
  if (is_first && is_at(f, i, "/"))
    add(f, start, i, "1 ", what);
  else if (is_first && (is_at(f, i, "+") || is_at(f, i, "*")))
    add(f, start, i + 1, " ", what);
  else if (is_first && is_at(f, i, "-"))
    add(f, start, i, " ", what);
}

static void drop_statement(finder *f, size_t i) {
  if ((marks_of(f, i) & GCHK_BEGINS_STATEMENT) == 0)
    return;
  if (is_at(f, i, "(") && is_at(f, i + 1, "void") && is_at(f, i + 2, ")"))
    return; // says that something is not used
  size_t end = i;
  while ((marks_of(f, end) & GCHK_IN_EXPRESSION) != 0 && !is_at(f, end, ";"))
    end = is_at(f, end, "(") || is_at(f, end, "[") || is_at(f, end, "{") ? token(f, end)->partner + 1 : end + 1;
  add(f, i, end, " ", "a statement dropped");
}

static void visit_sign(finder *f, size_t i, size_t length) {
  swap_operator(f, i, length);
  if (length > 1)
    return;
  if (is_at(f, i, "["))
    shift_index(f, i);
  if (!is_at(f, i, "+") && !is_at(f, i, "-") && !is_at(f, i, "*") && !is_at(f, i, "/") && !is_at(f, i, "%"))
    return;
  if (gchk_is_binary(&f->body, i))
    drop_operand(f, i);
  else if (is_at(f, i, "-"))
    add(f, i, i + 1, " ", "no - before it");
}

/* assert(n > 0), GGML_ASSERT(n > 0): what is said of values changes none of them. */
static bool is_assertion(const finder *f, size_t i) {
  static const char word[] = "assert";
  const gchk_token *name = token(f, i);
  if (name->kind != GCHK_TOKEN_WORD || !is_at(f, i + 1, "("))
    return false;
  for (size_t at = 0; at + strlen(word) <= name->length; at++)
    if (strncasecmp(name->text + at, word, strlen(word)) == 0)
      return true;
  return false;
}

static void visit_body(finder *f) {
  for (size_t i = f->body.first; i < f->body.last && !f->failed; i++) {
    if (is_assertion(f, i)) {
      i = token(f, i + 1)->partner;
      continue;
    }
    drop_statement(f, i);
    if (token(f, i)->kind == GCHK_TOKEN_NUMBER) {
      change_constant(f, i);
    } else if (token(f, i)->kind == GCHK_TOKEN_SIGN) {
      const size_t length = gchk_operator_length(&f->body, i);
      visit_sign(f, i, length);
      i += length - 1;
    }
  }
}

gchk_status gchk_mutants_add(gchk_mutation *mutation, const char *text, const gchk_tokens *tokens,
                             const gchk_bodies *bodies, gchk_error *error) {
  unsigned char *marks = gchk_calloc(tokens->count, 1);
  if (marks == NULL)
    return gchk_fail_memory(error, tokens->path);
  finder f = {.mutation = mutation, .text = text, .marks = marks};
  for (size_t b = 0; b < bodies->count && !f.failed; b++)
    if (bodies->at[b].is_chosen) {
      f.function = bodies->at[b].name;
      f.body = (gchk_range){tokens, bodies->at[b].first, bodies->at[b].last};
      gchk_mark_statements(marks, &f.body);
      visit_body(&f);
    }
  free(marks);
  return f.failed || gchk_arena_has_failed(mutation->arena) ? gchk_fail_memory(error, tokens->path) : GCHK_OK;
}
