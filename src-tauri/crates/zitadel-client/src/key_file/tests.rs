use super::*;
use crate::testing::recording;
use serde_json::{Value, json};

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/", $name, ".pem"))
    };
}

fn real(name: &str) -> Value {
    let file = fs::read(recording(&format!("keys/{name}.json"))).unwrap();
    serde_json::from_slice(&file).unwrap()
}

fn parsed(file: &Value) -> Result<KeyFile, KeyFileError> {
    parse(Path::new("/keys/it.json"), file.to_string().as_bytes())
}

fn with(field: &str, value: Value) -> Value {
    let mut file = real("reader");
    file[field] = value;
    file
}

fn without(name: &str, field: &str) -> Value {
    let mut file = real(name);
    file.as_object_mut().unwrap().remove(field);
    file
}

fn real_pem() -> String {
    real("reader")["key"].as_str().unwrap().to_owned()
}

#[test]
fn every_key_file_that_zitadel_handed_out_is_read() {
    for entry in fs::read_dir(recording("keys")).unwrap() {
        let path = entry.unwrap().path();
        let said: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let (facts, repairs) = match read(&path).unwrap() {
            KeyFile::Application(key) => {
                assert_eq!(said["type"], "application");
                assert_eq!(said["appId"], *key.app_id);
                assert_eq!(said["clientId"], *key.client_id);
                (key.facts(), key.repairs)
            }
            KeyFile::ServiceAccount(key) => {
                assert_eq!(said["type"], "serviceaccount");
                assert_eq!(said["userId"], *key.user_id);
                (key.facts(), key.repairs)
            }
        };
        assert_eq!(said["keyId"], *facts.key_id);
        assert_eq!(facts.bits, 2048);
        assert_eq!(repairs, [], "{}", path.display());
    }
}

#[test]
fn a_key_ends_on_its_date_and_one_of_the_year_9999_never() {
    let cases = [
        (real("jwt-reader"), Some("2027-12-31T00:00:00.000Z")),
        (real("reader"), None),
        (without("reader", "expirationDate"), None),
        (with("expirationDate", Value::Null), None),
        (
            with("expirationDate", json!("2027-12-31T01:00:00+01:00")),
            Some("2027-12-31T00:00:00.000Z"),
        ),
    ];
    for (file, ends) in cases {
        let KeyFile::ServiceAccount(key) = parsed(&file).unwrap() else { panic!("{file}") };
        assert_eq!(key.facts().expires_at.as_deref(), ends);
    }
}

#[test]
fn an_old_client_id_and_unknown_fields_are_taken() {
    let mut file = real("application");
    file["clientId"] = json!("78366401571920522@acme");
    file["issuer"] = json!("http://localhost:8080");
    let KeyFile::Application(key) = parsed(&file).unwrap() else { panic!("an API's key") };
    assert_eq!(key.client_id, "78366401571920522@acme");
}

#[test]
fn what_is_clearly_meant_is_mended_and_said() {
    let pretty = serde_json::to_string_pretty(&real("reader")).unwrap();
    let literal = real_pem().replace('\n', "\\n");
    let one_line = real_pem().replace('\n', " ");
    let cases: [(String, &[Repair]); 8] = [
        (format!("\u{feff}{pretty}"), &[Repair::ByteOrderMark]),
        (pretty.replace('\n', "\r\n"), &[]),
        (with("key", json!(literal)).to_string(), &[Repair::LiteralNewlines]),
        (
            with("key", json!(literal.replace("\\n", "\\r\\n"))).to_string(),
            &[Repair::LiteralNewlines],
        ),
        (
            with("key", json!(real_pem().replace('\n', "\r\n"))).to_string(),
            &[Repair::CarriageReturns],
        ),
        (with("key", json!(one_line)).to_string(), &[]),
        (with("key", json!(format!("\n  {}  \n", real_pem()))).to_string(), &[]),
        (pretty.replace("\\n", "\n"), &[Repair::RawLineBreaks]),
    ];
    for (file, repairs) in cases {
        let read = parse(Path::new("k.json"), file.as_bytes()).unwrap();
        let KeyFile::ServiceAccount(key) = read else { panic!("a service user's key") };
        assert_eq!(key.repairs, repairs);
    }
}

