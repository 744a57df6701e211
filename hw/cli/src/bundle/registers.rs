//! The register map as JSON and as a table.

use bsr_hw::registers::{ALL, Access, ID_VALUE, VERSION_VALUE};
use std::fmt::Write as _;

/// The map, a list of `offset`, `name`, `access`, `bits`, `about`.
pub(super) fn json() -> String {
    let map = serde_json::json!({ "id": ID_VALUE, "version": VERSION_VALUE, "registers": ALL });
    format!("{map:#}\n")
}

/// The map as Markdown.
pub(super) fn markdown() -> String {
    let mut text = format!(
        "# Registers\n\n32-bit registers over AXI4-Lite; map version {VERSION_VALUE}. A write carries four whole bytes; any other, and\n\
         one that the map or a running frame does not allow, is answered SLVERR.\n\n\
         | offset | name | access | bits | |\n|---|---|---|---|---|\n"
    );
    for register in ALL {
        let access = match register.access {
            Access::ReadWrite => "read, write",
            Access::ReadOnly => "read",
            Access::WriteOnly => "write",
        };
        let _ = writeln!(
            text,
            "| `{:#05x}` | `{}` | {access} | {} | {} |",
            register.offset, register.name, register.bits, register.about
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_every_register() {
        let map: serde_json::Value = serde_json::from_str(&json()).unwrap();
        assert_eq!(map["registers"].as_array().unwrap().len(), ALL.len());
        let table = markdown();
        assert!(ALL.iter().all(|register| table.contains(&format!("`{}`", register.name))));
    }
}
