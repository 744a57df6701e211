//! AXI4-Lite: register accesses from the outside, one at a time.

use super::{Bench, BenchError, Observer};

/// A response code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// OKAY.
    Okay,
    /// EXOKAY, which AXI4-Lite does not have.
    ExclusiveOkay,
    /// SLVERR.
    SlaveError,
    /// DECERR.
    DecodeError,
}

impl Response {
    fn from_bits(bits: u8) -> Self {
        match bits & 3 {
            0 => Self::Okay,
            1 => Self::ExclusiveOkay,
            2 => Self::SlaveError,
            _ => Self::DecodeError,
        }
    }
}

/// Cycles between the address and the data of a write; negative where the data come first.
pub type Skew = i32;

/// Cycles that a response may take.
const PATIENCE: u32 = 10_000;

impl<O: Observer> Bench<O> {
    /// Writes a register that must accept it.
    ///
    /// # Errors
    /// [`BenchError::Refused`] if the response is not OKAY, [`BenchError::NoResponse`] if there is none.
    pub fn write(&mut self, address: u32, data: u32) -> Result<(), BenchError> {
        match self.try_write(address, data, 0xf, 0)? {
            Response::Okay => Ok(()),
            response => Err(BenchError::Refused { address, response }),
        }
    }

    /// Writes with these byte strobes; address and data `skew` cycles apart.
    ///
    /// # Errors
    /// [`BenchError::NoResponse`].
    pub fn try_write(&mut self, address: u32, data: u32, strobe: u8, skew: Skew) -> Result<Response, BenchError> {
        let (mut address_in, mut data_in) = ((-skew).max(0), skew.max(0));
        let (mut address_taken, mut data_taken) = (false, false);
        self.pins.bready = 1;
        for _ in 0..PATIENCE {
            self.pins.awvalid = u8::from(!address_taken && address_in == 0);
            self.pins.awaddr = address;
            self.pins.wvalid = u8::from(!data_taken && data_in == 0);
            self.pins.wdata = data;
            self.pins.wstrb = strobe;
            (address_in, data_in) = ((address_in - 1).max(0), (data_in - 1).max(0));
            let out = *self.tick();
            address_taken |= self.pins.awvalid & out.awready == 1;
            data_taken |= self.pins.wvalid & out.wready == 1;
            if out.bvalid == 1 {
                (self.pins.awvalid, self.pins.wvalid, self.pins.bready) = (0, 0, 0);
                return Ok(Response::from_bits(out.bresp));
            }
        }
        (self.pins.awvalid, self.pins.wvalid, self.pins.bready) = (0, 0, 0);
        Err(BenchError::NoResponse { address })
    }

    /// Reads a register that must answer.
    ///
    /// # Errors
    /// As [`Bench::write`].
    pub fn read(&mut self, address: u32) -> Result<u32, BenchError> {
        match self.try_read(address)? {
            (data, Response::Okay) => Ok(data),
            (_, response) => Err(BenchError::Refused { address, response }),
        }
    }

    /// Reads; any response will do.
    ///
    /// # Errors
    /// [`BenchError::NoResponse`].
    pub fn try_read(&mut self, address: u32) -> Result<(u32, Response), BenchError> {
        let mut taken = false;
        self.pins.rready = 1;
        for _ in 0..PATIENCE {
            self.pins.arvalid = u8::from(!taken);
            self.pins.araddr = address;
            let out = *self.tick();
            taken |= self.pins.arvalid & out.arready == 1;
            if out.rvalid == 1 {
                (self.pins.arvalid, self.pins.rready) = (0, 0);
                return Ok((out.rdata, Response::from_bits(out.rresp)));
            }
        }
        (self.pins.arvalid, self.pins.rready) = (0, 0);
        Err(BenchError::NoResponse { address })
    }

    /// Makes these writes, such as those that load a network, in order.
    ///
    /// # Errors
    /// As [`Bench::write`].
    pub fn load(&mut self, writes: &[(u32, u32)]) -> Result<(), BenchError> {
        writes.iter().try_for_each(|&(address, data)| self.write(address, data))
    }
}
