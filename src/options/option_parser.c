/* Reading the options of a command by their table. */
#include "options/option_parser.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gradcheck/suggest.h"
#include "options/option_table.h"
#include "options/say.h"

size_t cli_options_outputs(const cli_options *options, unsigned command, cli_output outputs[CLI_MOST_OUTPUTS]) {
  size_t count = 0;
  for (size_t i = 0; i < cli_option_count; i++) {
    if ((cli_option_table[i].commands & CLI_OPTION_WRITES) == 0 || (cli_option_table[i].commands & command) == 0)
      continue;
    const char *path = *(const char *const *)(const void *)((const char *)options + cli_option_table[i].offset);
    if (path == NULL)
      continue;
    assert(count < CLI_MOST_OUTPUTS);
    outputs[count].path = path;
    (void)snprintf(outputs[count++].option, sizeof outputs->option, "--%s", cli_option_table[i].name);
  }
  return count;
}

static const cli_option *find_row(const char *name, size_t length, unsigned command, bool *is_known) {
  *is_known = false;
  for (size_t i = 0; i < cli_option_count; i++) {
    if (strlen(cli_option_table[i].name) != length || strncmp(cli_option_table[i].name, name, length) != 0)
      continue;
    *is_known = true;
    if (cli_option_table[i].commands & command)
      return &cli_option_table[i];
  }
  return NULL;
}

static const cli_option *find_letter(char letter, unsigned command) {
  for (size_t i = 0; i < cli_option_count; i++)
    if (cli_option_table[i].letter == letter && (cli_option_table[i].commands & command) != 0)
      return &cli_option_table[i];
  return NULL;
}

static bool take_value(cli_options *options, const cli_option *r, const char *value) {
  char *field = (char *)options + r->offset;
  if (r->argument == NULL) {
    *(bool *)(void *)field = true;
    return true;
  }
  return r->parse(value, field);
}

static void record(cli_options *options, char **argv, int first, int last) {
  for (int i = first; i <= last; i++)
    options->recorded[options->recorded_count++] = argv[i];
}

// An option that the command has not: what it may have been meant to be.
static void complain_of_option(const char *text, size_t length, const cli_command *command, bool is_known) {
  enum { MOST = 256 };
  char wrong[64];
  const char *names[MOST];
  size_t count = 0;
  if (is_known) {
    cli_complain("%s does not belong to `gradcheck %s`; see gradcheck %s --help", text, command->name, command->name);
    return;
  }
  for (size_t i = 0; i < cli_option_count && count < MOST; i++)
    if ((cli_option_table[i].commands & command->bit) != 0)
      names[count++] = cli_option_table[i].name;
  (void)snprintf(wrong, sizeof wrong, "%.*s", (int)(length < sizeof wrong ? length : sizeof wrong), text + 2);
  const char *meant = gchk_suggest(wrong, names, count);
  cli_complain("unknown option %s%s%s%s; `gradcheck %s` takes those of gradcheck %s --help", text,
               meant != NULL ? "; did you mean --" : "", meant != NULL ? meant : "", meant != NULL ? "?" : "",
               command->name, command->name);
}

// One option at argv[*at]; moves *at past a value that is an argument of its own.
static bool parse_option(cli_options *options, const cli_command *command, int argc, char **argv, int *at) {
  const int first = *at;
  const char *text = argv[first];
  const char *equals = NULL;
  const cli_option *r;
  if (text[1] == '-') {
    bool is_known;
    equals = strchr(text, '=');
    const size_t length = equals != NULL ? (size_t)(equals - text - 2) : strlen(text + 2);
    r = find_row(text + 2, length, command->bit, &is_known);
    if (r == NULL) {
      complain_of_option(text, length, command, is_known);
      return false;
    }
  } else {
    r = find_letter(text[1], command->bit);
    if (r == NULL || (text[2] != '\0' && r->argument == NULL)) {
      cli_complain("unknown option %s; see gradcheck %s --help", text, command->name);
      return false;
    }
  }
  const char *value = NULL;
  if (r->argument == NULL && equals != NULL) {
    cli_complain("--%s takes no value", r->name);
    return false;
  }
  if (r->argument != NULL) {
    if (equals != NULL)
      value = equals + 1;
    else if (text[1] != '-' && text[2] != '\0')
      value = text + 2;
    else if (*at + 1 < argc)
      value = argv[++*at];
    if (value == NULL) {
      cli_complain("--%s wants a value: %s", r->name, r->wanted);
      return false;
    }
  }
  if (take_value(options, r, value)) {
    if ((r->commands & CLI_OPTION_LOCAL) == 0)
      record(options, argv, first, *at);
    return true;
  }
  cli_complain("--%s %s: %s is wanted", r->name, value, r->wanted);
  return false;
}

bool cli_options_parse(cli_options *options, const cli_command *command, int argc, char **argv, int first) {
  bool only_arguments = false;
  options->recorded[options->recorded_count++] = "gradcheck";
  options->recorded[options->recorded_count++] = command->name;
  for (int i = first; i < argc; i++) {
    if (!only_arguments && strcmp(argv[i], "--") == 0)
      only_arguments = true;
    else if (only_arguments || argv[i][0] != '-' || argv[i][1] == '\0') {
      options->arguments[options->argument_count++] = argv[i];
      record(options, argv, i, i);
    } else if (!parse_option(options, command, argc, argv, &i))
      return false;
  }
  if (options->help || options->version || options->man || options->cflags || options->completion != NULL)
    return true;
  if (options->argument_count == 0 && command->usual != NULL)
    options->arguments[options->argument_count++] = command->usual;
  if (options->argument_count < command->least || options->argument_count > command->most) {
    cli_complain("usage: gradcheck %s [OPTION...] %s", command->name, command->synopsis);
    return false;
  }
  return true;
}
