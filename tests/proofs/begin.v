
    // The first cycle is one of reset.
    reg begun = 1'b0;
    always @(posedge clk_i) begun <= 1'b1;
    always @(*) if (!begun) assume (!rst_ni);

