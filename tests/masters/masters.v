// The side of memory without the engine: its masters, what splits traffic into bursts for them, and pins in place of the
// units that make and take beats. Connected as in `accelerator`.

`default_nettype none

module masters (
`ifdef BUGS
    // Chooses one of the bugs that are seeded into the modules; 0 is none.
    input  wire [7:0] bug_i,
`endif
    input  wire clk_i,
    input  wire rst_ni,
    // No new burst.
    input  wire halt_i,
    input  wire start_i,
    // Beats to write: those of two rings, and those of lines.
    input  wire push0_i,
    input  wire [28:0] push0_address_i,
    input  wire [63:0] push0_data_i,
    output wire room0_o,
    input  wire push1_i,
    input  wire [28:0] push1_address_i,
    input  wire [63:0] push1_data_i,
    output wire room1_o,
    input  wire push2_i,
    input  wire [28:0] push2_address_i,
    input  wire [63:0] push2_data_i,
    input  wire [7:0] push2_strobe_i,
    input  wire push2_last_i,
    output wire room2_o,
    // The rings, read again.
    input  wire [28:0] ring0_address_i,
    input  wire [28:0] ring0_size_i,
    input  wire pop0_i,
    output wire any0_o,
    output wire [63:0] data0_o,
    input  wire [28:0] ring1_address_i,
    input  wire [28:0] ring1_size_i,
    input  wire pop1_i,
    output wire any1_o,
    output wire [63:0] data1_o,
    output wire overrun_o,
    // A picture, read in strips.
    input  wire [15:0] width_i,
    input  wire [15:0] height_i,
    input  wire [7:0] stages_i,
    input  wire [28:0] picture_address_i,
    input  wire [15:0] stride_i,
    input  wire [31:0] oldest_row_i,
    output wire [31:0] rows_received_o,
    output wire all_received_o,
    // Which client a beat that was read is for.
    output wire [2:0] read_valid_o,
    output wire idle_o,
    output wire error_o,
    // AXI4.
    output wire [31:0] araddr_o,
    output wire [7:0] arlen_o,
    output wire arvalid_o,
    input  wire arready_i,
    input  wire [63:0] rdata_i,
    input  wire [1:0] rresp_i,
    input  wire rlast_i,
    input  wire rvalid_i,
    output wire [31:0] awaddr_o,
    output wire [7:0] awlen_o,
    output wire awvalid_o,
    input  wire awready_i,
    output wire [63:0] wdata_o,
    output wire [7:0] wstrb_o,
    output wire wlast_o,
    output wire wvalid_o,
    input  wire wready_i,
    input  wire [1:0] bresp_i,
    input  wire bvalid_i
);

    wire [2:0] command_valid;
    wire [2:0] take_command;
    wire [2:0] take_beat;
    wire [28:0] command_address [0:2];
    wire [3:0] command_length [0:2];
    wire [63:0] beat_data [0:2];
    wire [7:0] beat_strobe [0:2];
    wire [1:0] written;
    wire [3:0] written_length;

    wire [2:0] request;
    wire [2:0] grant;
    wire [28:0] read_address [0:2];
    wire [3:0] read_length [0:2];
    wire [63:0] read_data;

    wire read_idle, write_idle, read_error, write_error, overrun0, overrun1;
    assign idle_o = read_idle & write_idle;
    assign error_o = read_error | write_error;
    assign overrun_o = overrun0 | overrun1;

    write_queue_64_15 u_spill_queue (
        .clk_i, .rst_ni, .push_i(push0_i), .data_i(push0_data_i), .strobe_i(8'hff), .address_i(push0_address_i), .last_i(1'b0),
        .take_beat_i(take_beat[0]), .take_command_i(take_command[0]), .command_valid_o(command_valid[0]),
        .command_address_o(command_address[0]), .command_length_o(command_length[0]), .beat_data_o(beat_data[0]),
        .beat_strobe_o(beat_strobe[0]), .room_o(room0_o), .any_o()
    );

    write_queue_32_2 u_sums_queue (
        .clk_i, .rst_ni, .push_i(push1_i), .data_i(push1_data_i), .strobe_i(8'hff), .address_i(push1_address_i), .last_i(1'b0),
        .take_beat_i(take_beat[1]), .take_command_i(take_command[1]), .command_valid_o(command_valid[1]),
        .command_address_o(command_address[1]), .command_length_o(command_length[1]), .beat_data_o(beat_data[1]),
        .beat_strobe_o(beat_strobe[1]), .room_o(room1_o), .any_o()
    );

    write_queue_32_2 u_line_queue (
        .clk_i, .rst_ni, .push_i(push2_i), .data_i(push2_data_i), .strobe_i(push2_strobe_i), .address_i(push2_address_i),
        .last_i(push2_last_i), .take_beat_i(take_beat[2]), .take_command_i(take_command[2]),
        .command_valid_o(command_valid[2]), .command_address_o(command_address[2]), .command_length_o(command_length[2]),
        .beat_data_o(beat_data[2]), .beat_strobe_o(beat_strobe[2]), .room_o(room2_o), .any_o()
    );

    write_master u_write_master (
        .clk_i, .rst_ni, .command_valid_i(command_valid), .halt_i,
        .address0_i(command_address[0]), .length0_i(command_length[0]), .data0_i(beat_data[0]), .strobe0_i(beat_strobe[0]),
        .address1_i(command_address[1]), .length1_i(command_length[1]), .data1_i(beat_data[1]), .strobe1_i(beat_strobe[1]),
        .address2_i(command_address[2]), .length2_i(command_length[2]), .data2_i(beat_data[2]), .strobe2_i(beat_strobe[2]),
        .awready_i, .wready_i, .bresp_i, .bvalid_i, .take_command_o(take_command), .take_beat_o(take_beat),
        .written_o(written), .written_length_o(written_length), .awaddr_o, .awlen_o, .awvalid_o, .wdata_o, .wstrb_o, .wlast_o,
        .wvalid_o, .error_o(write_error), .idle_o(write_idle)
    );

    spill_fetch u_spill_fetch (
        .clk_i, .rst_ni, .start_i, .address_i(ring0_address_i), .size_i(ring0_size_i), .written_i(written[0]),
        .written_length_i(written_length), .grant_i(grant[0]), .valid_i(read_valid_o[0]), .data_i(read_data), .pop_i(pop0_i),
        .request_o(request[0]), .read_address_o(read_address[0]), .length_o(read_length[0]), .data_o(data0_o), .any_o(any0_o),
        .overrun_o(overrun0)
    );

    spill_fetch u_sums_fetch (
        .clk_i, .rst_ni, .start_i, .address_i(ring1_address_i), .size_i(ring1_size_i), .written_i(written[1]),
        .written_length_i(written_length), .grant_i(grant[1]), .valid_i(read_valid_o[1]), .data_i(read_data), .pop_i(pop1_i),
        .request_o(request[1]), .read_address_o(read_address[1]), .length_o(read_length[1]), .data_o(data1_o), .any_o(any1_o),
        .overrun_o(overrun1)
    );

    row_reader u_reader (
        .clk_i, .rst_ni, .start_i, .width_i, .height_i, .stages_i, .address_i(picture_address_i), .stride_i, .oldest_row_i,
        .grant_i(grant[2]), .valid_i(read_valid_o[2]), .data_i(read_data), .read_address_i(9'd0), .request_o(request[2]),
        .read_from_o(read_address[2]), .length_o(read_length[2]), .pixel_o(), .rows_received_o, .all_received_o
    );

    read_master u_read_master (
        .clk_i, .rst_ni, .request_i(request), .halt_i,
        .address0_i(read_address[0]), .length0_i(read_length[0]), .address1_i(read_address[1]), .length1_i(read_length[1]),
        .address2_i(read_address[2]), .length2_i(read_length[2]), .arready_i, .rdata_i, .rresp_i, .rlast_i, .rvalid_i,
        .grant_o(grant), .valid_o(read_valid_o), .data_o(read_data), .araddr_o, .arlen_o, .arvalid_o, .error_o(read_error),
        .idle_o(read_idle)
    );

endmodule

`default_nettype wire
