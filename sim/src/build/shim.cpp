// C interface of one Verilated accelerator: what the Rust side (ffi.rs) calls.
// The pin structures are mirrored there field by field; bsr_layout() lets it check that.
#include "Vaccelerator.h"
#include "Vaccelerator___024root.h"
#include "verilated.h"
#ifdef BSR_TRACE
#include "verilated_fst_c.h"
#endif
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#define EXPORT extern "C" __attribute__((visibility("default")))
#define INTERNAL(name) rootp->accelerator__DOT__##name

struct Inputs {
    uint64_t m_rdata;
    uint32_t awaddr, wdata, araddr;
    uint8_t aresetn, awvalid, wvalid, wstrb, bready, arvalid, rready;
    uint8_t s_tdata, s_tlast, s_tvalid, m_tready;
    uint8_t m_arready, m_rresp, m_rlast, m_rvalid, m_awready, m_wready, m_bresp, m_bvalid;
};

struct Outputs {
    uint64_t m_wdata;
    uint32_t rdata, m_araddr, m_awaddr;
    uint16_t tap_row, sum_row, sum_pass;
    int16_t tap_column, sum_column;
    uint8_t awready, wready, bresp, bvalid, arready, rresp, rvalid;
    uint8_t s_tready, m_tdata, m_tlast, m_tvalid;
    uint8_t tap_valid, tap_stage, tap_pass, sum_valid;
    uint8_t m_arlen, m_arvalid, m_rready, m_awlen, m_awvalid, m_wstrb, m_wlast, m_wvalid, m_bready;
};

// Whether the top has a master to memory, in place of pixel streams.
template <class Top, class = void>
struct HasMemory : std::false_type {};
template <class Top>
struct HasMemory<Top, std::void_t<decltype(std::declval<Top&>().m_axi_arvalid)>> : std::true_type {};

using Root = Vaccelerator___024root;
constexpr size_t words(size_t bytes) { return (bytes + 3) / 4; }
constexpr size_t TAP_WORDS = words(sizeof(Root::accelerator__DOT__tap_data));
constexpr size_t SUM_WORDS = words(sizeof(Root::accelerator__DOT__sum_data));

struct Sim {
    VerilatedContext context;
    std::unique_ptr<Vaccelerator> top;
    uint32_t tap_data[TAP_WORDS] = {};
    uint32_t sum_data[SUM_WORDS] = {};
#ifdef BSR_TRACE
    std::unique_ptr<VerilatedFstC> trace;
#endif

    explicit Sim(uint32_t seed) {
        // Only the build with `--x-initial unique` looks at these: 2 is a random value for every register.
        context.randReset(2);
        context.randSeed(static_cast<int>(seed));
#ifdef BSR_TRACE
        context.traceEverOn(true);
#endif
        top = std::make_unique<Vaccelerator>(&context, "top");
    }
    ~Sim() { top->final(); }

    void dump() {
#ifdef BSR_TRACE
        if (trace) trace->dump(context.time());
#endif
        context.timeInc(5);
    }
};

EXPORT void bsr_layout(uint32_t sizes[4]) {
    sizes[0] = sizeof(Inputs);
    sizes[1] = sizeof(Outputs);
    sizes[2] = TAP_WORDS;
    sizes[3] = SUM_WORDS;
}

EXPORT Sim* bsr_new(uint32_t seed) { return new Sim(seed); }
EXPORT void bsr_free(Sim* sim) { delete sim; }
EXPORT const uint32_t* bsr_tap_data(const Sim* sim) { return sim->tap_data; }
EXPORT const uint32_t* bsr_sum_data(const Sim* sim) { return sim->sum_data; }

template <class Top>
static void drive_pixels(Top& top, const Inputs& in) {
    if constexpr (HasMemory<Top>::value) {
        top.m_axi_arready = in.m_arready;
        top.m_axi_rdata = in.m_rdata;
        top.m_axi_rresp = in.m_rresp;
        top.m_axi_rlast = in.m_rlast;
        top.m_axi_rvalid = in.m_rvalid;
        top.m_axi_awready = in.m_awready;
        top.m_axi_wready = in.m_wready;
        top.m_axi_bresp = in.m_bresp;
        top.m_axi_bvalid = in.m_bvalid;
    } else {
        top.s_axis_tdata = in.s_tdata;
        top.s_axis_tlast = in.s_tlast;
        top.s_axis_tvalid = in.s_tvalid;
        top.m_axis_tready = in.m_tready;
    }
}

