//! As much of DER (X.690) as tells a key's algorithm and length before a library is asked, so that
//! each fault has its own name.

/// 1.2.840.113549.1.1.1
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.10045.2.1
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not what its label says, or cut.
    Damaged,
    /// An elliptic-curve key.
    Ec,
    /// Neither RSA nor elliptic-curve.
    OtherAlgorithm,
}

/// The modulus's length of an `RSAPrivateKey` (RFC 8017, appendix A.1.2).
pub(super) fn rsa_bits(der: &[u8]) -> Result<u32, Fault> {
    let (mut key, rest) = take(der, SEQUENCE)?;
    if !rest.is_empty() {
        return Err(Fault::Damaged);
    }
    let (_version, after) = take(key, INTEGER)?;
    key = after;
    let (modulus, _) = take(key, INTEGER)?;
    let first = modulus.iter().position(|byte| *byte != 0).ok_or(Fault::Damaged)?;
    let bytes = u32::try_from(modulus.len() - first).map_err(|_| Fault::Damaged)?;
    Ok(bytes * 8 - modulus[first].leading_zeros())
}

/// The `RSAPrivateKey` inside a `PrivateKeyInfo` (RFC 5208, section 5).
pub(super) fn pkcs1_in(der: &[u8]) -> Result<&[u8], Fault> {
    let (info, rest) = take(der, SEQUENCE)?;
    if !rest.is_empty() {
        return Err(Fault::Damaged);
    }
    let (_version, info) = take(info, INTEGER)?;
    let (algorithm, info) = take(info, SEQUENCE)?;
    match take(algorithm, OID)?.0 {
        RSA => Ok(take(info, OCTETS)?.0),
        EC => Err(Fault::Ec),
        _ => Err(Fault::OtherAlgorithm),
    }
}

/// The content of the element that begins here, and what follows it.
fn take(der: &[u8], tag: u8) -> Result<(&[u8], &[u8]), Fault> {
    let [found, length, rest @ ..] = der else { return Err(Fault::Damaged) };
    if *found != tag {
        return Err(Fault::Damaged);
    }
    let (length, rest) = match length {
        short @ 0..=0x7f => (usize::from(*short), rest),
        // Keys have fewer than 64 KiB, so two bytes of length will do.
        0x81 => (usize::from(*rest.first().ok_or(Fault::Damaged)?), &rest[1..]),
        0x82 if rest.len() >= 2 => {
            (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..])
        }
        _ => return Err(Fault::Damaged),
    };
    rest.split_at_checked(length).ok_or(Fault::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_elements_are_refused() {
        let cases: [&[u8]; 8] = [
            &[],
            &[SEQUENCE],
            &[SEQUENCE, 5, 0],
            &[SEQUENCE, 0x81],
            &[SEQUENCE, 0x82, 1],
            &[SEQUENCE, 0x84, 0, 0, 0, 1, 0],
            &[SEQUENCE, 3, INTEGER, 1, 0],
            &[SEQUENCE, 6, INTEGER, 1, 0, INTEGER, 1, 0],
        ];
        for der in cases {
            assert_eq!(rsa_bits(der), Err(Fault::Damaged), "{der:?}");
        }
    }

    #[test]
    fn bits_are_counted_from_the_first_that_is_set() {
        let key = |modulus: &[u8]| {
            let mut der = vec![INTEGER, 1, 0, INTEGER, modulus.len() as u8];
            der.extend(modulus);
            [&[SEQUENCE, der.len() as u8], der.as_slice()].concat()
        };
        assert_eq!(rsa_bits(&key(&[0, 0x80, 0])), Ok(16));
        assert_eq!(rsa_bits(&key(&[0x01, 0])), Ok(9));
    }
}
