//! Whether a JWT was signed by one of the issuer's keys. Its claims are not judged.

use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, crypto::verify, jwk};
use serde_json::{Map, Value as Json};

use super::{Jwk, Jwks};
use crate::{
    jose::{self, Jose},
    private_key::choose_crypto,
};

/// The members of a key that its cryptography needs; others may hold what the library does not know.
const MATERIAL: [&str; 6] = ["kty", "n", "e", "crv", "x", "y"];

/// What became of a JWT's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// One of the issuer's keys signed it.
    Verified {
        /// The key's name.
        key_id: Option<String>,
    },
    /// The issuer has no (usable) key of this name.
    UnknownKey {
        /// What the header names; `None` where it names none and no key is of a fitting kind.
        key_id: Option<String>,
    },
    /// The key is there, and did not sign this.
    BadSignature,
    /// An algorithm that is not known here, that needs no key of the issuer, or that the key is not
    /// for.
    UnsupportedAlgorithm {
        /// The header's `alg`.
        algorithm: String,
    },
    /// It is opaque, encrypted, or a piece of something.
    NoJwt,
}

impl Jwks {
    /// Looks at a JWT's signature (RFC 7515, section 5.2).
    pub fn verify(&self, jwt: &str) -> Verification {
        let Some((header, message, signature)) = parts(jwt) else { return Verification::NoJwt };
        let text = |name| header.get(name).and_then(Json::as_str).map(str::to_owned);
        let name = text("alg").unwrap_or_default();
        let algorithm = match name.parse::<Algorithm>() {
            // A secret that the issuer shares with somebody is not among its public keys: taking one
            // of those for the secret is the oldest of forgeries.
            Ok(algorithm) if algorithm.family() != AlgorithmFamily::Hmac => algorithm,
            _ => return Verification::UnsupportedAlgorithm { algorithm: name },
        };
        let key_id = text("kid");
        let named: Vec<&Jwk> = self
            .keys
            .iter()
            .filter(|key| key_id.is_none() || key.key_id == key_id)
            .filter(|key| fits(key, algorithm.family()))
            .collect();
        if named.is_empty() {
            return Verification::UnknownKey { key_id };
        }
        let mut for_it = named.iter().filter(|key| key.is_for(&name)).peekable();
        if for_it.peek().is_none() {
            return Verification::UnsupportedAlgorithm { algorithm: name };
        }
        choose_crypto();
        let signer = for_it.find(|key| {
            let public = public(key);
            public.is_some_and(|key| verify(signature, message, &key, algorithm).unwrap_or(false))
        });
        match signer {
            Some(key) => Verification::Verified { key_id: key.key_id.clone() },
            None => Verification::BadSignature,
        }
    }
}

impl Jwk {
    /// A key may say what it is for (RFC 7517, section 4.4).
    fn is_for(&self, algorithm: &str) -> bool {
        self.algorithm.as_deref().is_none_or(|own| own == algorithm)
    }
}

/// Header, what was signed, and the signature.
fn parts(jwt: &str) -> Option<(Json, &[u8], &str)> {
    let Jose { kind: contract::finding::TokenKind::Jwt, header: Some(header), .. } =
        jose::look(jwt)
    else {
        return None;
    };
    let (message, signature) = jwt.rsplit_once('.')?;
    Some((header, message.as_bytes(), signature))
}

/// Whether a key's kind is that of the algorithm, and the key can be used. Others are kept, and left
/// alone.
fn fits(key: &Jwk, family: AlgorithmFamily) -> bool {
    let kind = match family {
        AlgorithmFamily::Rsa => "RSA",
        AlgorithmFamily::Ec => "EC",
        AlgorithmFamily::Ed => "OKP",
        AlgorithmFamily::Hmac => return false,
    };
    let for_signing = key.document.get("use").is_none_or(|purpose| purpose == "sig");
    key.key_type == kind && for_signing && public(key).is_some()
}

