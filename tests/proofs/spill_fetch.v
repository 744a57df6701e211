    // A burst lies within 16 beats from a multiple of 16, and has only beats that memory has answered for. Assumed: the ring
    // begins at such a multiple.
    always @(*) begin
        assume (address_i[3:0] == 0);
        if (request_o) begin
            assert ({1'b0, read_address_o[3:0]} + {1'b0, length_o} < 5'd16);
            assert ({25'd0, length_o} < available_q);
        end
    end
