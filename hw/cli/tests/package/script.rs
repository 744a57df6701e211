//! The Vivado script in a Tcl interpreter, with the vendor's commands as stubs.

use super::{done, path, root, text};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// A run of the script in a copy of the package.
struct Run {
    place: tempfile::TempDir,
    said: String,
    calls: String,
}

impl Run {
    /// `slacks` are the setup slacks of one implementation after the other, in ns.
    fn new(version: &str, slacks: &str, progress: &str, succeeds: bool) -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("rtl")).unwrap();
        for name in ["build.tcl", "report.json", "rtl/accelerator.v"] {
            fs::copy(path(name), place.path().join(name)).unwrap();
        }
        let stubs = root().join("hw/cli/tests/package/vivado.tcl");
        let (script, log) = (place.path().join("build.tcl"), place.path().join("log"));
        let mut tcl = Command::new("tclsh");
        tcl.arg(stubs).arg(script).arg(&log).args([version, slacks, progress]);
        // Whatever folder it is called in.
        let said = done(tcl.current_dir("/"), succeeds);
        Self { said, calls: fs::read_to_string(log).unwrap(), place }
    }

    fn built(&self, name: &str) -> std::path::PathBuf {
        self.place.path().join("build").join(name)
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.built(name)).unwrap()).unwrap()
    }

    /// Fails where these are not called in this order.
    fn has_steps(&self, steps: &[&str]) {
        let mut rest = self.calls.as_str();
        for step in steps {
            let at = rest.find(step).unwrap_or_else(|| panic!("`{step}` is not called there:\n{}", self.calls));
            rest = &rest[at + step.len()..];
        }
    }
}

#[test]
fn the_script_packages_connects_implements_reports_and_delivers_in_this_order() {
    let run = Run::new("2023.1", "0.1", "100%", true);
    run.has_steps(&[
        "create_project -force -part xc7z020clg400-1 ip",
        "ipx::package_project",
        "ipx::associate_bus_interfaces -busif m_axi -clock aclk",
        "ipx::add_register STATUS",
        "ipx::save_core",
        "close_project",
        "create_bd_design bsr",
        "create_bd_cell -type ip -vlnv xilinx.com:ip:processing_system7:10.0 ps",
        "CONFIG.PCW_S_AXI_HP0_DATA_WIDTH {64}",
        "create_bd_cell -type ip -vlnv bsr:bsr:accelerator:1.0 accelerator",
        "set_property CONFIG.PCW_FPGA0_PERIPHERAL_FREQMHZ 125.0 {<get_bd_cells ps>}",
        "connect_bd_intf_net {<get_bd_intf_pins ps/M_AXI_GP0>}",
        "connect_bd_intf_net {<get_bd_intf_pins memory/M00_AXI>} {<get_bd_intf_pins ps/S_AXI_HP0>}",
        "connect_bd_net {<get_bd_pins ps/FCLK_CLK0>} {<get_bd_pins accelerator/aclk>}",
        "connect_bd_net {<get_bd_pins reset/peripheral_aresetn>} {<get_bd_pins accelerator/aresetn>}",
        "assign_bd_address -offset 0x43c00000 -range 4096",
        "assign_bd_address -target_address_space {<get_bd_addr_spaces accelerator/m_axi>}",
        "validate_bd_design",
        "make_wrapper",
        "launch_runs impl_1 -to_step write_bitstream",
        "wait_on_runs impl_1",
        "report_timing_summary",
    ]);
    assert!(run.built("bsr.bit").is_file() && run.built("bsr.hwh").is_file());
    assert_eq!(fs::read_to_string(run.built("bsr.json")).unwrap(), text("report.json"));
    let timing = run.json("timing.json");
    assert_eq!((&timing["met"], &timing["setup_slack_ns"]), (&true.into(), &0.1.into()));
    let utilization = run.json("utilization.json");
    assert_eq!((&utilization["lut"], &utilization["bram36"]), (&30131.into(), &125.5.into()));
}

#[test]
fn where_the_clock_is_not_met_the_script_tries_the_fastest_that_the_slack_allows() {
    let run = Run::new("2023.1", "-2.3 -0.4 0.0", "100%", true);
    run.has_steps(&[
        "PCW_FPGA0_PERIPHERAL_FREQMHZ 125.0",
        "launch_runs",
        "open_bd_design",
        "PCW_FPGA0_PERIPHERAL_FREQMHZ 90.9090",
        "validate_bd_design",
        "reset_runs",
        "launch_runs",
        "PCW_FPGA0_PERIPHERAL_FREQMHZ 83.3333",
        "launch_runs",
    ]);
    assert_eq!(run.calls.matches("launch_runs").count(), 3);
    assert_eq!(run.json("timing.json")["met"], true);
    assert!(run.built("bsr.bit").is_file(), "{}", run.said);
}

#[test]
fn the_script_delivers_nothing_from_an_old_vivado_a_failed_run_or_a_clock_that_no_divisor_meets() {
    for (version, slacks, progress, words) in [
        ("2021.2", "0.1", "100%", "Vivado 2021.2, expected 2022.1 or newer"),
        ("2023.1", "0.1", "40%", "implementation failed"),
        ("2023.1", "-50", "100%", "timing is missed at 125.0 MHz by 50 ns"),
    ] {
        let run = Run::new(version, slacks, progress, false);
        assert!(run.said.contains(words), "{}", run.said);
        assert!(!run.built("bsr.bit").exists(), "{words}");
    }
}
