//! Where the workspace allows `unsafe` code; everywhere else it is an error of the compiler.

use std::{fs, path::Path};

/// The files that allow it, of a folder.
fn allowing(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("an entry that can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            allowing(&path, found);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            // In two parts, so that this file is not one of them.
            if text.contains(concat!("(unsafe", "_code)")) {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
}

#[test]
fn only_the_simd_folder_and_the_loader_of_simulators_may_be_unsafe() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the workspace has a manifest");
    assert!(manifest.contains("unsafe_code = \"deny\""));
    let mut found = Vec::new();
    for crate_folder in ["bench", "golden", "hw", "model", "sim", "tests"] {
        let folder = root.join(crate_folder);
        let own = fs::read_to_string(folder.join("Cargo.toml")).expect("a crate has a manifest");
        assert!(own.contains("[lints]\nworkspace = true"), "{crate_folder} has the lints of the workspace");
        allowing(&folder, &mut found);
    }
    let relative = |path: &String| path.strip_prefix(&*root.to_string_lossy()).map(|path| path.replace('\\', "/"));
    let found: Vec<_> = found.iter().filter_map(relative).collect();
    assert_eq!(found, ["/golden/src/simd/mod.rs", "/sim/src/ffi.rs"]);
}
