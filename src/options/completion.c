/*
 * Completions from the tables of commands and options: a writer a shell.
 *
 * What a value can be is read off what its row calls it: FILE and DIR are paths, of "auto|H" the lower-case words are
 * words. What is no option is a path.
 */
#include "options/completion.h"

#include <ctype.h>
#include <string.h>

#include "options/option_table.h"

static bool takes(const cli_option *option, const cli_command *command) {
  return (option->commands & command->bit) != 0;
}

static bool is_argument(const cli_option *option, const char *what) {
  return option->argument != NULL && strcmp(option->argument, what) == 0;
}

/* The words that a value can be, one after the other: `next` is NULL at first; false after the last. */
static bool next_word(const cli_option *option, const char **next, size_t *length) {
  const char *at = *next == NULL ? option->argument : *next + *length;
  if (at == NULL || strchr(option->argument, '|') == NULL)
    return false;
  for (at += *at == '|'; *at != '\0'; at += *length, at += *at == '|') {
    *length = strcspn(at, "|");
    *next = at;
    if (strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-") >= *length && islower((unsigned char)*at))
      return true;
  }
  return false;
}

static bool has_words(const cli_option *option) {
  const char *next = NULL;
  size_t length;
  return next_word(option, &next, &length);
}

/* With `before` in front of each but the first. */
static void print_words(const cli_option *option, const char *before, FILE *out) {
  const char *next = NULL, *separator = "";
  for (size_t length; next_word(option, &next, &length); separator = before)
    (void)fprintf(out, "%s%.*s", separator, (int)length, next);
}

/* In '...' of a shell: the quote itself, and with a backslash what is in `special`. */
static void print_quoted(const char *text, const char *special, FILE *out) {
  for (; *text != '\0'; text++) {
    if (*text == '\'') {
      (void)fputs("'\\''", out);
      continue;
    }
    if (strchr(special, *text) != NULL)
      (void)fputc('\\', out);
    (void)fputc(*text, out);
  }
}

/* What compgen is told of a value; nothing where it can be anything. */
static void print_bash_value(const cli_option *option, FILE *out) {
  if (has_words(option)) {
    (void)fprintf(out, "_gradcheck_reply -W '");
    print_words(option, " ", out);
    (void)fprintf(out, "'; ");
  } else if (is_argument(option, "FILE") || is_argument(option, "DIR"))
    (void)fprintf(out, "_gradcheck_reply -%c; ", *option->argument == 'F' ? 'f' : 'd');
}

static void print_bash(const cli_command *commands, size_t count, FILE *out) {
  (void)fprintf(out, "# bash completion of gradcheck\n"
                     "_gradcheck_reply() { mapfile -t COMPREPLY < <(compgen \"$@\" -- \"$word\"); }\n"
                     "_gradcheck() {\n"
                     "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options=\n"
                     "  # --option=value is three words\n"
                     "  [ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}\n"
                     "  [ \"$word\" = = ] && word=\n"
                     "  COMPREPLY=()\n"
                     "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    _gradcheck_reply -W 'help");
  for (size_t i = 0; i < count; i++)
    (void)fprintf(out, " %s", commands[i].name);
  (void)fprintf(out, " --help --version --man --cflags --completion'\n    return\n  fi\n"
                     "  case ${COMP_WORDS[1]}$before in\n");
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < cli_option_count; k++)
      if (takes(&cli_option_table[k], &commands[i]) && cli_option_table[k].argument != NULL) {
        (void)fprintf(out, "    %s--%s) ", commands[i].name, cli_option_table[k].name);
        print_bash_value(&cli_option_table[k], out);
        (void)fprintf(out, "return ;;\n");
      }
  (void)fprintf(out, "  esac\n  case ${COMP_WORDS[1]} in\n");
  for (size_t i = 0; i < count; i++) {
    (void)fprintf(out, "    %s) options='", commands[i].name);
    for (size_t k = 0; k < cli_option_count; k++)
      if (takes(&cli_option_table[k], &commands[i]))
        (void)fprintf(out, " --%s", cli_option_table[k].name);
    (void)fprintf(out, "' ;;\n");
  }
  (void)fprintf(out, "  esac\n  case $word in\n"
                     "    -*) _gradcheck_reply -W \"$options\" ;;\n"
                     "    *) _gradcheck_reply -f ;;\n"
                     "  esac\n}\ncomplete -o filenames -F _gradcheck gradcheck\n");
}

