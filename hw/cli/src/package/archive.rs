//! A compressed archive; the same files give the same bytes.

use crate::folder::Files;
use flate2::{Compression, write::GzEncoder};
use std::io;

/// The files as `.tar.gz`, in a folder `bsr/`, owned by nobody, from 1970.
pub(super) fn tar_gz(files: &Files) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(vec![], Compression::best()));
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, format!("bsr/{path}"), bytes.as_slice())?;
    }
    archive.into_inner()?.finish()
}
