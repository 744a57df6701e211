//! Built files by the hash of what they were built from.
//!
//! An entry is a folder named by its key that holds one built file and its `sha256`. It is written under another
//! name and renamed when complete, so a reader never sees half of one; its hash is checked at every use.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{BuildError, hash};

/// A simulator.
pub(super) const LIBRARY: &str = "simulator.so";
/// Verilator's run time.
pub(super) const RUN_TIME: &str = "run_time.a";
const CHECKSUM: &str = "sha256";

/// A folder of built files.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// A cache in this folder, which is made when the first entry is.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// `$BSR_CACHE`; else `sim-cache` in the `target` folder that holds this program; else `target/sim-cache`.
    pub fn from_environment() -> Self {
        if let Some(folder) = std::env::var_os("BSR_CACHE").filter(|value| !value.is_empty()) {
            return Self::new(folder);
        }
        let program = std::env::current_exe().unwrap_or_default();
        let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
        Self::new(target.unwrap_or(Path::new("target")).join("sim-cache"))
    }

    /// The file of this name under this key, built now if there is no whole entry: `build` leaves it in the folder
    /// that it is given and returns its path.
    pub(super) fn get(
        &self,
        key: &str,
        name: &str,
        build: impl FnOnce(&Path) -> Result<PathBuf, BuildError>,
    ) -> Result<PathBuf, BuildError> {
        match self.lookup(key, name) {
            Some(file) => Ok(file),
            None => self.insert(key, name, build),
        }
    }

    fn lookup(&self, key: &str, name: &str) -> Option<PathBuf> {
        let entry = self.folder.join(key);
        let file = entry.join(name);
        let expected = fs::read_to_string(entry.join(CHECKSUM)).ok()?;
        let bytes = fs::read(&file).ok()?;
        (hash(&[&bytes]) == expected.trim()).then_some(file)
    }

    fn insert(
        &self,
        key: &str,
        name: &str,
        build: impl FnOnce(&Path) -> Result<PathBuf, BuildError>,
    ) -> Result<PathBuf, BuildError> {
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |source| BuildError::File { path, source }
        };
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let scratch =
            tempfile::Builder::new().prefix(".building-").tempdir_in(&self.folder).map_err(at(&self.folder))?;
        let built = build(scratch.path())?;
        let fresh = scratch.path().join("entry");
        fs::create_dir(&fresh).map_err(at(&fresh))?;
        fs::rename(&built, fresh.join(name)).map_err(at(&built))?;
        let bytes = fs::read(fresh.join(name)).map_err(at(&fresh))?;
        fs::write(fresh.join(CHECKSUM), hash(&[&bytes])).map_err(at(&fresh))?;
        let entry = self.folder.join(key);
        if fs::rename(&fresh, &entry).is_err() {
            // There is an entry already: another process made it meanwhile, or it is damaged.
            if let Some(file) = self.lookup(key, name) {
                return Ok(file);
            }
            fs::rename(&entry, scratch.path().join("damaged")).map_err(at(&entry))?;
            fs::rename(&fresh, &entry).map_err(at(&entry))?;
        }
        Ok(entry.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert(cache: &Cache, content: &str) -> PathBuf {
        let build = |folder: &Path| {
            let built = folder.join("built");
            fs::write(&built, content)
                .map(|()| built)
                .map_err(|source| BuildError::File { path: folder.into(), source })
        };
        cache.get("key", LIBRARY, build).expect("a folder that can be written")
    }

    #[test]
    fn an_entry_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("cache"));
        assert_eq!(cache.lookup("key", LIBRARY), None);
        let library = insert(&cache, "a library");
        assert_eq!(cache.lookup("key", LIBRARY), Some(library));
    }

    #[test]
    fn a_damaged_entry_is_not_used_and_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let library = insert(&cache, "a library");
        fs::write(&library, "a librarx").unwrap();
        assert_eq!(cache.lookup("key", LIBRARY), None);
        insert(&cache, "a library");
        assert_eq!(cache.lookup("key", LIBRARY), Some(library));
    }

    #[test]
    fn a_failed_build_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let refuse = |_: &Path| Err(BuildError::Header { header: "zlib.h" });
        cache.get("key", LIBRARY, refuse).expect_err("the build failed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
