// Finds what an argument means. Reads files; never guesses a file from a preset's name or the other way round.
#include "input.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "embedded/myelin_assets.h"
#include "files/read.h"

namespace myelin::cli {
namespace {

constexpr size_t kMostBytes = 17 * 1024 * 1024;  // a little more than parse_json accepts, so that it is the one to refuse

std::string read_all(std::FILE* file) {
  std::string text;
  std::array<char, 65536> block{};
  while (text.size() < kMostBytes) {
    const size_t read = std::fread(block.data(), 1, block.size(), file);
    if (read == 0) break;
    text.append(block.data(), read);
  }
  return text;
}

std::optional<std::string> read_file(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored) || std::filesystem::is_directory(path, ignored)) return std::nullopt;
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text = read_all(file);
  std::fclose(file);
  return text;
}

// No link and no preset, but something that was meant as one.
bool looks_like_path(const std::string& argument) {
  return argument.find_first_of("=#") == std::string::npos &&
         (argument.find('/') != std::string::npos || argument.find('.') != std::string::npos);
}

// The data file that was wanted last and is nowhere.
std::string& missing() {
  static std::string name;
  return name;
}

}  // namespace

Result<ParsedExperiment> read_experiment(const std::string& argument) {
  const auto parse = [&](const std::string& text) -> Result<ParsedExperiment> {
    if (text.find_first_not_of(" \t\r\n") != std::string::npos) return parse_experiment(text);
    if (argument == "-") return Error{{"Standard input is empty.", "L’entrée standard est vide."}};
    return Error{{"The file " + argument + " is empty.", "Le fichier " + argument + " est vide."}};
  };
  if (argument == "-") return parse(read_all(stdin));
  if (find_row(Kind::preset, argument) == nullptr) {
    if (std::optional<std::string> text = read_file(argument)) return parse(*text);
    if (looks_like_path(argument)) {
      return Error{{"The file " + argument + " cannot be read.", "Le fichier " + argument + " ne peut pas être lu."}};
    }
  }
  return parse_experiment(argument);
}

std::vector<std::byte> load_asset(const std::string& name) {
  if (const char* folder = std::getenv("MYELIN_ASSETS")) {
    if (std::optional<std::string> text = read_file(std::string(folder) + "/" + name)) {
      const auto bytes = std::as_bytes(std::span<const char>(*text));
      return {bytes.begin(), bytes.end()};
    }
  }
  const std::span<const std::byte> bytes = assets::embedded_file(name);
  if (!bytes.empty()) return {bytes.begin(), bytes.end()};
  for (const std::string& folder : files::data_folders()) {
    std::vector<std::byte> found = files::find_data(folder, name);
    if (!found.empty()) return found;
  }
  missing() = name;
  return {};
}

Error explained(const Error& error) {
  const std::string& name = missing();
  if (name.empty()) return error;
  return Error{{name + " is not part of the program: name the folder that holds it by --data FOLDER or in MYELIN_DATA.",
           name + " ne fait pas partie du programme : indiquez son dossier par --data DOSSIER ou dans MYELIN_DATA."}};
}

}  // namespace myelin::cli