template <class Top>
static void sample_pixels(const Top& top, Outputs& out) {
    if constexpr (HasMemory<Top>::value) {
        out.m_araddr = top.m_axi_araddr;
        out.m_arlen = top.m_axi_arlen;
        out.m_arvalid = top.m_axi_arvalid;
        out.m_rready = top.m_axi_rready;
        out.m_awaddr = top.m_axi_awaddr;
        out.m_awlen = top.m_axi_awlen;
        out.m_awvalid = top.m_axi_awvalid;
        out.m_wdata = top.m_axi_wdata;
        out.m_wstrb = top.m_axi_wstrb;
        out.m_wlast = top.m_axi_wlast;
        out.m_wvalid = top.m_axi_wvalid;
        out.m_bready = top.m_axi_bready;
    } else {
        out.s_tready = top.s_axis_tready;
        out.m_tdata = top.m_axis_tdata;
        out.m_tlast = top.m_axis_tlast;
        out.m_tvalid = top.m_axis_tvalid;
    }
}

static void sample(Sim& sim, Outputs& out) {
    const Vaccelerator& top = *sim.top;
    const Root* rootp = top.rootp;
    out.awready = top.s_axil_awready;
    out.wready = top.s_axil_wready;
    out.bresp = top.s_axil_bresp;
    out.bvalid = top.s_axil_bvalid;
    out.arready = top.s_axil_arready;
    out.rdata = top.s_axil_rdata;
    out.rresp = top.s_axil_rresp;
    out.rvalid = top.s_axil_rvalid;
    sample_pixels(top, out);
    out.tap_valid = INTERNAL(tap_valid);
    if (out.tap_valid) {
        out.tap_stage = INTERNAL(tap_stage);
        out.tap_row = INTERNAL(tap_row);
        out.tap_column = static_cast<int16_t>(INTERNAL(tap_column));
        out.tap_pass = INTERNAL(tap_pass);
        std::memcpy(sim.tap_data, &INTERNAL(tap_data), sizeof(INTERNAL(tap_data)));
    }
    out.sum_valid = INTERNAL(sum_valid);
    if (out.sum_valid) {
        out.sum_row = INTERNAL(sum_row);
        out.sum_column = static_cast<int16_t>(INTERNAL(sum_column));
        out.sum_pass = INTERNAL(sum_pass);
        std::memcpy(sim.sum_data, &INTERNAL(sum_data), sizeof(INTERNAL(sum_data)));
    }
}

// One clock cycle: drives the pins, samples just before the rising edge, then clocks.
EXPORT void bsr_cycle(Sim* sim, const Inputs* in, Outputs* out) {
    Vaccelerator& top = *sim->top;
    top.aresetn = in->aresetn;
    top.s_axil_awaddr = in->awaddr;
    top.s_axil_awvalid = in->awvalid;
    top.s_axil_wdata = in->wdata;
    top.s_axil_wstrb = in->wstrb;
    top.s_axil_wvalid = in->wvalid;
    top.s_axil_bready = in->bready;
    top.s_axil_araddr = in->araddr;
    top.s_axil_arvalid = in->arvalid;
    top.s_axil_rready = in->rready;
    drive_pixels(top, *in);
    top.aclk = 0;
    top.eval();
    sample(*sim, *out);
    sim->dump();
    top.aclk = 1;
    top.eval();
    sim->dump();
}

// Starts a waveform file; 0 if this build has none.
EXPORT uint8_t bsr_trace_open(Sim* sim, const char* path) {
#ifdef BSR_TRACE
    sim->trace = std::make_unique<VerilatedFstC>();
    sim->top->trace(sim->trace.get(), 99);
    sim->trace->open(path);
    return sim->trace->isOpen();
#else
    (void)sim;
    (void)path;
    return 0;
#endif
}

EXPORT void bsr_trace_close(Sim* sim) {
#ifdef BSR_TRACE
    if (sim->trace) sim->trace->close();
    sim->trace.reset();
#else
    (void)sim;
#endif
}
