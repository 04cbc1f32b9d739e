r-a := from a
