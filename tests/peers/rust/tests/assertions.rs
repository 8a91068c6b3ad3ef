//! What our client signs, verified by two libraries that know nothing of it: `jsonwebtoken` for the
//! claims, `openidconnect` with the crate `rsa` for the signature.

use std::{fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use openidconnect::{
    JsonWebKey, JsonWebKeyId,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use rolecall_peers::{Sandbox, issuer::KeepingIssuer, token};
use rsa::{RsaPrivateKey, pkcs1::DecodeRsaPrivateKey, traits::PublicKeyParts};
use serde_json::Value;
use tempfile::TempDir;

/// User ids and key ids as a file may hold them, and scopes of any character that RFC 6749 allows.
const UNUSUAL: [(&str, &str, &[&str]); 6] = [
    ("400873178240388134", "400873178273942566", &["openid", "profile"]),
    ("78366401571920522@acme", "key 1", &["urn:zitadel:iam:org:project:role:read:messages"]),
    ("a\"quoted\\ id", "{}", &["a+b", "c&d=e%20f", "g#h?i"]),
    ("Zoë 見る 🗝", "\u{feff}ключ", &["!$'()*,/:;@[]^_`{|}~."]),
    (" in between ", "a\tb", &["openid"]),
    ("\u{1}\u{7f}\u{2028}", "\r\n.", &["openid", "openid"]),
];

/// A key file of the sandbox's under other ids.
fn key_file(key: &Value, folder: &TempDir, ids: [&str; 2]) -> PathBuf {
    let mut key = key.clone();
    [key["userId"], key["keyId"]] = ids.map(Value::from);
    let path = folder.path().join("key.json");
    fs::write(&path, key.to_string()).expect("the file can be written");
    path
}

#[test]
fn an_assertion_is_good_whatever_the_ids_and_scopes() {
    let sandbox = Sandbox::start(&[]);
    let key = sandbox.key("reader-bot.json");
    let private = RsaPrivateKey::from_pkcs1_pem(key["key"].as_str().expect("PEM")).expect("a key");
    let (n, e) = (private.n().to_bytes_be(), private.e().to_bytes_be());
    let issuer = KeepingIssuer::start();
    let folder = tempfile::tempdir().expect("a folder");
    for (user_id, key_id, scopes) in UNUSUAL {
        let file = key_file(&key, &folder, [user_id, key_id]);
        let further: Vec<_> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
        assert_eq!(token(&issuer.url, &file, &further), "t");
        let form = issuer.kept();
        assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
        assert_eq!(form["scope"], scopes.join(" "), "{user_id}");
        let assertion = &form["assertion"];

        let header = decode_header(assertion).expect("a JWT");
        assert_eq!(header.kid.as_deref(), Some(key_id));
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_audience(&[&issuer.url]);
        rules.set_issuer(&[user_id]);
        rules.sub = Some(user_id.to_owned());
        rules.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
        let public = DecodingKey::from_rsa_raw_components(&n, &e);
        let claims = decode::<Value>(assertion, &public, &rules).expect("a good assertion").claims;
        assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + 600));

        let jwk = CoreJsonWebKey::new_rsa(
            n.clone(),
            e.clone(),
            Some(JsonWebKeyId::new(key_id.to_owned())),
        );
        let (signed, signature) = assertion.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        jwk.verify_signature(&algorithm, signed.as_bytes(), &signature).expect("its signature");
        let other = jwk.verify_signature(&algorithm, b"something else", &signature);
        assert!(other.is_err(), "a signature is good for one text only");
    }
}
