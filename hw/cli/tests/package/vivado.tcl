# Vivado's commands as stubs: each is written to the log as it is called. Arguments: script, log, version, setup slacks
# of the implementations in ns, progress of the implementation.
lassign $argv script log version slacks progress
set calls [open $log w]
namespace eval ::ipx {}

proc note {name arguments} {
    global calls
    puts $calls [string trim "$name $arguments"]
    flush $calls
}

foreach name {
    create_project close_project add_files set_property update_compile_order update_ip_catalog current_project
    current_fileset ipx::package_project ipx::current_core ipx::associate_bus_interfaces ipx::create_xgui_files
    ipx::update_checksums ipx::save_core ipx::get_memory_maps ipx::get_address_blocks ipx::add_register ipx::add_field
    create_bd_design open_bd_design create_bd_cell get_bd_cells get_bd_pins get_bd_intf_pins get_bd_addr_segs
    get_bd_addr_spaces connect_bd_net connect_bd_intf_net make_bd_intf_pins_external assign_bd_address
    validate_bd_design save_bd_design make_wrapper get_files launch_runs wait_on_runs reset_runs open_run close_design
    report_timing_summary get_timing_paths get_runs
} {
    proc ::$name {args} "note $name \$args; return \"<$name \$args>\""
}

proc version {args} {
    global version
    return $version
}

proc get_ipdefs {args} {
    regexp {xilinx.com:ip:(\w+):} $args all name
    return [list xilinx.com:ip:$name:9.0 xilinx.com:ip:$name:10.0]
}

proc report_utilization {args} {
    note report_utilization $args
    return "| Slice LUTs*            | 30131 |\n| Slice Registers | 43684 |\n| Block RAM Tile | 125.5 |\n| DSPs | 168 |"
}

proc get_property {name of} {
    global script slacks progress
    note get_property [list $name $of]
    switch $name {
        PROGRESS { return $progress }
        SLACK {
            if {[string match *-hold* $of]} { return 0.02 }
            set slacks [lassign $slacks slack]
            return $slack
        }
        DIRECTORY { return [file join [file dirname $script] build project bsr.runs impl_1] }
    }
}

# What the runs leave behind.
rename open_run log_open_run
proc open_run {args} {
    global script
    log_open_run {*}$args
    set project [file join [file dirname $script] build project]
    foreach path {bsr.runs/impl_1/bsr_wrapper.bit bsr.gen/sources_1/bd/bsr/hw_handoff/bsr.hwh} {
        file mkdir [file dirname [file join $project $path]]
        close [open [file join $project $path] w]
    }
}

source $script