#[test]
fn a_key_in_pkcs8_is_taken_too() {
    let KeyFile::ServiceAccount(key) = parsed(&with("key", json!(pem!("pkcs8")))).unwrap() else {
        panic!("a service user's key")
    };
    assert_eq!(key.bits, 2048);
}

#[test]
fn every_fault_of_a_field_has_its_own_reason_and_names_the_field() {
    let mut cases = vec![
        (without("reader", "type"), "type", "missing_field"),
        (with("type", json!("")), "type", "empty_field"),
        (with("type", json!("service_account")), "type", "wrong_type"),
        (with("type", json!("ServiceAccount")), "type", "wrong_type"),
        (with("type", json!(1)), "type", "number"),
        (with("expirationDate", json!("tomorrow")), "expirationDate", "bad_date"),
        (with("expirationDate", json!(1_830_211_200)), "expirationDate", "number"),
    ];
    for (name, field) in [
        ("reader", "keyId"),
        ("reader", "userId"),
        ("reader", "key"),
        ("application", "keyId"),
        ("application", "clientId"),
        ("application", "appId"),
        ("application", "key"),
    ] {
        let changed = |value: Value| {
            let mut file = real(name);
            file[field] = value;
            file
        };
        cases.push((without(name, field), field, "missing_field"));
        cases.push((changed(Value::Null), field, "missing_field"));
        cases.push((changed(json!("")), field, "empty_field"));
        cases.push((changed(json!(" \n")), field, "empty_field"));
        cases.push((changed(json!(400_873_178)), field, "number"));
        cases.push((changed(json!(["a"])), field, "not_text"));
        cases.push((changed(json!(true)), field, "not_text"));
    }
    for (file, field, reason) in cases {
        refused(&file.to_string(), Some(field), reason);
    }
}

#[test]
fn every_fault_of_a_key_has_its_own_reason() {
    let pem = real_pem();
    let middle = pem.len() / 2;
    let cut_inside = format!("{}\n-----END RSA PRIVATE KEY-----\n", &pem[..middle]);
    let swapped = pem.replace("RSA PRIVATE KEY", "PRIVATE KEY");
    let mut halves = pem.clone();
    // Another byte amid the primes: the key parses, and its parts fit no longer.
    let at = pem.len() - 400;
    let other = if pem.as_bytes()[at] == b'A' { "B" } else { "A" };
    halves.replace_range(at..=at, other);
    let cases = [
        ("nothing of a key", "not_pem"),
        ("-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----", "not_pem"),
        ("-----BEGIN -----", "not_pem"),
        (&pem[..middle], "key_cut"),
        (&pem.replace("MII", "M*I"), "not_base64"),
        (&cut_inside, "key_damaged"),
        (&swapped, "key_damaged"),
        ("-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----", "key_damaged"),
        (&halves, "does_not_sign"),
        (pem!("public"), "public_key"),
        (pem!("rsa-public"), "public_key"),
        (pem!("certificate"), "certificate"),
        (pem!("encrypted-pkcs1"), "encrypted_key"),
        (pem!("encrypted-pkcs8"), "encrypted_key"),
        (pem!("ec-sec1"), "ec_key"),
        (pem!("ec-pkcs8"), "ec_key"),
        (pem!("ed25519"), "not_rsa"),
        (pem!("openssh"), "openssh_key"),
        (pem!("short-pkcs1"), "key_too_short"),
        (pem!("short-pkcs8"), "key_too_short"),
    ];
    for (key, reason) in cases {
        refused(&with("key", json!(key)).to_string(), Some("key"), reason);
    }
    let short = parsed(&with("key", json!(pem!("short-pkcs1")))).unwrap_err();
    assert!(short.to_string().contains("1024 bits"), "{short}");
}

