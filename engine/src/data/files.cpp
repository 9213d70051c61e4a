#include "data/files.h"

#include <string>

namespace myelin::data {

Status check_files(std::span<const char* const> assets, std::span<const std::span<const std::byte>> files) {
  for (size_t i = 0; i < assets.size(); ++i) {
    if (i < files.size() && !files[i].empty()) continue;
    const std::string name = assets[i];
    return Error{{"The data file " + name + " could not be loaded. Check the connection and try again.",
                  "Le fichier de données " + name + " n’a pas pu être chargé. Vérifiez la connexion et réessayez."}};
  }
  return {};
}

}  // namespace myelin::data
