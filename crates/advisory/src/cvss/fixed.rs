//! Decimal numbers with 18 digits after the point, for the CVSS formulas of v2 and v3.
//!
//! The standards define their equations over decimals and round at tenths, so a binary float that lands a hair beside
//! a tenth gives a score that is wrong by 0.1. All constants have at most four digits and, apart from the 13th and 15th
//! power of v3, every product in the formulas fits 18 digits exactly or is rounded down last, which cannot cross a
//! boundary that is itself a multiple of 0.05. The truncated powers are off by less than 10^-16.

use std::ops::{Add, Mul, Sub};

const UNIT: i128 = 10_i128.pow(18);
const TENTH: i128 = UNIT / 10;

/// A decimal number; see the module. Magnitudes in the formulas stay below 21, so nothing here can overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fixed(i128);

impl Fixed {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE: Self = Self(UNIT);

    /// `thousandths / 1000`
    pub(super) const fn milli(thousandths: i128) -> Self {
        Self(thousandths * (UNIT / 1_000))
    }

    /// `n / 10,000`
    pub(super) const fn tenth_milli(n: i128) -> Self {
        Self(n * (UNIT / 10_000))
    }

    pub(super) fn pow(self, exponent: u32) -> Self {
        (0..exponent).fold(Self::ONE, |product, _| product * self)
    }

    /// To the nearest tenth, halves upwards.
    pub(super) fn round(self) -> Self {
        Self((self.0 + TENTH / 2).div_euclid(TENTH) * TENTH)
    }

    /// To the next tenth upwards: the Roundup of v3.0.
    pub(super) fn ceil(self) -> Self {
        Self((self.0 + TENTH - 1).div_euclid(TENTH) * TENTH)
    }

    /// The Roundup of v3.1 (its appendix A): to five digits first, then to the next tenth upwards.
    pub(super) fn ceil_of_five_digits(self) -> Self {
        let digit = TENTH / 10_000;
        Self((self.0 + digit / 2).div_euclid(digit) * digit).ceil()
    }

    /// A rounded number as a score in tenths, from 0 to 100.
    pub(super) fn tenths(self) -> u8 {
        u8::try_from((self.0 / TENTH).clamp(0, 100)).unwrap_or(0)
    }
}

impl Add for Fixed {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Fixed {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul for Fixed {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self((self.0 * other.0).div_euclid(UNIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_exact_at_the_boundaries() {
        let hair = Fixed(1);
        assert_eq!(Fixed::milli(4_050).round().tenths(), 41);
        assert_eq!((Fixed::milli(4_050) - hair).round().tenths(), 40);
        assert_eq!(Fixed::milli(4_000).ceil().tenths(), 40);
        assert_eq!((Fixed::milli(4_000) + hair).ceil().tenths(), 41);
        // What v3.1 changed: a hair above a tenth no longer counts.
        assert_eq!((Fixed::milli(4_000) + hair).ceil_of_five_digits().tenths(), 40);
        assert_eq!(Fixed::milli(4_001).ceil_of_five_digits().tenths(), 41);
        assert_eq!(Fixed::milli(-260).round(), Fixed::milli(-300));
        assert_eq!(Fixed::milli(-300).tenths(), 0);
        assert_eq!(Fixed::milli(20_000).tenths(), 100);
    }

    #[test]
    fn arithmetic() {
        assert_eq!(Fixed::milli(200).pow(15).0, 32_768_000, "3.2768e-11");
        assert_eq!(Fixed::milli(1_500) * Fixed::milli(500), Fixed::milli(750));
        assert_eq!(Fixed::tenth_milli(9_731) + Fixed::ZERO, Fixed::milli(973) + Fixed::tenth_milli(1));
    }
}
