// Simulation model of the 7-series CARRY4: carry 0 is CI | CYINIT, CO[k] = S[k] ? carry k : DI[k], which is carry k + 1,
// and O[k] = S[k] ^ carry k.

`default_nettype none

module CARRY4 (
    output wire [3:0] CO,
    output wire [3:0] O,
    input  wire       CI,
    input  wire       CYINIT,
    input  wire [3:0] DI,
    input  wire [3:0] S
);
    wire carry_0 = CI | CYINIT;
    wire carry_1 = S[0] ? carry_0 : DI[0];
    wire carry_2 = S[1] ? carry_1 : DI[1];
    wire carry_3 = S[2] ? carry_2 : DI[2];
    wire carry_4 = S[3] ? carry_3 : DI[3];

    assign CO = {carry_4, carry_3, carry_2, carry_1};
    assign O = S ^ {carry_3, carry_2, carry_1, carry_0};
endmodule

`default_nettype wire
