/* The glossary, folded: every word of the table, then the codes that the page has. */
#include "report/html_glossary.h"

#include <string.h>

#include "gradcheck/glossary.h"
#include "report/html_words.h"

static void put_entry(gchk_text *out, const char *word, const char *meaning) {
  gchk_text_put(out, ">");
  gchk_html_name(out, word);
  gchk_text_put(out, "</dt><dd>");
  gchk_html_doc(out, meaning);
  gchk_text_put(out, "</dd>\n");
}

/* "word-error-bars": words are of letters and blanks. */
static void put_id(gchk_text *out, const char *word) {
  gchk_text_put(out, " id=\"word-");
  for (; *word != '\0'; word++)
    gchk_text_write(out, *word == ' ' ? "-" : word, 1);
  gchk_text_put(out, "\"");
}

static bool has_code(const gchk_finding *findings, size_t count, const char *code) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(findings[i].code, code) == 0)
      return true;
  return false;
}

static bool is_in_page(const gchk_html_page *page, const char *code) {
  const gchk_result *result = page->result;
  for (size_t i = 0; i < result->case_count; i++)
    if (has_code(result->cases[i].findings, result->cases[i].finding_count, code))
      return true;
  for (size_t i = 0; i < page->tensors.count; i++)
    if (has_code(page->tensors.rows[i].tensor->findings, page->tensors.rows[i].tensor->finding_count, code))
      return true;
  return false;
}

void gchk_html_glossary(const gchk_html_page *page, gchk_text *out) {
  const gchk_glossary_entry *entry;
  const gchk_code_doc *code;
  gchk_text_put(out,
                "<section id=\"glossary\">\n<h2>Glossary</h2>\n<details><summary>The words of this page</summary>\n"
                "<dl>\n");
  for (size_t i = 0; (entry = gchk_glossary_at(i)) != NULL; i++) {
    gchk_text_put(out, "<dt");
    put_id(out, entry->word);
    put_entry(out, entry->word, entry->sentence);
  }
  for (size_t i = 0; (code = gchk_code_at(i)) != NULL; i++)
    if (is_in_page(page, code->name)) {
      gchk_text_put(out, "<dt");
      put_entry(out, code->name, code->meaning);
    }
  gchk_text_put(out, "</dl>\n</details>\n</section>\n");
}
