//! The little of DER that is needed to take a PKCS#1 key out of its PKCS#8 wrapping and the numbers
//! out of a public key. The library can write the former only wrapped and the latter only whole.

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// The content of the next element, if it has this tag, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (bytes, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        length = bytes.iter().try_fold(0_usize, |length, byte| {
            Some(length.checked_mul(256)? | usize::from(*byte))
        })?;
        rest = after;
    }
    let (content, rest) = rest.split_at_checked(length)?;
    (found == tag).then_some((content, rest))
}

/// The `RSAPrivateKey` (RFC 8017, A.1.2) within a `PrivateKeyInfo` (RFC 5208).
pub(super) fn unwrap_private_key(pkcs8: &[u8]) -> Option<&[u8]> {
    let (info, _) = element(SEQUENCE, pkcs8)?;
    let (_version, rest) = element(INTEGER, info)?;
    let (_algorithm, rest) = element(SEQUENCE, rest)?;
    Some(element(OCTET_STRING, rest)?.0)
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, A.1.1), big-endian without leading zeros.
pub(super) fn public_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (key, _) = element(SEQUENCE, der)?;
    let (modulus, rest) = element(INTEGER, key)?;
    let (exponent, _) = element(INTEGER, rest)?;
    let bare = |number: &[u8]| number.iter().take_while(|byte| **byte == 0).count();
    Some((&modulus[bare(modulus)..], &exponent[bare(exponent)..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_only_the_zero_of_their_sign() {
        let der = [0x30, 0x07, 0x02, 0x02, 0x00, 0x81, 0x02, 0x01, 0x03];
        assert_eq!(public_numbers(&der), Some((&[0x81][..], &[0x03][..])));
    }

    #[test]
    fn what_is_cut_short_or_of_another_kind_is_nothing() {
        for der in [&[][..], &[0x30], &[0x30, 0x82], &[0x30, 0x05, 0x02], &[0x31, 0x00]] {
            assert_eq!(public_numbers(der), None, "{der:02x?}");
            assert_eq!(unwrap_private_key(der), None, "{der:02x?}");
        }
    }
}
