/* A strict reader of our own HTML: it understands what the report uses, and anything else is an error. */
#include "report/html_check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

enum { MAX_DEPTH = 64, NAME_SIZE = 32, VALUE_SIZE = 1024, MAX_IDS = 20000, MAX_ATTRIBUTES = 24 };

typedef struct reader {
  const char *start, *at;
  bool with_style;
  size_t depth;
  char stack[MAX_DEPTH][NAME_SIZE];
  size_t id_count, reference_count;
  char (*ids)[VALUE_SIZE], (*references)[VALUE_SIZE];
  char *message;
  size_t size;
} reader;

static bool wrong(reader *r, const char *what, const char *detail) {
  size_t line = 1;
  for (const char *c = r->start; c < r->at; c++)
    line += *c == '\n';
  snprintf(r->message, r->size, "line %zu: %s %s near: %.80s", line, what, detail, r->at);
  return false;
}

static bool is_any(const char *name, const char *const *list) {
  for (size_t i = 0; list[i]; i++)
    if (strcmp(name, list[i]) == 0)
      return true;
  return false;
}

static bool is_inside(const reader *r, const char *name) {
  for (size_t i = 0; i < r->depth; i++)
    if (strcmp(r->stack[i], name) == 0)
      return true;
  return false;
}

static const char *const empty_tags[] = {"meta", "link", "br", "wbr", "input", NULL};
static const char *const flow_tags[] = {"p",  "div", "ul", "dl",       "table",   "section", "figure", "details", "h1",
                                        "h2", "h3",  "h4", "fieldset", "article", "header",  "footer", "main",    NULL};
static const char *const known_tags[] = {
    "html",    "head",    "meta",       "title",   "style",   "link",     "body",   "header", "main",  "nav",  "footer",
    "section", "article", "h1",         "h2",      "h3",      "p",        "div",    "span",   "small", "b",    "code",
    "a",       "ul",      "li",         "dl",      "dt",      "dd",       "table",  "thead",  "tbody", "tr",   "th",
    "td",      "figure",  "figcaption", "details", "summary", "svg",      "desc",   "path",   "g",     "text", "rect",
    "circle",  "h4",      "wbr",        "input",   "label",   "fieldset", "legend", "br",     NULL};

/* One entity or plain character of text or of an attribute's value. */
static bool read_character(reader *r) {
  static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  if (*r->at == '&') {
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
      if (strncmp(r->at, entities[i], strlen(entities[i])) == 0) {
        r->at += strlen(entities[i]);
        return true;
      }
    return wrong(r, "unknown entity", "");
  }
  uint32_t code;
  size_t length = gchk_utf8_decode(r->at, &code);
  if (length == 0)
    return wrong(r, "not UTF-8", "");
  if ((code < 0x20 && code != '\n') || (code >= 0x7f && code < 0xa0) || (code & 0xfffe) == 0xfffe)
    return wrong(r, "control character", "");
  r->at += length;
  return true;
}

static bool read_attribute(reader *r, const char *tag, char *name, char *value) {
  size_t length = strcspn(r->at, "= />\n\"");
  if (length == 0 || length >= NAME_SIZE)
    return wrong(r, "no attribute name in", tag);
  memcpy(name, r->at, length);
  name[length] = '\0';
  r->at += length;
  if (strncmp(r->at, "=\"", 2) != 0)
    return wrong(r, "attribute without a quoted value:", name);
  r->at += 2;
  const char *start = r->at;
  while (*r->at && *r->at != '"') {
    if (*r->at == '<')
      return wrong(r, "< in attribute", name);
    if (!read_character(r))
      return false;
  }
  snprintf(value, VALUE_SIZE, "%.*s", (int)(r->at - start < VALUE_SIZE ? r->at - start : VALUE_SIZE - 1), start);
  r->at++;
  return true;
}

static bool remember(reader *r, char (*list)[VALUE_SIZE], size_t *count, const char *value) {
  if (*count == MAX_IDS)
    return wrong(r, "too many ids", "");
  snprintf(list[(*count)++], VALUE_SIZE, "%s", value);
  return true;
}

static bool check_attribute(reader *r, const char *tag, const char *name, const char *value) {
  if (strcmp(name, "style") == 0 || strncmp(name, "on", 2) == 0 || strcmp(name, "src") == 0)
    return wrong(r, "forbidden attribute", name);
  if (strstr(value, "data:") || strstr(value, "javascript:") || strstr(value, "url("))
    return wrong(r, "forbidden value", value);
  if (strcmp(name, "href") == 0) {
    if (strcmp(tag, "link") == 0)
      return !strstr(value, "//") || wrong(r, "link elsewhere", value);
    return value[0] == '#' ? remember(r, r->references, &r->reference_count, value + 1)
                           : wrong(r, "link elsewhere", value);
  }
  if (strcmp(name, "aria-labelledby") == 0) {
    char copy[VALUE_SIZE], *rest = copy;
    snprintf(copy, sizeof copy, "%s", value);
    for (char *one = strtok_r(copy, " ", &rest); one; one = strtok_r(NULL, " ", &rest))
      if (!remember(r, r->references, &r->reference_count, one))
        return false;
  }
  if (strcmp(name, "id") != 0)
    return true;
  for (size_t i = 0; i < r->id_count; i++)
    if (strcmp(r->ids[i], value) == 0)
      return wrong(r, "id twice:", value);
  return remember(r, r->ids, &r->id_count, value);
}

