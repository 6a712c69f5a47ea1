#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "dagitops/base/text.h"
#include "dagitops/cli/run.h"

#include "cli/commands.h"

namespace dagitops::cli {
namespace {

// Commands and options are read off the program itself, so that a completion never lags behind it.
std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_name().empty()) names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> OptionNames(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// Words that follow another one: the values of `--output`, and the shells. `after` is a pattern of the shells' case.
struct Values {
  const char* after;
  const char* words;
};
constexpr Values kValues[] = {{"--output|-o", "text json"}, {"completion", "bash zsh fish"}};

std::string Bash(const CLI::App& app) {
  std::string text = "_dagitops() {\n  local word=${COMP_WORDS[COMP_CWORD]} words\n  case ${COMP_WORDS[1]} in\n";
  for (const std::string& name : CommandNames(app)) {
    text += "    " + name + ") words=\"" + Join(OptionNames(*app.get_subcommand(name)), " ") + "\" ;;\n";
  }
  text += "    *) words=\"" + Join(CommandNames(app), " ") + "\" ;;\n  esac\n";
  text += "  if [ \"$COMP_CWORD\" = 1 ]; then words=\"" + Join(CommandNames(app), " ") + "\"; fi\n";
  text += "  case ${COMP_WORDS[COMP_CWORD-1]} in\n";
  for (const Values& values : kValues)
    text += std::string("    ") + values.after + ") words=\"" + values.words + "\" ;;\n";
  text += "  esac\n";
  text += "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n";
  return text + "complete -o default -F _dagitops dagitops\n";
}

std::string Zsh(const CLI::App& app) {
  std::string text = "#compdef dagitops\n_dagitops() {\n";
  text += "  if (( CURRENT == 2 )); then compadd -- " + Join(CommandNames(app), " ") + "; return; fi\n";
  text += "  case ${words[CURRENT-1]} in\n";
  for (const Values& values : kValues) {
    text += std::string("    ") + values.after + ") compadd -- " + values.words + "; return ;;\n";
  }
  text += "  esac\n  if [[ $PREFIX != -* ]]; then _files; return; fi\n  case ${words[2]} in\n";
  for (const std::string& name : CommandNames(app)) {
    text += "    " + name + ") compadd -- " + Join(OptionNames(*app.get_subcommand(name)), " ") + " ;;\n";
  }
  return text +
         "  esac\n}\n(( $+functions[compdef] )) || { autoload -U compinit && compinit; }\ncompdef _dagitops dagitops\n";
}

std::string Fish(const CLI::App& app) {
  std::string text;
  for (const std::string& name : CommandNames(app)) {
    const CLI::App* command = app.get_subcommand(name);
    text +=
        "complete -c dagitops -n __fish_use_subcommand -a " + name + " -d " + Quoted(command->get_description()) + "\n";
    for (const std::string& option : OptionNames(*command)) {
      const std::string values = option == "--output" ? " -xa 'text json'" : "";
      const std::string letter = option == "--output" ? " -s o" : "";
      text += "complete -c dagitops -n '__fish_seen_subcommand_from " + name + "' -l " + option.substr(2) + letter +
              values + "\n";
    }
  }
  text += "complete -c dagitops -n '__fish_seen_subcommand_from completion' -xa 'bash zsh fish'\n";
  return text;
}

constexpr char kInstalling[] =
    "To install it:\n"
    "  dagitops completion bash > ~/.local/share/bash-completion/completions/dagitops\n"
    "  dagitops completion zsh > ~/.zfunc/_dagitops    # a folder of your fpath\n"
    "  dagitops completion fish > ~/.config/fish/completions/dagitops.fish\n"
    "or for one shell alone: source <(dagitops completion bash)";

}  // namespace

void AddCompletion(CLI::App& app, const Services& services, Chosen& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print the completion for a shell: bash, zsh or fish");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(kInstalling);
  command->callback([shell, &app, &services, &chosen] {
    chosen = [shell, &app, &services]() -> int {
      services.out << (*shell == "fish" ? Fish(app) : *shell == "zsh" ? Zsh(app) : Bash(app));
      return kDone;
    };
  });
}

}  // namespace dagitops::cli
