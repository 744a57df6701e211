    // What is pushed comes out once, after all that was pushed before it: an item that is picked at random is followed.
    localparam WIDTH = $bits(data_i);
    localparam BITS = $bits(write_q);
    localparam DEPTH = 1 << BITS;

    // Connected to the memory's words.
    (* keep *) wire [WIDTH * DEPTH - 1:0] contents;

    rand reg picks;
    reg followed;
    reg [BITS:0] ahead;
    reg [WIDTH - 1:0] item;
    wire [BITS - 1:0] place = read_q + ahead[BITS - 1:0];

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            followed <= 1'b0;
        end else if (!followed) begin
            followed <= push_i & picks;
            ahead <= level_q - pop_i;
            item <= data_i;
        end else if (pop_i) begin
            followed <= ahead != 0;
            ahead <= ahead - 1'b1;
        end
    end

    always @(*) begin
        if (rst_ni) begin
            assume (!(push_i && level_q == DEPTH));
            assume (!(pop_i && level_q == 0));
            assert (level_q <= DEPTH);
            assert (any_o == (level_q != 0));
            assert (write_q == read_q + level_q[BITS - 1:0]);
            if (followed) begin
                assert (ahead < level_q);
                assert (contents[WIDTH * place +: WIDTH] == item);
                if (ahead == 0) assert (data_o == item);
            end
        end
    end
