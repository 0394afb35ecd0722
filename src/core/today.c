/* What day it is. */
#include "core/today.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void gchk_today(char date[GCHK_DATE]) {
  const char *given = getenv("SOURCE_DATE_EPOCH");
  time_t now = time(NULL);
  struct tm day;
  date[0] = '\0';
  if (given != NULL) {
    char *end;
    errno = 0;
    const long long seconds = strtoll(given, &end, 10);
    if (errno != 0 || end == given || *end != '\0' || seconds < 0)
      return;
    now = (time_t)seconds;
  }
  if (gmtime_r(&now, &day) == NULL || strftime(date, GCHK_DATE, "%Y-%m-%d", &day) == 0)
    date[0] = '\0';
}

static bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool gchk_is_date(const char *text) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  static const char form[] = "0000-00-00";
  for (size_t i = 0; i < sizeof form; i++)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
      return false;
  const int year = (int)strtol(text, NULL, 10), month = (int)strtol(text + 5, NULL, 10);
  const int day = (int)strtol(text + 8, NULL, 10);
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && is_leap(year));
}
