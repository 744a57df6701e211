    // Bursts within 16 beats from a multiple of 16, offers that stay, at most 8 under way. Assumed: the clients ask for such
    // bursts, and memory gives only what was asked for.
    reg [3:0] asked;
    reg stalled;
    reg [39:0] offered;

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            asked <= 4'd0;
            stalled <= 1'b0;
        end else begin
            asked <= asked + (arvalid_o & arready_i) - burst_ends;
            stalled <= arvalid_o & ~arready_i;
            offered <= {arlen_o, araddr_o};
        end
    end

    always @(*) begin
        if (rst_ni) begin
            if (request_i[0]) assume ({1'b0, address0_i[3:0]} + {1'b0, length0_i} < 5'd16);
            if (request_i[1]) assume ({1'b0, address1_i[3:0]} + {1'b0, length1_i} < 5'd16);
            if (request_i[2]) assume ({1'b0, address2_i[3:0]} + {1'b0, length2_i} < 5'd16);
            assume (!(rvalid_i && asked == 0));
            assert (bursts == asked + address_valid_q);
            assert (asked <= 4'd8 && bursts <= 4'd8);
            if (arvalid_o) assert (araddr_o[2:0] == 0 && {1'b0, araddr_o[6:3]} + {1'b0, arlen_o[3:0]} < 5'd16 && arlen_o < 16);
            if (stalled) assert (arvalid_o && {arlen_o, araddr_o} == offered);
        end
    end
