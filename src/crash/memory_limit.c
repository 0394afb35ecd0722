/*
 * Memory that is used, seen from outside. A limit on address space (RLIMIT_AS), or on private mappings (RLIMIT_DATA),
 * would count what is only reserved: libraries of linear algebra reserve some 100 MiB a processor, GPU runtimes and
 * sanitizers terabytes. So the parent reads what the kernel counts as resident and swapped out, without pages of files,
 * and compares it with the child's own figure from before the layer's first call. Between two looks a layer can go
 * beyond the limit by what processors can touch in that time.
 */
#include "crash/memory_limit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STATUS_SIZE = 1 << 14, REPORT_MIB = 1024 }; // reading lines of source for the report takes memory too

static const double look_every_s = 0.01, asked_s = 0.5;

static size_t number_after(const char *text, const char *name) {
  const char *at = strstr(text, name);
  return at != NULL ? (size_t)strtoull(at + strlen(name), NULL, 10) : 0;
}

// In KiB, of a process by its number or of "self"; false where there is no /proc, or no such process any more.
static bool read_use(size_t *kib, const char *process) {
  char path[64], text[STATUS_SIZE];
  (void)snprintf(path, sizeof path, "/proc/%s/status", process);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  const ssize_t length = read(fd, text, sizeof text - 1);
  (void)close(fd);
  if (length <= 0)
    return false;
  text[length] = '\0';
  const bool has_parts = strstr(text, "\nRssAnon:") != NULL; // from Linux 4.5 on
  const size_t resident =
      has_parts ? number_after(text, "\nRssAnon:") + number_after(text, "\nRssShmem:") : number_after(text, "\nVmRSS:");
  *kib = resident + number_after(text, "\nVmSwap:");
  return resident > 0; // a process that has ended, but was not waited for, has none
}

bool gchk_memory_of_self(size_t *kib) {
  return read_use(kib, "self");
}

void gchk_memory_note_base(gchk_crash_box *box) {
  (void)gchk_memory_of_self(&box->base_kib);
}

gchk_memory_order gchk_memory_look(gchk_memory_use *use, const gchk_crash_box *box, double now) {
  char process[32];
  size_t kib = 0;
  if (use->limit_mib == 0 || box->owner <= 0 || !box->is_loaded || now - use->looked < look_every_s)
    return GCHK_MEMORY_FITS;
  use->looked = now;
  (void)snprintf(process, sizeof process, "%ld", (long)box->owner);
  if (!read_use(&kib, process))
    return GCHK_MEMORY_FITS;
  const size_t grown_mib = kib > box->base_kib ? (kib - box->base_kib) >> 10 : 0;
  if (use->asked <= 0) {
    if (grown_mib <= use->limit_mib)
      return GCHK_MEMORY_FITS;
    use->grown_mib = grown_mib;
    use->asked = now;
    return GCHK_MEMORY_ASK;
  }
  // Its handler stops the thread that it runs in, but not others.
  const bool is_deaf = box->signal == 0 && now - use->asked > asked_s;
  return is_deaf || grown_mib > use->grown_mib + REPORT_MIB ? GCHK_MEMORY_KILL : GCHK_MEMORY_FITS;
}

// Whether one more page fits under a limit on private mappings.
static bool fits(rlim_t bytes, rlim_t most, size_t page) {
  const struct rlimit limit = {bytes, most};
  if (setrlimit(RLIMIT_DATA, &limit) != 0)
    return true;
  void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED)
    (void)munmap(memory, page);
  return memory != MAP_FAILED;
}

/*
 * Without /proc there is but a limit on what is mapped, beyond what is mapped by now: the least limit under which a
 * page fits, by bisection.
 */
void gchk_memory_limit_mappings(size_t limit_mib) {
  struct rlimit now;
  const size_t page = 4096;
  const rlim_t report = (rlim_t)REPORT_MIB << 20, limit = (rlim_t)limit_mib << 20, farthest = (rlim_t)1 << 47;
  if (getrlimit(RLIMIT_DATA, &now) != 0)
    return;
  rlim_t low = 0, high = now.rlim_cur < farthest ? now.rlim_cur : farthest;
  while (high - low > page) {
    const rlim_t middle = low + (high - low) / 2;
    if (fits(middle, now.rlim_max, page))
      high = middle;
    else
      low = middle;
  }
  struct rlimit both = {high + limit, high + limit + report};
  if (both.rlim_max > now.rlim_max)
    both.rlim_max = now.rlim_max; // nobody may raise it
  if (both.rlim_cur > both.rlim_max)
    both.rlim_cur = both.rlim_max;
  (void)setrlimit(RLIMIT_DATA, &both);
}

void gchk_memory_confine(size_t limit_mib) {
  size_t kib;
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd >= 0) {
    const ssize_t written = write(fd, "1000", 4); // anybody may raise it
    (void)written;
    (void)close(fd);
  }
  if (limit_mib > 0 && !gchk_memory_of_self(&kib))
    gchk_memory_limit_mappings(limit_mib);
}
