/* The program's own name is argv[0], with which nothing is opened that PATH found; by /proc it is. */
#include "core/code_object.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

static const char running[] = "/proc/self/exe";

/* Is this where the program that was started begins? */
static bool is_program(const void *base) {
#ifdef __linux__
  Dl_info own = {0};
  const void *headers;
  const unsigned long at = getauxval(AT_PHDR);
  memcpy(&headers, &at, sizeof headers);
  return dladdr(headers, &own) != 0 && own.dli_fbase == base;
#else
  (void)base;
  return false;
#endif
}

bool gchk_find_code(gchk_code_object *object, const void *address) {
  Dl_info info = {0};
  if (dladdr(address, &info) == 0 || info.dli_fname == NULL)
    return false;
  const bool runs = is_program(info.dli_fbase) && access(running, R_OK) == 0;
  *object = (gchk_code_object){.name = info.dli_fname,
                               .file = runs ? running : info.dli_fname,
                               .symbol = info.dli_sname,
                               .offset = (uintptr_t)address - (uintptr_t)info.dli_fbase};
  return true;
}

bool gchk_find_code_of(gchk_code_object *object, void (*function)(void)) {
  const void *address;
  memcpy(&address, &function, sizeof address); // ISO C converts no function pointer to an object's
  return gchk_find_code(object, address);
}
