    // AXI4-Lite: an answer for each access and none without one; an answer that is offered stays.
    reg [1:0] addresses;
    reg [1:0] words;
    reg [1:0] reads;
    reg write_stalled;
    reg [1:0] write_answer;
    reg read_stalled;
    reg [33:0] read_answer;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            addresses <= 2'd0;
            words <= 2'd0;
            reads <= 2'd0;
            write_stalled <= 1'b0;
            read_stalled <= 1'b0;
        end else begin
            addresses <= addresses + (awvalid_i & awready_o) - (bvalid_o & bready_i);
            words <= words + (wvalid_i & wready_o) - (bvalid_o & bready_i);
            reads <= reads + (arvalid_i & arready_o) - (rvalid_o & rready_i);
            write_stalled <= bvalid_o & ~bready_i;
            write_answer <= bresp_o;
            read_stalled <= rvalid_o & ~rready_i;
            read_answer <= {rresp_o, rdata_o};
        end
    end

    always @(*) begin
        if (rst_ni) begin
            // Both parts of what is answered have come, and at most one write waits behind it.
            assert (addresses == {1'b0, address_held_q} + {1'b0, bvalid_o});
            assert (words == {1'b0, data_held_q} + {1'b0, bvalid_o});
            assert (reads == {1'b0, rvalid_o});
            if (write_stalled) assert (bvalid_o && bresp_o == write_answer);
            if (read_stalled) assert (rvalid_o && {rresp_o, rdata_o} == read_answer);
        end
    end
