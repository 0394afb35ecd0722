/*
 * Plug-ins that misbehave, in isolation: each is reported as what it is, the cases beside it are judged, and no process
 * is left behind.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "gradcheck/gradcheck.h"
#include "main.h"
#include "sanitized.h"

#if HAS_ADDRESS_SANITIZER
/* A crash must be a signal here, and a child that ends in the middle leaks. */
extern GCHK_API const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "handle_segv=0:handle_abort=0:detect_leaks=0";
}
#endif

/* What the culprit of a plug-in must come to. */
typedef struct expected {
  const char *plugin;
  gchk_verdict verdict;
  const char *reason; /* a part of the case's reason, or NULL */
  const char *code;   /* a finding, or NULL */
  int exit_code;
} expected;

static const expected table[] = {
    {"misbehaves_segfault", GCHK_ERROR, "SIGSEGV", NULL, 3},
    {"misbehaves_abort", GCHK_ERROR, "SIGABRT", NULL, 3},
    {"misbehaves_exit", GCHK_ERROR, "exit", NULL, 3},
    {"misbehaves_endless", GCHK_ERROR, "time", NULL, 3},
    {"misbehaves_far_read", GCHK_ERROR, "SIGSEGV", NULL, 3},
    {"misbehaves_returns_error", GCHK_ERROR, "the kernel does not take", NULL, 3},
    {"misbehaves_allocates", GCHK_ERROR, "--memory allows 256 MiB", NULL, 3},
    {"misbehaves_writes_beyond", GCHK_FAIL, NULL, "guard-zone", 1},
    {"misbehaves_changes_input", GCHK_FAIL, NULL, "writes-input", 1},
};
enum { ROWS = sizeof table / sizeof table[0] };

static const gchk_plugin *open_plugin(const char *name, void **handle) {
  char path[1024];
  (void)snprintf(path, sizeof path, "%s/%s.so", PLUGINS, name);
  *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  ck_assert_msg(*handle != NULL, "%s: %s", path, dlerror());
  const gchk_plugin *plugin = dlsym(*handle, GCHK_PLUGIN_SYMBOL);
  ck_assert_ptr_nonnull(plugin);
  ck_assert_uint_eq(plugin->version, GCHK_PLUGIN_VERSION);
  ck_assert_uint_eq(plugin->layer_size, sizeof(gchk_layer));
  return plugin;
}

static bool has_finding(const gchk_case_result *one, const char *code) {
  for (size_t f = 0; f < one->finding_count; f++)
    if (strcmp(one->findings[f].code, code) == 0)
      return true;
  return false;
}

static void judge(const expected *e, const gchk_result *result) {
  ck_assert_uint_eq(result->case_count, 3);
  const gchk_case_result *culprit = &result->cases[1];
  ck_assert_msg(result->cases[0].verdict == GCHK_PASS && result->cases[2].verdict == GCHK_PASS,
                "%s: a case beside it was not judged: %s, %s", e->plugin, gchk_verdict_name(result->cases[0].verdict),
                gchk_verdict_name(result->cases[2].verdict));
  ck_assert_msg(culprit->verdict == e->verdict, "%s: %s (%s)", e->plugin, gchk_verdict_name(culprit->verdict),
                culprit->reason);
  ck_assert_msg(e->reason == NULL || strstr(culprit->reason, e->reason) != NULL, "%s: '%s' does not say %s", e->plugin,
                culprit->reason, e->reason);
  ck_assert_msg(e->code == NULL || has_finding(culprit, e->code), "%s: no finding %s", e->plugin, e->code);
  ck_assert_msg(result->exit_code == e->exit_code, "%s: exit %d, not %d", e->plugin, result->exit_code, e->exit_code);
  ck_assert_msg(result->complete, "%s: not complete", e->plugin);
}

START_TEST(is_reported_as_what_it_is) {
  const expected *e = &table[_i];
  void *handle;
  const gchk_plugin *plugin = open_plugin(e->plugin, &handle);
  gchk_case cases[3];
  for (size_t i = 0; i < 3; i++)
    cases[i] = (gchk_case){.name = plugin->layers[i]->name, .layer = plugin->layers[i]};
  gchk_options options = GCHK_OPTIONS_INIT;
  options.isolate = true;
  options.jobs = 2;
  // Where something else is to end it, a busy machine must not make it the time.
  options.timeout_s = e->reason != NULL && strcmp(e->reason, "time") == 0 ? 5 : 300;
  options.memory_mib = 256;
  gchk_result *result = NULL;
  gchk_error error;
  ck_assert_msg(gchk_check_cases(cases, 3, &options, &result, &error) == GCHK_OK, "%s", error.message);
  judge(e, result);
  gchk_result_free(result);
  (void)dlclose(handle);
  // No child is left: neither running nor waiting to be buried.
  ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
  ck_assert_int_eq(errno, ECHILD);
}
END_TEST

// The plug-ins of this folder have the layers that they say.
START_TEST(plug_ins_load) {
  static const char *const names[] = {"wrong", "right", "conventions"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *handle;
    const gchk_plugin *plugin = open_plugin(names[i], &handle);
    ck_assert_uint_gt(plugin->layer_count, 10);
    for (size_t k = 0; k < plugin->layer_count; k++) {
      gchk_error error;
      ck_assert_msg(gchk_layer_validate(plugin->layers[k], &error) == GCHK_OK, "%s", error.message);
    }
    (void)dlclose(handle);
  }
}
END_TEST

static TCase *misbehaviour(void) {
  TCase *tc = tcase_create("misbehaviour");
  tcase_set_timeout(tc, 120);
  tcase_add_loop_test(tc, is_reported_as_what_it_is, 0, ROWS);
  tcase_add_test(tc, plug_ins_load);
  return tc;
}

TEST_MAIN("misbehaviour", misbehaviour)
