    // Every beat that is accepted is offered until it is taken, once; an offer stays as it is.
    wire accepts = valid_i & free_o;
    wire leaves = tvalid_o & tready_i;
    reg holds;
    reg [8:0] beat;
    reg stalled;
    reg [8:0] offered;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            holds <= 1'b0;
            stalled <= 1'b0;
        end else begin
            if (accepts | leaves) holds <= accepts;
            if (accepts) beat <= {last_i, data_i};
            stalled <= tvalid_o & ~tready_i;
            offered <= {tlast_o, tdata_o};
        end
    end

    always @(*) begin
        if (rst_ni) begin
            assert (tvalid_o == holds);
            if (holds) assert ({tlast_o, tdata_o} == beat);
            if (stalled) assert (tvalid_o && {tlast_o, tdata_o} == offered);
        end
    end