fn public(key: &Jwk) -> Option<DecodingKey> {
    let members = MATERIAL.iter().filter_map(|name| Some((*name, key.document.get(name)?.clone())));
    let material: Map<String, Json> = members.map(|(name, value)| (name.into(), value)).collect();
    let key: jwk::Jwk = serde_json::from_value(Json::Object(material)).ok()?;
    DecodingKey::from_jwk(&key).ok()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;
    use crate::testing::{recorded, service_account};

    /// Keys of every kind, with what the library makes of them.
    fn signers() -> Vec<(Algorithm, EncodingKey)> {
        let pem = |name: &str| {
            std::fs::read(format!("{}/tests/keys/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap()
        };
        let rsa = service_account("reader").key;
        let ec = EncodingKey::from_ec_pem(&pem("ec-pkcs8")).unwrap();
        let ed = EncodingKey::from_ed_pem(&pem("ed25519")).unwrap();
        let rsas = AlgorithmFamily::Rsa.algorithms().iter();
        let mut all: Vec<_> = rsas.map(|alg| (*alg, rsa.encoding_key().clone())).collect();
        all.extend([(Algorithm::ES256, ec), (Algorithm::EdDSA, ed)]);
        all
    }

    fn document(key: &EncodingKey, algorithm: Algorithm, key_id: &str) -> Json {
        let key = jwk::Jwk::from_encoding_key(key, algorithm).unwrap();
        let mut document = serde_json::to_value(key).unwrap();
        document["kid"] = key_id.into();
        document
    }

    fn jwks(documents: &[Json]) -> Jwks {
        Jwks::read(documents, 1)
    }

    fn signed(key: &EncodingKey, algorithm: Algorithm, key_id: Option<&str>) -> String {
        let header = Header { kid: key_id.map(str::to_owned), ..Header::new(algorithm) };
        encode(&header, &json!({ "sub": "1" }), key).unwrap()
    }

    fn verified(key_id: &str) -> Verification {
        Verification::Verified { key_id: Some(key_id.into()) }
    }

    #[test]
    fn recorded_tokens_were_signed_by_the_recorded_keys() {
        let keys = recorded("discovery/jwks.json")["response"]["body"]["keys"].clone();
        let jwks = jwks(keys.as_array().unwrap());
        for name in ["token-ok-jwt", "token-ok-jwt-roles", "token-ok-opaque"] {
            let answer = &recorded(&format!("token/{name}.json"))["response"]["body"];
            let (access, id) = (&answer["access_token"], &answer["id_token"]);
            let known = verified("400872950087289894");
            assert_eq!(jwks.verify(id.as_str().unwrap()), known, "{name}");
            let access = jwks.verify(access.as_str().unwrap());
            let opaque = name == "token-ok-opaque";
            assert_eq!(access, if opaque { Verification::NoJwt } else { known }, "{name}");
        }
    }

    #[test]
    fn every_algorithm_is_verified_by_name_and_without_one() {
        choose_crypto();
        for (algorithm, key) in signers() {
            let unknown = json!({ "kty": "AKP", "kid": "a", "alg": "ML-DSA-65", "pub": "x" });
            let damaged = json!({ "kty": "RSA", "kid": "a", "n": 7 });
            let mut own = document(&key, algorithm, "a");
            own["use"] = "sig".into();
            own["new"] = json!([1]);
            let jwks = jwks(&[unknown, damaged, own]);
            assert_eq!(jwks.keys.len(), 3, "kept");
            let jwt = signed(&key, algorithm, Some("a"));
            assert_eq!(jwks.verify(&jwt), verified("a"), "{algorithm:?}");
            assert_eq!(jwks.verify(&signed(&key, algorithm, None)), verified("a"));
            let (message, _) = jwt.rsplit_once('.').unwrap();
            for forged in
                [format!("{message}.AAAA"), format!("{message}."), jwt.replace(".ey", ".ez")]
            {
                assert_eq!(jwks.verify(&forged), Verification::BadSignature, "{forged}");
            }
            let other = signed(&key, algorithm, Some("b"));
            let unknown = Verification::UnknownKey { key_id: Some("b".into()) };
            assert_eq!(jwks.verify(&other), unknown, "{algorithm:?}");
        }
    }

    #[test]
    fn of_several_keys_the_one_that_is_named_counts() {
        choose_crypto();
        let (first, second) = (service_account("reader").key, service_account("writer").key);
        let (first, second) = (first.encoding_key(), second.encoding_key());
        let rs = Algorithm::RS256;
        let jwks = jwks(&[document(first, rs, "1"), document(second, rs, "2")]);
        assert_eq!(jwks.verify(&signed(second, rs, Some("2"))), verified("2"));
        assert_eq!(jwks.verify(&signed(second, rs, None)), verified("2"), "whoever signed it");
        assert_eq!(jwks.verify(&signed(second, rs, Some("1"))), Verification::BadSignature);
        let ps = signed(second, Algorithm::PS256, Some("2"));
        assert!(
            matches!(jwks.verify(&ps), Verification::UnsupportedAlgorithm { algorithm } if algorithm == "PS256")
        );
    }

    #[test]
    fn what_is_signed_by_no_key_of_the_issuer_is_never_verified() {
        choose_crypto();
        let key = service_account("reader").key;
        let mut public = document(key.encoding_key(), Algorithm::RS256, "a");
        let modulus = public["n"].as_str().unwrap().to_owned();
        let with_modulus = EncodingKey::from_secret(modulus.as_bytes());
        let confused = signed(&with_modulus, Algorithm::HS256, Some("a"));
        let jwt = signed(key.encoding_key(), Algorithm::RS256, Some("a"));
        let (_, rest) = jwt.split_once('.').unwrap();
        let none = format!("eyJhbGciOiJub25lIiwia2lkIjoiYSJ9.{rest}");
        let keys = jwks(&[public.clone(), json!({ "kty": "oct", "kid": "a", "k": modulus })]);
        for (jwt, name) in [(&confused, "HS256"), (&none, "none")] {
            let algorithm = name.to_owned();
            assert_eq!(keys.verify(jwt), Verification::UnsupportedAlgorithm { algorithm });
        }
        public["use"] = "enc".into();
        let unknown = Verification::UnknownKey { key_id: Some("a".into()) };
        assert_eq!(jwks(&[public]).verify(&jwt), unknown, "a key for encrypting");
        for text in ["", "a.b.c", "opaque", &jwt[..20], "eyJhbGciOiJSUzI1NiJ9.e30"] {
            assert_eq!(keys.verify(text), Verification::NoJwt, "{text}");
        }
    }
}
