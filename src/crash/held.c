/* As /proc/self says: fd, and in maps those with an s among their permissions, proc(5). */
#include "crash/held.h"

#include <dirent.h>
#include <stdio.h>

#include "crash/alone.h"

enum { LINE = 512, PERMISSIONS = 5 };

// The entries of a folder, 0 where it is not there.
static size_t entries(const char *folder) {
  DIR *open = opendir(folder);
  size_t count = 0;
  for (const struct dirent *entry = NULL; open != NULL && (entry = readdir(open)) != NULL;)
    count += entry->d_name[0] != '.';
  if (open != NULL)
    (void)closedir(open);
  return count;
}

static size_t shared_mappings(void) {
  FILE *maps = fopen("/proc/self/maps", "re");
  char line[LINE], permissions[PERMISSIONS] = "";
  size_t count = 0;
  bool is_start = true;
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    count += is_start && sscanf(line, "%*s %4s", permissions) == 1 && permissions[3] == 's';
    is_start = false;
    for (const char *c = line; *c != '\0'; c++) // the rest of a long path is a line by itself
      is_start = is_start || *c == '\n';
  }
  if (maps != NULL)
    (void)fclose(maps);
  return count;
}

gchk_held gchk_held_now(void) {
  const size_t descriptors = entries("/proc/self/fd");
  return (gchk_held){.is_known = descriptors > 0, .descriptors = descriptors, .shared_mappings = shared_mappings()};
}

bool gchk_holds_no_more_than(const gchk_held *before) {
  if (!before->is_known || !gchk_is_alone())
    return false;
  const gchk_held now = gchk_held_now();
  return now.descriptors <= before->descriptors && now.shared_mappings <= before->shared_mappings;
}
