// Simulation model of the 7-series DSP48E1 as `add_multiply_add` sets it up: P = B * (A + D) + C, with every register in
// use, one a port. Other settings are not modelled.

`default_nettype none

module DSP48E1 #(
    parameter USE_DPORT = "FALSE",
    parameter integer AREG = 1,
    parameter integer ACASCREG = 1,
    parameter integer BREG = 1,
    parameter integer BCASCREG = 1,
    parameter integer ALUMODEREG = 1,
    parameter integer CARRYINREG = 1,
    parameter integer CARRYINSELREG = 1,
    parameter integer INMODEREG = 1,
    parameter integer OPMODEREG = 1
) (
    input  wire        CLK,
    input  wire [29:0] A,
    input  wire [17:0] B,
    input  wire [47:0] C,
    input  wire [24:0] D,
    input  wire [ 3:0] ALUMODE,
    input  wire [ 4:0] INMODE,
    input  wire [ 6:0] OPMODE,
    input  wire [ 2:0] CARRYINSEL,
    input  wire        CARRYIN,
    input  wire        CEA1,
    input  wire        CEA2,
    input  wire        CEAD,
    input  wire        CEALUMODE,
    input  wire        CEB1,
    input  wire        CEB2,
    input  wire        CEC,
    input  wire        CECARRYIN,
    input  wire        CECTRL,
    input  wire        CED,
    input  wire        CEINMODE,
    input  wire        CEM,
    input  wire        CEP,
    input  wire        RSTA,
    input  wire        RSTALLCARRYIN,
    input  wire        RSTALUMODE,
    input  wire        RSTB,
    input  wire        RSTC,
    input  wire        RSTCTRL,
    input  wire        RSTD,
    input  wire        RSTINMODE,
    input  wire        RSTM,
    input  wire        RSTP,
    output wire [47:0] P
);
    reg signed [24:0] a_q;
    reg signed [24:0] d_q;
    reg signed [24:0] ad_q;
    reg signed [17:0] b_q;
    reg signed [42:0] m_q;
    reg        [47:0] c_q;
    reg        [47:0] p_q;

    assign P = p_q;

    always @(posedge CLK) begin
        a_q <= A[24:0];
        d_q <= D;
        ad_q <= a_q + d_q;
        b_q <= B;
        m_q <= ad_q * b_q;
        c_q <= C;
        p_q <= {{5{m_q[42]}}, m_q} + c_q;
    end

    // verilator lint_off UNUSEDSIGNAL
    wire unused = &{A, ALUMODE, INMODE, OPMODE, CARRYINSEL, CARRYIN, CEA1, CEA2, CEAD, CEALUMODE, CEB1, CEB2, CEC, CECARRYIN,
                    CECTRL, CED, CEINMODE, CEM, CEP, RSTA, RSTALLCARRYIN, RSTALUMODE, RSTB, RSTC, RSTCTRL, RSTD, RSTINMODE,
                    RSTM, RSTP};
    // verilator lint_on UNUSEDSIGNAL
endmodule

`default_nettype wire
