//! Figures that the papers report, to be set beside ours: PSNR in dB and SSIM on luma, Set5 and Set14.
//!
//! Their networks are trained on DIV2K (800 pictures of 2K) for 300 epochs.

/// A published row; figures that we have not read are absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaperRow {
    /// Method, as in its paper.
    pub method: &'static str,
    /// Super-resolution factor.
    pub scale: usize,
    /// PSNR on Set5.
    pub set5: f64,
    /// SSIM on Set5.
    pub set5_ssim: Option<f64>,
    /// PSNR on Set14.
    pub set14: Option<f64>,
}

const fn row(method: &'static str, scale: usize, set5: f64, set5_ssim: Option<f64>, set14: f64) -> PaperRow {
    PaperRow { method, scale, set5, set5_ssim, set14: Some(set14) }
}

/// SRResNet backbones of 64 channels and 16 blocks, by scale, as the E2FIF (arXiv 2207.06893) and SCALES
/// (arXiv 2303.12270) papers list them.
pub const PAPER_ROWS: [PaperRow; 12] = [
    row("bicubic", 2, 33.66, Some(0.930), 30.24),
    row("BAM", 2, 37.21, None, 32.74),
    row("BTM", 2, 37.22, None, 32.93),
    row("E2FIF", 2, 37.50, None, 32.96),
    row("SCALES", 2, 37.56, Some(0.958), 33.10),
    row("full precision", 2, 37.76, None, 33.27),
    row("bicubic", 4, 28.42, Some(0.810), 26.00),
    row("BAM", 4, 31.24, None, 27.97),
    row("BTM", 4, 31.25, None, 27.94),
    row("E2FIF", 4, 31.33, None, 27.93),
    row("SCALES", 4, 31.54, Some(0.883), 28.15),
    row("full precision", 4, 31.76, None, 28.25),
];

/// A full-precision network as the literature counts it: parameters, and multiply-accumulates for 1280 x 720.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backbone {
    /// As in a description.
    pub backbone: &'static str,
    /// Super-resolution factor.
    pub scale: usize,
    /// Parameters.
    pub params: f64,
    /// Multiply-accumulates.
    pub macs: f64,
    /// Why ours of the same backbone has another number.
    pub difference: &'static str,
}

/// Full-precision backbones: VDSR and SRResNet as in the tables of CARN (Ahn et al., ECCV 2018), the others as in those of RCAN
/// and its followers.
pub const BACKBONES: [Backbone; 5] = [
    Backbone {
        backbone: "vdsr",
        scale: 2,
        params: 665e3,
        macs: 612.6e9,
        difference: "none in the weights; ours has scales, offsets and the enlargement besides",
    },
    Backbone {
        backbone: "srresnet",
        scale: 4,
        params: 1_543e3,
        macs: 127.8e9,
        difference: "ours has one full-precision tail at the size of the LR picture, in place of a convolution after the body, two upsamplers and a tail at the size of the SR picture",
    },
    Backbone {
        backbone: "edsr",
        scale: 2,
        params: 40.73e6,
        macs: 9_387e9,
        difference: "ours has no convolution after the body and no upsampler",
    },
    Backbone {
        backbone: "rdn",
        scale: 2,
        params: 22.12e6,
        macs: 5_096e9,
        difference: "8 dense blocks as E2FIF has them, in place of 16; no upsampler",
    },
    Backbone {
        backbone: "rcan",
        scale: 2,
        params: 15.44e6,
        macs: 3_530e9,
        difference: "5 blocks a group as E2FIF has them, in place of 20; no upsampler",
    },
];
