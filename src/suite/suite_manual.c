/*
 * The manual of the suite format: the table of keys by section, each with a few words before it, and an example.
 *
 * What a key does is said in the table alone (suite_keys.c); here is what concerns several of them.
 */
#include "gradcheck/suite.h"

#include <string.h>

#include "core/wrap.h"
#include "suite/suite_keys.h"

enum { INDENT = 2, SENTENCE_AT = 42, WIDTH = 118 };

static const char head[] =
    "A suite is a YAML file with a list of cases. A case checks the backward of one layer, or of a network of layers:\n"
    "\n"
    "  cases:\n"
    "    - name: relu\n"
    "      layer: relu\n"
    "      values:\n"
    "        x: {shape: [3, 4], normal: 1}\n"
    "    - name: two-layers\n"
    "      values:\n"
    "        x: {shape: [3, 20]}\n"
    "        t: {shape: [3, 10], one_hot: true}\n"
    "      network:\n"
    "        - affine: {units: 50, W: W1, b: b1}      # keys: tensors of the layer by name, its sizes, its options\n"
    "        - relu                                   # reads the output of the layer before\n"
    "        - affine: {units: 10}                    # parameters without a name are called affine2.W, affine2.b\n"
    "        - softmax_with_loss: {t: t}\n"
    "\n"
    "Numbers may be quotients (1/255). &name and *name (YAML) repeat a part without writing it twice. Files are seen\n"
    "from the suite's folder. Where several forms of a value are possible, \"or\" stands between them.\n";

static const struct {
  unsigned section;
  const char *title, *text;
} sections[] = {
    {GCHK_KEYS_SUITE, "THE FILE", NULL},
    {GCHK_KEYS_CASE, "A CASE",
     "`name`, and `layer` or `network`; the keys under EXPECT, SETTINGS and TRAIN belong to it."},
    {GCHK_KEYS_ITEM, "AN ITEM OF `network`",
     "A layer's name, or LAYER: {...} with its tensors by name, its sizes, its options, and these. A value may be read "
     "several times; a parameter that several layers name is shared."},
    {GCHK_KEYS_VALUE, "A VALUE",
     "A number (a scalar, or every element of a parameter), nested lists of numbers, or {...} with a fill or a file "
     "and "
     "these."},
    {GCHK_KEYS_FILL, "FILLS", "One of them, or none: as the layer fills it."},
    {GCHK_KEYS_CLASS, "CLASSES", "Fills too; beside a file or `values` they say what its numbers are."},
    {GCHK_KEYS_DATA, "DATA",
     "One file, plain or .gz. The columns are taken first, then the part of `split`, then the rows, then it is "
     "scaled."},
    {GCHK_KEYS_SPLIT, "SPLIT", "The rows are shuffled, and one part of them is kept."},
    {GCHK_KEYS_EXPECT, "EXPECT", "What a case must give; by the names of tensors, and written like values."},
    {GCHK_KEYS_DOCUMENT, "DOCUMENTS",
     "Each row has `document`, `at`, `prints`, and one of the keys from `value` to `misprint`."},
    {GCHK_KEYS_SUPPRESS, "SUPPRESS",
     "Each row has `finding`, `until`, `reason`, and `tensor` where it is one of them."},
    {GCHK_KEYS_REFERENCE, "REFERENCE", "`source`, and `npz` or `gradients`."},
    {GCHK_KEYS_ARCHIVE, "`npz` OF A REFERENCE, BY DTYPE", NULL},
    {GCHK_KEYS_SETTING, "SETTINGS", "Of a case, or of all cases under `defaults`."},
    {GCHK_KEYS_PRECISION, "PRECISION",
     "bf16 or f16, for what is stored; tf32, for the factors of products; a number, the unit round-off (half the "
     "spacing "
     "of the numbers at 1, a power of two) of what is stored; or {...} with these."},
    {GCHK_KEYS_TRAIN, "TRAIN", "For `gradcheck train`; written like values, and read by that command alone."},
};

/* `text` from column `column` on, broken at blanks, its further lines indented as far. */
static void print_wrapped(const char *text, size_t column, FILE *out) {
  gchk_text lines = {0};
  gchk_text_wrap(&lines, text, strlen(text), column, column, WIDTH);
  (void)fprintf(out, "%s\n", lines.length > 0 ? lines.data : "");
  gchk_text_deinit(&lines);
}

static void print_row(const gchk_suite_key *row, FILE *out) {
  int length = fprintf(out, "%*s%s: %s", INDENT, "", row->key, row->form);
  /* A key that is too long for its column has its sentence below it. */
  if (length + 2 > SENTENCE_AT)
    (void)fprintf(out, "\n%*s", SENTENCE_AT, "");
  else
    (void)fprintf(out, "%*s", SENTENCE_AT - length, "");
  print_wrapped(row->sentence, SENTENCE_AT, out);
}

void gchk_suite_manual(FILE *out) {
  (void)fputs(head, out);
  for (size_t i = 0; i < GCHK_COUNT(sections); i++) {
    const gchk_suite_key *row;
    (void)fprintf(out, "\n%s\n", sections[i].title);
    if (sections[i].text != NULL) {
      (void)fprintf(out, "%*s", INDENT, "");
      print_wrapped(sections[i].text, INDENT, out);
    }
    for (size_t k = 0; (row = gchk_suite_key_at(k)) != NULL; k++)
      if (row->section == sections[i].section)
        print_row(row, out);
  }
}
