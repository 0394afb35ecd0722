/*
 * The trial of a plug-in. The child follows every pointer and count of the table, which may end it, and sends an image
 * of it through a pipe; what comes out of the pipe is taken for anybody's.
 */
#define _DEFAULT_SOURCE // prctl
#include "suite/plugin_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/clock.h"
#include "core/close_if_open.h"
#include "core/loaded_object.h"
#include "core/memory.h"
#include "core/write_all.h"
#include "crash/crash_watch.h"
#include "crash/listen.h"
#include "crash/lost_words.h"
#include "crash/memory_limit.h"
#include "crash/patience.h"
#include "gradcheck/supervise.h"
#include "suite/layer_image.h"
#include "suite/plugin_twin.h"

static const double patience_s = 30;
enum { PROCESSOR_S = 15, CHUNK = 65536 };

/* What comes before the image of the layers. */
typedef struct heading {
  int status;
  const char *message; // where the status is not GCHK_OK
  const char *const *notes, *const *code;
  const size_t *used; // layers that got their twins from each path
  size_t used_count;
} heading;

static const gchk_image_field heading_fields[] = {
    {.kind = GCHK_IMAGE_PLAIN, .offset = offsetof(heading, status), .size = sizeof(int)},
    {.kind = GCHK_IMAGE_TEXT, .offset = offsetof(heading, message)},
    {.kind = GCHK_IMAGE_TEXTS, .offset = offsetof(heading, notes)},
    {.kind = GCHK_IMAGE_TEXTS, .offset = offsetof(heading, code)},
    {.kind = GCHK_IMAGE_NUMBERS,
     .offset = offsetof(heading, used),
     .size = sizeof(size_t),
     .count = offsetof(heading, used_count)},
};

static const gchk_image_struct heading_kind = {
    .size = sizeof(heading), .fields = heading_fields, .field_count = sizeof heading_fields / sizeof heading_fields[0]};

typedef struct trial {
  const char *path;
  const gchk_twin_options *twins;
  int errors, image; // to write to
  gchk_crash_box *box;
  pid_t parent;
  gchk_load_limits limits;
} trial;

typedef enum trial_end { TRIAL_ENDED, TRIAL_IS_LATE, TRIAL_IS_LARGE } trial_end;

// From now on this process may use `seconds` more of the processor's time.
static void limit_time(rlim_t seconds) {
  struct rusage usage = {0};
  (void)getrusage(RUSAGE_SELF, &usage);
  const rlim_t limit = (rlim_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1 + seconds;
  struct rlimit now;
  if (getrlimit(RLIMIT_CPU, &now) == 0 && now.rlim_max >= limit)
    (void)setrlimit(RLIMIT_CPU, &(struct rlimit){limit, now.rlim_max});
}

static const char **notes_of(const gchk_plugin_object *object) {
  size_t count = 0;
  while (gchk_plugin_object_note(object, count) != NULL)
    count++;
  const char **notes = gchk_calloc(count + 1, sizeof *notes);
  for (size_t i = 0; notes != NULL && i < count; i++)
    notes[i] = gchk_plugin_object_note(object, i);
  return notes;
}

// The files of the plug-in and its twins, by the paths that it has them by, and of all that is loaded since there were
// `before` objects.
static const char **code_of(const gchk_plugin_object *object, size_t before) {
  const size_t now = gchk_count_loaded(), most = 1 + object->twin_count + (now > before ? now - before : 0);
  const char **code = gchk_calloc(most + 1, sizeof *code);
  if (code == NULL)
    return NULL;
  size_t count = 0;
  code[count++] = object->path;
  for (size_t i = 0; i < object->twin_count; i++)
    code[count++] = object->twins[i]->path;
  for (size_t i = before; i < now && count < most; i++)
    if ((code[count] = gchk_loaded_file(i)) != NULL)
      count++;
  return code;
}

// Loads it and writes down what is to be sent. Gives nothing back: the process ends.
static gchk_status describe_table(const trial *t, size_t *used, gchk_text *tables, heading *h, gchk_error *error) {
  gchk_plugin_object *object = NULL;
  const gchk_twin_options none = {.none_beside = true};
  gchk_twin_options twins = t->twins != NULL ? *t->twins : none;
  twins.used = used;
  const size_t before = gchk_count_loaded();
  GCHK_TRY(gchk_plugin_object_open(&object, t->path, &twins, false, error));
  h->notes = notes_of(object);
  h->code = code_of(object, before);
  const gchk_layer_list list = {object->table->layers, object->table->layer_count};
  if (h->notes == NULL || h->code == NULL)
    return gchk_fail_memory(error, t->path);
  if (gchk_image_write(tables, &gchk_image_of_layers, &list))
    return GCHK_OK;
  return gchk_fail(error, GCHK_INVALID,
                   "%s: its table takes more memory than there is, or than 1 GiB; look at its "
                   "counts (tensor_count, option_count, value_count)",
                   t->path);
}

static bool send(const trial *t) {
  gchk_error error = {GCHK_OK, ""};
  gchk_text head = {0}, tables = {0};
  const size_t count = t->twins != NULL ? t->twins->count : 0;
  size_t *used = gchk_calloc(count + 1, sizeof *used);
  if (used == NULL)
    return false;
  heading h = {.message = error.message, .used = used, .used_count = count};
  const gchk_status status = describe_table(t, used, &tables, &h, &error);
  h.status = (int)status;
  return gchk_image_write(&head, &heading_kind, &h) && gchk_write_all(t->image, head.data, head.length) &&
         (status != GCHK_OK || gchk_write_all(t->image, tables.data, tables.length));
}

_Noreturn static void load(const trial *t) {
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != t->parent)
    _exit(EXIT_FAILURE);
  (void)signal(SIGINT, SIG_DFL);
  (void)signal(SIGTERM, SIG_DFL);
  const struct rlimit none = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &none);
  limit_time(PROCESSOR_S);
  const int nowhere = open("/dev/null", O_WRONLY);
  (void)dup2(nowhere, STDOUT_FILENO);
  (void)dup2(t->errors, STDERR_FILENO);
  gchk_memory_confine(t->limits.memory_mib);
  gchk_memory_note_base(t->box);
  gchk_crash_watch(t->box);
  t->box->is_loaded = true; // from here on its memory counts
  t->box->is_done = send(t);
  t->box->could_not_send = !t->box->is_done;
  _exit(EXIT_SUCCESS);
}

