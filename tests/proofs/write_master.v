    // Bursts within 16 beats from a multiple of 16, WLAST with the last beat and no other, offers that stay, at most 8 under
    // way. Assumed: the queues' commands are such bursts, their beats stay until they are taken, and memory answers only
    // for what is through.
    reg [4:0] sent;
    reg [3:0] unanswered;
    reg address_stalled;
    reg [39:0] address_offered;
    reg data_stalled;
    reg [72:0] data_offered;
    reg [71:0] queued;
    wire [71:0] queue = owner_q == 2'd1 ? {strobe1_i, data1_i} : owner_q == 2'd2 ? {strobe2_i, data2_i} : {strobe0_i, data0_i};
    wire through = busy & ~address_valid_d & ~sending_d;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            unanswered <= 4'd0;
            address_stalled <= 1'b0;
            data_stalled <= 1'b0;
        end else begin
            sent <= started ? 5'd0 : sent + beat;
            unanswered <= unanswered + through - bvalid_i;
            address_stalled <= awvalid_o & ~awready_i;
            address_offered <= {awlen_o, awaddr_o};
            data_stalled <= wvalid_o & ~wready_i;
            data_offered <= {wlast_o, wstrb_o, wdata_o};
            queued <= queue;
        end
    end

    always @(*) begin
        if (rst_ni) begin
            if (command_valid_i[0]) assume ({1'b0, address0_i[3:0]} + {1'b0, length0_i} < 5'd16);
            if (command_valid_i[1]) assume ({1'b0, address1_i[3:0]} + {1'b0, length1_i} < 5'd16);
            if (command_valid_i[2]) assume ({1'b0, address2_i[3:0]} + {1'b0, length2_i} < 5'd16);
            if (data_stalled) assume (queue == queued);
            assume (!(bvalid_i && unanswered == 0));
            assert (awaited == unanswered + busy);
            assert (unanswered <= 4'd8 && awaited <= 4'd8);
            if (awvalid_o) assert (awaddr_o[2:0] == 0 && {1'b0, awaddr_o[6:3]} + {1'b0, awlen_o[3:0]} < 5'd16 && awlen_o < 16);
            if (sending_q) assert (sent + {1'b0, left_q} == {1'b0, length_q});
            if (wvalid_o) assert (wlast_o == (sent == awlen_o[4:0]));
            if (busy & ~sending_q) assert (sent == {1'b0, length_q} + 5'd1);
            if (address_stalled) assert (awvalid_o && {awlen_o, awaddr_o} == address_offered);
            if (data_stalled) assert (wvalid_o && {wlast_o, wstrb_o, wdata_o} == data_offered);
        end
    end
