r-b := from b
