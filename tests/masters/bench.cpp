// Random traffic through the masters: `bench BURSTS SEED [BUG]` runs frames until so many bursts were read and as many
// written. Exit 0: `exact`, and what was counted; 1: a rule is broken, which is named.
#include "traffic.hpp"
#include <algorithm>
#include <string>

// Cycles in which nothing at all happens.
constexpr uint64_t PATIENCE = 20'000;

class Bench {
public:
    Bench(uint64_t seed, unsigned bug) : random{std::mt19937_64(seed)}, memory(random) {
#ifdef BUGS
        top.bug_i = bug;
#else
        require(bug == 0, "this build has no bugs to choose from");
#endif
        reset();
    }

    void run(uint64_t bursts) {
        while (std::min(memory.read_bursts.begun, memory.write_bursts.begun) < bursts) frame();
        std::printf("exact: %llu bursts read, %llu written, %llu beats written, %llu cycles\n",
                    (unsigned long long)memory.read_bursts.begun, (unsigned long long)memory.write_bursts.begun,
                    (unsigned long long)beats, (unsigned long long)cycle);
    }

private:
    void reset() {
        top.rst_ni = 0;
        for (int k = 0; k < 4; k++) clock();
        top.rst_ni = 1;
    }

    void clock() {
        top.clk_i = 0;
        top.eval();
        top.clk_i = 1;
        top.eval();
    }

    void frame() {
        for (auto& ring : rings) ring.begin(random, random.below(600));
        lines.begin(random.below(1500));
        picture.begin(random);
        describe();
        top.start_i = 1;
        step();
        top.start_i = 0;
        while (!done()) step();
        require(top.idle_o, "the masters are idle when all is answered");
    }

    void describe() {
        top.ring0_address_i = rings[0].address;
        top.ring0_size_i = rings[0].beats;
        top.ring1_address_i = rings[1].address;
        top.ring1_size_i = rings[1].beats;
        top.width_i = picture.width;
        top.height_i = picture.height;
        top.stages_i = picture.stages;
        top.picture_address_i = picture.address;
        top.stride_i = picture.stride;
    }

    bool done() const {
        return rings[0].done() && rings[1].done() && lines.done() && picture.done() && top.all_received_o && memory.idle();
    }

    // What depends on registers alone is read first; then the pins of this cycle are seen before its edge.
    void step() {
        bool starts = top.start_i;
        memory.drive(top, cycle);
        top.halt_i = halts.holds(random);
        traffic(starts);
        top.oldest_row_i = starts ? 0 : picture.release(random, top.rows_received_o);
        top.clk_i = 0;
        top.eval();
        sample();
        top.clk_i = 1;
        top.eval();
        memory.release(top);
        cycle++;
        require(cycle - moved < PATIENCE, "everything ends", cycle);
    }

    void traffic(bool starts) {
        top.push0_address_i = rings[0].push_address();
        top.push0_i = !starts && rings[0].push(random, top.room0_o);
        top.push0_data_i = rings[0].data;
        top.push1_address_i = rings[1].push_address();
        top.push1_i = !starts && rings[1].push(random, top.room1_o);
        top.push1_data_i = rings[1].data;
        top.push2_i = !starts && lines.push(random, top.room2_o);
        top.push2_address_i = lines.beat.address / BEAT;
        top.push2_data_i = lines.beat.data;
        top.push2_strobe_i = lines.beat.strobes;
        top.push2_last_i = lines.last;
        top.pop0_i = !starts && rings[0].pop(random, top.any0_o, top.data0_o);
        top.pop1_i = !starts && rings[1].pop(random, top.any1_o, top.data1_o);
    }

    void sample() {
        require(!top.overrun_o && !top.error_o, "no error is reported");
        constexpr unsigned client_of_region[REGIONS] = {0, 1, 3, 2};
        unsigned client = 0;
        if (top.rvalid_i) {
            client = 1u << client_of_region[(memory.next_read() - BASE) >> REGION_BITS];
            if (client == 4) picture.take(memory.next_read());
        }
        require(top.read_valid_o == client, "a beat goes to the client that asked for it", top.read_valid_o, client);
        if (top.rvalid_i || top.bvalid_i) moved = cycle;
        written.clear();
        memory.sample(top, cycle, written);
        for (const auto& beat : written) compare(beat);
        beats += written.size();
    }

    void compare(const Beat& beat) {
        unsigned region = (beat.address - BASE) >> REGION_BITS;
        require(region < 3, "nothing is written to the picture", beat.address);
        auto& expected = region == 2 ? lines.expected : rings[region].expected;
        require(!expected.empty(), "a beat is written once", beat.address);
        require(beat.address == expected.front().address, "beats are written where they belong", beat.address, expected.front().address);
        require(beat == expected.front(), "no beat is dropped or changed", beat.data, expected.front().data);
        expected.pop_front();
    }

    VerilatedContext context;
    Vmasters top{&context};
    Random random;
    Memory memory;
    Ring rings[2] = {Ring(0), Ring(1)};
    Lines lines;
    Picture picture;
    Stall halts;
    std::vector<Beat> written;
    uint64_t cycle = 0, moved = 0, beats = 0;
};

int main(int count, char** arguments) {
    uint64_t bursts = std::stoull(arguments[1]), seed = std::stoull(arguments[2]);
    Bench(seed, count > 3 ? std::stoul(arguments[3]) : 0).run(bursts);
}
