/* Every wrong tensor, and every case that is wrong as a whole, with each of its findings is a site. */
#include "summary/site.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "summary/cause_key.h"
#include "summary/wrong.h"

// Counts, where there is no room yet.
static void add_site(gchk_site_list *list, gchk_site s) {
  s.order = list->count++;
  if (list->sites != NULL)
    list->sites[s.order] = s;
}

// One for each finding that names a mistake; where none does, for each that is no note; one where there is none.
static void add_findings(gchk_site_list *list, gchk_site s, const gchk_finding *findings, size_t count) {
  const size_t before = list->count;
  bool has_name = false;
  for (size_t i = 0; i < count; i++)
    has_name = has_name || gchk_finding_names(&findings[i]);
  for (size_t i = 0; i < count; i++)
    if (has_name ? gchk_finding_names(&findings[i]) : !findings[i].is_note) {
      s.finding = &findings[i];
      s.member.finding_index = i;
      add_site(list, s);
    }
  if (list->count == before)
    add_site(list, s);
}

static void add_case(gchk_site_list *list, const gchk_result *result, size_t index) {
  const gchk_case_result *c = &result->cases[index];
  gchk_site s = {.owner = c, .member = {.case_name = c->name, .tensor = "", .case_index = index}};
  if (gchk_is_wrong_as_a_whole(c))
    add_findings(list, s, c->findings, c->finding_count);
  for (size_t k = 0; k < c->tensor_count && !gchk_failed_as_expected(c); k++) {
    const gchk_tensor_result *t = &c->tensors[k];
    if (t->verdict < GCHK_FAIL)
      continue;
    s.tensor = t;
    s.member.tensor = t->name;
    s.member.tensor_index = k;
    add_findings(list, s, t->findings, t->finding_count);
  }
}

int gchk_compare_sizes(size_t a, size_t b) {
  return (a > b) - (a < b);
}

int gchk_compare_layers(const gchk_site *a, const gchk_site *b) {
  const int by_target = strcmp(a->owner->target, b->owner->target);
  return by_target != 0 ? by_target : strcmp(a->owner->layer, b->owner->layer);
}

// Is a number there a name rather than a figure: the 2 of conv2d, the line of layer.c:12, an exit status?
static bool is_name(const char *start, const char *at) {
  static const char status[] = "status ";
  const size_t length = strlen(status), before = (size_t)(at - start);
  return before > 0 && (isalnum((unsigned char)at[-1]) || at[-1] == '_' || at[-1] == ':' ||
                        (before >= length && memcmp(at - length, status, length) == 0));
}

// Skips a figure of a sentence: -0.25, 1e-05, 0x7f.
static bool skip_figure(const char *start, const char **at) {
  const char *end = *at + (**at == '-');
  if (!isdigit((unsigned char)*end) || is_name(start, *at))
    return false;
  while (isalnum((unsigned char)*end) ||
         ((*end == '.' || ((*end == '+' || *end == '-') && end[-1] == 'e')) && isdigit((unsigned char)end[1])))
    end++;
  *at = end;
  return true;
}

// One letter of it, in which all figures are alike; 0 at its end.
static int next_letter(const char *start, const char **at) {
  if (skip_figure(start, at))
    return '0';
  return **at != '\0' ? (unsigned char)*(*at)++ : 0;
}

// Figures differ from case to case; what is said of them is the cause.
static int compare_reasons(const char *a, const char *b) {
  const char *in_a = a, *in_b = b;
  int x, y;
  do {
    x = next_letter(a, &in_a);
    y = next_letter(b, &in_b);
  } while (x == y && x != 0);
  return x - y;
}

// What nothing names is told apart by what is said of it: a reason, and of which tensor.
static int compare_unnamed(const gchk_site *a, const gchk_site *b) {
  const int by_tensor = strcmp(a->member.tensor, b->member.tensor);
  if (by_tensor != 0 || a->tensor == NULL)
    return by_tensor != 0 ? by_tensor : compare_reasons(a->owner->reason, b->owner->reason);
  return compare_reasons(a->tensor->reason, b->tensor->reason);
}

int gchk_compare_site_keys(const gchk_site *a, const gchk_site *b) {
  const int by_layer = gchk_compare_layers(a, b);
  const int by_finding = by_layer != 0 ? by_layer : gchk_cause_key_compare(a->finding, b->finding);
  return by_finding != 0 || a->finding != NULL ? by_finding : compare_unnamed(a, b);
}

double gchk_site_explained(const gchk_site *site) {
  const double share =
      gchk_evidence_number(site->finding, "explained") / gchk_evidence_number(site->finding, "failing");
  return isnan(share) ? 0 : share;
}

static void add_cases(gchk_site_list *list, const gchk_result *result) {
  list->count = 0;
  for (size_t i = 0; i < result->case_count; i++)
    add_case(list, result, i);
}

gchk_site_list gchk_find_sites(const gchk_result *result) {
  gchk_site_list list = {0};
  add_cases(&list, result);
  if (list.count > 0)
    list.sites = gchk_arena_alloc(result->arena, list.count, sizeof *list.sites);
  if (list.sites == NULL)
    return (gchk_site_list){0};
  add_cases(&list, result);
  return list;
}
