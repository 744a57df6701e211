# Makes build/bsr.bit and build/bsr.hwh for @BOARD@, without questions:
#   vivado -mode batch -source build.tcl
# Where the clock is not met, the design is implemented again at the fastest that the slack allows.
set here [file dirname [file normalize [info script]]]
set build [file join $here build]
set part @PART@
set oldest 2022.1

# The clock is 1000 MHz over this; beyond the slowest the script gives up.
set divisor @DIVISOR@
set slowest 50

# Registers: name, offset, bits, access, meaning.
set registers {
@REGISTERS@
}

# Blocks: cell, IP, parameters.
set cells {
@CELLS@
}

# Buses: master, slave.
set buses {
@BUSES@
}

# Nets: driver, driven.
set nets {
@NETS@
}

proc say {text} { puts "bsr: $text" }

proc clock_mhz {} {
    global divisor
    return [expr {1000.0 / $divisor}]
}

proc require_version {} {
    global oldest
    set full [version -short]
    if {![regexp {^\d+\.\d+} $full found] || [package vcompare $found $oldest] < 0} {
        error "Vivado $full, expected $oldest or newer"
    }
}

# The newest version of an IP of the vendor.
proc newest {name} {
    set found [get_ipdefs -all -filter "VLNV =~ xilinx.com:ip:$name:*"]
    if {[llength $found] == 0} { error "this Vivado has no IP $name" }
    return [lindex [lsort -dictionary $found] end]
}

# What the handoff then tells of the registers; the driver does not need it.
proc describe_registers {core} {
    global registers
    set map [ipx::get_memory_maps -quiet s_axil -of_objects $core]
    if {$map eq ""} {
        set map [ipx::add_memory_map s_axil $core]
        set_property slave_memory_map_ref s_axil [ipx::get_bus_interfaces s_axil -of_objects $core]
    }
    set block [ipx::get_address_blocks -quiet reg0 -of_objects $map]
    if {$block eq ""} { set block [ipx::add_address_block reg0 $map] }
    set_property range @RANGE@ $block
    set_property width 32 $block
    set_property usage register $block
    foreach {name offset bits access about} $registers {
        set register [ipx::add_register $name $block]
        set_property address_offset $offset $register
        set_property size 32 $register
        set_property description $about $register
        set field [ipx::add_field value $register]
        set_property bit_offset 0 $field
        set_property bit_width $bits $field
        set_property access $access $field
    }
}

proc package_ip {} {
    global here build part
    say "packaging the IP"
    file delete -force [file join $build ip]
    create_project -force -part $part ip [file join $build ip_project]
    add_files -norecurse [glob [file join $here rtl *.v]]
    set_property top accelerator [current_fileset]
    update_compile_order -fileset sources_1
    ipx::package_project -root_dir [file join $build ip] -vendor bsr -library bsr -taxonomy /UserIP -import_files
    set core [ipx::current_core]
    set_property name accelerator $core
    set_property version 1.0 $core
    foreach bus {s_axil m_axi} { ipx::associate_bus_interfaces -busif $bus -clock aclk $core }
    if {[catch { describe_registers $core } why]} { say "the registers are not described: $why" }
    ipx::create_xgui_files $core
    ipx::update_checksums $core
    ipx::save_core $core
    close_project
}

proc set_clock {} {
    set_property CONFIG.PCW_FPGA0_PERIPHERAL_FREQMHZ [clock_mhz] [get_bd_cells @PROCESSOR@]
}

proc connect {} {
    global buses nets
    foreach port {@EXTERNAL@} { make_bd_intf_pins_external -name $port [get_bd_intf_pins @PROCESSOR@/$port] }
    foreach {master slave} $buses { connect_bd_intf_net [get_bd_intf_pins $master] [get_bd_intf_pins $slave] }
    foreach {driver driven} $nets {
        foreach pin $driven { connect_bd_net [get_bd_pins $driver] [get_bd_pins $pin] }
    }
}

