    // All words, for the proof of the queue around this memory.
    localparam WIDTH = $bits(write_data_i);
    localparam DEPTH = 1 << $bits(write_address_i);
    wire [WIDTH * DEPTH - 1:0] contents;
    genvar word;
    generate
        for (word = 0; word < DEPTH; word = word + 1) begin : words
            assign contents[WIDTH * word +: WIDTH] = mem[word];
        end
    endgenerate
