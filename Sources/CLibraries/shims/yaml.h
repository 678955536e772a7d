// libyaml: the configuration files.
#pragma once
#include <yaml.h>
