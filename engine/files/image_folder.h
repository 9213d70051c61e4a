// A folder of images natively: one folder per class, as photographs are usually kept.
#pragma once

#include <string>

#include "myelin/dataset.h"
#include "myelin/result.h"

namespace myelin::files {

struct ImageFolderChoice {
  int rows = 28, columns = 28;  // every image is brought to this size
  bool grey = false;            // colours become grey; otherwise images are in colour unless all are grey
};

// Classes and files are taken in the order of their names; files that do not end in .png, .jpg or .jpeg are passed over.
Result<Dataset> dataset_from_folder(const std::string& folder, const ImageFolderChoice& choice);

}  // namespace myelin::files