#[test]
fn every_fault_of_a_file_has_its_own_reason() {
    let cut = &real("reader").to_string()[..900];
    let cases = [
        ("", "empty"),
        ("\u{feff} \n", "empty"),
        ("hello", "not_json"),
        ("{", "not_json"),
        (cut, "not_json"),
        ("[]", "not_an_object"),
        ("\"-----BEGIN\"", "not_an_object"),
        (pem!("pkcs8"), "bare_pem"),
        ("{}", "missing_field"),
    ];
    for (file, reason) in cases {
        let field = (reason == "missing_field").then_some("type");
        refused(file, field, reason);
    }
    let utf16 = parse(Path::new("/keys/it.json"), b"\xff\xfe{\0").unwrap_err();
    assert_eq!(utf16.reason.as_str(), "not_utf8");
}

#[test]
fn every_fault_of_a_path_has_its_own_reason() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("large.json"), vec![b' '; MAX_BYTES as usize + 1]).unwrap();
    let mut cases = vec![
        (at("vanished.json"), "not_found"),
        (dir.path().to_owned(), "directory"),
        (at("large.json"), "too_large"),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(at("loop.json"), at("loop.json")).unwrap();
        std::os::unix::fs::symlink(at("vanished.json"), at("link.json")).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        cases.push((at("loop.json"), "link_loop"));
        cases.push((at("link.json"), "broken_link"));
        cases.push((at("socket"), "not_a_file"));
        drop(socket);
    }
    for (path, reason) in cases {
        let error = read(&path).unwrap_err();
        assert_eq!((error.reason.as_str(), error.field), (reason, None), "{}", path.display());
        assert!(error.to_string().starts_with(path.to_str().unwrap()), "{error}");
    }
    let largest = at("largest.json");
    fs::write(&largest, vec![b' '; MAX_BYTES as usize]).unwrap();
    assert_eq!(read(&largest).unwrap_err().reason.as_str(), "empty", "64 KiB are read");
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("locked.json");
    fs::write(&path, "{}").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // A superuser reads everything, so the error is made where it would come from.
    let denied = io::Error::from(io::ErrorKind::PermissionDenied);
    assert_eq!(unreachable_file(&path, &denied), KeyFileReason::NoPermission);
    let error = read(&path).unwrap_err();
    assert!(matches!(error.reason.as_str(), "no_permission" | "missing_field"), "{error}");
}

#[test]
fn nothing_of_a_key_is_told() {
    let file = real("reader");
    let secret = real_pem();
    let pieces: Vec<&str> =
        secret.lines().filter(|line| line.len() > 20 && !line.contains('-')).collect();
    assert!(pieces.len() > 20);
    let KeyFile::ServiceAccount(key) = parsed(&file).unwrap() else {
        panic!("a service user's key")
    };
    let mut told = format!("{key:?} {:?} {:?}", key.facts(), KeyFile::ServiceAccount(key.clone()));
    let pasted = real_pem();
    let text = file.to_string();
    for file in [
        with("type", json!(pasted)),
        with("keyId", json!([pasted])),
        with("expirationDate", json!(pasted)),
        with("key", json!(pasted.replace('M', "*"))),
        with("key", json!(&pasted[..pasted.len() / 2])),
        json!([pasted]),
    ] {
        let error = parsed(&file).unwrap_err();
        told.push_str(&format!("{error} {error:?}"));
    }
    for broken in [&text[1..], &text[..text.len() - 40], &pasted] {
        let error = parse(Path::new("k.json"), broken.as_bytes()).unwrap_err();
        told.push_str(&format!("{error} {error:?}"));
    }
    for piece in pieces {
        assert!(
            !told.contains(piece) && !told.contains(&piece[..12]),
            "a piece of the key is told"
        );
    }
}

fn refused(file: &str, field: Option<&str>, reason: &str) {
    let error = match parse(Path::new("/keys/it.json"), file.as_bytes()) {
        Err(error) => error,
        Ok(_) => panic!("taken in place of {reason}"),
    };
    assert_eq!((error.field, error.reason.as_str()), (field, reason), "{error}");
    let said = error.to_string();
    assert!(said.starts_with("/keys/it.json: ") && said.ends_with('.'), "{said}");
    if let Some(field) = field {
        assert!(said.contains(&format!("`{field}` ")), "{said}");
    }
}
