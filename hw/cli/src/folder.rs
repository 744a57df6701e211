//! A folder that is there whole or not at all, and that never replaces somebody else's files.
//!
//! The folder holds `SHA256SUMS`, a line a file, as `sha256sum` writes and checks it. A folder is ours when that list
//! names exactly the files that are there, each with its hash, and `report.json` is among them. The folder `build/` is
//! not looked at: the commands of the README put their results there.

use crate::failure::Failure;
use bsr_model::files::hash;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The list of hashes.
const SUMS: &str = "SHA256SUMS";
/// Where the commands of the README build.
const BUILD: &str = "build";

/// Files by path, with `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Refuses a folder that may not be written; long before anything is, so that no work is lost.
pub(crate) fn check(folder: &Path, force: bool) -> Result<(), Failure> {
    let show = folder.display();
    if folder.file_name().is_none() {
        return Err(Failure::new(
            format!("`{show}` does not name a folder"),
            "give a new folder, such as -o out/engine",
        ));
    }
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(Failure::new(format!("`{show}` is a file, expected a folder"), "give another folder with -o"));
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let there = folder.canonicalize().map_err(|error| Failure::io("read", folder, error))?;
    if here.is_ok_and(|here| here.starts_with(&there)) {
        return Err(Failure::new(
            format!("`{show}` holds the working directory, expected a folder that can be replaced"),
            "give a folder below, such as -o out/engine",
        ));
    }
    let foreign = if force { None } else { foreign(&there).map_err(|error| Failure::io("read", folder, error))? };
    match foreign {
        None => Ok(()),
        Some(file) => Err(Failure::new(
            format!("`{show}` holds `{file}`, which this command did not write or which was changed since"),
            "give another folder with -o, or replace this one and all that is in it with --force",
        )),
    }
}

/// Writes all files beside `folder` and puts the result in its place.
pub(crate) fn write(folder: &Path, mut files: Files, force: bool) -> Result<(), Failure> {
    let sums: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", hash(bytes))).collect();
    files.insert(SUMS.into(), sums.into_bytes());
    // A link is followed: what it names is replaced.
    let folder = &folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let failed = |error| Failure::io("write", folder, error);
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed)?;
    // Dropped, and so removed, wherever this function is left.
    let beside = tempfile::Builder::new().prefix(".hw-").tempdir_in(parent).map_err(failed)?;
    let new = beside.path().join("new");
    for (name, bytes) in &files {
        let path = new.join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).map_err(failed)?;
        fs::write(&path, bytes).map_err(failed)?;
    }
    check(folder, force)?;
    let old = beside.path().join("old");
    if folder.exists() {
        fs::rename(folder, &old).map_err(failed)?;
    }
    fs::rename(&new, folder).map_err(|error| {
        // Best effort: the error that is told is the first one.
        let _ = fs::rename(&old, folder);
        failed(error)
    })
}

/// A file in `folder` that is not as this command wrote it.
fn foreign(folder: &Path) -> std::io::Result<Option<String>> {
    let mut there = vec![];
    collect(folder, "", &mut there)?;
    if there.is_empty() {
        return Ok(None);
    }
    let sums = fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    let sums: BTreeMap<&str, &str> =
        sums.lines().filter_map(|line| line.split_once("  ")).map(|(h, n)| (n, h)).collect();
    let ours = sums.contains_key("report.json");
    for (name, path) in there {
        if name == SUMS {
            continue;
        }
        let as_written =
            ours && sums.get(name.as_str()).is_some_and(|sum| fs::read(&path).is_ok_and(|b| hash(&b) == *sum));
        if !as_written {
            return Ok(Some(name));
        }
    }
    Ok((!ours).then(|| SUMS.into()))
}

/// Files under `folder`, by their names from the top, without those of the build folder.
fn collect(folder: &Path, prefix: &str, into: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            if name != BUILD {
                collect(&entry.path(), &format!("{name}/"), into)?;
            }
        } else {
            into.push((name, entry.path()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        Files::from([("report.json".into(), b"{}".to_vec()), ("rtl/top.v".into(), b"module".to_vec())])
    }

    fn written() -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("deep/engine");
        write(&folder, files(), false).unwrap();
        (place, folder)
    }

    #[test]
    fn what_was_written_is_replaced_and_nothing_is_left_beside_it() {
        let (_place, folder) = written();
        write(&folder, Files::from([("report.json".into(), vec![])]), false).unwrap();
        assert!(!folder.join("rtl").exists());
        assert_eq!(fs::read_dir(folder.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_empty_folder_is_filled() {
        let place = tempfile::tempdir().unwrap();
        write(place.path(), files(), false).unwrap();
        assert!(place.path().join("rtl/top.v").is_file());
    }

    #[test]
    fn a_file_that_was_changed_or_added_is_kept_unless_forced() {
        for name in ["rtl/top.v", "notes.txt"] {
            let (_place, folder) = written();
            fs::write(folder.join(name), "mine").unwrap();
            let refused = write(&folder, files(), false).unwrap_err().to_string();
            assert!(refused.contains(name), "{refused}");
            assert_eq!(fs::read(folder.join(name)).unwrap(), b"mine");
            write(&folder, files(), true).unwrap();
            assert_eq!(fs::read(folder.join("rtl/top.v")).unwrap(), b"module");
        }
    }

    #[test]
    fn results_in_the_build_folder_do_not_make_it_somebody_elses() {
        let (_place, folder) = written();
        fs::create_dir(folder.join(BUILD)).unwrap();
        fs::write(folder.join(BUILD).join("testbench.vvp"), "").unwrap();
        assert!(check(&folder, false).is_ok());
    }

    #[test]
    fn a_file_is_never_replaced_by_a_folder() {
        let (_place, folder) = written();
        assert!(check(&folder.join("report.json"), true).is_err());
        assert!(check(Path::new("."), true).is_err());
    }
}
