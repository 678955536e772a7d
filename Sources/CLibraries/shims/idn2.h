// libidn2: internationalised domain names, IDNA 2008 with the mapping of UTS 46.
#pragma once
#include <idn2.h>
