// The one translation unit that holds Boost.JSON's code; Debian ships 1.81 as headers only.
#include <boost/json/src.hpp>
