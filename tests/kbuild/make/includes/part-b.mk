r-from-b := b
which := changed
