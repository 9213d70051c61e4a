// Samples that a user brings: the experiment says their shape, the session is given the samples themselves.
#pragma once

#include "myelin/dataset.h"
#include "myelin/result.h"
#include "myelin/settings.h"

namespace myelin::data {

// Brings the settings' shape, task and outputs into agreement with the samples.
void describe_own(const Dataset& samples, Settings& settings);

// The samples as an experiment with these settings sees them, or why they are not those it was made for.
Result<Dataset> own_samples(const Settings& settings, const Dataset& samples);

}  // namespace myelin::data
