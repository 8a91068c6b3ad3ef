//! The crate `openidconnect`: discovery, key set, id_tokens and JWT access tokens.
//!
//! Verified by its own rules: signature against the key set, issuer, audience, `azp`, `iat`, and the
//! access token's hash. An id_token's expiry is set aside by a clock that stands just before it, as
//! ZITADEL's are born expired; a JWT access token is verified by the real clock.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, JsonWebKey, Nonce,
    OAuth2TokenResponse, TokenResponse,
    core::{
        CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreProviderMetadata,
        CoreTokenResponse,
    },
};
use rolecall_peers::{Sandbox, token};
use serde_json::{Value, json};
use std::{
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

fn http() -> reqwest::Client {
    let redirects = reqwest::redirect::Policy::none();
    reqwest::Client::builder().redirect(redirects).build().expect("a client")
}

async fn discover(sandbox: &Sandbox) -> CoreProviderMetadata {
    let issuer = IssuerUrl::new(sandbox.issuer.clone()).expect("an address");
    CoreProviderMetadata::discover_async(issuer, &http()).await.expect("its issuer is its address")
}

/// A service user's token answer. The crate knows no JWT profile, so the request is made by hand.
async fn token_answer(sandbox: &Sandbox, bot: &str) -> CoreTokenResponse {
    let key = sandbox.key(&format!("{bot}.json"));
    let text = |name: &str| key[name].as_str().expect(name).to_owned();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let claims = json!({
        "iss": text("userId"), "sub": text("userId"), "aud": sandbox.issuer,
        "iat": now, "exp": now + 60,
    });
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(text("keyId"));
    let pem = EncodingKey::from_rsa_pem(text("key").as_bytes()).expect("a private key");
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()),
        ("assertion", encode(&header, &claims, &pem).expect("a signature")),
        ("scope", format!("openid {}", sandbox.audience_scope())),
    ];
    let endpoint = discover(sandbox).await.token_endpoint().expect("a token endpoint").to_string();
    let answer = http().post(endpoint).form(&form).send().await.expect("an answer");
    answer.json().await.expect("a token answer as the crate reads it")
}

fn verifier<'a>(
    metadata: &CoreProviderMetadata,
    client: &str,
    keys: CoreJsonWebKeySet,
) -> CoreIdTokenVerifier<'a> {
    let client = ClientId::new(client.to_owned());
    CoreIdTokenVerifier::new_public_client(client, metadata.issuer().clone(), keys)
        // The user's own name comes with the project that the token is made out to.
        .set_other_audience_verifier_fn(|_| true)
}

/// Service users send no nonce.
fn no_nonce(nonce: Option<&Nonce>) -> Result<(), String> {
    nonce.map_or(Ok(()), |nonce| Err(format!("nobody asked for {}", nonce.secret())))
}

/// Verified as of a moment: `Ok`, or the crate's own reason.
fn verified_at(
    verifier: CoreIdTokenVerifier<'_>,
    id_token: &CoreIdToken,
    at: SystemTime,
) -> Result<(), ClaimsVerificationError> {
    let verifier = verifier.set_time_fn(move || at.into());
    id_token.claims(&verifier, no_nonce).map(drop)
}

fn payload(jwt: &str) -> Value {
    jsonwebtoken::dangerous::insecure_decode::<Value>(jwt).expect("a JWT").claims
}

#[tokio::test]
async fn discovery_names_itself_and_leads_to_two_keys() {
    let sandbox = Sandbox::start(&[]);
    let metadata = discover(&sandbox).await;
    assert_eq!(metadata.issuer().as_str(), sandbox.issuer);
    let keys = metadata.jwks().keys();
    assert_eq!(keys.len(), 2, "the active and the next one");
    assert!(keys.iter().all(|key| key.key_id().is_some()));
}

#[tokio::test]
async fn an_id_token_is_good_in_all_but_its_lifetime() {
    let sandbox = Sandbox::start(&[]);
    let metadata = discover(&sandbox).await;
    let answer = token_answer(&sandbox, "reader-bot").await;
    let id_token = answer.id_token().expect("openid was asked for");
    let claims = payload(&id_token.to_string());
    assert_eq!(claims["exp"], claims["iat"], "born expired");
    let born = UNIX_EPOCH + Duration::from_secs(claims["iat"].as_u64().expect("seconds"));
    let just_before = born - Duration::from_secs(1);

    let keys = metadata.jwks().clone();
    let own = || verifier(&metadata, "reader-bot", keys.clone());
    verified_at(own(), id_token, just_before).expect("signature, issuer, audience, azp");
    let expired = verified_at(own(), id_token, born);
    assert!(matches!(expired, Err(ClaimsVerificationError::Expired(_))), "{expired:?}");
    let other = verified_at(verifier(&metadata, "other", keys.clone()), id_token, just_before);
    assert!(matches!(other, Err(ClaimsVerificationError::InvalidAudience(_))), "{other:?}");
    let stranger = Sandbox::start(&[]);
    let foreign = discover(&stranger).await.jwks().clone();
    let foreign = verified_at(verifier(&metadata, "reader-bot", foreign), id_token, just_before);
    let refused = matches!(foreign, Err(ClaimsVerificationError::SignatureVerification(_)));
    assert!(refused, "{foreign:?}");
}

#[tokio::test]
async fn an_id_token_belongs_to_its_access_token() {
    let sandbox = Sandbox::start(&[]);
    let metadata = discover(&sandbox).await;
    let answer = token_answer(&sandbox, "visitor-bot").await;
    let id_token = answer.id_token().expect("openid was asked for");
    let verifier = verifier(&metadata, "visitor-bot", metadata.jwks().clone())
        .set_time_fn(|| UNIX_EPOCH.into());
    let claims = id_token.claims(&verifier, no_nonce).expect("a good id_token");
    let key = id_token.signing_key(&verifier).expect("a key of the set");
    let algorithm = id_token.signing_alg().expect("an algorithm");
    let hash = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
    assert_eq!(claims.access_token_hash(), Some(&hash.expect("a hash")));
}

#[tokio::test]
async fn a_jwt_access_token_is_signed_by_a_key_of_the_set_and_made_out_to_the_project() {
    let sandbox = Sandbox::start(&["--token-type", "jwt"]);
    let metadata = discover(&sandbox).await;
    let further = ["--project-id", &sandbox.project_id];
    let token = token(&sandbox.issuer, &sandbox.file("reader-bot.json"), &further);
    // It has the claims that an id_token needs, so the crate verifies it like one.
    let as_id_token = CoreIdToken::from_str(&token).expect("a JWT");
    let keys = metadata.jwks().clone();
    let now = SystemTime::now();
    let project = verifier(&metadata, &sandbox.project_id, keys.clone());
    verified_at(project, &as_id_token, now).expect("signature, issuer, audience, expiry");
    let other = verified_at(verifier(&metadata, "other", keys), &as_id_token, now);
    assert!(matches!(other, Err(ClaimsVerificationError::InvalidAudience(_))), "{other:?}");
}