static bool check_nesting(reader *r, const char *tag) {
  const char *parent = r->depth ? r->stack[r->depth - 1] : "";
  if (is_inside(r, "p") && is_any(tag, flow_tags))
    return wrong(r, "block inside p:", tag);
  if (strcmp(tag, "li") == 0 && strcmp(parent, "ul") != 0)
    return wrong(r, "li outside ul", parent);
  if ((strcmp(tag, "td") == 0 || strcmp(tag, "th") == 0) && strcmp(parent, "tr") != 0)
    return wrong(r, "cell outside a row", parent);
  if (strcmp(tag, "tr") == 0 && strcmp(parent, "thead") != 0 && strcmp(parent, "tbody") != 0)
    return wrong(r, "row outside a table's parts", parent);
  if (strcmp(parent, "ul") == 0 && strcmp(tag, "li") != 0)
    return wrong(r, "in ul:", tag);
  return !is_inside(r, "a") || strcmp(tag, "a") != 0 || wrong(r, "a in a", "");
}

/* What a tag must say for those who cannot see. */
static bool check_access(reader *r, const char *tag, bool has_scope, bool has_label, bool is_hidden) {
  if (strcmp(tag, "th") == 0 && !has_scope)
    return wrong(r, "th without scope", "");
  return strcmp(tag, "svg") != 0 || has_label || is_hidden || wrong(r, "svg without a label", "");
}

static bool read_open_tag(reader *r) {
  char tag[NAME_SIZE], names[MAX_ATTRIBUTES][NAME_SIZE], value[VALUE_SIZE];
  size_t length = strcspn(r->at + 1, " >/\n"), count = 0;
  if (length == 0 || length >= sizeof tag)
    return wrong(r, "no tag", "");
  memcpy(tag, r->at + 1, length);
  tag[length] = '\0';
  if (!is_any(tag, known_tags) || (strcmp(tag, "style") == 0 && !r->with_style))
    return wrong(r, "forbidden or unknown tag", tag);
  if (!check_nesting(r, tag))
    return false;
  r->at += 1 + length;
  bool has_scope = false, has_label = false, is_hidden = false;
  while (isspace((unsigned char)*r->at)) {
    r->at++;
    if (count == MAX_ATTRIBUTES || !read_attribute(r, tag, names[count], value))
      return *r->message ? false : wrong(r, "too many attributes", tag);
    for (size_t i = 0; i < count; i++)
      if (strcmp(names[i], names[count]) == 0)
        return wrong(r, "attribute twice:", names[i]);
    has_scope = has_scope || strcmp(names[count], "scope") == 0;
    has_label = has_label || strcmp(names[count], "aria-labelledby") == 0;
    is_hidden = is_hidden || strcmp(names[count], "aria-hidden") == 0;
    if (!check_attribute(r, tag, names[count++], value))
      return false;
  }
  if (!check_access(r, tag, has_scope, has_label, is_hidden))
    return false;
  bool is_closed = *r->at == '/';
  r->at += is_closed;
  if (*r->at != '>')
    return wrong(r, "tag that does not end:", tag);
  r->at++;
  if (is_closed)
    return is_inside(r, "svg") || wrong(r, "/> outside svg", tag);
  if (is_any(tag, empty_tags))
    return true;
  if (r->depth == MAX_DEPTH)
    return wrong(r, "too deep", tag);
  memcpy(r->stack[r->depth++], tag, sizeof tag);
  if (strcmp(tag, "style") != 0)
    return true;
  const char *end = strstr(r->at, "</style>");
  const char *bad[] = {"url(", "@import", "http", "</", NULL};
  for (size_t i = 0; bad[i] && end; i++) {
    const char *found = strstr(r->at, bad[i]);
    if (found && found < end)
      return wrong(r, "in the style:", bad[i]);
  }
  r->at = end ? end : r->at;
  return true;
}

static bool read_close_tag(reader *r) {
  char tag[NAME_SIZE];
  size_t length = strcspn(r->at + 2, ">");
  if (length == 0 || length >= sizeof tag)
    return wrong(r, "no closing tag", "");
  memcpy(tag, r->at + 2, length);
  tag[length] = '\0';
  if (r->depth == 0 || strcmp(r->stack[r->depth - 1], tag) != 0)
    return wrong(r, "closes what is not open:", tag);
  r->depth--;
  r->at += 3 + length;
  return true;
}

static bool read_page(reader *r) {
  static const char doctype[] = "<!DOCTYPE html>\n";
  if (strncmp(r->at, doctype, sizeof doctype - 1) != 0)
    return wrong(r, "no doctype", "");
  r->at += sizeof doctype - 1;
  if (strncmp(r->at, "<html lang=\"en\">", 16) != 0)
    return wrong(r, "no language", "");
  while (*r->at) {
    bool is_right = *r->at != '<'     ? *r->at != '>' && read_character(r)
                    : r->at[1] == '/' ? read_close_tag(r)
                                      : read_open_tag(r);
    if (!is_right)
      return *r->message ? false : wrong(r, "stray >", "");
  }
  if (r->depth != 0)
    return wrong(r, "never closed:", r->stack[r->depth - 1]);
  for (size_t i = 0; i < r->reference_count; i++) {
    bool is_there = false;
    for (size_t k = 0; k < r->id_count && !is_there; k++)
      is_there = strcmp(r->references[i], r->ids[k]) == 0;
    if (!is_there)
      return wrong(r, "reference to nothing:", r->references[i]);
  }
  return true;
}

bool html_is_sound(const char *html, bool with_style, char *message, size_t size) {
  reader r = {.start = html, .at = html, .with_style = with_style, .message = message, .size = size};
  message[0] = '\0';
  r.ids = calloc(MAX_IDS, sizeof *r.ids);
  r.references = calloc(MAX_IDS, sizeof *r.references);
  bool is_sound = r.ids && r.references && read_page(&r);
  free(r.ids);
  free(r.references);
  return is_sound;
}
