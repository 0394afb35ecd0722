/*
 * Layers that do to their process, its parent and its machine what they should not: the environment variable HOSTILE
 * names the mischief of the second one, which is done at each backward; START that of start-up code, LATER a file that
 * keeps it from being done the first time, END that of a destructor. The first and the third are right.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gradcheck/gradcheck.h"

static double factor = 2; // of a gradient; 2 is right

// What the mischief of a layer finds and leaves.
static const gchk_call *given;
static gchk_error *given_error;
static gchk_status answered_status;

static void crash(void) {
  *(volatile int *)8 = 1;
}

static void loop(void) {
  for (volatile int i = 0;; i = 1)
    (void)i;
}

static void wait_for_ever(void) {
  for (;;)
    (void)pause();
}

static void exit_0(void) {
  exit(0);
}

static void leave_0(void) {
  _exit(0);
}

static void exit_7(void) {
  exit(7);
}

static void quick_exit_0(void) {
  quick_exit(0);
}

static void kill_itself(void) {
  (void)kill(getpid(), SIGKILL);
}

static void stop_itself(void) {
  (void)raise(SIGSTOP);
}

static int recurse(volatile int n) {
  volatile char pad[4096];
  pad[0] = (char)n;
  return recurse(n + 1) + pad[0];
}

static void use_up_stack(void) {
  (void)recurse(0);
}

static void end_thread(void) {
  pthread_exit(NULL);
}

static void *spin(void *context) {
  loop();
  return context;
}

static void start_spinning(void) {
  static bool is_done;
  pthread_t thread;
  if (!is_done)
    (void)pthread_create(&thread, NULL, spin, NULL);
  is_done = true;
}

// A thread that start-up code makes, and a layer that waits for it.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static int asked, answered;

static void *answer(void *context) {
  (void)pthread_mutex_lock(&lock);
  for (;;) {
    while (asked == answered)
      (void)pthread_cond_wait(&news, &lock);
    answered = asked;
    (void)pthread_cond_broadcast(&news);
  }
  return context;
}

static void start_helper(void) {
  pthread_t thread;
  (void)pthread_create(&thread, NULL, answer, NULL);
}

static void ask_helper(void) {
  (void)pthread_mutex_lock(&lock);
  asked++;
  (void)pthread_cond_broadcast(&news);
  while (asked != answered)
    (void)pthread_cond_wait(&news, &lock);
  (void)pthread_mutex_unlock(&lock);
}

static void close_from(int first) {
  for (int i = first; i < 1024; i++)
    (void)close(i);
}

static void close_all(void) {
  close_from(3);
}

static void close_all_and_loop(void) {
  close_from(0);
  loop();
}

static void close_all_and_wait(void) {
  (void)signal(SIGTERM, SIG_IGN);
  close_from(3);
  wait_for_ever();
}

static void block_signals(void) {
  sigset_t all;
  (void)sigfillset(&all);
  (void)sigprocmask(SIG_BLOCK, &all, NULL);
  wait_for_ever();
}

static void nothing(int number) {
  (void)number;
}

static void handle_signals(void) {
  for (int i = 1; i < 32; i++)
    (void)signal(i, nothing);
  wait_for_ever();
}

static void fork_at_every_call(void) {
  if (fork() == 0)
    wait_for_ever();
}

static void fork_session(void) {
  static bool is_done;
  if (!is_done && fork() == 0) {
    (void)setsid();
    wait_for_ever();
  }
  is_done = true;
}

// As daemons do it, with another program, and nothing of ours open.
static void fork_daemon(void) {
  static bool is_done;
  if (!is_done && fork() == 0) {
    (void)setsid();
    if (fork() == 0) {
      close_from(0);
      (void)execlp("sleep", "sleep", "300", (char *)NULL);
    }
    _exit(0);
  }
  is_done = true;
}

static void fork_and_go_on(void) {
  static bool is_done;
  if (!is_done) {
    is_done = true;
    (void)fork();
  }
}

static void fork_and_crash(void) {
  fork_session();
  crash();
}

static void terminate_parent(void) {
  (void)kill(getppid(), SIGTERM);
}

static void interrupt_parent(void) {
  (void)kill(getppid(), SIGINT);
}

static void kill_parent(void) {
  (void)kill(getppid(), SIGKILL);
  wait_for_ever();
}

static void stop_parent(void) {
  (void)kill(getppid(), SIGSTOP);
  wait_for_ever();
}

static void write_to_ends(const char *bytes, size_t count) {
  for (int i = 3; i < 32; i++)
    if (fcntl(i, F_GETFL) >= 0 && (fcntl(i, F_GETFL) & O_ACCMODE) != O_RDONLY) {
      const ssize_t n = write(i, bytes, count);
      (void)n;
    }
}

static void write_junk(void) {
  write_to_ends("junk junk\n", 10);
}

static void forge_result(void) {
  write_to_ends("R 5\nhello", 9);
}

static void forge_large_result(void) {
  write_to_ends("R 18446744073709551615\n", 23);
  for (;;)
    write_to_ends("hello", 5);
}

static void flood(void) {
  static char bytes[1 << 16];
  memset(bytes, 'x', sizeof bytes);
  for (;;)
    write_to_ends(bytes, sizeof bytes);
}

static void flood_lines(void) {
  for (;;)
    write_to_ends("junk junk\n", 10);
}

static void print_much(void) {
  static char line[1024];
  memset(line, 'x', sizeof line - 1);
  for (int i = 0; i < 1000; i++)
    (void)fprintf(stdout, "%s\n", line);
}

static void limit_processor(void) {
  const struct rlimit limit = {1, 1};
  (void)setrlimit(RLIMIT_CPU, &limit);
  loop();
}

static void unmap_library(void) {
  (void)munmap((void *)((size_t)&malloc & ~(size_t)4095), 4096);
}

static void loop_at_exit(void) {
  static bool is_done;
  if (!is_done)
    (void)atexit(loop);
  is_done = true;
}

static void lose_place(void) {
  if (chdir("/") != 0)
    abort();
  (void)umask(0777);
  (void)clearenv();
}

static void *exit_soon(void *context) {
  (void)usleep(300000);
  exit(0);
  return context;
}

// In the process that opens plug-ins, while its layers are judged.
static void exit_from_thread(void) {
  pthread_t thread;
  (void)pthread_create(&thread, NULL, exit_soon, NULL);
}

static void set_alarm(void) {
  (void)alarm(1);
}

// All that is the process's and not the plug-in's.
static void change_settings(void) {
  struct rlimit small;
  (void)printf("started\n");
  (void)chdir("/tmp");
  (void)umask(0777);
  (void)getrlimit(RLIMIT_FSIZE, &small);
  small.rlim_cur = 100;
  (void)setrlimit(RLIMIT_FSIZE, &small);
  (void)signal(SIGCHLD, SIG_IGN);
  (void)close(STDERR_FILENO);
  set_alarm();
}

static void be_slow(void) {
  (void)usleep(400000);
}

static void fork_session_slowly(void) {
  fork_session();
  (void)sleep(5);
}

// As GCC's start-up code for -ffast-math does it; elsewhere nothing is done.
static void flush_to_zero(void) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#elif defined(__aarch64__)
  unsigned long control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | 1ul << 24));
#endif
}

static void round_upwards(void) {
  (void)fesetround(FE_UPWARD);
}

// Not every processor can.
static void trap_arithmetic(void) {
  if (feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_INEXACT) < 0)
    abort();
}

static void raise_arithmetic(void) {
  (void)raise(SIGFPE);
}

static void jump_nowhere(void) {
  static jmp_buf place; // that nobody set
  longjmp(place, 1);
}

// Runs out of stack on another one, where it takes the signal for that, for ever.
static void take_faults(void) {
  static char stack[1 << 16];
  const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  const struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_ONSTACK};
  (void)sigaltstack(&other, NULL);
  (void)sigaction(SIGSEGV, &action, NULL);
  use_up_stack();
}

static void free_gradient(void) {
  free(given->t[0].grad);
}

static void unmap_heap(void) {
  char *end = sbrk(0);
  (void)munmap(end - (1 << 20), 1 << 20);
}

static void spoil_call(void) {
  ((gchk_call *)given)->tensor_count = 0;
  ((gchk_tensor *)given->t)[0].count = 1 << 30;
}

static void spoil_name(void) {
  ((gchk_tensor *)given->t)[0].name = (const char *)8;
}

static void return_nonsense(void) {
  answered_status = (gchk_status)12345;
}

static void return_below(void) {
  answered_status = (gchk_status)-1;
}

static void say_much(void) {
  static char much[1 << 20];
  memset(much, 'E', sizeof much - 1);
  answered_status = gchk_fail(given_error, GCHK_LAYER_FAILED, "%s", much);
}

static void spoil_error(void) {
  memset(given_error, 'E', sizeof *given_error);
  answered_status = GCHK_LAYER_FAILED;
}

static void forge_progress(void) {
  write_to_ends("S \033[31mred\033[0m<script>alert(1)</script>\t5\n", 42);
  abort();
}

static void signal_parent(void) {
  (void)kill(getppid(), SIGUSR1);
}

static void signal_itself(void) {
  (void)raise(SIGCHLD);
  (void)raise(SIGUSR1);
}

static void trace_parent(void) {
  if (ptrace(PTRACE_ATTACH, getppid(), 0, 0) != 0)
    abort();
  (void)waitpid(getppid(), NULL, __WALL);
  wait_for_ever();
}

static void limit_files(void) {
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_FSIZE, &none);
}

static void read_input(void) {
  char byte;
  const ssize_t n = read(STDIN_FILENO, &byte, 1);
  (void)n;
}

// Ends where the arithmetic is not as it was at the start of the program.
static void check_arithmetic(void) {
  volatile double smallest = DBL_MIN;
  if (smallest / 2 == 0 || fegetround() != FE_TONEAREST)
    abort();
}

static const struct {
  const char *name;
  void (*run)(void);
} mischiefs[] = {{"crash", crash},
                 {"loop", loop},
                 {"exit_0", exit_0},
                 {"leave_0", leave_0},
                 {"exit_7", exit_7},
                 {"quick_exit_0", quick_exit_0},
                 {"kill_itself", kill_itself},
                 {"stop_itself", stop_itself},
                 {"use_up_stack", use_up_stack},
                 {"end_thread", end_thread},
                 {"start_spinning", start_spinning},
                 {"start_helper", start_helper},
                 {"ask_helper", ask_helper},
                 {"close_all", close_all},
                 {"close_all_and_loop", close_all_and_loop},
                 {"close_all_and_wait", close_all_and_wait},
                 {"block_signals", block_signals},
                 {"handle_signals", handle_signals},
                 {"fork_at_every_call", fork_at_every_call},
                 {"fork_session", fork_session},
                 {"fork_daemon", fork_daemon},
                 {"fork_and_go_on", fork_and_go_on},
                 {"fork_and_crash", fork_and_crash},
                 {"terminate_parent", terminate_parent},
                 {"interrupt_parent", interrupt_parent},
                 {"kill_parent", kill_parent},
                 {"stop_parent", stop_parent},
                 {"write_junk", write_junk},
                 {"forge_result", forge_result},
                 {"forge_large_result", forge_large_result},
                 {"flood", flood},
                 {"flood_lines", flood_lines},
                 {"print_much", print_much},
                 {"limit_processor", limit_processor},
                 {"unmap_library", unmap_library},
                 {"loop_at_exit", loop_at_exit},
                 {"lose_place", lose_place},
                 {"trap_arithmetic", trap_arithmetic},
                 {"raise_arithmetic", raise_arithmetic},
                 {"jump_nowhere", jump_nowhere},
                 {"take_faults", take_faults},
                 {"free_gradient", free_gradient},
                 {"unmap_heap", unmap_heap},
                 {"spoil_call", spoil_call},
                 {"spoil_name", spoil_name},
                 {"return_nonsense", return_nonsense},
                 {"return_below", return_below},
                 {"say_much", say_much},
                 {"spoil_error", spoil_error},
                 {"forge_progress", forge_progress},
                 {"signal_parent", signal_parent},
                 {"signal_itself", signal_itself},
                 {"trace_parent", trace_parent},
                 {"limit_files", limit_files},
                 {"read_input", read_input},
                 {"exit_from_thread", exit_from_thread},
                 {"set_alarm", set_alarm},
                 {"change_settings", change_settings},
                 {"flush_to_zero", flush_to_zero},
                 {"round_upwards", round_upwards},
                 {"check_arithmetic", check_arithmetic},
                 {"fork_session_slowly", fork_session_slowly},
                 {"be_slow", be_slow}};

static void (*chosen)(void); // clearenv would take it away

static void (*find(const char *variable))(void) {
  const char *name = getenv(variable);
  for (size_t i = 0; name != NULL && i < sizeof mischiefs / sizeof mischiefs[0]; i++)
    if (strcmp(mischiefs[i].name, name) == 0)
      return mischiefs[i].run;
  if (name != NULL)
    abort();
  return NULL;
}

// LATER names a file: where it is not there yet, it is made, and nothing else is done this time.
static bool is_too_early(void) {
  const char *mark = getenv("LATER");
  if (mark == NULL || access(mark, F_OK) == 0)
    return false;
  (void)close(open(mark, O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
  return true;
}

static void __attribute__((constructor)) start(void) {
  void (*run)(void) = is_too_early() ? NULL : find("START");
  const char *wrong = getenv("FACTOR");
  chosen = find("HOSTILE");
  factor = wrong != NULL ? atof(wrong) : 2;
  if (run != NULL)
    run();
}

static void __attribute__((destructor)) end(void) {
  void (*run)(void) = find("END");
  if (run != NULL)
    run();
}

static gchk_status forward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[1].value)[i] = ((double *)c->t[0].value)[i] * ((double *)c->t[0].value)[i];
  return GCHK_OK;
}

static gchk_status backward(const gchk_call *c, gchk_error *error) {
  (void)error;
  for (size_t i = 0; i < c->t[0].count; i++)
    ((double *)c->t[0].grad)[i] = factor * ((double *)c->t[0].value)[i] * ((double *)c->t[1].grad)[i];
  return GCHK_OK;
}

static gchk_status hostile_backward(const gchk_call *c, gchk_error *error) {
  given = c;
  given_error = error;
  answered_status = backward(c, error);
  if (chosen != NULL)
    chosen();
  return answered_status;
}

static const gchk_tensor_spec tensors[] = {GCHK_TENSOR("x", GCHK_INPUT, "N"), GCHK_TENSOR("y", GCHK_OUTPUT, "N")};
#define LAYER(label, function)                                                                                         \
  {                                                                                                                    \
    .name = label, GCHK_HERE, .dtype = GCHK_F64, GCHK_TENSORS(tensors), .forward = forward, .backward = function,      \
    .sizes = "N=5"                                                                                                     \
  }
static const gchk_layer before = LAYER("before", backward), hostile = LAYER("hostile", hostile_backward),
                        after = LAYER("after", backward);
GCHK_PLUGIN(&before, &hostile, &after)
