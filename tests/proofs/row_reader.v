    // A burst lies within 16 beats from a multiple of 16.
    always @(*) assert ({1'b0, read_from_o[3:0]} + {1'b0, length_o} < 5'd16);
