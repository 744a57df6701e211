// Resets the accelerator, loads the network, sends a small picture and compares every output beat.
// Prints PASS or FAIL; FAIL ends with an error. Reads weights.txt and vectors/ from the working directory.

`default_nettype none

module testbench;

    localparam integer WRITES = @WRITES@;
    localparam integer INPUT_BEATS = @INPUT_BEATS@;
    localparam integer OUTPUT_BEATS = @OUTPUT_BEATS@;
    // First accepted input beat to last output beat, as predicted.
    localparam integer CYCLES = @CYCLES@;
    localparam integer RESET_CYCLES = 16;
    localparam integer PATIENCE = 1000000;

    // A register write: byte address, data.
    reg [43:0] writes [0:WRITES+2];
    reg [7:0] stimulus [0:INPUT_BEATS-1];
    reg [7:0] expected [0:OUTPUT_BEATS-1];

    initial begin
        $readmemh("weights.txt", writes, 0, WRITES - 1);
        writes[WRITES] = {12'h@WIDTH_OFFSET@, 32'd@WIDTH@};
        writes[WRITES+1] = {12'h@HEIGHT_OFFSET@, 32'd@HEIGHT@};
        writes[WRITES+2] = {12'h@CONTROL_OFFSET@, 32'd1};
        $readmemh("vectors/stimulus.txt", stimulus);
        $readmemh("vectors/expected.txt", expected);
    end

    reg clk = 1'b0;
    always #5 clk = ~clk;

    reg rst_n = 1'b0;
    integer cycle = 0;
    integer idle = 0;

    // Writes, one after the other.
    integer written = 0;
    reg writing = 1'b0;
    reg awvalid = 1'b0;
    reg wvalid = 1'b0;
    wire [43:0] next_write = writes[written];
    wire awready;
    wire wready;
    wire bvalid;
    wire [1:0] bresp;
    wire loaded = written == WRITES + 3;

    // Input beats, offered back to back.
    integer sent = 0;
    integer first_cycle = 0;
    wire s_tvalid = loaded && sent < INPUT_BEATS;
    wire s_tready;
    wire [7:0] s_tdata = s_tvalid ? stimulus[sent] : 8'd0;
    wire s_tlast = sent == INPUT_BEATS - 1;

    // Output beats, always taken.
    integer received = 0;
    integer mismatches = 0;
    wire m_tvalid;
    wire [7:0] m_tdata;
    wire m_tlast;
    wire last_beat = received == OUTPUT_BEATS - 1;

    accelerator dut (
        .aclk(clk),
        .aresetn(rst_n),
        .s_axil_awaddr(next_write[43:32]),
        .s_axil_awvalid(awvalid),
        .s_axil_awready(awready),
        .s_axil_wdata(next_write[31:0]),
        .s_axil_wstrb(4'hf),
        .s_axil_wvalid(wvalid),
        .s_axil_wready(wready),
        .s_axil_bvalid(bvalid),
        .s_axil_bresp(bresp),
        .s_axil_bready(1'b1),
        .s_axil_araddr(12'd0),
        .s_axil_arvalid(1'b0),
        .s_axil_arready(),
        .s_axil_rdata(),
        .s_axil_rresp(),
        .s_axil_rvalid(),
        .s_axil_rready(1'b1),
        .s_axis_tdata(s_tdata),
        .s_axis_tvalid(s_tvalid),
        .s_axis_tlast(s_tlast),
        .s_axis_tready(s_tready),
        .m_axis_tdata(m_tdata),
        .m_axis_tvalid(m_tvalid),
        .m_axis_tlast(m_tlast),
        .m_axis_tready(1'b1)
    );

    always @(posedge clk) begin
        cycle <= cycle + 1;
        rst_n <= cycle >= RESET_CYCLES;
        idle <= idle + 1;
        if (idle > PATIENCE) $fatal(1, "FAIL: nothing moves any more, %0d of %0d beats came", received, OUTPUT_BEATS);
    end

    always @(posedge clk) begin
        if (rst_n) begin
            if (!writing && !loaded) begin
                writing <= 1'b1;
                awvalid <= 1'b1;
                wvalid <= 1'b1;
            end
            if (awvalid && awready) awvalid <= 1'b0;
            if (wvalid && wready) wvalid <= 1'b0;
            if (writing && bvalid) begin
                writing <= 1'b0;
                written <= written + 1;
                idle <= 0;
                if (bresp !== 2'd0) $fatal(1, "FAIL: write %0d to register %h was refused", written, next_write[43:32]);
            end
        end
    end

    always @(posedge clk) begin
        if (s_tvalid && s_tready) begin
            if (sent == 0) first_cycle <= cycle;
            sent <= sent + 1;
            idle <= 0;
        end
    end

    always @(posedge clk) begin
        if (rst_n && m_tvalid !== 1'b0) begin
            if (m_tvalid !== 1'b1 || m_tdata !== expected[received] || m_tlast !== last_beat) begin
                if (mismatches < 10)
                    $display("beat %0d: data %h last %b valid %b, expected %h %b 1", received, m_tdata, m_tlast, m_tvalid,
                        expected[received], last_beat);
                mismatches <= mismatches + 1;
            end
            received <= received + 1;
            idle <= 0;
        end
    end

    // In the cycle after the last beat.
    always @(posedge clk) begin
        if (received == OUTPUT_BEATS) begin
            $display("%0d beats, %0d mismatches, %0d cycles, %0d predicted", received, mismatches, cycle - first_cycle, CYCLES);
            if (mismatches != 0 || cycle - first_cycle != CYCLES) $fatal(1, "FAIL");
            $display("PASS");
            $finish;
        end
    end

endmodule

`default_nettype wire
