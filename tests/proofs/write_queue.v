    // The bursts that a queue of beats is cut into have all its beats and lie within 16 from a multiple of 16. Assumed: a
    // beat follows the one before it in memory, but for the first of a burst.
    reg [4:0] collected;
    wire command = closes | gives_up;
    wire [28:0] from = open_q == 0 ? address_i : start_q;

    always @(posedge clk_i) begin
        if (!rst_ni) collected <= 5'd0;
        else collected <= command ? 5'd0 : collected + push_i;
    end

    always @(*) begin
        if (rst_ni) begin
            if (push_i && open_q != 0) assume (address_i == start_q + open_q);
            assert (collected == {1'b0, open_q});
            if (open_q != 0) assert ({1'b0, start_q[3:0]} + {1'b0, open_q} < 5'd16);
            if (command) begin
                assert ({1'b0, command_length} + 5'd1 == collected + push_i);
                assert ({1'b0, from[3:0]} + {1'b0, command_length} < 5'd16);
            end
        end
    end