proc assign_addresses {} {
    assign_bd_address -offset @ADDRESS@ -range @RANGE@ \
        -target_address_space [get_bd_addr_spaces @PROCESSOR@/Data] [get_bd_addr_segs @ENGINE@/s_axil/*]
    assign_bd_address -target_address_space [get_bd_addr_spaces @ENGINE@/m_axi] \
        [get_bd_addr_segs @PROCESSOR@/S_AXI_HP0/HP0_DDR_LOWOCM]
}

proc block_design {} {
    global build part cells
    say "building the block design"
    create_project -force -part $part bsr [file join $build project]
    set_property ip_repo_paths [file join $build ip] [current_project]
    update_ip_catalog
    create_bd_design bsr
    foreach {cell ip parameters} $cells {
        create_bd_cell -type ip -vlnv [newest $ip] $cell
        if {[llength $parameters]} { set_property -dict $parameters [get_bd_cells $cell] }
    }
    create_bd_cell -type ip -vlnv bsr:bsr:accelerator:1.0 @ENGINE@
    set_clock
    connect
    assign_addresses
    validate_bd_design
    save_bd_design
    make_wrapper -import -top [get_files bsr.bd]
    set_property top bsr_wrapper [current_fileset]
    set_property strategy Performance_ExplorePostRoutePhysOpt [get_runs impl_1]
}

proc implement {} {
    say "synthesis, placement, routing, bitstream at [clock_mhz] MHz"
    launch_runs impl_1 -to_step write_bitstream -jobs 4
    wait_on_runs impl_1
    if {[get_property PROGRESS [get_runs impl_1]] ne "100%"} {
        error "implementation failed; see the log of impl_1 in [get_property DIRECTORY [get_runs impl_1]]"
    }
    open_run impl_1
}

proc write_text {name text} {
    global build
    set file [open [file join $build $name] w]
    puts $file $text
    close $file
}

proc slack {kind} { return [get_property SLACK [get_timing_paths -$kind -max_paths 1]] }

# A number of the table of utilisation, null where this Vivado words it otherwise.
proc used {table row} {
    if {[regexp "\\|\\s*$row\\*?\\s*\\|\\s*(\[0-9.\]+)" $table whole number]} { return $number }
    return null
}

# Returns the slack of setup in ns, negative where timing is not met.
proc report {} {
    global build
    report_timing_summary -file [file join $build timing.rpt]
    set table [report_utilization -return_string]
    write_text utilization.rpt $table
    set counts {}
    foreach {key row} {
        lut {Slice LUTs} ff {Slice Registers} bram36 {Block RAM Tile} dsp DSPs
    } { lappend counts "\"$key\": [used $table $row]" }
    write_text utilization.json "{[join $counts {, }]}"
    set setup [slack setup]
    set hold [slack hold]
    set met [expr {$setup >= 0 && $hold >= 0 ? "true" : "false"}]
    set times "\"clock_mhz\": [clock_mhz], \"setup_slack_ns\": $setup, \"hold_slack_ns\": $hold"
    write_text timing.json "{\"vivado\": \"[version -short]\", $times, \"met\": $met}"
    if {$hold < 0} { error "hold is missed by [expr {-$hold}] ns, which no slower clock mends" }
    return $setup
}

# The same at the fastest clock whose period is longer by what is missing.
proc slow_down {missing} {
    global divisor slowest
    set before [clock_mhz]
    set divisor [expr {int(ceil($divisor + $missing))}]
    say "$before MHz is missed by $missing ns"
    if {$divisor > $slowest} { error "timing is missed at $before MHz by $missing ns; package with fewer --lanes" }
    close_design
    open_bd_design [get_files bsr.bd]
    set_clock
    validate_bd_design
    save_bd_design
    reset_runs [get_runs {impl_1 synth_1}]
}

proc deliver {} {
    global here build
    set implemented [get_property DIRECTORY [get_runs impl_1]]
    set described [file join $build project bsr.gen sources_1 bd bsr hw_handoff]
    file copy -force [file join $implemented bsr_wrapper.bit] [file join $build bsr.bit]
    file copy -force [file join $described bsr.hwh] [file join $build bsr.hwh]
    file copy -force [file join $here report.json] [file join $build bsr.json]
}

require_version
file mkdir $build
package_ip
block_design
implement
while {[set missing [expr {-[report]}]] > 0} {
    slow_down $missing
    implement
}
deliver
say "build/bsr.bit, build/bsr.hwh and build/bsr.json are ready, for [clock_mhz] MHz"
