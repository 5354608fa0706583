from part
