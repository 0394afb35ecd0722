/* Signals by their names, and what they say. */
#include "crash/signal_words.h"

#include <signal.h>

typedef struct row {
  int number;
  const char *name, *meaning;
} row;

static const row rows[] = {
    {SIGSEGV, "SIGSEGV", "invalid memory access"},
    {SIGABRT, "SIGABRT", "abort"},
    {SIGBUS, "SIGBUS", "bad address"},
    {SIGFPE, "SIGFPE", "arithmetic"},
    {SIGILL, "SIGILL", "illegal instruction"},
    {SIGKILL, "SIGKILL", "killed from outside; the kernel does that where memory is out"},
    {SIGTERM, "SIGTERM", "asked to end"},
    {SIGPIPE, "SIGPIPE", "nobody reads what it writes"},
    {SIGTRAP, "SIGTRAP", "trap"},
    {SIGSYS, "SIGSYS", "forbidden system call"},
    {SIGXCPU, "SIGXCPU", "its limit on processor time"},
    {SIGXFSZ, "SIGXFSZ", "its limit on the size of files"},
    {SIGALRM, "SIGALRM", "an alarm that nobody takes"},
    {SIGHUP, "SIGHUP", "hang-up"},
    {SIGINT, "SIGINT", "interrupt"},
    {SIGQUIT, "SIGQUIT", "quit"},
    {SIGUSR1, "SIGUSR1", "a signal that nobody takes"},
    {SIGUSR2, "SIGUSR2", "a signal that nobody takes"},
    {SIGVTALRM, "SIGVTALRM", "an alarm that nobody takes"},
    {SIGPROF, "SIGPROF", "a profiler's alarm that nobody takes"},
};

static const row *find(int number) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].number == number)
      return &rows[i];
  return NULL;
}

const char *gchk_signal_name(gchk_arena *arena, int number) {
  const row *r = find(number);
  const char *name = r != NULL ? r->name : gchk_arena_printf(arena, "signal %d", number);
  return name != NULL ? name : "a signal";
}

const char *gchk_signal_meaning(int number, int code) {
  static const struct {
    int number, code;
    const char *meaning;
  } codes[] = {
      {SIGFPE, FPE_INTDIV, "division of an integer by zero, or its overflow"},
      {SIGFPE, FPE_FLTDIV, "floating-point division by zero, trapped"},
      {SIGFPE, FPE_FLTINV, "invalid floating-point operation, trapped"},
      {SIGFPE, FPE_FLTOVF, "floating-point overflow, trapped"},
      {SIGFPE, FPE_FLTUND, "floating-point underflow, trapped"},
      {SIGFPE, FPE_FLTRES, "inexact floating-point result, trapped"},
      {SIGBUS, BUS_ADRALN, "misaligned access"},
      {SIGSEGV, SEGV_ACCERR, "invalid memory access: memory that may not be used so"},
  };
  const row *r = find(number);
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    if (codes[i].number == number && codes[i].code == code)
      return codes[i].meaning;
  return r != NULL ? r->meaning : "";
}
