//! The Python package, as it is copied to boards.

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// `(path, text)` of every file that `pip install` needs.
        pub const FILES: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../driver/", $path)))),*];
    };
}

files![
    "README.md",
    "pyproject.toml",
    "bsr_driver/__init__.py",
    "bsr_driver/accelerator.py",
    "bsr_driver/colours.py",
    "bsr_driver/command.py",
    "bsr_driver/errors.py",
    "bsr_driver/model.py",
    "bsr_driver/overlay.py",
    "bsr_driver/regions.py",
    "bsr_driver/registers.py",
];

/// `(name, bytes)` of what lies beside the driver on a board: a notebook, and the picture that it enlarges.
pub const DEPLOYED: &[(&str, &[u8])] = &[
    ("harbour.png", include_bytes!("../../../sim/assets/harbour.png")),
    ("upscale.ipynb", include_bytes!("../../driver/notebook/upscale.ipynb")),
];
