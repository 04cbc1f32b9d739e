r-from-c := $(which)
