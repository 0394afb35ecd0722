/* A line of gradcheck's that begins with a verdict is of a case; the rows above and the summary below are not. */
#include "mutate/complaint.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/file_start.h"
#include "core/text.h"

enum { LOG_BYTES = 64 << 10, DETAIL_INDENT = 3 };

static const char *start_of_line(const char *text, const char *at) {
  while (at > text && at[-1] != '\n')
    at--;
  return at;
}

static const char *next_line(const char *line) {
  const char *end = strchr(line, '\n');
  return end != NULL ? end + 1 : line + strlen(line);
}

/* "FAIL conv/tails W   (conv.c:7)", which is no "FAIL  4 cases: ..." */
static bool is_mistake(const char *line) {
  static const char *const heads[] = {"FAIL ", "ERROR ", "UNDECIDED "};
  for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
    if (strncmp(line, heads[i], strlen(heads[i])) == 0 && line[strlen(heads[i])] != ' ')
      return true;
  return false;
}

static const char *find_mistake(const char *text) {
  while (*text != '\0' && !is_mistake(text))
    text = next_line(text);
  return *text != '\0' ? text : NULL;
}

static const char *find_line(const char *text) {
  static const char *const words[] = {"rror:", "rror"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const char *at = strstr(text, words[i]);
    if (at != NULL)
      return start_of_line(text, at);
  }
  return text;
}

/* The line with those that it goes on in, further in than what is said of a mistake. */
static size_t whole_length(const char *line) {
  const char *end = next_line(line);
  while (*end != '\0' && strspn(end, " ") > DETAIL_INDENT)
    end = next_line(end);
  return (size_t)(end - line);
}

/* The text with a blank for each run of white space. */
static void put_words(gchk_text *out, const char *text, size_t length) {
  for (const char *end = text + length; text < end;) {
    const size_t blanks = strspn(text, " \n"), letters = strcspn(text + blanks, " \n");
    const size_t left = (size_t)(end - text);
    if (blanks >= left)
      return;
    gchk_text_put(out, blanks > 0 && out->length > 0 ? " " : "");
    gchk_text_write(out, text + blanks, letters < left - blanks ? letters : left - blanks);
    text += blanks + letters;
  }
}

void gchk_read_complaint(const char *path, char *line, size_t size) {
  char text[LOG_BYTES];
  gchk_text out = {0};
  gchk_file_start(path, text, sizeof text);
  const char *mistake = find_mistake(text), *other = find_line(text);
  if (mistake != NULL) {
    const char *below = mistake + whole_length(mistake);
    put_words(&out, mistake, whole_length(mistake));
    gchk_text_put(&out, ":");
    put_words(&out, below, whole_length(below));
  } else {
    put_words(&out, other, strcspn(other, "\n"));
  }
  (void)snprintf(line, size, "%s", out.data != NULL ? out.data : "");
  gchk_text_deinit(&out);
}