/* A row of _arguments: '--name=[help]:argument:action', and '(-l)-l[...]' for its letter. */
static void print_zsh_option(const cli_option *option, FILE *out) {
  (void)fprintf(out, " \\\n      '*--%s%s[", option->name, option->argument != NULL ? "=" : "");
  print_quoted(option->help, "[]\\", out);
  (void)fprintf(out, "]");
  if (option->argument != NULL) {
    (void)fprintf(out, ":");
    print_quoted(option->argument, ":\\", out);
    (void)fprintf(out, ":");
    if (has_words(option)) {
      (void)fprintf(out, "(");
      print_words(option, " ", out);
      (void)fprintf(out, ")");
    } else if (is_argument(option, "FILE"))
      (void)fprintf(out, "_files");
    else if (is_argument(option, "DIR"))
      (void)fprintf(out, "_files -/");
  }
  (void)fprintf(out, "'");
}

static void print_zsh(const cli_command *commands, size_t count, FILE *out) {
  (void)fprintf(out, "#compdef gradcheck\n_gradcheck() {\n  local -a commands\n  if (( CURRENT == 2 )); then\n"
                     "    commands=(\n");
  for (size_t i = 0; i < count; i++) {
    (void)fprintf(out, "      '%s:", commands[i].name);
    print_quoted(commands[i].summary, ":\\", out);
    (void)fprintf(out, "'\n");
  }
  (void)fprintf(out, "    )\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n"
                     "  shift words\n  (( CURRENT-- ))\n  case $command in\n");
  for (size_t i = 0; i < count; i++) {
    (void)fprintf(out, "    %s) _arguments", commands[i].name);
    for (size_t k = 0; k < cli_option_count; k++)
      if (takes(&cli_option_table[k], &commands[i]))
        print_zsh_option(&cli_option_table[k], out);
    (void)fprintf(out, " \\\n      '*:file:_files' ;;\n");
  }
  (void)fprintf(out, "  esac\n}\n_gradcheck \"$@\"\n");
}

static void print_fish(const cli_command *commands, size_t count, FILE *out) {
  (void)fprintf(out, "# fish completion of gradcheck\n");
  for (size_t i = 0; i < count; i++) {
    (void)fprintf(out, "complete -c gradcheck -n __fish_use_subcommand -f -a %s -d '", commands[i].name);
    print_quoted(commands[i].summary, "\\", out);
    (void)fprintf(out, "'\n");
  }
  for (size_t k = 0; k < cli_option_count; k++) {
    const cli_option *o = &cli_option_table[k];
    (void)fprintf(out, "complete -c gradcheck -n '__fish_seen_subcommand_from");
    for (size_t i = 0; i < count; i++)
      if (takes(o, &commands[i]))
        (void)fprintf(out, " %s", commands[i].name);
    (void)fprintf(out, "' -l %s", o->name);
    if (o->letter != 0)
      (void)fprintf(out, " -s %c", o->letter);
    if (o->argument != NULL)
      (void)fprintf(out, is_argument(o, "FILE") || is_argument(o, "DIR") ? " -r -F" : " -x");
    if (has_words(o)) {
      (void)fprintf(out, " -a '");
      print_words(o, " ", out);
      (void)fprintf(out, "'");
    }
    (void)fprintf(out, " -d '");
    print_quoted(o->help, "\\", out);
    (void)fprintf(out, "'\n");
  }
}

static const struct {
  const char *shell;
  void (*print)(const cli_command *commands, size_t count, FILE *out);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

bool cli_print_completion(const char *shell, const cli_command *commands, size_t count, FILE *out) {
  for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
    if (strcmp(shell, shells[i].shell) == 0) {
      shells[i].print(commands, count, out);
      return true;
    }
  return false;
}