// Takes what there is; false where nothing will come any more.
static bool take(int fd, gchk_text *image) {
  char bytes[CHUNK];
  const ssize_t n = read(fd, bytes, sizeof bytes);
  if (n > 0 && image->length <= GCHK_LONGEST_IMAGE)
    gchk_text_write(image, bytes, (size_t)n);
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

// All that a dead child has left in the pipe, whoever else may hold its end.
static void take_rest(int fd, gchk_text *image) {
  for (size_t before = SIZE_MAX; before != image->length;) {
    before = image->length;
    if (!take(fd, image))
      return;
  }
}

static trial_end end_child(pid_t pid, int *status, trial_end how) {
  (void)kill(pid, SIGKILL);
  while (waitpid(pid, status, 0) < 0 && errno == EINTR)
    continue;
  return how;
}

// Waits for the child's end, and keeps what it writes; ends one that goes beyond its limits.
static trial_end watch(const trial *t, pid_t pid, gchk_listener *listener, int image_fd, gchk_text *image,
                       int *status) {
  const double began = gchk_now();
  gchk_patience patience = gchk_patience_new(began);
  gchk_memory_use memory = {.limit_mib = t->limits.memory_mib};
  bool is_open = true;
  for (bool is_dead = false; !is_dead;) {
    struct pollfd fds[] = {{.fd = listener->fd, .events = POLLIN}, {.fd = is_open ? image_fd : -1, .events = POLLIN}};
    (void)poll(fds, 2, 2);
    const pid_t ended = waitpid(pid, status, WNOHANG);
    is_dead = ended == pid || (ended < 0 && errno != EINTR);
    gchk_listen(listener, is_dead);
    if (is_open && fds[1].revents != 0)
      is_open = take(image_fd, image);
    const double now = gchk_now();
    gchk_patience_look(&patience, t->limits.timeout_s, now, pid);
    if (!is_dead && (now - began > patience_s || gchk_patience_is_over(&patience, t->limits.timeout_s)))
      return end_child(pid, status, TRIAL_IS_LATE);
    if (!is_dead && gchk_memory_look(&memory, t->box, now) != GCHK_MEMORY_FITS)
      return end_child(pid, status, TRIAL_IS_LARGE);
  }
  if (is_open)
    take_rest(image_fd, image);
  return TRIAL_ENDED;
}

static gchk_status tell_limit(const trial *t, trial_end how, gchk_error *error) {
  const double limit = t->limits.timeout_s, seconds = limit > 0 && limit < patience_s ? limit : patience_s;
  if (how == TRIAL_IS_LATE)
    return gchk_fail(error, GCHK_LAYER_FAILED, "%s: cannot be loaded: its start-up code did not end within %g s",
                     t->path, seconds);
  return gchk_fail(error, GCHK_LAYER_FAILED,
                   "%s: cannot be loaded: its start-up code took more than the %zu MiB that there are for a case; "
                   "--memory gives more",
                   t->path, t->limits.memory_mib);
}

static gchk_status describe_end(const char *path, const gchk_crash_box *box, const gchk_tail *tail, int status,
                                gchk_error *error) {
  gchk_arena *arena = gchk_arena_new();
  if (arena == NULL)
    return gchk_fail_memory(error, path);
  const bool is_table = box->under_way.callback[0] == '\0';
  const bool is_late = box->signal == SIGXCPU || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
  const char *how = is_late ? gchk_arena_printf(arena, "did not end within %d s of processor time", (int)PROCESSOR_S)
                            : gchk_lost_words(arena, box, status);
  const size_t lines = gchk_tail_kept(tail);
  const char *words = lines > 0 ? gchk_arena_printf(arena, ": %s", gchk_tail_line(tail, lines - 1)) : "";
  // The step is the path of what was loaded last: a twin may be it.
  const char *step = box->under_way.step;
  const char *whose = step[0] != '\0' && strlen(step) + 1 < sizeof box->under_way.step ? step : path;
  gchk_status result = GCHK_NO_MEMORY;
  if (how == NULL || words == NULL)
    (void)gchk_fail_memory(error, path);
  else if (is_table)
    result = gchk_fail(error, GCHK_INVALID,
                       "%s: its table cannot be read: whoever reads it %s; look at its counts (tensor_count, "
                       "option_count) and pointers%s",
                       whose, how, words);
  else
    result = gchk_fail(error, GCHK_LAYER_FAILED,
                       "%s: cannot be loaded: its start-up code (a constructor, or the initial value of a C++ object) "
                       "%s%s",
                       whose, how, words);
  gchk_arena_free(arena);
  return result;
}

// What came out of the pipe: the heading, and behind it the image of the layers.
static gchk_status understand(const trial *t, const gchk_text *image, gchk_arena *arena, gchk_plugin_told *told,
                              gchk_error *error) {
  const unsigned char *bytes = (const unsigned char *)image->data;
  size_t length = image->length;
  heading h;
  const gchk_status status = gchk_image_read(&bytes, &length, &heading_kind, &h, arena, error);
  if (status == GCHK_NO_MEMORY)
    return status;
  const bool is_refused = status == GCHK_OK && h.status != GCHK_OK && h.message != NULL;
  if (is_refused)
    return gchk_fail(error, h.status == GCHK_NO_MEMORY ? GCHK_NO_MEMORY : GCHK_INVALID, "%s", h.message);
  const size_t wanted = t->twins != NULL ? t->twins->count : 0;
  if (status != GCHK_OK || h.status != GCHK_OK || h.notes == NULL || h.code == NULL || h.used == NULL ||
      h.used_count != wanted)
    return gchk_fail(error, GCHK_LAYER_FAILED,
                     "%s: cannot be loaded: nothing is left of what its table says; does its start-up code close or "
                     "write to descriptors that are not its own?",
                     t->path);
  for (size_t i = 0; i < wanted; i++)
    t->twins->used[i] += h.used[i];
  told->notes = h.notes;
  told->code = h.code;
  gchk_text_write(&told->tables, (const char *)bytes, length);
  return told->tables.failed ? gchk_fail_memory(error, t->path) : GCHK_OK;
}

static gchk_status judge(const trial *t, const gchk_tail *tail, const gchk_text *image, int status, gchk_arena *arena,
                         gchk_plugin_told *told, gchk_error *error) {
  if (image->failed)
    return gchk_fail_memory(error, t->path);
  if (t->box->is_done || t->box->could_not_send)
    return understand(t, image, arena, told, error);
  gchk_crash_box *copy = gchk_crash_box_copy(t->box);
  if (copy == NULL)
    return gchk_fail_memory(error, t->path);
  const gchk_status result = describe_end(t->path, copy, tail, status, error);
  free(copy);
  return result;
}

static gchk_status run(trial *t, gchk_listener *listener, gchk_arena *arena, gchk_plugin_told *told,
                       gchk_error *error) {
  int errors[2] = {-1, -1}, images[2] = {-1, -1}, status = 0;
  gchk_text image = {0};
  const bool has_pipes = gchk_listening_pipe(errors) && gchk_listening_pipe(images);
  t->errors = errors[1];
  t->image = images[1];
  t->parent = getpid();
  (void)fflush(NULL); // or the child would print it once more
  const pid_t pid = has_pipes ? fork() : -1;
  const int reason = errno;
  if (pid == 0)
    load(t);
  gchk_close_if_open(errors[1]);
  gchk_close_if_open(images[1]);
  listener->fd = errors[0];
  const trial_end how = pid > 0 ? watch(t, pid, listener, images[0], &image, &status) : TRIAL_ENDED;
  gchk_close_if_open(listener->fd);
  gchk_close_if_open(images[0]);
  gchk_status result;
  if (pid < 0)
    result = gchk_fail(error, GCHK_IO, "%s: cannot be tried: %s", t->path, strerror(reason));
  else if (how != TRIAL_ENDED)
    result = tell_limit(t, how, error);
  else
    result = judge(t, listener->tail, &image, status, arena, told, error);
  gchk_text_deinit(&image);
  return result;
}

gchk_status gchk_plugin_trial(const char *path, const gchk_twin_options *twins, const gchk_load_limits *limits,
                              bool is_shown, gchk_arena *arena, gchk_plugin_told *told, gchk_error *error) {
  *told = (gchk_plugin_told){.notes = NULL};
  gchk_tail *tail = gchk_tail_new();
  trial t = {.path = path, .twins = twins, .box = gchk_crash_box_new()};
  if (limits != NULL)
    t.limits = *limits;
  gchk_listener listener = {.fd = -1, .tail = tail, .relay = {is_shown ? gchk_errors_descriptor() : -1, path}};
  const gchk_status status =
      t.box != NULL && tail != NULL ? run(&t, &listener, arena, told, error) : gchk_fail_memory(error, path);
  free(tail);
  gchk_crash_box_free(t.box);
  return status;
}
