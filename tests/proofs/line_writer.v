    // Bytes to beats: each byte that is taken lies in the next beat that is pushed, in its lane and at its address, and that
    // beat has no other bytes. Assumed: a picture starts when the one before has ended.
    rand reg picks;
    reg followed;
    reg [2:0] lane;
    reg [7:0] value;
    reg [28:0] place;
    reg [3:0] collected;
    wire [28:0] here = line_address_q + (column_q >> 3);

    always @(posedge clk_i) begin
        if (!rst_ni | start_i) begin
            followed <= 1'b0;
            collected <= 4'd0;
        end else begin
            collected <= (push_o ? 4'd0 : collected) + takes;
            if (!followed | push_o) followed <= takes & picks;
            if (!followed | push_o) {lane, value, place} <= {column_q[2:0], data_i, here};
        end
    end

    always @(*) begin
        if (rst_ni) begin
            assume (!(start_i && open_q));
            assert (push_o || strobe_o >> column_q[2:0] == 0);
            assert (collected == strobe_o[0] + strobe_o[1] + strobe_o[2] + strobe_o[3]
                + strobe_o[4] + strobe_o[5] + strobe_o[6] + strobe_o[7]);
            if (strobe_o != 0 && !push_o) assert (open_q && measured_q && settled_q);
            if (followed) begin
                assert (strobe_o[lane] && data_o[8 * lane +: 8] == value);
                if (push_o) assert (beat_address_o == place);
                else assert (here == place && column_q[2:0] > lane);
            end
        end
    end
